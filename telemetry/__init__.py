"""What vehicles did, and whether they were allowed to.

Owns wire formats, the MQTT ingest, tracks, verdicts, visits, alerts and the position history.
Does not own money: that is `billing`.
"""
