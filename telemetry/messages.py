"""Whose positions do these messages hold, and what in them must be refused?

The topic says who sends, never the payload. An operator speaks of its own registered vehicles; a
sensor of the city hears anyone, whom the registry finds by MMSI or serial number; one whom nobody
registered is kept as `unregistered`.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from permits.parties import Vehicle, VehicleId
from permits.registry import Registry
from telemetry.formats import octroi_json
from telemetry.formats.ais_parts import Fragments, Parts
from telemetry.formats.octroi_columns import scan
from telemetry.formats.position import MAX_POSITIONS, Position, instant_ms
from telemetry.intake.arrivals import Arrivals, Nameless, Refused, Sender, Whole
from telemetry.intake.sheets import Sheet
from telemetry.intake.wires import NOBODY, OURS, Origin, Wire, origin_of, read
from telemetry.model import UNREGISTERED, Fix, Malformed, VehicleKey
from zones.model import Layer

EXCERPT_BYTES = 500
SECOND_MS = 1_000

Owner = tuple[VehicleKey, Layer]

_ENCODER = msgspec.json.Encoder()


class Incoming(NamedTuple):
    """One message as it arrived."""

    topic: str
    payload: bytes
    received_at_ms: int


class Address(NamedTuple):
    """What a topic says: the origin, and whose vehicle it speaks of, or why of nobody's.

    `owner` None: each position says it. `known`: the owner, where it sends Octroi's own JSON.
    """

    origin: Origin
    sender: Sender
    vehicle: Vehicle | None
    owner: Owner | str | None
    known: Owner | None = None


class Addresses:
    """Whom topics speak of, as one registry knows it; the registered are remembered by theirs."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._known: dict[str, Address] = {}

    def of(self, topic: str) -> Address | None:
        """Read a topic; None for one that no position comes on."""
        known = self._known.get(topic)
        if known is None:
            known = _address(topic, self.registry)
            if known is not None and known.vehicle is not None:
                self._known[topic] = known
        return known


def decode(
    messages: Iterable[Incoming], addresses: Addresses, fragments: Fragments | None = None
) -> Arrivals:
    """Read messages; what is wrong with them is part of the answer.

    `fragments` are the parts of AIS messages that wait on each topic; without them every message
    has to be whole.
    """
    came = [(message, addresses.of(message.topic)) for message in messages]
    # The common case takes no object for each position; all else goes the long way.
    read = scan([each.payload for each, address in came if address and address.known])
    sheet, counts = Sheet(read), iter(read.counts)
    for message, address in came:
        if address is None:
            _refuse(sheet, message, [Malformed(reason="topic: carries no positions")])
        elif address.known is None:
            _take_down(sheet, message, address, addresses.registry, fragments)
        elif count := next(counts):
            sheet.add_read(count, address.known, address.sender, message.received_at_ms)
        elif positions := _named(message.payload):
            sheet.add(positions, address.known, address.sender, message.received_at_ms)
        else:
            _take_down(sheet, message, address, addresses.registry, fragments)
    return sheet.laid_out()


def failed(message: Incoming, reason: str) -> Arrivals:
    """Refuse a message as a whole."""
    sheet = Sheet()
    _refuse(sheet, message, [Malformed(reason=reason)])
    return sheet.laid_out()


def content(fix: Fix) -> bytes:
    """Write down what a fix says, its name and its place in the message apart."""
    where = (fix.at_ms, fix.lon, fix.lat, fix.alt_m, fix.alt_ref, fix.h_acc_m, fix.v_acc_m)
    return _ENCODER.encode((*where, fix.speed_mps, fix.heading_deg, fix.mmsi, fix.serial))


def _named(payload: bytes) -> list[Position] | None:
    """Return positions in Octroi's JSON, each with a `seq` and an instant, now a number.

    None where not all are, or there are too many.
    """
    positions = octroi_json.positions(payload)
    if positions is None or len(positions) > MAX_POSITIONS:
        return None
    for position in positions:
        if isinstance(position.at, str):
            position.at = instant_ms(position.at) or ""
        if position.seq is None or position.at == "":
            return None
    return positions


def _take_down(
    sheet: Sheet,
    message: Incoming,
    address: Address,
    registry: Registry,
    fragments: Fragments | None,
) -> None:
    """Read one message of any format, fix by fix."""
    name = _name_of(message.payload)
    parted = None
    if fragments is not None and address.origin.wire is Wire.NMEA:
        parted = fragments.of(message.topic, name)
    before = _open(parted)
    fixes, malformed = read(
        address.origin.wire,
        message.payload,
        received_at_ms=message.received_at_ms,
        own=address.origin.vehicle is not None,
        waiting=parted,
    )
    believed, defects = _attributed(fixes, address, registry)
    defects = [*malformed, *defects]
    whole = any(one.seq is None for one in defects) or not (believed or defects)
    for fix, owner in believed:
        nameless = None
        if fix.seq < 0:
            whole = True
            nameless = Nameless(_key(address, fix, message), name)
        sheet.add_fix(fix, owner, address.sender, message.received_at_ms, nameless)
    _refuse(sheet, message, defects)
    # Whoever sent a part has its answer with the rest, when that came or was given up.
    waiting = _open(parted)
    answered = sorted(before - waiting - {name})
    if whole and name not in waiting and not any(_settles(one, name) for one in defects):
        answered.append(name)
    sheet.whole += [Whole(address.sender, each) for each in answered]


