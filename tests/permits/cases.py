"""Cases about Paris to decide: name only what matters, the rest is ordinary."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from shapely.geometry import box

from permits.case import Case
from permits.life.holdings import Holding
from permits.model import Application, OperationVolume
from permits.parties import Operator, OperatorId, SizeClass, Vehicle, VehicleId
from permits.service import PermitService
from zones.demands import ZoneRules
from zones.model import (
    Band,
    Height,
    HeightReference,
    Layer,
    Purpose,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from zones.periods import Window

NOW = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
HOUR = timedelta(hours=1)
OPERATOR = Operator(
    id=OperatorId("ailes"), name="Ailes de Seine", siren="732829320", size=SizeClass.SMALL
)


def height(value_m: float) -> Height:
    return Height(value_m=value_m, reference=HeightReference.AGL)


def volume(
    *,
    start: datetime = SOON,
    lasts: timedelta = HOUR,
    upper_m: float | None = 80,
    at: tuple[float, float] = (2.35, 48.85),
) -> OperationVolume:
    lon, lat = at
    return OperationVolume(
        footprint=box(lon, lat, lon + 0.01, lat + 0.01),
        window=Window(start=start, end=start + lasts),
        band=Band(lower=height(30), upper=None if upper_m is None else height(upper_m)),
    )


def zone(
    name: str = "bois",
    restriction: Restriction = Restriction.REQ_AUTHORISATION,
    *,
    version: int = 1,
    rules: ZoneRules | None = None,
    purposes: dict[Purpose, Restriction] | None = None,
    **named: Any,  # noqa: ANN401 - the noun's own fields
) -> Zone:
    values: dict[str, Any] = {"volumes": (Volume(footprint=box(2.3, 48.8, 2.4, 48.9)),)}
    return Zone(
        id=ZoneId(name),
        version=version,
        name=f"Zone {name}",
        layer=None,
        restriction=restriction,
        rules=rules or ZoneRules(),
        purposes=purposes or {},
        act="Arrêté de démonstration",
        **{**values, **named},
    )


def vehicle(
    name: str = "drone-7",
    *,
    operator: str = "ailes",
    layer: Layer = Layer.AIR,
    kind: str = "multicopter",
) -> Vehicle:
    return Vehicle(operator=OperatorId(operator), id=VehicleId(name), layer=layer, kind=kind)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an application may differ in."""

    purpose: Purpose = Purpose.DELIVERY
    layer: Layer = Layer.AIR
    vehicles: tuple[str, ...] = ("drone-7",)
    volumes: tuple[OperationVolume, ...] = field(default_factory=lambda: (volume(),))


def application(asked: Asked | None = None) -> Application:
    wanted = asked or Asked()
    return Application(
        operator=OPERATOR.id,
        purpose=wanted.purpose,
        layer=wanted.layer,
        vehicles=tuple(VehicleId(name) for name in wanted.vehicles),
        volumes=wanted.volumes,
    )


def case(
    *zones: Zone, asked: Asked | None = None, vehicles: tuple[Vehicle, ...] | None = None
) -> Case:
    wanted = asked or Asked()
    return Case(
        application=application(wanted),
        operator=OPERATOR,
        vehicles=(vehicle(layer=wanted.layer),) if vehicles is None else vehicles,
        zones=zones,
        now=NOW,
    )


def in_force(service: PermitService, since: datetime = NOW) -> tuple[Holding, ...]:
    """Return all that authorised after an instant, who was granted first before others."""
    named = {permit for permit, *_ in service.held(since)}
    return tuple(sorted(service.held_by(named, since), key=lambda each: each.order))
