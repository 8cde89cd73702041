"""Whose positions does this message hold, and what in it must be refused?

The topic says who sends, never the payload. An operator speaks of its own registered vehicles; a
sensor of the city hears anyone, whom the registry finds by MMSI or serial number; one whom nobody
registered is kept as `unregistered`.
"""

import hashlib
import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import msgspec
import numpy as np

from permits.parties import Vehicle, VehicleId
from permits.registry import Registry
from telemetry.columns import numbers, positions
from telemetry.formats.ais_parts import Fragments
from telemetry.model import UNREGISTERED, Fix, Malformed, Observations, VehicleKey
from telemetry.wires import NOBODY, OURS, Origin, Wire, origin_of, read
from zones.columns import Indices
from zones.model import Layer

EXCERPT_BYTES = 500

_Named = TypeVar("_Named", bound=Hashable)

_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message as it arrived."""

    topic: str
    payload: bytes
    received_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One readable position of a known sender, and whose vehicle it is.

    `key` and `digest` are as in `Observations`; `at_ms` is when it happened, or when it was heard
    where the format has no time. `named` is the vehicle that its receipt names, "" for a sensor's.
    """

    sender: str
    named: str
    vehicle: VehicleKey
    layer: Layer
    fix: Fix
    at_ms: int
    key: str
    digest: bytes
    received_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One position that could not be read or attributed; `digest` names it among the refused."""

    sender: str
    named: str
    topic: str
    reason: str
    boot: str
    seq: int | None
    digest: bytes
    excerpt: bytes
    received_at_ms: int


class Decoded(msgspec.Struct, frozen=True, kw_only=True):
    """What one message came to; `key` is its receipt's name where not all in it have a `seq`."""

    sender: str
    named: str
    key: str
    reports: tuple[Report, ...]
    refused: tuple[Refused, ...]


def decode(
    topic: str,
    payload: bytes,
    *,
    received_at_ms: int,
    registry: Registry,
    fragments: Fragments | None = None,
) -> Decoded:
    """Read one message; what is wrong with it is part of the answer.

    `fragments` are the parts of AIS messages that wait on each topic; without them every message
    has to be whole.
    """
    message = Incoming(topic=topic, payload=payload, received_at_ms=received_at_ms)
    origin = origin_of(topic)
    if origin is None:
        return failed(message, "topic: carries no positions")
    fixes, malformed = read(
        origin.wire,
        payload,
        received_at_ms=received_at_ms,
        own=origin.vehicle is not None,
        waiting=None if fragments is None or origin.wire is not Wire.NMEA else fragments.of(topic),
    )
    reports: list[Report] = []
    refused = [_refused(origin, message, defect) for defect in malformed]
    vehicle = None if origin.vehicle is None else _own(origin.sender, origin.vehicle, registry)
    # Asked once a message: a gateway's holds many positions of one vehicle.
    own = _identity(vehicle) if isinstance(vehicle, Vehicle) else vehicle
    for fix in fixes:
        owner = _heard(origin.sender, fix, registry) if own is None else own
        if isinstance(vehicle, Vehicle) and (fix.mmsi is not None or fix.serial is not None):
            owner = _contradiction(vehicle, fix) or owner
        if isinstance(owner, str):
            why = Malformed(
                reason=owner,
                line=fix.line,
                boot=fix.boot,
                seq=fix.seq if fix.seq >= 0 else None,
            )
            refused.append(_refused(origin, message, why))
        else:
            reports.append(_report(origin, fix, owner, message))
    nameless = any(report.key for report in reports) or any(one.seq is None for one in refused)
    silent = not reports and not refused
    return Decoded(
        sender=origin.sender,
        named=origin.vehicle or "",
        key=_name_of(payload) if nameless or silent else "",
        reports=tuple(reports),
        refused=tuple(refused),
    )


def gather(reports: Sequence[Report]) -> Observations:
    """Lay reports out as the columns that the hot path works on."""
    fixes = [report.fix for report in reports]
    vehicles, vehicle = _numbered(report.vehicle for report in reports)
    boots, boot = _numbered(fix.boot for fix in fixes)
    senders, sender = _numbered(report.sender for report in reports)
    return Observations(
        vehicles=vehicles,
        vehicle=vehicle,
        positions=replace(
            positions(fixes),
            at_ms=np.array([report.at_ms for report in reports], np.int64),
            layer=np.array([report.layer.code for report in reports], np.int8),
        ),
        speed_mps=numbers([fix.speed_mps for fix in fixes]),
        heading_deg=numbers([fix.heading_deg for fix in fixes]),
        boots=boots,
        boot=boot,
        seq=np.array([fix.seq for fix in fixes], np.int64),
        senders=senders,
        sender=sender,
        received_at_ms=np.array([report.received_at_ms for report in reports], np.int64),
    )


