"""Where `octroi check --crossings` writes: one row for each crossing of an edge, as CSV."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from octroi.cli.check_reading import UnreadableFile
from telemetry.formats.stretch import Stretch, legible
from telemetry.recorded.crossed import Crossed, Last, crossed
from zones.columns import Presences
from zones.index import ZoneIndex

COLUMNS = (
    "vehicle", "at", "zone_id", "zone_version", "restriction", "direction", "relation", "lon", "lat"
)  # fmt: skip
DECIMALS = 7


class CrossingRows:
    """Collects the crossings of a track, stretch by stretch, and writes them at its end."""

    def __init__(self, index: ZoneIndex) -> None:
        self._index = index
        self._last: Last | None = None
        self._found: list[Crossed] = []

    def add(self, stretch: Stretch, _presences: Presences) -> None:
        """Take the ways to the positions of one stretch."""
        found, self._last = crossed(stretch, self._last, self._index)
        self._found += found

    def write(self, out: Path) -> None:
        """Write the file; raise UnreadableFile when that fails."""
        try:
            with out.open("w", encoding="utf-8", newline="") as sink:
                writer = csv.writer(sink, lineterminator="\n")
                writer.writerow(COLUMNS)
                writer.writerows(self._row(each) for each in self._found)
        except OSError as broken:
            msg = f"{out}: {broken.strerror or broken}"
            raise UnreadableFile(msg) from broken

    def _row(self, crossing: Crossed) -> tuple[object, ...]:
        zone = self._index.zones[crossing.zone]
        at = datetime.fromtimestamp(crossing.at_ms / 1000, UTC)
        return (
            crossing.vehicle,
            at.isoformat(timespec="milliseconds"),
            legible(zone.id),
            zone.version,
            zone.restriction.value,
            "entered" if crossing.entering else "left",
            crossing.relation.name.lower(),
            round(crossing.lon, DECIMALS),
            round(crossing.lat, DECIMALS),
        )
