"""What does an operator tell that no position says? Voyages with their load, and data read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid5

from billing.metering import USAGES, noise_of
from billing.model import Usage, UsageId, UsageSource
from permits.parties import Operator, OperatorId, Vehicle, VehicleId
from zones.model import Layer

NOTHING_TOLD = "nothing is told; tell passengers, or cargo_kg with distance_m, or calls, above 0"


class InvalidStatement(ValueError):
    """A statement that says nothing, or of what is not known; the message names the field."""


class ContradictedStatement(Exception):
    """A statement whose reference is known with other content: nothing is changed by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A voyage with its load, or a day of reading the city's data; `reference` names it for good.

    `layer` is where the voyage was, or the layer whose data was read.
    """

    operator: OperatorId
    reference: str
    layer: Layer
    at: datetime
    vehicle: VehicleId | None = None
    cargo_kg: int = 0
    distance_m: int = 0
    passengers: int = 0
    calls: int = 0


def stated(
    statement: Statement, operator: Operator, vehicle: Vehicle | None, *, now: datetime
) -> Usage:
    """Turn a statement into usage, under the key its reference gives it."""
    _require_whole(statement, vehicle, now)
    key = f"declared/{operator.id}/{statement.reference}"
    return Usage(
        id=UsageId(uuid5(USAGES, key)),
        key=key,
        operator=operator.id,
        vehicle=statement.vehicle or "",
        layer=statement.layer,
        zone=None,
        zone_version=None,
        permit=None,
        permit_version=None,
        purpose=None,
        size=operator.size,
        source=UsageSource.DATA if statement.calls else UsageSource.DECLARED,
        visit=None,
        at=statement.at,
        ended_at=statement.at,
        entries=0,
        certain_ms=0,
        distance_m=statement.distance_m,
        vehicle_class=vehicle.vehicle_class if vehicle else None,
        noise=noise_of(vehicle),
        energy_class=vehicle.energy_class if vehicle else None,
        cargo_kg=statement.cargo_kg,
        passengers=statement.passengers,
        calls=statement.calls,
    )


def _require_whole(statement: Statement, vehicle: Vehicle | None, now: datetime) -> None:
    if statement.at > now:
        msg = "at: what is told has happened, this is still to come"
        raise InvalidStatement(msg)
    if statement.vehicle is not None and vehicle is None:
        msg = f"vehicle: {statement.operator} has none called {statement.vehicle}"
        raise InvalidStatement(msg)
    loaded = statement.passengers or (statement.cargo_kg and statement.distance_m)
    if loaded and statement.calls:
        msg = "calls: data read are told by themselves, not with a voyage"
        raise InvalidStatement(msg)
    if not loaded and not statement.calls:
        raise InvalidStatement(_missing(statement))


def _missing(statement: Statement) -> str:
    """Say what a statement that says nothing lacks."""
    if statement.cargo_kg:
        return "distance_m: how far was the cargo carried? It is told above 0, with cargo_kg"
    if statement.distance_m:
        return "cargo_kg: how much was carried that far? It is told above 0, with distance_m"
    return f"passengers: {NOTHING_TOLD}"
