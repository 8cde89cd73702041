"""How is what stays come to written over the verdicts on the fixes, and beside them?"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.demanding import Found, take
from telemetry.lodging.asking import presences_of
from telemetry.lodging.stays import Measured
from telemetry.model import Observations, Reason, Verdicts
from telemetry.rulebook import Rulebook
from zones.columns import Relation

LEFT = int(Relation.LEFT)


class Finding(NamedTuple):
    """What a rule found of the presence that a verdict is about."""

    verdict: int
    said: Measured


class Exit(NamedTuple):
    """What a zone that was just left comes to; `permit` as in verdicts."""

    row: int
    zone: int
    permit: int
    reason: Reason
    said: Measured


def written(
    batch: Observations,
    verdicts: Verdicts,
    found: Mapping[Reason, Sequence[Finding]],
    rulebook: Rulebook,
) -> Verdicts:
    """Return the verdicts with what rules found where that is worse."""
    kind, reason = verdicts.kind.copy(), verdicts.reason.copy()
    margin_s, presences = verdicts.margin_s.copy(), presences_of(verdicts)
    # In one order, whatever was found first.
    for why, findings in sorted(found.items()):
        rows = np.array([each.verdict for each in findings], np.intp)
        said = np.array([each.said.kind for each in findings], np.int8)
        margins = np.array([each.said.margin_s for each in findings])
        asking = Found(rows, said, why, _stating(why, rulebook))
        worse = take(asking, batch, presences, rulebook, kind, reason)
        margin_s[rows[worse]] = margins[worse]
    return replace(verdicts, kind=kind, reason=reason, margin_s=margin_s)


def with_exits(verdicts: Verdicts, exits: Sequence[Exit]) -> Verdicts:
    """Return the verdicts with those on zones that were left, in the order of all."""
    if not exits:
        return verdicts
    nothing = np.full(len(exits), np.nan)
    added = {
        "observation": [each.row for each in exits],
        "zone": [each.zone for each in exits],
        "relation": [LEFT] * len(exits),
        "kind": [each.said.kind for each in exits],
        "reason": [int(each.reason) for each in exits],
        "permit": [each.permit for each in exits],
        "margin_m": nothing,
        "margin_s": [each.said.margin_s for each in exits],
    }
    columns = {each.name: getattr(verdicts, each.name) for each in fields(Verdicts)}
    joined = {
        name: np.concatenate([column, np.array(added[name], column.dtype)])
        for name, column in columns.items()
    }
    order = np.lexsort((joined["zone"], joined["observation"]))
    return Verdicts(**{name: column[order] for name, column in joined.items()})


def _stating(reason: Reason, rulebook: Rulebook) -> NDArray[np.bool_]:
    """Mark the zones that ask what a reason is about."""
    stating = np.zeros(len(rulebook.zones), bool)
    if rulebook.terms is not None:
        limits = {
            Reason.DWELL: rulebook.terms.dwell_max_s,
            Reason.CAPACITY: rulebook.terms.capacity,
            Reason.MOVEMENTS: rulebook.terms.movements,
        }
        stating = np.isfinite(limits[reason])
    return stating
