"""The nouns of those who ask: operators and their vehicles, sensors, callers, papers held."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from permits.kinds import CeClass, DocumentKind, EnergyClass, UasCategory
from permits.scopes import Scope
from zones.demands import VEHICLE_CLASSES, Equipment, VehicleClass
from zones.model import Layer
from zones.periods import Window

OperatorId = NewType("OperatorId", str)
VehicleId = NewType("VehicleId", str)


class Role(StrEnum):
    """What a caller is to the city."""

    OPERATOR = "operator"
    SENSOR = "sensor"
    INSPECTOR = "inspector"
    FINANCE = "finance"
    RULEMAKER = "rulemaker"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is calling: a role and, for operators and sensors, their id.

    `scopes` narrow what the caller may do; None is all that the role may.
    """

    role: Role
    name: str
    scopes: frozenset[Scope] | None = None


class SizeClass(StrEnum):
    """How large an operator is (EU recommendation 2003/361/EC)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A company or body that uses public space; `id` is also its MQTT user name and topic.

    `uas_number` is the public part of a drone operator's number; the secret part is not here.
    """

    id: OperatorId
    name: str
    siren: str
    size: SizeClass
    address: str = ""
    siret: str = ""
    uas_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One registered drone, robot, van, boat or machine; `id` is unique within its operator.

    `mass_kg` is the greatest it moves with, `noise_db` its guaranteed sound power level. What is
    None is not known; an empty set of `equipment` means that it carries none.
    """

    operator: OperatorId
    id: VehicleId
    layer: Layer
    kind: str
    serial: str | None = None
    mmsi: int | None = None
    eni: str | None = None
    plate: str | None = None
    ce_class: CeClass | None = None
    category: UasCategory | None = None
    mass_kg: float | None = None
    length_m: float | None = None
    noise_db: float | None = None
    energy_class: EnergyClass | None = None
    equipment: frozenset[Equipment] | None = None

    @property
    def vehicle_class(self) -> VehicleClass | None:
        """Return its class, where its kind is one of those words."""
        return VehicleClass(self.kind) if self.kind in VEHICLE_CLASSES else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """A receiver of the city that hears anyone; `id` is its MQTT user name and topic."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDocument:
    """An insurance or a competence that an operator proves, for one vehicle or for all of its own.

    It is valid from an instant until just before another: no document is for ever.
    """

    operator: OperatorId
    vehicle: VehicleId | None = None
    kind: DocumentKind
    number: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    attached_by: str
    attached_at: datetime

    def __post_init__(self) -> None:
        """Refuse a document that ends before it begins."""
        Window(start=self.valid_from, end=self.valid_until)

    @property
    def paper(self) -> tuple[object, ...]:
        """Return what makes it this document and no other, whoever attached it."""
        span = (self.valid_from, self.valid_until)
        return (self.operator, self.vehicle, self.kind, self.issuer, self.number, *span)
