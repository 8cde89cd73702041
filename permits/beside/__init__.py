"""Own the question of who is beside whom: distances, capacities, and where to look."""