def _numbered(values: Iterable[_Named]) -> tuple[tuple[_Named, ...], Indices]:
    """Return the different values, and each value's number among them."""
    numbering: dict[_Named, int] = {}
    codes = [numbering.setdefault(value, len(numbering)) for value in values]
    return tuple(numbering), np.array(codes, np.int32)


def failed(message: Incoming, reason: str) -> Decoded:
    """Refuse a message as a whole."""
    origin = origin_of(message.topic) or NOBODY
    return Decoded(
        sender=origin.sender,
        named=origin.vehicle or "",
        key=_name_of(message.payload),
        reports=(),
        refused=(_refused(origin, message, Malformed(reason=reason)),),
    )


def _own(operator: str, named: str, registry: Registry) -> Vehicle | str:
    """Return the vehicle of which a topic speaks, or why it is nobody's."""
    vehicle = registry.vehicle(operator, named)
    if vehicle is not None:
        return vehicle
    if registry.operator(operator) is None:
        return f"operator: {operator!r} is not registered"
    return f"vehicle: {named!r} is not registered for {operator}"


def _contradiction(vehicle: Vehicle, fix: Fix) -> str:
    """Say where the content names another vehicle than the topic."""
    if fix.mmsi is not None and fix.mmsi != vehicle.mmsi:
        return f"mmsi: {fix.mmsi} is not registered for {vehicle.id}"
    if fix.serial is not None and fix.serial != vehicle.serial:
        return f"serial: {fix.serial!r} is not registered for {vehicle.id}"
    return ""


def _heard(sensor: str, fix: Fix, registry: Registry) -> tuple[VehicleKey, Layer] | str:
    """Return whom a sensor of the city heard."""
    if not registry.is_sensor(sensor):
        return f"sensor: {sensor!r} is not registered"
    if fix.mmsi is not None:
        vehicle, name = registry.by_mmsi(fix.mmsi), f"mmsi-{fix.mmsi}"
    elif fix.serial is not None:
        # The name becomes a level of a topic and part of a path.
        safe = re.sub(r"[^A-Za-z0-9._-]", "_", fix.serial)
        vehicle, name = registry.by_serial(fix.serial), f"serial-{safe}"
    else:
        return "serial: the message does not say whose position this is"
    if vehicle is not None:
        return _identity(vehicle)
    return VehicleKey(UNREGISTERED, VehicleId(name)), fix.layer or Layer.AIR


def _identity(vehicle: Vehicle) -> tuple[VehicleKey, Layer]:
    return VehicleKey(vehicle.operator, vehicle.id), vehicle.layer


def _report(origin: Origin, fix: Fix, owner: tuple[VehicleKey, Layer], message: Incoming) -> Report:
    content = _content(fix)
    key = ""
    if fix.seq < 0:
        said = fix.said or (b"" if origin.wire in OURS else _name_of(message.payload).encode())
        key = hashlib.sha256(b"\0".join((origin.sender.encode(), said, content))).hexdigest()
    return Report(
        sender=origin.sender,
        named=origin.vehicle or "",
        vehicle=owner[0],
        layer=owner[1],
        fix=fix,
        at_ms=message.received_at_ms if fix.at_ms is None else fix.at_ms,
        key=key,
        digest=hashlib.sha256(content).digest(),
        received_at_ms=message.received_at_ms,
    )


def _content(fix: Fix) -> bytes:
    """Write down what a fix says, its name and its place in the message apart."""
    where = (fix.at_ms, fix.lon, fix.lat, fix.alt_m, fix.alt_ref, fix.h_acc_m, fix.v_acc_m)
    return _ENCODER.encode((*where, fix.speed_mps, fix.heading_deg, fix.mmsi, fix.serial))


def _refused(origin: Origin, message: Incoming, defect: Malformed) -> Refused:
    named = [message.topic, defect.boot, str(defect.seq), defect.reason]
    if defect.seq is None:
        named += [str(defect.line), _name_of(message.payload)]
    return Refused(
        sender=origin.sender,
        named=origin.vehicle or "",
        topic=message.topic,
        reason=_storable(defect.reason),
        boot=defect.boot,
        seq=defect.seq,
        digest=hashlib.sha256("\0".join(named).encode("utf-8", "replace")).digest(),
        excerpt=message.payload[:EXCERPT_BYTES],
        received_at_ms=message.received_at_ms,
    )


@lru_cache(maxsize=4)
def _name_of(payload: bytes) -> str:
    """Return what names a message; remembered, as one may hold thousands of defects."""
    return hashlib.sha256(payload).hexdigest()


def _storable(text: str) -> str:
    """Return a text that may quote a sender's bytes as one that a database takes."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
