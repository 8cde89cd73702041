"""What did a decision rest on that would not be found again years later? Kept with its version.

Zones, switches, documents, tariffs and other permits are only ever added to, so that they are found
again as they were known. What is told of a vehicle later, and what an installation was set up with,
is not: it stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from permits.kinds import CeClass, DocumentKind, EnergyClass, UasCategory
from permits.parties import OperatorId, SizeClass, Vehicle, VehicleId
from zones.demands import Equipment
from zones.model import Layer, ZoneId

Document = dict[str, Any]
TOLD_OF_VEHICLES = tuple(each.name for each in fields(Vehicle))


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The zone versions touched, the vehicles as they were known, and how the city was set up."""

    zones: tuple[tuple[ZoneId, int], ...]
    vehicles: tuple[Vehicle, ...]
    size: SizeClass
    documents_needed: frozenset[DocumentKind]
    ground: str
    software: str
    water: str = ""


def basis_document(basis: Basis) -> Document:
    """Write a basis down; of a vehicle only what is known."""
    return {
        "zones": [f"{name}@{version}" for name, version in basis.zones],
        "vehicles": [_vehicle_out(each) for each in basis.vehicles],
        "size": basis.size.value,
        "documents_needed": sorted(each.value for each in basis.documents_needed),
        "ground": basis.ground,
        "software": basis.software,
        "water": basis.water,
    }


def basis_from(document: Mapping[str, Any]) -> Basis:
    """Read a basis back."""
    cited = (each.rpartition("@") for each in document["zones"])
    return Basis(
        zones=tuple((ZoneId(name), int(version)) for name, _, version in cited),
        vehicles=tuple(_vehicle_in(each) for each in document["vehicles"]),
        size=SizeClass(document["size"]),
        documents_needed=frozenset(DocumentKind(each) for each in document["documents_needed"]),
        ground=document["ground"],
        software=document["software"],
        # Decided before anybody could tell where the water is.
        water=document.get("water", ""),
    )


def _vehicle_out(vehicle: Vehicle) -> Document:
    stated = ((name, getattr(vehicle, name)) for name in TOLD_OF_VEHICLES)
    told = {name: value for name, value in stated if value is not None}
    if vehicle.equipment is not None:
        told["equipment"] = sorted(each.value for each in vehicle.equipment)
    return told


def _vehicle_in(document: Mapping[str, Any]) -> Vehicle:
    known = dict(document)
    known["operator"] = OperatorId(known["operator"])
    known["id"] = VehicleId(known["id"])
    known["layer"] = Layer(known["layer"])
    words = {"ce_class": CeClass, "category": UasCategory, "energy_class": EnergyClass}
    for name, word in words.items():
        if name in known:
            known[name] = word(known[name])
    if "equipment" in known:
        known["equipment"] = frozenset(Equipment(each) for each in known["equipment"])
    return Vehicle(**known)
