"""Reads what was recorded: positions, visits, alerts and the evidence behind them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from permits.parties import OperatorId
from telemetry.kept.evidence import (
    Selection,
    Sighting,
    TrackPage,
    VisitEvidence,
    VisitHistory,
)
from telemetry.model import VehicleKey, Visit, VisitId
from telemetry.store import sightings
from telemetry.store.rows import former_visit_from_row, visit_from_row
from zones.periods import Window

MOST_POSITIONS = 20_000

# A vehicle's positions in a stretch of time; `at` bounds the partitions read. Each column is sent
# in one piece: to make thousands of rows of it on either side takes as long as to find them.
TRACK = """
SELECT string_agg(timestamptz_send(at), ''), string_agg(float8send(lon), ''),
    string_agg(float8send(lat), ''), string_agg(float8send(coalesce(alt_m, 'NaN')), ''),
    string_agg(float8send(coalesce(speed_mps, 'NaN')), ''), string_agg(sender, E'\\n')
FROM (
    SELECT at, lon, lat, alt_m, speed_mps, sender FROM telemetry.own_observation
    WHERE track = telemetry.track_of(%(operator)s, %(vehicle)s)
      AND operator = %(operator)s AND vehicle = %(vehicle)s AND at >= %(start)s AND at < %(end)s
    ORDER BY at, id LIMIT %(limit)s) AS found
"""
# What the database counts microseconds from.
EPOCH_MS = 946_684_800_000
# A page of visits, newest first.
VISITS = """
SELECT * FROM telemetry.visit
WHERE (%(operator)s::text IS NULL OR operator = %(operator)s)
  AND (%(vehicle)s::text IS NULL OR vehicle = %(vehicle)s)
  AND (%(zone)s::text IS NULL OR zone_id = %(zone)s)
  AND (%(layer)s::smallint IS NULL OR layer = %(layer)s)
  AND (%(at)s::timestamptz IS NULL OR (entered_at <= %(at)s AND left_at >= %(at)s))
  AND (%(before)s::timestamptz IS NULL OR (entered_at, id) < (%(before)s, %(before_id)s::uuid))
ORDER BY entered_at DESC, id DESC LIMIT %(limit)s
"""
# Every visit that touches a window, also the ones that end as it begins.
VISITS_TOUCHING = """
SELECT * FROM telemetry.visit
WHERE left_at >= %(start)s AND entered_at < %(end)s ORDER BY entered_at, id
"""
# How many visits that began in a window are not over yet, by operator, as written down last.
OPEN = """
SELECT operator, count(*) AS visits
FROM telemetry.track, jsonb_array_elements(track.track::jsonb -> 'stays') AS stay
WHERE (stay ->> 'entered_ms')::bigint >= %(start_ms)s
  AND (stay ->> 'entered_ms')::bigint < %(end_ms)s
GROUP BY operator
"""
# Some visits.
VISITS_NAMED = "SELECT * FROM telemetry.visit WHERE id = ANY(%(ids)s)"
# What was said of it before late positions corrected it, the first first.
FORMER_VISITS = """
SELECT before.corrected_at AS until, before.late, former.*
FROM telemetry.visit_before AS before,
    jsonb_populate_record(NULL::telemetry.visit, before.said) AS former
WHERE before.id = %(id)s ORDER BY before.corrected_at
"""

# Visits of a window, by when they began or were said to, that late positions changed: are they
# visits still? Of a time whose positions are dropped nothing is told to be gone: visits go, too.
CORRECTED = """
SELECT DISTINCT before.id, visit.id IS NOT NULL AS stands
FROM telemetry.visit_before AS before LEFT JOIN telemetry.visit ON visit.id = before.id
WHERE (visit.entered_at >= %(start)s AND visit.entered_at < %(end)s)
   OR ((before.said ->> 'entered_at')::timestamptz >= %(start)s
       AND (before.said ->> 'entered_at')::timestamptz < %(end)s
       AND (visit.id IS NOT NULL OR (before.said ->> 'left_at')::timestamptz >=
            (SELECT dropped.before FROM telemetry.dropped WHERE relation = 'observation')))
