"""Turns fixes, one by one, into the columns that the hot path works on."""

from collections.abc import Sequence

import numpy as np

from telemetry.model import Fix
from zones.columns import MISSING, UNKNOWN_REFERENCE, Codes, Floats, Positions

EVERY_LAYER = -1


def positions(fixes: Sequence[Fix]) -> Positions:
    """Return the fixes' places, instants, heights and accuracies as columns of one length."""
    return Positions(
        at_ms=np.array([MISSING if f.at_ms is None else f.at_ms for f in fixes], np.int64),
        lon=np.array([f.lon for f in fixes], np.float64),
        lat=np.array([f.lat for f in fixes], np.float64),
        alt_m=numbers([f.alt_m for f in fixes]),
        alt_ref=_references(fixes),
        h_acc_m=np.array([f.h_acc_m for f in fixes], np.float64),
        v_acc_m=np.array([f.v_acc_m for f in fixes], np.float64),
        layer=np.array([EVERY_LAYER if f.layer is None else f.layer.code for f in fixes], np.int8),
    )


def numbers(values: Sequence[float | None]) -> Floats:
    """Return the values as a column, NaN where unknown."""
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _references(fixes: Sequence[Fix]) -> Codes:
    return np.array(
        [UNKNOWN_REFERENCE if f.alt_ref is None else f.alt_ref.code for f in fixes], np.int8
    )
