"""Whose vehicle is this? The registered operators, vehicles and sensors, as one frozen value."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from permits.parties import Operator, OperatorId, Sensor, Vehicle, VehicleId

Registered = TypeVar("Registered", Operator, Vehicle)
UNKNOWN = (None, "")


class Fault(NamedTuple):
    """A field that cannot be registered as it is stated, and why."""

    field: str
    why: str


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


def completed(before: Registered, stated: Registered) -> Registered:
    """Return what is known once this is stated too: what was not known can be told later."""
    names = [each.name for each in fields(before)]
    learned = {name: getattr(stated, name) for name in names if getattr(before, name) in UNKNOWN}
    return replace(before, **learned)


def contradictions(before: Registered, stated: Registered) -> tuple[Fault, ...]:
    """Return each field that says otherwise than what is known: permits were decided by that."""
    return tuple(
        Fault(each.name, f"{before.id!r} is registered with {_told(known)}, which stays so")
        for each in fields(before)
        for known, said in [(getattr(before, each.name), getattr(stated, each.name))]
        if known not in UNKNOWN and said not in UNKNOWN and said != known
    )


def company_faults(stated: Operator, others: Iterable[Operator]) -> tuple[Fault, ...]:
    """Return what keeps an operator from being registered beside others of the same company.

    A company is one operator, or one for each establishment, all of the company's size.
    """
    same = (each for each in others if each.id != stated.id and each.siren == stated.siren != "")
    return tuple(fault for other in same for fault in _beside(stated, other))


def _beside(stated: Operator, other: Operator) -> Iterator[Fault]:
    if not (stated.siret and other.siret):
        yield Fault(
            "siren",
            f"the company {stated.siren} is registered as {other.id!r}; another operator of it is "
            "another establishment: state the SIRET of both",
        )
    elif stated.siret == other.siret:
        yield Fault("siret", f"the establishment {stated.siret} is registered as {other.id!r}")
    if stated.size is not other.size:
        yield Fault("size", f"{other.id!r}, of the same company, is registered as {other.size}")


def _told(known: object) -> str:
    if isinstance(known, frozenset):
        return ", ".join(sorted(known)) or "none"
    return str(known)


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
