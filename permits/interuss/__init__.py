"""Answers the automated tests of InterUSS: flight planning, and the map of zones.

Owns the wire shapes of both interfaces, their tokens, and which permit stands for which flight
plan. Holds no rule: what it answers comes from the rules, zones and permits of the city.
"""
