"""Writes and reads of the history of movement; the only place with its SQL."""
