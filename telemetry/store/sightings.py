"""Reads positions with the verdicts on them: of a vehicle for a time, and under visits.

Positions and verdicts are each read in one go along their index and put together here: joined in
the database, the verdict of each position is looked for by itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from permits.parties import OperatorId, VehicleId
from telemetry.kept.evidence import Sighting, beneath
from telemetry.model import VehicleKey, Visit, VisitId
from telemetry.store.rows import sighting_of
from telemetry.store.together import SPAN
from zones.model import ZoneId
from zones.periods import Window

# A crossing lies at most one gap away from the fixes it was found between.
AROUND = timedelta(minutes=2)
MOST_SIGHTINGS = 5_000
INSTANT = timedelta(microseconds=1)

# From the position before each visit to the one after it; and the instants up to which, and from
# which on, at least half of `most` positions were judged in its zone. `start` and `end` are around
# all visits: they bound the partitions read. A row of verdicts is of one position at least.
ENDS = """
SELECT visit.id,
    (SELECT max(at) FROM telemetry.known_observation
     WHERE track = telemetry.track_of(visit.operator, visit.vehicle)
       AND operator = visit.operator AND vehicle = visit.vehicle
       AND at >= visit.entered_at - %(around)s AND at < visit.entered_at
       AND at >= %(start)s AND at <= %(end)s),
    (SELECT min(at) FROM telemetry.known_observation
     WHERE track = telemetry.track_of(visit.operator, visit.vehicle)
       AND operator = visit.operator AND vehicle = visit.vehicle
       AND at > visit.left_at AND at <= visit.left_at + %(around)s
       AND at >= %(start)s AND at <= %(end)s),
    (SELECT judged.at FROM (SELECT unnest(array_prepend(at, later_at)) AS at FROM (
        SELECT at, later_at FROM telemetry.known_verdict
        WHERE track = telemetry.track_of(visit.operator, visit.vehicle)
          AND operator = visit.operator AND vehicle = visit.vehicle
          AND zone_id = visit.zone_id AND zone_version = visit.zone_version
          AND at >= visit.entered_at - %(span)s AND at <= visit.left_at
          AND at >= %(start)s - %(span)s AND at <= %(end)s AND %(most)s::int IS NOT NULL
          AND coalesce(later_at[cardinality(later_at)], at) >= visit.entered_at
        ORDER BY at LIMIT (%(most)s::int + 1) / 2) AS row) AS judged
     WHERE judged.at >= visit.entered_at AND judged.at <= visit.left_at
     ORDER BY judged.at LIMIT 1 OFFSET (%(most)s::int - 1) / 2),
    (SELECT judged.at FROM (SELECT unnest(array_prepend(at, later_at)) AS at FROM (
        SELECT at, later_at FROM telemetry.known_verdict
        WHERE track = telemetry.track_of(visit.operator, visit.vehicle)
          AND operator = visit.operator AND vehicle = visit.vehicle
          AND zone_id = visit.zone_id AND zone_version = visit.zone_version
          AND at >= visit.entered_at - %(span)s AND at <= visit.left_at
          AND at >= %(start)s - %(span)s AND at <= %(end)s AND %(most)s::int IS NOT NULL
          AND coalesce(later_at[cardinality(later_at)], at) >= visit.entered_at
        ORDER BY at DESC LIMIT greatest(%(most)s::int / 2, 1)) AS row) AS judged
     WHERE judged.at >= visit.entered_at AND judged.at <= visit.left_at
     ORDER BY judged.at DESC LIMIT 1 OFFSET greatest(%(most)s::int / 2 - 1, 0))
FROM telemetry.visit AS visit WHERE visit.id = ANY(%(ids)s)
"""
# The positions of some stretches.
OBSERVED = """
SELECT stretch.number, o.id, o.sender, o.at, o.received_at, o.lon, o.lat, o.h_acc_m, o.v_acc_m,
    o.alt_m, o.alt_ref, o.speed_mps
FROM unnest(%(number)s::int[], %(operator)s::text[], %(vehicle)s::text[],
    %(since)s::timestamptz[], %(until)s::timestamptz[])
    AS stretch (number, operator, vehicle, since, until), telemetry.known_observation AS o
WHERE o.track = telemetry.track_of(stretch.operator, stretch.vehicle)
  AND o.operator = stretch.operator AND o.vehicle = stretch.vehicle
  AND o.at >= stretch.since AND o.at <= stretch.until AND o.at >= %(start)s AND o.at <= %(end)s
ORDER BY stretch.number, o.at, o.id LIMIT %(limit)s
"""
# The verdicts on them, of every zone or of one, as they are in rows.
JUDGED = """
SELECT stretch.number, v.observation_id, v.zone_id, v.zone_version, v.permit_id, v.permit_version,
    v.kind, v.reason, v.relation, v.rulebook_version, v.margin_m, v.margin_s,
    v.later_observations, v.later_margins_m, v.later_margins_s
FROM unnest(%(number)s::int[], %(operator)s::text[], %(vehicle)s::text[],
    %(begun)s::timestamptz[], %(until)s::timestamptz[], %(zone)s::text[], %(zone_version)s::int[])
    AS stretch (number, operator, vehicle, begun, until, zone, zone_version),
    telemetry.known_verdict AS v
