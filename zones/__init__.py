"""Where and when the city restricts movement, in four layers.

Owns layers, geometry, heights, calendars, zone versions, the index and the geodata formats.
Does not own who may do what: that is `permits`.
"""
