"""Who may operate where, and why.

Owns operators, vehicles, access keys, applications, decisions with their reasons, and the public
register. Does not own where vehicles really are: that is `telemetry`.
"""
