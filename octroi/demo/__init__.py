"""Builds the demonstration: a real city's zones, invented operators, and a fleet that moves.

Owns the layers of Paris shipped in `data/`, the cast and the motion of its vehicles. Holds no
rules: everything goes through the same doors as a stranger's zones, permits and positions.
"""
