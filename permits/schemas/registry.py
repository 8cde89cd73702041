"""Operators, vehicles, sensors and keys as they arrive and are answered."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from permits.keys import AccessKey
from permits.model import Operator, OperatorId, Role, Sensor, SizeClass, Vehicle, VehicleId
from permits.schemas.words import (
    In,
    Instant,
    Name,
    OwnerName,
    Siren,
    Text,
    VehicleName,
)
from zones.model import Layer

LARGEST_MMSI = 999_999_999


class OperatorIn(In):
    """A company or body to register; `siren` may be empty where there is none."""

    id: OwnerName
    name: Name
    siren: Siren = ""
    size: SizeClass
    address: Text = ""

    def to_operator(self) -> Operator:
        """Return the operator."""
        return Operator(
            id=OperatorId(self.id),
            name=self.name,
            siren=self.siren,
            size=self.size,
            address=self.address,
        )


class OperatorOut(BaseModel):
    """A registered operator."""

    id: str
    name: str
    siren: str
    size: SizeClass
    address: str

    @classmethod
    def of(cls, operator: Operator) -> Self:
        """Tell an operator."""
        return cls(
            id=operator.id,
            name=operator.name,
            siren=operator.siren,
            size=operator.size,
            address=operator.address,
        )


class OperatorsOut(BaseModel):
    """The registered operators."""

    items: list[OperatorOut]
    next: str | None = None


class VehicleIn(In):
    """A vehicle to register; `operator` is named by administrators only."""

    operator: OwnerName | None = None
    id: VehicleName
    layer: Layer
    kind: Name
    serial: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,64}$")] | None = None
    mmsi: Annotated[int, Field(strict=True, ge=1, le=LARGEST_MMSI)] | None = None

    def to_vehicle(self, operator: str) -> Vehicle:
        """Return the vehicle of an operator."""
        return Vehicle(
            operator=OperatorId(operator),
            id=VehicleId(self.id),
            layer=self.layer,
            kind=self.kind,
            serial=self.serial,
            mmsi=self.mmsi,
        )


class VehicleOut(BaseModel):
    """A registered vehicle."""

    operator: str
    id: str
    layer: Layer
    kind: str
    serial: str | None
    mmsi: int | None

    @classmethod
    def of(cls, vehicle: Vehicle) -> Self:
        """Tell a vehicle."""
        return cls(
            operator=vehicle.operator,
            id=vehicle.id,
            layer=vehicle.layer,
            kind=vehicle.kind,
            serial=vehicle.serial,
            mmsi=vehicle.mmsi,
        )


class VehiclesOut(BaseModel):
    """The registered vehicles."""

    items: list[VehicleOut]
    next: str | None = None


class SensorIn(In):
    """A receiver of the city to register."""

    id: OwnerName
    name: Name

    def to_sensor(self) -> Sensor:
        """Return the sensor."""
        return Sensor(id=self.id, name=self.name)


class SensorOut(BaseModel):
    """A registered receiver of the city."""

    id: str
    name: str


class SensorsOut(BaseModel):
    """The registered receivers of the city."""

    items: list[SensorOut]
    next: str | None = None


class KeyIn(In):
    """A key to make; an operator's or a sensor's `name` is its id."""

    role: Role
    name: Name
    expires_at: Instant | None = None


class KeyOut(BaseModel):
    """What is known of a key; the key itself is not."""

    prefix: str
    role: Role
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, kept: AccessKey) -> Self:
        """Tell what is kept of a key."""
        return cls(
            prefix=kept.prefix,
            role=kept.role,
            name=kept.name,
            created_at=kept.created_at,
            expires_at=kept.expires_at,
            revoked_at=kept.revoked_at,
        )


class NewKeyOut(KeyOut):
    """A new key; `key` is shown this once."""

    key: str


class KeysOut(BaseModel):
    """The city's access keys."""

    items: list[KeyOut]
    next: str | None = None
