"""What follows from a batch, given where every vehicle stands: verdicts, visits, alerts?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from telemetry.alerts import Situations, alert, hush
from telemetry.judging import judge
from telemetry.live_batch import LiveBatch, fresh
from telemetry.model import NO_OBSERVATIONS, Alert, Observations, VehicleKey, Verdicts, Visit
from telemetry.rulebook import Rulebook
from telemetry.tracks import Track, advance, silence

NO_TRACKS: Mapping[VehicleKey, Track] = MappingProxyType({})
NO_VERDICTS = Verdicts(
    observation=np.empty(0, np.int32),
    zone=np.empty(0, np.int32),
    relation=np.empty(0, np.int8),
    kind=np.empty(0, np.int8),
    reason=np.empty(0, np.int8),
    permit=np.empty(0, np.int32),
    margin_m=np.empty(0, np.float64),
)
NO_SITUATIONS: Mapping[VehicleKey, Situations] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where vehicles stand: their tracks, and the situations people are or may be told of."""

    tracks: Mapping[VehicleKey, Track] = field(default_factory=lambda: NO_TRACKS)
    situations: Mapping[VehicleKey, Situations] = field(default_factory=lambda: NO_SITUATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """The standings that changed, the visits that ended, and what people now are told."""

    standing: Standing
    visits: tuple[Visit, ...]
    alerts: tuple[Alert, ...]
    news: LiveBatch
    verdicts: Verdicts | None = None


def consequences(
    standing: Standing,
    batch: Observations,
    ids: NDArray[np.int64],
    rulebook: Rulebook,
    now: datetime,
) -> Consequences:
    """Judge a batch, move the tracks on by it, and alert of what is not yet history."""
    verdicts = judge(batch, rulebook)
    advanced = advance(standing.tracks, batch, verdicts, rulebook, ids)
    news = fresh(batch, ids, verdicts, rulebook, now)
    alerted = alert(standing.situations, news.observations, news.verdicts, rulebook)
    return Consequences(
        standing=Standing(tracks=advanced.tracks, situations=alerted.situations),
        visits=advanced.visits,
        alerts=alerted.alerts,
        verdicts=verdicts,
        news=replace(news, alerts=alerted.alerts),
    )


def quiet(standing: Standing, rulebook: Rulebook, now: datetime) -> Consequences:
    """End the stays of vehicles that fell silent, and alert where a permit is running."""
    hushed = silence(standing.tracks, now, rulebook)
    silent = [hushed.tracks[key] for key in hushed.silent]
    alerted = hush(standing.situations, silent, rulebook, now)
    return Consequences(
        standing=Standing(tracks=hushed.tracks, situations=alerted.situations),
        visits=hushed.visits,
        alerts=alerted.alerts,
        news=LiveBatch(
            observations=NO_OBSERVATIONS,
            ids=np.empty(0, np.int64),
            verdicts=NO_VERDICTS,
            rulebook=rulebook,
            alerts=alerted.alerts,
        ),
    )