"""


class History:
    """The record of what vehicles did, as it is read."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def track(self, vehicle: VehicleKey, window: Window) -> TrackPage:
        """Return a vehicle's positions in a window, oldest first, and where the next ones begin."""
        named = {
            "operator": vehicle.operator,
            "vehicle": vehicle.vehicle,
            "start": window.start,
            "end": window.end,
            "limit": MOST_POSITIONS,
        }
        with self._pool.connection() as connection:
            row = connection.cursor(binary=True).execute(TRACK, named).fetchone()
        *parts, senders = row or (None,)
        at, *columns = (each or b"" for each in parts)
        at_ms = np.frombuffer(at, ">i8") // 1000 + EPOCH_MS
        kept, following = len(at_ms), None
        if kept == MOST_POSITIONS and at_ms[0] != at_ms[-1]:
            # Of the last instant there may be more: it begins the next page, whole.
            kept = int(np.searchsorted(at_ms, at_ms[-1]))
            following = datetime.fromtimestamp(int(at_ms[-1]) / 1000, UTC)
        lon, lat, alt_m, speed_mps = (np.frombuffer(each, ">f8")[:kept] for each in columns)
        return TrackPage(
            at_ms=at_ms[:kept],
            lon=lon,
            lat=lat,
            alt_m=alt_m,
            speed_mps=speed_mps,
            senders=(senders or "").split("\n")[:kept],
            following=following,
        )

    def sightings(self, vehicle: VehicleKey, window: Window) -> tuple[Sighting, ...]:
        """Return a vehicle's positions in a window with their verdicts, none outside every zone."""
        with self._pool.connection() as connection:
            return tuple(sightings.of_vehicle(connection, vehicle, window))

    def visits(self, selection: Selection) -> tuple[Visit, ...]:
        """Return a page of visits, newest first."""
        return tuple(map(visit_from_row, self._rows(VISITS, selected(selection))))

    def visits_touching(self, window: Window) -> tuple[Visit, ...]:
        """Return every visit that shares an instant with the window or ends as it begins."""
        named = {"start": window.start or "-infinity", "end": window.end or "infinity"}
        return tuple(map(visit_from_row, self._rows(VISITS_TOUCHING, named)))

    def corrected(self, window: Window) -> dict[VisitId, bool]:
        """Return the visits of a window that late positions changed, and whether they still are."""
        named = {"start": window.start or "-infinity", "end": window.end or "infinity"}
        return {row["id"]: row["stands"] for row in self._rows(CORRECTED, named)}

    def open_visits(self, start_ms: int, end_ms: int) -> dict[OperatorId, int]:
        """Return how many visits that began between two instants are not over yet, by operator."""
        rows = self._rows(OPEN, {"start_ms": start_ms, "end_ms": end_ms})
        return {OperatorId(row["operator"]): row["visits"] for row in rows}

    def visit_history(self, name: VisitId) -> VisitHistory | None:
        """Return a visit as it stands, and what was said of it before; None if it never was."""
        visit = next(map(visit_from_row, self._rows(VISITS_NAMED, {"ids": [name]})), None)
        former = tuple(map(former_visit_from_row, self._rows(FORMER_VISITS, {"id": name})))
        return VisitHistory(visit=visit, former=former) if visit or former else None

    def visit_evidence(
        self, names: Collection[VisitId], most: int | None = None
    ) -> dict[VisitId, VisitEvidence]:
        """Return visits with the positions and verdicts under each: all, or `most` at its ends."""
        visits = tuple(map(visit_from_row, self._rows(VISITS_NAMED, {"ids": list(names)})))
        with self._pool.connection() as connection:
            found = sightings.of_visits(connection, visits, most)
        return {each.id: VisitEvidence(visit=each, sightings=found[each.id]) for each in visits}

    def _rows(self, statement: str, named: Mapping[str, object]) -> Sequence[DictRow]:
        with self._pool.connection() as connection:
            return connection.cursor(row_factory=dict_row).execute(statement, named).fetchall()


def selected(selection: Selection) -> dict[str, object]:
    """Return what a selection asks, named as the statements name it."""
    west, south, east, north = selection.bounds or (None, None, None, None)
    before, before_id = selection.before or (None, None)
    return {
        "operator": selection.operator,
        "vehicle": selection.vehicle,
        "zone": selection.zone,
        "state": selection.state and selection.state.value,
        "layer": None if selection.layer is None else selection.layer.code,
        "at": selection.at,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "before": before,
        "before_id": before_id,
        "limit": selection.limit,
    }
