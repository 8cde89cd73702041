"""Which zones does the demonstration put on the streets of Paris?"""

from collections.abc import Iterable

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from octroi.demo.drafts import EVERY_DAY, WEEKDAYS, Draft, Purposes, weekly
from octroi.demo.geography import circle, features, parts, to_metres, waters
from zones.demands import StreetCategory, VehicleClass
from zones.model import Layer, Purpose, Restriction

STREET_MPS = 30 / 3.6
PAVEMENT_MPS = 6 / 3.6
ZTL_ARRONDISSEMENTS = frozenset({1, 2, 3, 4})
QUAY_M = 45.0
BOUNDARY_STREET_M = 12.0
ZTL_STOP_S = 120.0
MARKET = (2.32750, 48.86400, 130.0)

_HYPERCENTRE = frozenset(range(1, 17))
_SERVICES: Purposes = {
    Purpose.EMERGENCY: Restriction.NO_RESTRICTION,
    Purpose.MEDICAL: Restriction.NO_RESTRICTION,
    Purpose.PUBLIC_SERVICE: Restriction.NO_RESTRICTION,
}
_STREETS: Purposes = {
    **_SERVICES,
    Purpose.INSPECTION: Restriction.CONDITIONAL,
    Purpose.RESEARCH: Restriction.CONDITIONAL,
    Purpose.PASSENGER: Restriction.CONDITIONAL,
    Purpose.LEISURE: Restriction.CONDITIONAL,
}
_LOADING = weekly((*WEEKDAYS, "SAT"), "06:00:00", "22:00:00", exceptHolidays=True)
# In 2026: from its opening until after the last day, but not on Christmas Eve's night and the day.
_MARKET_HOURS = weekly(
    EVERY_DAY,
    "11:00:00",
    "23:30:00",
    startDateTime="2026-11-14T00:00:00+01:00",
    endDateTime="2027-01-04T00:00:00+01:00",
    exceptions=[
        {"startDateTime": "2026-12-24T20:00:00+01:00", "endDateTime": "2026-12-26T00:00:00+01:00"}
    ],
)
_QUIET_STREETS = (
    ("marais", "le Marais", 48.85720, 2.35900, 260),
    ("montorgueil", "Montorgueil", 48.86550, 2.34690, 200),
    ("mouffetard", "Mouffetard", 48.84220, 2.34970, 180),
    ("montmartre", "Montmartre, les Abbesses", 48.88500, 2.33800, 250),
    ("canal-saint-martin", "quai de Valmy", 48.87150, 2.36500, 200),
    ("daumesnil", "avenue Daumesnil", 48.83600, 2.40600, 250),
)
# The nomenclature of the council classes each street on its own; the demonstration an
# arrondissement, and a few streets by a line along them.
_ARDT_CATEGORIES = {
    **dict.fromkeys(range(1, 9), StreetCategory.SECOND),
    **dict.fromkeys(range(9, 17), StreetCategory.THIRD),
    **dict.fromkeys(range(17, 21), StreetCategory.FOURTH),
}
_STREET_HALF_WIDTH_M = 35.0
_CLASSED_STREETS = (
    (
        "champs-elysees",
        "Avenue des Champs-Élysées",
        StreetCategory.TOP,
        ((2.29620, 48.87340), (2.31930, 48.86620)),
    ),
    (
        "beaumarchais",
        "Boulevard Beaumarchais",
        StreetCategory.FIRST,
        ((2.36930, 48.85330), (2.36880, 48.85650)),
    ),
    (
        "rivoli",
        "Rue de Rivoli",
        StreetCategory.FIRST,
        ((2.32480, 48.86550), (2.34300, 48.85960), (2.35640, 48.85550)),
    ),
    (
        "saint-germain",
        "Boulevard Saint-Germain",
        StreetCategory.FIRST,
        ((2.32660, 48.85680), (2.33350, 48.85390), (2.34000, 48.85260)),
    ),
)


def surface() -> Iterable[Draft]:
    """Yield the zones of the surface."""
    yield from _arrondissements()
    yield from _quarters()
    yield _limited_traffic()
    yield from _quiet_streets()
    yield from _classed_streets()
    yield _christmas_market()


