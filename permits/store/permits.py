"""Permits and the requests that made them in the database; versions are only ever added."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from permits.documents import from_document, to_document
from permits.model import Application, Permit, PermitId
from permits.requests import KeyReused, Request
from permits.search import Page, Search
from permits.store.columns import box, union, written

Connection = psycopg.Connection[Any]

# Write down one version, whole.
ADD_VERSION = """
INSERT INTO permits.version (permit, version, move, state, by, recorded_at, document)
SELECT %(permit)s::uuid, %(version)s::integer, %(move)s, %(state)s, %(by)s,
    %(recorded_at)s::timestamptz, %(document)s::jsonb FROM fits
ON CONFLICT DO NOTHING
"""
# Make a new permit findable.
ADD_PERMIT = """
INSERT INTO permits.permit
    (id, version, operator, layer, purpose, state, decision, during, ends, bounds)
SELECT %(permit)s::uuid, %(version)s::integer, %(operator)s, %(layer)s, %(purpose)s, %(state)s,
    %(decision)s, %(meanwhile)s::tstzmultirange, %(ends)s::timestamptz, %(bounds)s::box FROM fits
"""
# Write down the next versions of permits, whole; those that somebody else wrote are left out.
ADD_VERSIONS = """
INSERT INTO permits.version (permit, version, move, state, by, recorded_at, document)
SELECT permit, version, move, state, by, recorded_at, document
FROM jsonb_to_recordset(%(rows)s::jsonb) AS turned (permit uuid, version integer, move text,
    state text, by text, recorded_at timestamptz, document jsonb)
ON CONFLICT DO NOTHING RETURNING permit
"""
# Let permits be found by their latest versions.
TURN_PERMITS = """
UPDATE permits.permit p SET version = turned.version, state = turned.state,
    decision = turned.decision, layer = turned.layer, purpose = turned.purpose,
    during = turned.meanwhile, ends = turned.ends, bounds = turned.bounds
FROM jsonb_to_recordset(%(rows)s::jsonb) AS turned (permit uuid, version integer, state text,
    decision text, layer text, purpose text, meanwhile tstzmultirange, ends timestamptz, bounds box)
WHERE p.id = turned.permit
"""
# The latest version of a permit.
LATEST = """
SELECT v.document FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version) WHERE p.id = %(id)s
"""
# One version of a permit.
VERSION = """
SELECT document FROM permits.version WHERE permit = %(id)s AND version = %(version)s
"""
# Permits by their latest version, newest first.
SEARCH = """
SELECT p.number, v.document FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
WHERE (%(permit)s::uuid IS NULL OR p.id = %(permit)s)
  AND (%(operator)s::text IS NULL OR p.operator = %(operator)s)
  AND (%(state)s::text IS NULL OR p.state = %(state)s)
  AND (%(decision)s::text IS NULL OR p.decision = %(decision)s)
  AND (NOT %(decided)s OR p.decision IS NOT NULL)
  AND (NOT %(waiting)s OR p.asks_officer OR p.state = 'needs_review')
  AND (%(layer)s::text IS NULL OR p.layer = %(layer)s)
  AND (%(purpose)s::text IS NULL OR p.purpose = %(purpose)s)
  AND (%(at)s::timestamptz IS NULL OR p.during @> %(at)s::timestamptz)
  AND (%(west)s::float8 IS NULL OR p.bounds &&
       box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)))
  AND (%(before)s::bigint IS NULL OR p.number < %(before)s)
ORDER BY p.number DESC LIMIT %(limit)s
"""
# The version that first granted each permit, of those decided in a span: what is billed once.
GRANTED_BETWEEN = """
SELECT v.document FROM permits.version v
WHERE v.state = 'granted' AND (v.document ->> 'decided_at')::timestamptz >= %(start)s
  AND (v.document ->> 'decided_at')::timestamptz < %(end)s
  AND NOT EXISTS (SELECT FROM permits.version earlier WHERE earlier.permit = v.permit
      AND earlier.version < v.version AND earlier.state = 'granted')
ORDER BY v.permit
"""
# Tell those who keep copies that what is granted changed: by a permit, or by many.
CHANGED = "SELECT pg_notify('octroi_permits', %(permit)s::uuid::text) FROM fits"
CHANGED_MANY = "SELECT pg_notify('octroi_permits', id::text) FROM unnest(%(permits)s::uuid[]) AS id"
# Take an idempotency key; whoever took it first is waited for.
CLAIM = """
INSERT INTO permits.request (scope, key, digest, recorded_at)
VALUES (%(scope)s, %(key)s, %(digest)s, %(at)s) ON CONFLICT DO NOTHING
"""
# Take it for what it is answered with in the same statement, unless somebody took it first.
CLAIM_SETTLED = """
INSERT INTO permits.request (scope, key, digest, permit, version, recorded_at)
SELECT %(scope)s, %(key)s, %(digest)s::bytea, %(permit)s::uuid, %(version)s::integer,
    %(decided_at)s::timestamptz FROM stands
