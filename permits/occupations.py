"""What may public space be occupied with, where nothing moves? Kinds, their places and longest use.

An occupation has no vehicle: it stands, hangs, lies or is moored in one place. What the city asks
of a kind is data here: the layers it belongs to, how long it may last and by which act, and whether
ground is dug up or noise made for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import sqrt
from types import MappingProxyType

from shapely.geometry.base import BaseGeometry

from zones.model import Layer
from zones.space.geometry import area_m2, in_plane

# A stated size may differ from the footprint's by a tenth, or by this where that is more.
TOLERANCE_SHARE = 0.1
TOLERANCE = 1.0

GROUND = frozenset({Layer.SURFACE})
DIGGING = frozenset({Layer.SURFACE, Layer.SUBSOIL})
WATER = frozenset({Layer.RIVER})

TEMPORARY = "Code général de la propriété des personnes publiques, art. L. 2122-2"
ORDINANCE = "Règlement d'usage de l'espace public (démonstration), art. 6"
ROADWORKS = "Code de la voirie routière, art. L. 113-2 et L. 115-1"
NETWORKS = "Code de la voirie routière, art. L. 113-3"
MOORINGS = "Code général de la propriété des personnes publiques, art. L. 2122-1 et L. 2125-8"


class OccupationKind(StrEnum):
    """What stands, hangs, lies or is moored."""

    TERRACE = "terrace"
    FILM_SET = "film_set"
    SCAFFOLDING = "scaffolding"
    DELIVERY_HUB = "delivery_hub"
    WORKSITE = "worksite"
    TRENCH = "trench"
    DUCT = "duct"
    MOORING = "mooring"


class Technique(StrEnum):
    """How ground is dug up."""

    MECHANICAL = "mechanical"
    TRENCHLESS = "trenchless"
    SUCTION = "suction"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the city asks of a kind of occupation: where it may be, how long, by which act.

    `digs` tells that ground is dug up for it, `noisy` that quiet hours are asked of it.
    """

    layers: frozenset[Layer]
    longest: timedelta
    act: str
    digs: bool = False
    noisy: bool = False


def _days(count: int) -> timedelta:
    return timedelta(days=count)


TERMS: Mapping[OccupationKind, Terms] = MappingProxyType(
    {
        # A season: from 1 April to 31 October.
        OccupationKind.TERRACE: Terms(layers=GROUND, longest=_days(214), act=ORDINANCE),
        OccupationKind.FILM_SET: Terms(layers=GROUND, longest=_days(30), act=TEMPORARY),
        OccupationKind.SCAFFOLDING: Terms(
            layers=GROUND, longest=_days(366), act=ROADWORKS, noisy=True
        ),
        OccupationKind.DELIVERY_HUB: Terms(layers=GROUND, longest=_days(1_096), act=ORDINANCE),
        OccupationKind.WORKSITE: Terms(
            layers=DIGGING, longest=_days(731), act=ROADWORKS, digs=True, noisy=True
        ),
        OccupationKind.TRENCH: Terms(
            layers=DIGGING, longest=_days(184), act=ROADWORKS, digs=True, noisy=True
        ),
        OccupationKind.DUCT: Terms(layers=DIGGING, longest=_days(5_479), act=NETWORKS, digs=True),
        OccupationKind.MOORING: Terms(layers=WATER, longest=_days(1_827), act=MOORINGS),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation:
    """What one place is occupied with, and how much of it.

    `length_m` is along it: of a trench its length, not its outline. `technique` is how is dug.
    """

    kind: OccupationKind
    area_m2: float
    length_m: float
    technique: Technique = Technique.MECHANICAL

    @property
    def terms(self) -> Terms:
        """Return what the city asks of its kind."""
        return TERMS[self.kind]


def area_of(footprint: BaseGeometry) -> float:
    """Return the square metres of a footprint, to two decimals."""
    return round(area_m2(footprint), 2)


def length_of(footprint: BaseGeometry) -> float:
    """Return how long an area is: the longer side of the rectangle of its area and outline."""
    _, south, _, north = footprint.bounds
    plane = in_plane(footprint, (south + north) / 2)
    half = plane.length / 2
    return round((half + sqrt(max(0.0, half * half - 4 * plane.area))) / 2, 2)


def contradicts(stated: float, measured: float) -> bool:
    """Tell whether a stated size differs from the measured one by more than is tolerated."""
    return abs(stated - measured) > max(TOLERANCE, TOLERANCE_SHARE * measured)
