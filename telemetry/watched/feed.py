"""What does a batch change on the live map: where vehicles are, and what holds for them?"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import UNREGISTERED, Observations, Reason, VehicleKey, VerdictKind, Verdicts
from telemetry.rounding import degrees, measure
from telemetry.rulebook import Rulebook
from telemetry.watched.live_batch import LiveBatch
from telemetry.watched.unseen import newest_rows
from zones.columns import UNKNOWN_REFERENCE, Relation
from zones.model import HEIGHT_REFERENCES, LAYERS

# Names by number: to make an enum's member for each verdict takes longer than all else here.
_KINDS = {int(kind): kind.name.lower() for kind in VerdictKind}
_CODES = {int(reason): reason.code for reason in Reason}

_Verdict = tuple[int, int, int, int, bool]


class Row(NamedTuple):
    """One vehicle's newest position, in the order the pages read it; `sender` says whose word."""

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
    sender: str


class Standing(NamedTuple):
    """What holds for a vehicle in a zone; `kind` None: it is there no more."""

    uid: str
    zone: str
    kind: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Where everything in a view stands: what comes after is news since `number`.

    `operators` are the names of those whose ids vehicles and alerts carry.
    """

    at: int
    number: int
    vehicles: list[Row]
    alerts: list[dict[str, Any]]
    operators: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One vehicle at its newest observation of a batch; `row.status` knows no alerts yet."""

    row: Row
    standings: tuple[Standing, ...]


class _Place(NamedTuple):
    """One vehicle's newest position in plain values; NaN is unknown."""

    key: VehicleKey
    sender: str
    layer: int
    lon: float
    lat: float
    alt_m: float
    alt_ref: int
    heading_deg: float
    speed_mps: float
    at_ms: int


def glances(live: LiveBatch) -> list[Glance]:
    """Return each vehicle of the batch at its newest observation."""
    newest = newest_rows(live.observations)
    said = _staying(live.verdicts)
    first = np.searchsorted(said.observation, newest, side="left").tolist()
    last = np.searchsorted(said.observation, newest, side="right").tolist()
    # Columns become lists once: reading their numbers one by one is several times slower.
    amiss = (said.kind != VerdictKind.COMPLIANT) & (said.reason != Reason.NONE)
    columns = (said.zone, said.kind, said.reason, said.permit, amiss)
    verdicts = list(zip(*(column.tolist() for column in columns), strict=True))
    places = zip(_places(live.observations, newest), first, last, strict=True)
    return [_glance(place, verdicts[begin:end], live.rulebook) for place, begin, end in places]


def _staying(verdicts: Verdicts) -> Verdicts:
    """Return the verdicts without those on zones that were just left."""
    gone = verdicts.relation == Relation.LEFT
    if not gone.any():
        return verdicts
    columns = {each.name: getattr(verdicts, each.name)[~gone] for each in fields(Verdicts)}
    return Verdicts(**columns)


def _places(batch: Observations, rows: NDArray[np.intp]) -> Iterator[_Place]:
    at = batch.positions
    columns = (
        *(batch.vehicle, batch.sender, at.layer, at.lon, at.lat, at.alt_m, at.alt_ref),
        *(batch.heading_deg, batch.speed_mps, at.at_ms),
    )
    lists = (column[rows].tolist() for column in columns)
    for vehicle, sender, *values in zip(*lists, strict=True):
        yield _Place(batch.vehicles[vehicle], batch.senders[sender], *values)


def _glance(place: _Place, verdicts: Sequence[_Verdict], rulebook: Rulebook) -> Glance:
    key = place.key
    uid = key.uid
    permits = [permit for _, _, _, permit, _ in verdicts if permit >= 0]
    amiss = any(each for *_, each in verdicts)
    return Glance(
        row=Row(
            uid=uid,
            operator=key.operator,
            vehicle=key.vehicle,
            layer=LAYERS[max(place.layer, 0)],
            lon=degrees(place.lon),
            lat=degrees(place.lat),
            alt_m=_known(place.alt_m),
            alt_ref=_reference(place.alt_ref),
            heading_deg=_known(place.heading_deg),
            speed_mps=_known(place.speed_mps),
            at_ms=place.at_ms,
            status="unregistered" if key.operator == UNREGISTERED else _status(amiss=amiss),
            permit=str(rulebook.permits[permits[0]].id) if permits else None,
            sender=place.sender,
        ),
        standings=tuple(
            Standing(
                uid=uid, zone=rulebook.zones[zone].id, kind=_KINDS[kind], reason=_CODES[reason]
            )
            for zone, kind, reason, *_ in verdicts
        ),
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else measure(value)


def _reference(code: int) -> str | None:
    return None if code == UNKNOWN_REFERENCE else HEIGHT_REFERENCES[code - 1].value


def _status(*, amiss: bool) -> str:
    return "watch" if amiss else "ok"
