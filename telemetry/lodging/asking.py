"""Which fixes of a batch are asked about stays, and which uses does no zone bind?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.lodging.lodgers import Lodgers
from telemetry.model import Observations, VehicleKey, Verdicts, Visit
from telemetry.rulebook import NO_PURPOSE, Rulebook
from telemetry.terms import Terms
from zones.columns import Presences
from zones.model import Restriction, ZoneId
from zones.precedence import outranked

FREE = Restriction.NO_RESTRICTION.code

Rows = NDArray[np.intp]
Passages = Mapping[int, Sequence[Visit]]


class Moved(NamedTuple):
    """A batch with its verdicts, the visits it ended, what of it is news.

    `before` tells where vehicles stood until then, as rows of `telemetry.following.stands`.
    """

    batch: Observations
    ids: NDArray[np.int64]
    verdicts: Verdicts
    visits: Sequence[Visit]
    news: NDArray[np.bool_]
    before: Callable[[tuple[VehicleKey, ...]], NDArray[Any]]


def asked_of(moved: Moved, terms: Terms) -> Rows:
    """Return the verdicts in zones that ask anything of stays, on fixes that are news."""
    verdicts = moved.verdicts
    return np.flatnonzero(terms.stated[verdicts.zone] & moved.news[verdicts.observation])


def passages_of(moved: Moved, terms: Terms, rulebook: Rulebook) -> Passages:
    """Return by row the visits to such zones between two fixes outside."""
    found: dict[int, list[Visit]] = {}
    for visit in moved.visits:
        number = rulebook.numbers.get((visit.zone, visit.zone_version))
        if visit.observations or number is None or not terms.stated[number]:
            continue
        row = int(np.searchsorted(moved.ids, visit.last_observation))
        if row < len(moved.ids) and moved.ids[row] == visit.last_observation:
            found.setdefault(row, []).append(visit)
    return found


def concerned(lodgers: Lodgers, moved: Moved, asked: Rows, passages: Passages) -> Rows:
    """Return the fixes of all vehicles that are, or were, in such a zone."""
    batch = moved.batch
    marks = np.zeros(len(batch.vehicles), bool)
    if len(lodgers):
        marks[:] = [vehicle in lodgers for vehicle in batch.vehicles]
    marks[batch.vehicle[moved.verdicts.observation[asked]]] = True
    marks[batch.vehicle[list(passages)]] = True
    return np.flatnonzero(moved.news & marks[batch.vehicle])


def by_row(verdicts: Verdicts, asked: Rows, rulebook: Rulebook) -> dict[int, dict[ZoneId, int]]:
    """Return the verdicts asked about, by row and zone."""
    found: dict[int, dict[ZoneId, int]] = {}
    columns = (verdicts.observation[asked], verdicts.zone[asked], asked)
    for row, zone, verdict in zip(*(column.tolist() for column in columns), strict=True):
        found.setdefault(row, {})[rulebook.zones[zone].id] = verdict
    return found


def unbound(moved: Moved, asked: Rows, terms: Terms, rulebook: Rulebook) -> frozenset[int]:
    """Return the verdicts in zones closed to transit that these do not restrict.

    Or that another of higher priority lets through, surely or perhaps.
    """
    verdicts, batch = moved.verdicts, moved.batch
    closed = asked[terms.closed[verdicts.zone[asked]]]
    if not len(closed):
        return frozenset()
    held = [rulebook.permits[n] if n >= 0 else None for n in verdicts.permit[closed].tolist()]
    purpose = [NO_PURPOSE if each is None else each.application.purpose.code for each in held]
    one = batch.vehicle[verdicts.observation[closed]]
    kind = rulebook.holders.of(batch.vehicles).rows["kind"][one]
    free = rulebook.restriction[verdicts.zone[closed], purpose, kind] == FREE
    if rulebook.outranking:
        layer = batch.positions.layer
        above = outranked(presences_of(verdicts), layer, rulebook.ranks, terms.closed)
        free |= above.surely[closed] | above.perhaps[closed]
    return frozenset(closed[free].tolist())


def binds(moved: Moved, row: int, zone: int, visit: Visit, rulebook: Rulebook) -> bool:
    """Tell whether a zone restricts a use that passed through it at all."""
    one = moved.batch.vehicle.item(row)
    purpose = NO_PURPOSE if visit.purpose is None else visit.purpose.code
    kind = rulebook.holders.of(moved.batch.vehicles).rows["kind"][one]
    return bool(rulebook.restriction[zone, purpose, kind] != FREE)


def presences_of(verdicts: Verdicts) -> Presences:
    """Return where the verdicts are about."""
    return Presences(
        position=verdicts.observation,
        zone=verdicts.zone,
        relation=verdicts.relation,
        margin_m=verdicts.margin_m,
    )
