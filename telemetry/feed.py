"""What does a batch change on the live map: where vehicles are, and what holds for them?"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from telemetry.live_batch import LiveBatch
from telemetry.model import UNREGISTERED, Reason, VerdictKind
from zones.model import HEIGHT_REFERENCES, LAYERS, UNKNOWN_REFERENCE


class Row(NamedTuple):
    """One vehicle's newest position, in the order the pages read it."""

    uid: str
    operator: str
    vehicle: str
    layer: str
    lon: float
    lat: float
    alt_m: float | None
    alt_ref: str | None
    heading_deg: float | None
    speed_mps: float | None
    at_ms: int
    status: str
    permit: str | None


class Standing(NamedTuple):
    """What holds for a vehicle in a zone; `kind` None: it is there no more."""

    uid: str
    zone: str
    kind: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One vehicle at its newest observation of a batch; `row.status` knows no alerts yet."""

    row: Row
    standings: tuple[Standing, ...]


def glances(live: LiveBatch) -> list[Glance]:
    """Return each vehicle of the batch at its newest observation."""
    vehicles, at_ms = live.observations.vehicle, live.observations.positions.at_ms
    order = np.lexsort((at_ms, vehicles))
    last_of_vehicle = np.append(np.diff(vehicles[order]) != 0, [True] * bool(len(order)))
    newest = order[last_of_vehicle]
    first = np.searchsorted(live.verdicts.observation, newest, side="left").tolist()
    last = np.searchsorted(live.verdicts.observation, newest, side="right").tolist()
    rows = zip(newest.tolist(), first, last, strict=True)
    return [_glance(live, row, range(begin, end)) for row, begin, end in rows]


def _glance(live: LiveBatch, row: int, verdicts: range) -> Glance:
    batch, said = live.observations, live.verdicts
    at, key = batch.positions, batch.vehicles[batch.vehicle[row]]
    permits = [int(said.permit[n]) for n in verdicts if said.permit[n] >= 0]
    amiss = any(
        said.kind[n] != VerdictKind.COMPLIANT and said.reason[n] != Reason.NONE for n in verdicts
    )
    return Glance(
        row=Row(
            uid=key.uid,
            operator=key.operator,
            vehicle=key.vehicle,
            layer=LAYERS[max(int(at.layer[row]), 0)],
            lon=round(float(at.lon[row]), 7),
            lat=round(float(at.lat[row]), 7),
            alt_m=_known(at.alt_m[row]),
            alt_ref=_reference(int(at.alt_ref[row])),
            heading_deg=_known(batch.heading_deg[row]),
            speed_mps=_known(batch.speed_mps[row]),
            at_ms=int(at.at_ms[row]),
            status="unregistered" if key.operator == UNREGISTERED else _status(amiss=amiss),
            permit=str(live.rulebook.permits[permits[0]].id) if permits else None,
        ),
        standings=tuple(
            Standing(
                uid=key.uid,
                zone=live.rulebook.zones[said.zone[n]].id,
                kind=VerdictKind(int(said.kind[n])).name.lower(),
                reason=Reason(int(said.reason[n])).code,
            )
            for n in verdicts
        ),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)


def _reference(code: int) -> str | None:
    return None if code == UNKNOWN_REFERENCE else HEIGHT_REFERENCES[code - 1].value


def _status(*, amiss: bool) -> str:
    return "watch" if amiss else "ok"
