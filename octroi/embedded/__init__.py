"""Runs a real PostgreSQL and a real MQTT broker for an installation that has none.

Owns the data directory, its lock, and the two servers' start, stop and passwords. Does not own
what is stored in them.
"""
