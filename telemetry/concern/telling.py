"""Who is told of an alert, and in whose words?

A near miss has two parties. Each is told that its own vehicle came too near to another; whose
that other is, is for the city to know.
"""

from dataclasses import replace

import msgspec

from permits.parties import OperatorId, VehicleId
from telemetry.concern.texts import sentence
from telemetry.conformance import conformance
from telemetry.model import VehicleKey
from telemetry.rounding import degrees
from telemetry.told import Alert
from zones.periods import in_utc

NOBODY_TOLD = VehicleKey(OperatorId(""), VehicleId(""))


def parties(alert: Alert) -> tuple[VehicleKey, ...]:
    """Return the vehicles that an alert is about."""
    return (alert.vehicle,) if alert.other is None else (alert.vehicle, alert.other)


def concerned(alert: Alert) -> frozenset[OperatorId]:
    """Return whose vehicles an alert is about."""
    return frozenset(each.operator for each in parties(alert))


def as_told_to(alert: Alert, operator: str | None) -> Alert:
    """Return an alert as it is told to an operator: its own vehicle first, and nobody else's name.

    None is the city, which is told everything.
    """
    if operator is None or alert.other is None:
        return alert
    mine, other = alert.vehicle, alert.other
    if mine.operator != operator:
        mine, other = other, mine
    return replace(alert, vehicle=mine, other=other if other.operator == operator else NOBODY_TOLD)


def notices(alert: Alert) -> list[tuple[str, bytes]]:
    """Return on which topics the operators of an alert's vehicles are told, and what."""
    told = []
    for key in parties(alert):
        own = as_told_to(alert, key.operator)
        own = own if own.vehicle == key else replace(own, vehicle=key, other=alert.vehicle)
        told.append((f"octroi/v1/{key.operator}/{key.vehicle}/alert", notice(own)))
    return told


def notice(alert: Alert) -> bytes:
    """Write an alert as its operator receives it."""
    return msgspec.json.encode(told(alert))


def told(alert: Alert) -> dict[str, object]:
    """Return an alert as plain values, as operators and webhooks receive it."""
    other = None if alert.other in {None, NOBODY_TOLD} else alert.other
    return {
        "id": str(alert.id),
        "operator": alert.vehicle.operator,
        "vehicle": alert.vehicle.vehicle,
        "other": other and {"operator": other.operator, "vehicle": other.vehicle},
        "layer": alert.layer.value,
        "reason": alert.reason.code,
        "conformance": conformance(alert),
        "severity": alert.severity.value,
        "level": alert.level,
        "state": alert.state.value,
        "outcome": alert.outcome and alert.outcome.value,
        "zone": alert.zone,
        "zone_version": alert.zone_version,
        "zone_name": alert.zone_name,
        "permit": None if alert.permit is None else str(alert.permit),
        "opened_at": in_utc(alert.opened_at),
        "last_at": in_utc(alert.last_at),
        "lon": degrees(alert.lon),
        "lat": degrees(alert.lat),
        "count": alert.count,
        "corrected_at": alert.corrected_at and in_utc(alert.corrected_at),
        "text": sentence(alert),
    }
