"""Who is with whom where a distance is asked for? The newest fix of everybody there, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, Reason, VehicleKey, VerdictKind, Verdicts
from telemetry.rulebook import Rulebook
from telemetry.together.nearness import FIX, WITHIN_MS, Fixes, nearness
from zones.columns import Floats, Relation
from zones.model import Layer

AIR = Layer.AIR.code
ALONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Fixes in the order they happened, whose they are, and the operation each belongs to.

    `close` are the vehicles between which and others something goes on.
    """

    vehicles: tuple[VehicleKey, ...] = ()
    groups: tuple[str, ...] = ()
    fixes: Fixes = field(default_factory=lambda: np.empty(0, FIX))
    close: frozenset[VehicleKey] = frozenset()


class Near(NamedTuple):
    """Whom an observation is, or may be, too near to, and the zone that asks for the distance."""

    other: VehicleKey
    certain: bool
    zone: int


ALL_ALONE = Company()
Nears = dict[int, list[Near]]


def joined(
    company: Company, batch: Observations, verdicts: Verdicts, rulebook: Rulebook
) -> tuple[Company, Nears]:
    """Add a batch's fixes, one at least as new as the other; return by row whom each came near."""
    asked = rulebook.separations_m
    if asked is None:
        return replace(ALL_ALONE, close=company.close), {}
    stated = ~np.isnan(asked[verdicts.zone]).all(axis=1) & (verdicts.reason != Reason.OVERRIDDEN)
    mine = np.flatnonzero(stated)
    if not len(mine):
        return company, {}
    zones = dict(
        zip(verdicts.observation[mine].tolist(), verdicts.zone[mine].tolist(), strict=True)
    )
    rows = np.array(sorted(zones))
    fixes = np.concatenate([company.fixes, _fixes(batch, verdicts, mine, asked)[rows]])
    operations = _operations(verdicts, rulebook)
    vehicles = [*company.vehicles, *(batch.vehicles[n] for n in batch.vehicle[rows].tolist())]
    groups = [*company.groups, *(operations.get(row, "") for row in rows.tolist())]
    order = np.argsort(fixes["at_ms"], kind="stable")
    fixes, ordered = fixes[order], order.tolist()
    whole = Company(
        vehicles=tuple(vehicles[n] for n in ordered),
        groups=tuple(groups[n] for n in ordered),
        fixes=fixes,
        close=company.close,
    )
    fixes["vehicle"] = _numbered(whole.vehicles)
    fixes["group"] = np.where(np.array(whole.groups) == "", ALONE, _numbered(whole.groups))
    fresh = {
        n: int(rows[each - len(company.vehicles)])
        for n, each in enumerate(ordered)
        if each >= len(company.vehicles)
    }
    return _newest(whole), _nears(whole, fresh, zones)


def _nears(whole: Company, fresh: dict[int, int], zones: dict[int, int]) -> Nears:
    """Return by row of the batch whom it came near; what is known from before is not told again."""
    pairs = nearness(whole.fixes)
    found: Nears = {}
    columns = (pairs.first.tolist(), pairs.second.tolist(), pairs.certain.tolist())
    for first, second, certain in zip(*columns, strict=True):
        mine, other = (second, first) if second in fresh else (first, second)
        if mine in fresh:
            row = fresh[mine]
            near = Near(other=whole.vehicles[other], certain=certain, zone=zones[row])
            found.setdefault(row, []).append(near)
    return found


def _newest(whole: Company) -> Company:
    """Keep the newest fix of each vehicle, while it may yet be compared with another."""
    since = int(whole.fixes["at_ms"][-1]) - WITHIN_MS
    newest = {vehicle: n for n, vehicle in enumerate(whole.vehicles)}
    rows = [n for n in sorted(newest.values()) if whole.fixes["at_ms"][n] >= since]
    return Company(
        vehicles=tuple(whole.vehicles[n] for n in rows),
        groups=tuple(whole.groups[n] for n in rows),
        fixes=whole.fixes[rows],
        close=whole.close,
    )


def _fixes(batch: Observations, verdicts: Verdicts, mine: NDArray[np.intp], asked: Floats) -> Fixes:
    """Lay the batch out; of several zones the greatest distances count.

    Where a zone states one distance, that holds in height as well in the air, and anywhere above
    or below on the ground and the water.
    """
    at = batch.positions
    fixes = np.zeros(len(batch), FIX)
    for name in ("layer", "alt_ref", "at_ms", "lon", "lat", "alt_m", "h_acc_m", "v_acc_m"):
        fixes[name] = getattr(at, name)
    fixes["speed_mps"] = batch.speed_mps
    row, (across, in_height) = verdicts.observation[mine], asked[verdicts.zone[mine]].T
    flat = np.where(at.layer[row] == AIR, across, np.inf)
    in_height = np.where(np.isnan(in_height), flat, in_height)
    across = np.where(np.isnan(across), in_height, across)
    sure = verdicts.relation[mine] == Relation.INSIDE
    for which, surely in (("maybe", np.ones(len(mine), bool)), ("sure", sure)):
        np.maximum.at(fixes[f"{which}_m"], row[surely], across[surely])
        np.maximum.at(fixes[f"{which}_height_m"], row[surely], in_height[surely])
    return fixes


def _operations(verdicts: Verdicts, rulebook: Rulebook) -> dict[int, str]:
    """Return the operation that each observation's permit is for; its vehicles are together."""
    held = np.flatnonzero((verdicts.permit >= 0) & (verdicts.kind == VerdictKind.COMPLIANT))
    found: dict[int, str] = {}
    columns = verdicts.observation[held].tolist(), verdicts.permit[held].tolist()
    for row, number in zip(*columns, strict=True):
        permit = rulebook.permits[number]
        named = permit.application.reference
        found[row] = f"{permit.application.operator}/{named}" if named else str(permit.id)
    return found


def _numbered(names: Sequence[object]) -> NDArray[np.int32]:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(each, len(numbers)) for each in names], np.int32)
