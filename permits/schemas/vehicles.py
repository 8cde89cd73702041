"""Vehicles as they arrive and are answered: each by the numbers of its layer.

A drone has a serial number of ANSI/CTA-2063-A, a boat an ENI or an MMSI, a vehicle on or under
the ground a plate or a serial number. What a zone may ask of a vehicle is stated, or not known.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from permits.identifiers import is_drone_serial, is_eni, is_mmsi
from permits.kinds import ENERGY_OF, LIGHTER_THAN_KG, CeClass, EnergyClass, UasCategory
from permits.parties import OperatorId, Vehicle, VehicleId
from permits.schemas.words import In, Name, OwnerName, Plate, VehicleName, refused
from zones.demands import Equipment, VehicleClass
from zones.model import Layer

ASHORE = frozenset({Layer.SURFACE, Layer.SUBSOIL})
# What only vehicles of these layers have.
ONLY: Mapping[str, frozenset[Layer]] = MappingProxyType(
    {
        "mmsi": frozenset({Layer.RIVER}),
        "eni": frozenset({Layer.RIVER}),
        "plate": ASHORE,
        "ce_class": frozenset({Layer.AIR}),
        "category": frozenset({Layer.AIR}),
    }
)
HEAVIEST_KG, LONGEST_M, LOUDEST_DB = 10_000_000.0, 1_000.0, 200.0

Serial = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,64}$")]
Measure = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]


class VehicleIn(In):
    """A vehicle to register; `operator` is named by administrators only.

    `mass_kg` is the greatest it moves with, `noise_db` its guaranteed sound power level,
    `energy_class` that of its papers: Crit'Air on the road, the engine's stage of boats and
    machines, or `electric`. An empty list of `equipment` says that it carries none, a missing one
    that it is not known.
    """

    operator: OwnerName | None = None
    id: VehicleName
    layer: Layer
    kind: Name
    serial: Serial | None = None
    mmsi: Annotated[int, Field(strict=True)] | None = None
    eni: str | None = None
    plate: Plate | None = None
    ce_class: CeClass | None = None
    category: UasCategory | None = None
    mass_kg: Annotated[Measure, Field(le=HEAVIEST_KG)] | None = None
    length_m: Annotated[Measure, Field(le=LONGEST_M)] | None = None
    noise_db: Annotated[Measure, Field(le=LOUDEST_DB)] | None = None
    energy_class: EnergyClass | None = None
    equipment: Annotated[list[Equipment], Field(max_length=len(Equipment))] | None = None

    @field_validator(*ONLY)
    @classmethod
    def _of_its_layer(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - any field's
        layer, allowed = info.data.get("layer"), ONLY[info.field_name or ""]
        if value is not None and layer is not None and layer not in allowed:
            reason = (
                f"a vehicle of the layer {layer} has none; it is for {', '.join(sorted(allowed))}"
            )
            raise refused(reason)
        return value

    @field_validator("serial")
    @classmethod
    def _of_a_drone(cls, serial: str | None, info: ValidationInfo) -> str | None:
        drone = info.data.get("layer") is Layer.AIR
        if drone and serial is not None and not is_drone_serial(serial):
            reason = (
                f"{serial!r} is not a drone's serial number (ANSI/CTA-2063-A): 4 characters of its "
                "maker, one for the length (1 to F), and so many, without O and I"
            )
            raise refused(reason)
        return serial

    @field_validator("mmsi")
    @classmethod
    def _of_a_ship(cls, mmsi: int | None) -> int | None:
        if mmsi is not None and not is_mmsi(mmsi):
            reason = "an MMSI of a ship has nine digits and begins with its country's (201 to 775)"
            raise refused(reason)
        return mmsi

    @field_validator("eni")
    @classmethod
    def _of_a_boat(cls, eni: str | None) -> str | None:
        if eni is not None and not is_eni(eni):
            reason = "an ENI has eight digits, the first three of them not 000"
            raise refused(reason)
        return eni

    @field_validator("mass_kg")
    @classmethod
    def _as_light_as_its_class(cls, mass_kg: float | None, info: ValidationInfo) -> float | None:
        ce_class = info.data.get("ce_class")
        limit_kg = LIGHTER_THAN_KG[ce_class] if ce_class else HEAVIEST_KG + 1
        if mass_kg is not None and mass_kg >= limit_kg:
            reason = f"a drone of class {ce_class} weighs less than {limit_kg:g} kg"
            raise refused(reason)
        return mass_kg

    @field_validator("energy_class")
    @classmethod
    def _given_in_its_layer(
        cls, energy_class: EnergyClass | None, info: ValidationInfo
    ) -> EnergyClass | None:
        layer = info.data.get("layer")
        if energy_class is not None and layer is not None and energy_class not in ENERGY_OF[layer]:
            given = ", ".join(each for each in EnergyClass if each in ENERGY_OF[layer])
            reason = f"a vehicle of the layer {layer} is of no class {energy_class}; given: {given}"
            raise refused(reason)
        return energy_class

    def to_vehicle(self, operator: str) -> Vehicle:
        """Return the vehicle of an operator."""
        return Vehicle(
            operator=OperatorId(operator),
            id=VehicleId(self.id),
            layer=self.layer,
            kind=self.kind,
            serial=self.serial,
            mmsi=self.mmsi,
            eni=self.eni,
            plate=self.plate,
            ce_class=self.ce_class,
            category=self.category,
            mass_kg=self.mass_kg,
            length_m=self.length_m,
            noise_db=self.noise_db,
            energy_class=self.energy_class,
            equipment=None if self.equipment is None else frozenset(self.equipment),
        )


class VehicleOut(BaseModel):
    """A registered vehicle; what is null is not known."""

    operator: str
    id: str
    layer: Layer
    kind: str
    vehicle_class: VehicleClass | None
    serial: str | None
    mmsi: int | None
    eni: str | None
    plate: str | None
    ce_class: CeClass | None
    category: UasCategory | None
    mass_kg: float | None
    length_m: float | None
    noise_db: float | None
    energy_class: EnergyClass | None
    equipment: list[Equipment] | None

    @classmethod
    def of(cls, vehicle: Vehicle) -> Self:
        """Tell a vehicle."""
        return cls(
            operator=vehicle.operator,
            id=vehicle.id,
            layer=vehicle.layer,
            kind=vehicle.kind,
            vehicle_class=vehicle.vehicle_class,
            serial=vehicle.serial,
            mmsi=vehicle.mmsi,
            eni=vehicle.eni,
            plate=vehicle.plate,
            ce_class=vehicle.ce_class,
            category=vehicle.category,
            mass_kg=vehicle.mass_kg,
            length_m=vehicle.length_m,
            noise_db=vehicle.noise_db,
            energy_class=vehicle.energy_class,
            equipment=None if vehicle.equipment is None else sorted(vehicle.equipment),
        )


class VehiclesOut(BaseModel):
    """The registered vehicles."""

    items: list[VehicleOut]
    next: str | None = None
