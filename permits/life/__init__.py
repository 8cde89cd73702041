"""Own the life of a permit: its states, who may make which move, and what follows from one."""
