"""What of a batch is for people who watch now? What is old is history, not news."""

from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, Verdicts
from telemetry.rulebook import Rulebook
from telemetry.told import Alert

FRESH_MS = 600_000

Kept = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveBatch:
    """The fresh observations of a committed batch, their verdicts, and the alerts to be told.

    `ids` name the observations; verdicts point to zones and permits of `rulebook`. A batch about
    vehicles that fell silent holds alerts only.
    """

    observations: Observations
    ids: NDArray[np.int64]
    verdicts: Verdicts
    rulebook: Rulebook
    alerts: tuple[Alert, ...] = ()


def recent(batch: Observations, now: datetime) -> Kept:
    """Tell which observations are not older than ten minutes."""
    kept: Kept = batch.positions.at_ms >= round(now.timestamp() * 1000) - FRESH_MS
    return kept


def live(
    batch: Observations,
    ids: NDArray[np.int64],
    verdicts: Verdicts,
    rulebook: Rulebook,
    kept: Kept,
) -> LiveBatch:
    """Return a part of a batch, without alerts yet."""
    if kept.all():
        return LiveBatch(observations=batch, ids=ids, verdicts=verdicts, rulebook=rulebook)
    rows = np.flatnonzero(kept)
    return LiveBatch(
        observations=batch.take(rows),
        ids=ids[rows],
        verdicts=only(verdicts, kept),
        rulebook=rulebook,
    )


def only(verdicts: Verdicts, kept: Kept) -> Verdicts:
    """Keep the verdicts on the observations kept, pointing to their new rows."""
    mine = kept[verdicts.observation]
    renumbered = np.cumsum(kept, dtype=np.int32) - 1
    columns = {field.name: getattr(verdicts, field.name)[mine] for field in fields(Verdicts)}
    columns["observation"] = renumbered[columns["observation"]].astype(np.int32)
    return Verdicts(**columns)
