"""Which kind of track is this JSON document, and what does it hold?

Told by its members: MDS telemetry, flights of network Remote ID, else GeoJSON. The document is
read whole: for longer tracks than memory holds there is CSV.
"""

import json
from collections.abc import Iterator

from telemetry.formats import track_geojson, track_mds, track_rid
from telemetry.formats.track_csv import UnreadableTrack
from telemetry.model import Fix, Malformed


def read(text: str, stem: str) -> Iterator[Fix | Malformed]:
    """Yield each position as a fix, or as malformed with its place in the file, counted from 1."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as broken:
        msg = f"not readable as JSON: {broken}"
        raise UnreadableTrack(msg) from broken
    if isinstance(document, list):
        return track_mds.read(document)
    members = document if isinstance(document, dict) else {}
    if isinstance(members.get("telemetry"), list):
        return track_mds.read(members["telemetry"])
    if isinstance(members.get("flights"), list):
        return track_rid.read(members, stem)
    return track_geojson.read(members, stem)
