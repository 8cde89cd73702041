"""Which observations are in order, but not by the margin that ends an alert?

Judged again as if they were known worse: what then is amiss, or in doubt, is near by.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

import numpy as np

from telemetry.judging import judge
from telemetry.model import Observations, Reason, VerdictKind
from telemetry.rulebook import Rulebook

Missed = Mapping[int, AbstractSet[Reason]]

_REASONS = tuple(Reason)
_NONE = (0.0, 0.0, 0.0)


def within_margins(
    missed: Missed, batch: Observations, rulebook: Rulebook
) -> dict[int, frozenset[Reason]]:
    """Return for each row what of all is amiss or in doubt within the margins of what it missed."""
    rows: dict[tuple[float, float, float], list[int]] = {}
    for row, reasons in missed.items():
        for margins in {rulebook.patience[reason].margins for reason in reasons} - {_NONE}:
            rows.setdefault(margins, []).append(row)
    near: dict[int, frozenset[Reason]] = {}
    for margins, some in rows.items():
        for row, found in _amiss(batch, some, margins, rulebook).items():
            near[row] = near.get(row, frozenset()) | found
    return near


def _amiss(
    batch: Observations, rows: list[int], margins: tuple[float, float, float], rulebook: Rulebook
) -> dict[int, frozenset[Reason]]:
    across_m, in_height_m, in_speed_mps = margins
    some = batch.take(np.array(rows))
    at = some.positions
    wider = replace(
        some,
        positions=replace(at, h_acc_m=at.h_acc_m + across_m, v_acc_m=at.v_acc_m + in_height_m),
        speed_mps=some.speed_mps + in_speed_mps,
    )
    verdicts = judge(wider, rulebook)
    amiss = np.flatnonzero(verdicts.kind != VerdictKind.COMPLIANT)
    found: dict[int, set[Reason]] = {}
    columns = verdicts.observation[amiss].tolist(), verdicts.reason[amiss].tolist()
    for n, code in zip(*columns, strict=True):
        found.setdefault(rows[n], set()).add(_REASONS[code])
    return {row: frozenset(reasons) for row, reasons in found.items()}