WHERE v.track = telemetry.track_of(stretch.operator, stretch.vehicle)
  AND v.operator = stretch.operator AND v.vehicle = stretch.vehicle
  AND v.at >= stretch.begun AND v.at <= stretch.until
  AND v.at >= %(start)s - %(span)s AND v.at <= %(end)s
  AND (stretch.zone IS NULL
       OR (v.zone_id = stretch.zone AND v.zone_version = stretch.zone_version))
ORDER BY stretch.number, v.zone_id, v.at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Where to read: a vehicle's positions of a time, with the verdicts of one zone or of all.

    Those are in rows of which none that has `begun` earlier tells of it or is not read already.
    """

    number: int
    operator: OperatorId
    vehicle: VehicleId
    since: datetime
    until: datetime
    begun: datetime
    zone: ZoneId | None = None
    zone_version: int | None = None


class _Ends(NamedTuple):
    """The positions that bound a visit, and up to and from where it is read; None is open."""

    before: datetime | None
    after: datetime | None
    head: datetime | None
    tail: datetime | None


def of_vehicle(connection: Connection, vehicle: VehicleKey, window: Window) -> Iterator[Sighting]:
    """Yield a vehicle's positions in a window with their verdicts, none outside every zone."""
    if window.start is None or window.end is None:
        msg = "positions are read of a time that begins and ends"
        raise ValueError(msg)
    asked = _Stretch(
        number=0,
        operator=vehicle.operator,
        vehicle=vehicle.vehicle,
        since=window.start,
        until=window.end,
        begun=window.start - SPAN,
    )
    for _number, sighting in _read(connection, [asked], limit=MOST_SIGHTINGS):
        yield sighting


def of_visits(
    connection: Connection, visits: Sequence[Visit], most: int | None
) -> dict[VisitId, tuple[Sighting, ...]]:
    """Return the positions and verdicts each visit rests on: all, or `most` at its ends."""
    if not visits:
        return {}
    by_id = {each.id: each for each in visits}
    named = {
        "ids": list(by_id),
        "around": AROUND,
        "start": min(each.entered_at for each in visits) - AROUND,
        "end": max(each.left_at for each in visits) + AROUND,
        "span": SPAN,
        "most": most,
    }
    found: list[list[Sighting]] = [[] for _ in visits]
    place = {name: number for number, name in enumerate(by_id)}
    stretches = [
        stretch
        for name, *ends in connection.execute(ENDS, named)
        for stretch in _stretches(place[name], by_id[name], _Ends(*ends))
    ]
    for number, sighting in _read(connection, stretches):
        found[number].append(sighting)
    return {name: beneath(by_id[name], found[number], most) for name, number in place.items()}


def _stretches(number: int, visit: Visit, ends: _Ends) -> Iterator[_Stretch]:
    """Yield what is read of a visit: all of it, or what is on either side of its middle."""
    parts = [(ends.before or visit.entered_at, ends.after or visit.left_at)]
    if ends.head is not None and ends.tail is not None and ends.head < ends.tail:
        parts = [(parts[0][0], ends.head), (ends.tail, parts[0][1])]
    read = parts[0][0] - SPAN
    for since, until in parts:
        begun, read = max(since - SPAN, read), until + INSTANT
        yield _Stretch(
            number=number,
            operator=visit.vehicle.operator,
            vehicle=visit.vehicle.vehicle,
            since=since,
            until=until,
            begun=begun,
            zone=visit.zone,
            zone_version=visit.zone_version,
        )


def _read(
    connection: Connection, stretches: Sequence[_Stretch], limit: int | None = None
) -> Iterator[tuple[int, Sighting]]:
    """Yield the positions of stretches with each verdict on them, and the number of the stretch."""
    if not stretches:
        return
    named = {
        "number": [each.number for each in stretches],
        "operator": [each.operator for each in stretches],
        "vehicle": [each.vehicle for each in stretches],
        "since": [each.since for each in stretches],
        "until": [each.until for each in stretches],
        "begun": [each.begun for each in stretches],
        "zone": [each.zone for each in stretches],
        "zone_version": [each.zone_version for each in stretches],
        "start": min(each.since for each in stretches),
        "end": max(each.until for each in stretches),
        "span": SPAN,
        "limit": limit,
    }
    observed = connection.cursor(binary=True).execute(OBSERVED, named).fetchall()
    judged = _judged(connection, named)
    for row in observed:
        for verdict in judged.get(row[:2], (None,)):
            yield row[0], sighting_of(row[1:], verdict)


def _judged(
    connection: Connection, named: Mapping[str, object]
) -> Mapping[TupleRow, Sequence[TupleRow]]:
    """Return the verdicts on each position of each stretch."""
    found = defaultdict(list)
    for row in connection.cursor(binary=True).execute(JUDGED, named):
        *said, rules, margin_m, margin_s, later, later_m, later_s = row[2:]
        found[row[:2]].append((*said, margin_m, margin_s, rules))
        for place, observation in enumerate(later or ()):
            margins = (each[place] if each else None for each in (later_m, later_s))
            found[row[0], observation].append((*said, *margins, rules))
    return found
