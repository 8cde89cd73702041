"""Where are zone versions and the settings of switches kept? In `zones.*`, append-only."""
