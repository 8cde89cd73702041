"""Whose vehicle is this? The registered operators, vehicles and sensors, as one frozen value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import TypeVar

from permits.parties import Operator, OperatorId, Sensor, Vehicle, VehicleId

Registered = TypeVar("Registered", Operator, Vehicle)
UNKNOWN = (None, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All that is registered, found by any name a message may carry; build with `registry`."""

    operators: Mapping[OperatorId, Operator] = field(default_factory=lambda: MappingProxyType({}))
    vehicles: Mapping[tuple[OperatorId, VehicleId], Vehicle] = field(
        default_factory=lambda: MappingProxyType({})
    )
    sensors: Mapping[str, Sensor] = field(default_factory=lambda: MappingProxyType({}))
    mmsis: Mapping[int, Vehicle] = field(default_factory=lambda: MappingProxyType({}))
    serials: Mapping[str, Vehicle] = field(default_factory=lambda: MappingProxyType({}))

    def operator(self, name: str) -> Operator | None:
        """Return the operator of that id."""
        return self.operators.get(OperatorId(name))

    def vehicle(self, operator: str, name: str) -> Vehicle | None:
        """Return an operator's vehicle."""
        return self.vehicles.get((OperatorId(operator), VehicleId(name)))

    def by_mmsi(self, mmsi: int) -> Vehicle | None:
        """Return the boat that transmits under that MMSI."""
        return self.mmsis.get(mmsi)

    def by_serial(self, serial: str) -> Vehicle | None:
        """Return the vehicle of that serial number."""
        return self.serials.get(serial)

    def is_sensor(self, name: str) -> bool:
        """Tell whether the name is one of the city's receivers."""
        return name in self.sensors


def completed(before: Registered, stated: Registered) -> Registered | None:
    """Return what is known once this is stated too; None where it says otherwise than before.

    What was not known can be told later. What is known stays so: permits were decided by it.
    """
    learned = {}
    for name in (each.name for each in fields(before)):
        known, said = getattr(before, name), getattr(stated, name)
        if known in UNKNOWN:
            learned[name] = said
        elif said not in UNKNOWN and said != known:
            return None
    return replace(before, **learned)


def registry(
    operators: Iterable[Operator], vehicles: Iterable[Vehicle], sensors: Iterable[Sensor] = ()
) -> Registry:
    """Lay out what is registered so that every name finds its owner."""
    known = tuple(vehicles)
    return Registry(
        operators={operator.id: operator for operator in operators},
        vehicles={(vehicle.operator, vehicle.id): vehicle for vehicle in known},
        sensors={sensor.id: sensor for sensor in sensors},
        mmsis={vehicle.mmsi: vehicle for vehicle in known if vehicle.mmsi is not None},
        serials={vehicle.serial: vehicle for vehicle in known if vehicle.serial is not None},
    )
