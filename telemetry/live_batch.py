"""What of a batch is for people who watch now? What is old is history, not news."""

from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Alert, Observations, Verdicts
from telemetry.rulebook import Rulebook

FRESH_MS = 600_000


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


def fresh(
    batch: Observations,
    ids: NDArray[np.int64],
    verdicts: Verdicts,
    rulebook: Rulebook,
    now: datetime,
) -> LiveBatch:
    """Return the part of a batch that is not older than ten minutes, without alerts yet."""
    oldest_ms = round(now.timestamp() * 1000) - FRESH_MS
    kept = batch.positions.at_ms >= oldest_ms
    if kept.all():
        return LiveBatch(observations=batch, ids=ids, verdicts=verdicts, rulebook=rulebook)
    rows = np.flatnonzero(kept)
    return LiveBatch(
        observations=batch.take(rows),
        ids=ids[rows],
        verdicts=_verdicts(verdicts, kept),
        rulebook=rulebook,
    )


def _verdicts(verdicts: Verdicts, kept: NDArray[np.bool_]) -> Verdicts:
    """Keep the verdicts on the observations kept, pointing to their new rows."""
    mine = kept[verdicts.observation]
    renumbered = np.cumsum(kept, dtype=np.int32) - 1
    columns = {field.name: getattr(verdicts, field.name)[mine] for field in fields(Verdicts)}
    columns["observation"] = renumbered[columns["observation"]].astype(np.int32)
    return Verdicts(**columns)
