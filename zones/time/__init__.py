"""Calendars: the clock on the wall, the sun, holidays and switches, and when a zone is in force."""
