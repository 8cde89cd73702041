"""What does an answer rest on, who says so, and what is not known?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from permits.case import Case
from permits.parties import Vehicle
from permits.rules.placing import place_fits
from zones.heights.gaps import range_over
from zones.heights.vertical import Datum
from zones.space.coordinates import Bounds

REGISTRY = "Octroi, registre des exploitants et des véhicules"
GRANTED = "Octroi, autorisations accordées"
SWITCHES = "Octroi, interrupteurs"
UNTOLD = "Octroi, aucune carte de l'eau ici"
NO_PARAMS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that an answer rests on, with its source, or that it is not known."""

    code: str
    known: bool
    source: str
    params: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)


def facts(case: Case) -> tuple[Fact, ...]:
    """Return what is known and what is not, beside the zones and their findings."""
    return (
        *_ground(case),
        *_water(case),
        _operator(case),
        *_vehicles(case),
        _documents(case),
        *_switches(case),
        Fact(code="others", known=False, source=GRANTED),
    )


def unread(fields: Iterable[str]) -> Fact:
    """Return that some of what a stranger stated was not looked at."""
    return Fact(code="unread", known=False, source=REGISTRY, params={"fields": ", ".join(fields)})


def _ground(case: Case) -> Iterator[Fact]:
    """Yield how high the ground is under each footprint, once for all volumes over it."""
    source = case.datum.ground.source
    boxes = dict.fromkeys(volume.footprint.bounds for volume in case.application.volumes)
    low, high = _ground_range(tuple(boxes), case.datum)
    if low == -float("inf"):
        yield Fact(code="ground", known=False, source=source)
    else:
        told = {"low_m": f"{low:.0f}", "high_m": f"{high:.0f}"}
        yield Fact(code="ground", known=True, source=source, params=told)


def _ground_range(boxes: tuple[Bounds, ...], datum: Datum) -> tuple[float, float]:
    ranges = [range_over(datum.ground.grid, box) for box in boxes]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _water(case: Case) -> Iterator[Fact]:
    """Yield where water is known from, for what has to be on it or out of it."""
    said = place_fits(case)
    if "unknown" in said.params:
        yield Fact(code="water", known=False, source=UNTOLD)
    elif "water" in said.params:
        source = said.params["water"]
        yield Fact(code="water", known=True, source=source, params={"water": source})


def _operator(case: Case) -> Fact:
    if not case.operator.id:
        return Fact(code="operator", known=False, source=REGISTRY)
    told = {"operator": case.operator.name, "size": case.operator.size.value}
    return Fact(code="operator", known=True, source=REGISTRY, params=told)


def _vehicles(case: Case) -> Iterator[Fact]:
    if case.application.occupation is not None:
        return
    if not case.vehicles:
        yield Fact(code="vehicles", known=False, source=REGISTRY)
    for vehicle in case.vehicles:
        told = {"vehicle": vehicle.id, "kind": vehicle.kind}
        lacking = _lacking(vehicle)
        if lacking:
            told["lacking"] = ", ".join(lacking)
        code = "vehicle_partly" if lacking else "vehicle"
        yield Fact(code=code, known=not lacking, source=REGISTRY, params=told)


def _lacking(vehicle: Vehicle) -> list[str]:
    """Return what zones may ask of a vehicle and nobody stated."""
    asked = ("vehicle_class", "mass_kg", "length_m", "noise_db", "equipment")
    return [name for name in asked if getattr(vehicle, name) is None]


def _documents(case: Case) -> Fact:
    if not case.operator.id:
        return Fact(code="documents", known=False, source=REGISTRY)
    told = {"count": str(len(case.documents))}
    return Fact(code="documents", known=True, source=REGISTRY, params=told)


def _switches(case: Case) -> Iterator[Fact]:
    """Yield each switch that a zone touched hangs on: nobody knows today what is set tomorrow."""
    names = {
        entry.switch: zone.name
        for zone in case.zones
        for entry in zone.applicability
        if entry.switch is not None
    }
    for name, zone_name in sorted(names.items()):
        told = {"switch": name, "zone_name": zone_name}
        yield Fact(code="switch", known=False, source=SWITCHES, params=told)