def _arrondissements() -> Iterable[Draft]:
    """Ask commerce to apply; let those who serve the public pass."""
    for one in features("arrondissements"):
        number = int(one.properties["c_ar"])
        ordinal = "1er" if number == 1 else f"{number}e"
        yield Draft(
            id=f"surface-ardt-{number:02d}",
            name=f"{ordinal} arrondissement, {one.properties['l_aroff']}",
            layer=Layer.SURFACE,
            restriction=Restriction.REQ_AUTHORISATION,
            area=one.area,
            rules={"speed_max_mps": round(STREET_MPS, 3)},
            purposes=_STREETS,
            street_category=_ARDT_CATEGORIES[number],
        )


def _quarters() -> Iterable[Draft]:
    """Make each quarter a micro-zone of delivery; in the hypercentre in the hours of loading."""
    for one in features("quartiers"):
        number = int(one.properties["c_qu"])
        central = number in _HYPERCENTRE
        yield Draft(
            id=f"surface-quartier-{number:02d}",
            name=f"{one.properties['l_qu']}, micro-zone de livraison",
            layer=Layer.SURFACE,
            restriction=Restriction.CONDITIONAL,
            area=one.area,
            applicability=_LOADING if central else None,
            rules={"speed_max_mps": round(STREET_MPS, 3)},
            purposes=_SERVICES,
        )


def _limited_traffic() -> Draft:
    """Derive the limited-traffic zone from its published definition."""
    return Draft(
        id="surface-ztl",
        name="Zone à trafic limité Paris Centre (contour approché)",
        layer=Layer.SURFACE,
        restriction=Restriction.CONDITIONAL,
        area=limited_traffic_area(),
        rules={
            "transit": False,
            "dwell_min_s": ZTL_STOP_S,
            "speed_max_mps": round(STREET_MPS, 3),
        },
        purposes=_SERVICES,
        classes={VehicleClass.CARGO_BIKE: Restriction.NO_RESTRICTION},
        act="zone à trafic limité de Paris, en vigueur depuis le 2024-11-04",
        notes={
            "contour": "approché : arrondissements 1 à 4 sans les îles, les quais ni les rues"
            " de bordure",
            "dwell_min_s": "un arrêt de deux minutes vaut destination : demonstration",
            "classes": "la zone vise les véhicules motorisés",
        },
    )


def limited_traffic_area() -> BaseGeometry:
    """Return arrondissements 1 to 4 without islands, quays and boundary streets, in metres."""
    centre = shapely.union_all(
        [
            one.area
            for one in features("arrondissements")
            if one.properties["c_ar"] in ZTL_ARRONDISSEMENTS
        ]
    )
    # Water cuts the islands off; what is left of the right bank is by far the largest part.
    bank = parts(centre.difference(waters().buffer(1.0)))[0]
    inland = bank.difference(waters().buffer(QUAY_M)).buffer(-BOUNDARY_STREET_M)
    return parts(inland)[0]


def _quiet_streets() -> Iterable[Draft]:
    """Slow everyone down to a walk where streets belong to walkers on Sundays."""
    for ident, name, lat, lon, radius_m in _QUIET_STREETS:
        yield Draft(
            id=f"surface-respire-{ident}",
            name=f"Rues aux piétons le dimanche, {name}",
            layer=Layer.SURFACE,
            restriction=Restriction.CONDITIONAL,
            area=circle(lon, lat, radius_m),
            applicability=weekly(("SUN",), "10:00:00", "18:00:00"),
            rules={"speed_max_mps": round(PAVEMENT_MPS, 3)},
            purposes=_SERVICES,
            notes={"contour": "approché par un cercle"},
        )


def _classed_streets() -> Iterable[Draft]:
    """State the category of the streets that are dearer than those around them."""
    for ident, name, category, line in _CLASSED_STREETS:
        along = to_metres(LineString(line)).buffer(_STREET_HALF_WIDTH_M, cap_style="flat")
        yield Draft(
            id=f"surface-voie-{ident}",
            name=name,
            layer=Layer.SURFACE,
            restriction=Restriction.NO_RESTRICTION,
            area=along,
            street_category=category,
            notes={
                "contour": "approché par une ligne",
                "street_category": "de démonstration ; la nomenclature de Paris est un arrêté",
            },
        )


def _christmas_market() -> Draft:
    """Keep wheels out of a crowd in the hours it is there."""
    lon, lat, radius_m = MARKET
    return Draft(
        id="surface-marche-noel",
        name="Marché de Noël des Tuileries",
        layer=Layer.SURFACE,
        restriction=Restriction.PROHIBITED,
        area=circle(lon, lat, radius_m),
        applicability=_MARKET_HOURS,
        purposes=_SERVICES,
        notes={"contour": "approché par un cercle", "hours": "de démonstration"},
    )
