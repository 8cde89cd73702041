"""What is asked of the city on file."""

import json
from datetime import timedelta
from pathlib import Path

from octroi import clock


def flight_on_file(place: Path) -> Path:
    """Write down an application for a flight in three hours."""
    start = clock.now() + timedelta(hours=3)
    body = {
        "operator": "ailes",
        "purpose": "delivery",
        "layer": "air",
        "vehicles": ["drone-7"],
        "volumes": [
            {
                "footprint": {"type": "Point", "coordinates": [2.35, 48.85], "radius_m": 50},
                "lower": {"value": 30, "reference": "AGL"},
                "upper": {"value": 80, "reference": "AGL"},
                "start": start.isoformat(),
                "end": (start + timedelta(hours=1)).isoformat(),
            }
        ],
    }
    file = place / "flight.json"
    file.write_text(json.dumps(body))
    return file