def _open(parted: Parts | None) -> frozenset[str]:
    return frozenset() if parted is None else parted.open


def _attributed(
    fixes: Iterable[Fix], address: Address, registry: Registry
) -> tuple[list[tuple[Fix, Owner]], list[Malformed]]:
    """Tell whose each position is, and of which nobody may say so."""
    believed: list[tuple[Fix, Owner]] = []
    defects: list[Malformed] = []
    for fix in fixes:
        owner = (
            _heard(address.sender.sender, fix, registry) if address.owner is None else address.owner
        )
        vehicle = address.vehicle
        if vehicle is not None and (fix.mmsi is not None or fix.serial is not None):
            owner = _contradiction(vehicle, fix) or owner
        if isinstance(owner, str):
            seq = fix.seq if fix.seq >= 0 else None
            defects.append(Malformed(reason=owner, line=fix.line, boot=fix.boot, seq=seq))
        else:
            believed.append((fix, owner))
    return believed, defects


def _refuse(sheet: Sheet, message: Incoming, defects: Sequence[Malformed]) -> None:
    """Take down what is refused of a message; what has no name settles it as a whole."""
    origin = origin_of(message.topic) or NOBODY
    sender = Sender(origin.sender, origin.vehicle or "")
    sheet.refused += [_refused(sender, message, defect) for defect in defects]
    own = _name_of(message.payload)
    if any(_settles(defect, own) for defect in defects):
        sheet.whole.append(Whole(sender, own))


def _settles(defect: Malformed, name: str) -> bool:
    """Tell whether a defect settles the message of this name as a whole."""
    return defect.seq is None and defect.carrier in {"", name}


def _address(topic: str, registry: Registry) -> Address | None:
    origin = origin_of(topic)
    if origin is None:
        return None
    sender = Sender(origin.sender, origin.vehicle or "")
    if origin.vehicle is None:
        return Address(origin, sender, None, None)
    vehicle = registry.vehicle(origin.sender, origin.vehicle)
    if vehicle is not None:
        owner = _identity(vehicle)
        known = owner if origin.wire is Wire.POSITION else None
        return Address(origin, sender, vehicle, owner, known)
    if registry.operator(origin.sender) is None:
        why = f"operator: {origin.sender!r} is not registered"
    else:
        why = f"vehicle: {origin.vehicle!r} is not registered for {origin.sender}"
    return Address(origin, sender, None, why)


def _contradiction(vehicle: Vehicle, fix: Fix) -> str:
    """Say where the content names another vehicle than the topic."""
    if fix.mmsi is not None and fix.mmsi != vehicle.mmsi:
        return f"mmsi: {fix.mmsi} is not registered for {vehicle.id}"
    if fix.serial is not None and fix.serial != vehicle.serial:
        return f"serial: {fix.serial!r} is not registered for {vehicle.id}"
    return ""


def _heard(sensor: str, fix: Fix, registry: Registry) -> Owner | str:
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
        return "serial: no Basic ID comes with this position, so nobody knows whose it is"
    if vehicle is not None:
        return _identity(vehicle)
    return VehicleKey(UNREGISTERED, VehicleId(name)), fix.layer or Layer.AIR


def _identity(vehicle: Vehicle) -> Owner:
    return VehicleKey(vehicle.operator, vehicle.id), vehicle.layer


def _key(address: Address, fix: Fix, message: Incoming) -> str:
    """Name a position that has no number by its sender and all that is said with it.

    What says no time happened when it was heard: the same words a second later are another one.
    """
    ours = address.origin.wire in OURS
    said = fix.said or (b"" if ours else _name_of(message.payload).encode())
    heard = b"" if fix.at_ms is not None else str(message.received_at_ms // SECOND_MS).encode()
    named = (address.sender.sender.encode(), said, content(fix), heard)
    return hashlib.sha256(b"\0".join(named)).hexdigest()


def _refused(sender: Sender, message: Incoming, defect: Malformed) -> Refused:
    named = [message.topic, defect.boot, str(defect.seq), defect.reason]
    own = _name_of(message.payload)
    carrier = defect.carrier or own
    if defect.seq is None:
        named += [str(defect.line) if carrier == own else "", carrier]
    return Refused(
        sender=sender.sender,
        named=sender.named,
        topic=message.topic,
        reason=_storable(defect.reason),
        boot=defect.boot,
        seq=defect.seq,
        key=carrier if defect.seq is None else "",
        digest=hashlib.sha256("\0".join(named).encode("utf-8", "replace")).digest(),
        excerpt=message.payload[:EXCERPT_BYTES] if carrier == own else b"",
        received_at_ms=message.received_at_ms,
    )


@lru_cache(maxsize=4)
def _name_of(payload: bytes) -> str:
    """Return what names a message; remembered, as one may hold thousands of defects."""
    return hashlib.sha256(payload).hexdigest()


def _storable(text: str) -> str:
    """Return a text that may quote a sender's bytes as one that a database takes."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