ON CONFLICT DO NOTHING RETURNING permit
"""
# What a taken key was used for.
CLAIMED = """
SELECT digest, permit, version FROM permits.request WHERE scope = %(scope)s AND key = %(key)s
"""
# Remember the answer under the key.
SETTLE = """
UPDATE permits.request SET permit = %(permit)s, version = %(version)s
WHERE scope = %(scope)s AND key = %(key)s
"""


def turn(connection: Connection, permits: Sequence[Permit]) -> frozenset[PermitId]:
    """Record the next versions of permits; return whose nobody else wrote first."""
    if not permits:
        return frozenset()
    rows = [recording(each) for each in permits]
    for row in rows:
        row["document"] = msgspec.Raw(row["document"].encode())
    found = connection.execute(ADD_VERSIONS, {"rows": _written(rows)})
    written = frozenset(PermitId(permit) for (permit,) in found)
    turned = [{**row, "document": None} for row in rows if row["permit"] in written]
    if turned:
        connection.execute(TURN_PERMITS, {"rows": _written(turned)})
    return written


def recording(permit: Permit) -> dict[str, Any]:
    """Return the values with which a version is written down and found."""
    asked = permit.application
    return {
        "permit": permit.id,
        "version": permit.version,
        "move": permit.move.value,
        "by": permit.by,
        "recorded_at": permit.recorded_at,
        "document": written(to_document(permit)),
        "operator": asked.operator,
        "layer": asked.layer.value,
        "purpose": asked.purpose.value,
        "state": permit.state.value,
        "decision": permit.decision and permit.decision.value,
        "meanwhile": union(asked.volumes),
        "ends": max(each.end for each in asked.volumes),
        "bounds": _bounds(asked),
    }


def latest(connection: Connection, permit: UUID) -> Permit | None:
    """Return a permit as it stands."""
    return _one(connection.execute(LATEST, {"id": permit}).fetchone())


def version(connection: Connection, permit: UUID, number: int) -> Permit | None:
    """Return a permit as a version of it stood."""
    return _one(connection.execute(VERSION, {"id": permit, "version": number}).fetchone())


def search(connection: Connection, wanted: Search) -> Page:
    """Return a page of permits, newest first."""
    west, south, east, north = wanted.bbox or (None, None, None, None)
    values = {
        "permit": wanted.permit,
        "operator": wanted.operator,
        "state": wanted.state,
        "decision": wanted.decision,
        "decided": wanted.decided,
        "waiting": wanted.waiting,
        "layer": wanted.layer,
        "purpose": wanted.purpose,
        "at": wanted.at,
        "before": wanted.before,
        "limit": wanted.limit + 1,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    rows = connection.execute(SEARCH, values).fetchall()
    shown = rows[: wanted.limit]
    return Page(
        permits=tuple(from_document(document) for _, document in shown),
        next=shown[-1][0] if len(rows) > len(shown) else None,
    )


def granted_between(connection: Connection, start: datetime, end: datetime) -> tuple[Permit, ...]:
    """Return the versions that granted a permit in [start, end)."""
    rows: Iterable[Any] = connection.execute(GRANTED_BETWEEN, {"start": start, "end": end})
    return tuple(from_document(document) for (document,) in rows)


def changed(connection: Connection, permits: Iterable[Permit]) -> None:
    """Announce changes of what is granted; those who listen hear of them at the commit."""
    connection.execute(CHANGED_MANY, {"permits": [each.id for each in permits]})


def claim(connection: Connection, request: Request, at: datetime) -> Permit | None:
    """Take a request's key; return what it was answered with when it was answered before."""
    values = {"scope": request.scope, "key": request.key, "digest": request.digest, "at": at}
    if connection.execute(CLAIM, values).rowcount == 1:
        return None
    return answered(connection, request)


def answered(connection: Connection, request: Request) -> Permit | None:
    """Return what a request was answered with; refuse its key for anything else."""
    values = {"scope": request.scope, "key": request.key}
    row = connection.execute(CLAIMED, values).fetchone()
    if row is None:
        return None
    if bytes(row[0]) != request.digest:
        msg = f"Idempotency-Key: {request.key!r} was already used for another request"
        raise KeyReused(msg)
    return _one(connection.execute(VERSION, {"id": row[1], "version": row[2]}).fetchone())


def claiming(request: Request, permit: Permit) -> dict[str, Any]:
    """Return the values with which a request's key is taken for a permit."""
    values = {"scope": request.scope, "key": request.key, "digest": request.digest}
    return {**values, "decided_at": permit.decided_at}


def settle(connection: Connection, request: Request, permit: Permit) -> None:
    """Remember under the request's key which version answered it."""
    values = {"scope": request.scope, "key": request.key}
    connection.execute(SETTLE, {**values, "permit": permit.id, "version": permit.version})


def _written(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()


def _bounds(asked: Application) -> str:
    """Write the box around all places that are asked for."""
    # What recurs shares one footprint.
    places = {id(each.footprint): each.footprint for each in asked.volumes}
    west, south, east, north = zip(*(each.bounds for each in places.values()), strict=True)
    return box((min(west), min(south), max(east), max(north)))


def _one(row: tuple[Any, ...] | None) -> Permit | None:
    return None if row is None else from_document(row[0])
