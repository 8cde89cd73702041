"""What may everybody know of a use: where, how exactly, and at what kind of price?

The register tells of every decision (CRPA art. L. 312-1-1, L. 312-1-3), and keeps what its readers
may not have: what would endanger people or networks (art. L. 311-5, 2° d), and the secrets of a
trade, as whom a company delivers to (art. L. 311-6, 1°).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import floor
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from permits.model import Application, Finding, Outcome, Quote
from zones.model import Layer, Purpose

# About 550 m by 550 m in Paris: no building, no customer and no shaft is told from its neighbours.
CELL_LON_DEG, CELL_LAT_DEG = 0.0075, 0.005
DECIMALS = 4
# An area that lies in more squares than this is shown by the box of squares around it.
MOST_CELLS = 10_000


# Where, how high and when somebody else will be: for whoever has to keep away, and nobody else.
OTHERS_PLANS = frozenset({"start_at", "end_at", "place", "heights", "vehicles", "permits"})
BESIDE_OTHERS = frozenset({"conflict", "vehicles_free"})


class Precision(StrEnum):
    """How exactly an area is shown."""

    EXACT = "exact"
    COARSE = "coarse"


class Withheld(StrEnum):
    """Why an area is not shown exactly."""

    SAFETY = "safety"
    TRADE_SECRET = "trade_secret"  # noqa: S105 - no password


ACTS: Mapping[Withheld, str] = MappingProxyType(
    {
        Withheld.SAFETY: (
            "Code des relations entre le public et l'administration, art. L. 311-5, 2° d"
        ),
        Withheld.TRADE_SECRET: (
            "Code des relations entre le public et l'administration, art. L. 311-6, 1°"
        ),
    }
)


class FeeClass(StrEnum):
    """What kind of price a use has."""

    FREE = "free"
    REDUCED = "reduced"
    FULL = "full"


# Where somebody is helped, or something important is looked at.
ENDANGERED = frozenset({Purpose.EMERGENCY, Purpose.MEDICAL, Purpose.INSPECTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicArea:
    """An area as everybody may know it; `withheld` says why it is not the whole truth."""

    area: BaseGeometry
    withheld: Withheld | None = None

    @property
    def precision(self) -> Precision:
        """Return how exactly it is shown."""
        return Precision.EXACT if self.withheld is None else Precision.COARSE

    @property
    def act(self) -> str | None:
        """Return the law under which it is not shown exactly."""
        return None if self.withheld is None else ACTS[self.withheld]


def public_area(application: Application) -> PublicArea:
    """Return where a use was asked for, as exactly as everybody may know it."""
    area = shapely.union_all([each.footprint for each in application.volumes])
    withheld = _withheld(application)
    return PublicArea(area=area if withheld is None else _squares(area), withheld=withheld)


def fee_class(quote: Quote) -> FeeClass:
    """Return what kind of price was quoted."""
    if not quote.total:
        return FeeClass.FREE
    relieved = any(line.reliefs for line in quote.lines)
    return FeeClass.REDUCED if relieved else FeeClass.FULL


def _withheld(application: Application) -> Withheld | None:
    if application.layer is Layer.SUBSOIL or application.purpose in ENDANGERED:
        return Withheld.SAFETY
    if application.purpose is Purpose.DELIVERY:
        return Withheld.TRADE_SECRET
    return None


def _squares(area: BaseGeometry) -> BaseGeometry:
    """Return the squares of a fixed grid that an area has a part in."""
    west, south, east, north = area.bounds
    # One more to each side: a quotient may round up to the next square.
    columns, rows = np.meshgrid(
        np.arange(floor(west / CELL_LON_DEG) - 1, floor(east / CELL_LON_DEG) + 2),
        np.arange(floor(south / CELL_LAT_DEG) - 1, floor(north / CELL_LAT_DEG) + 2),
    )
    if columns.size > MOST_CELLS:
        columns, rows = columns[[0, -1]][:, [0, -1]], rows[[0, -1]][:, [0, -1]]
        return shapely.union_all(_boxes(columns, rows)).envelope
    cells = _boxes(columns, rows).ravel()
    shapely.prepare(area)
    return shapely.union_all(cells[shapely.intersects(area, cells)])


def _boxes(columns: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.object_]:
    # Rounded, so that neighbours share their border to the last bit.
    lon, lat = (
        [np.round(each * size, DECIMALS), np.round((each + 1) * size, DECIMALS)]
        for each, size in ((columns, CELL_LON_DEG), (rows, CELL_LAT_DEG))
    )
    boxes: NDArray[np.object_] = shapely.box(lon[0], lat[0], lon[1], lat[1])
    return boxes


def without_others(finding: Finding) -> Finding:
    """Return a finding without the plans of those who were granted before."""
    if finding.rule not in BESIDE_OTHERS or finding.outcome is not Outcome.OBJECTED:
        return finding
    told = {name: each for name, each in finding.params.items() if name not in OTHERS_PLANS}
    return replace(finding, params=told)
