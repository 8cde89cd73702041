"""Octroi's own index."""

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from bench.zones.contenders.contender import Contender, Pairs
from bench.zones.sets import Areas
from zones.columns import MISSING, Floats, Indices, Positions
from zones.index import ZoneIndex
from zones.model import Restriction, Volume, Zone, ZoneId
from zones.vertical import paris_datum


def build(areas: Areas) -> Contender:
    """Build the index of zones that hold always and at every height."""
    return asking(ZoneIndex(zones_of(areas), paris_datum()))


def asking(index: ZoneIndex) -> Contender:
    """Ask an index for bare footprints."""
    holding = getattr(index, "holding", None) or _through_covering(index)

    def ask(lon: Floats, lat: Floats) -> Pairs:
        return Pairs(*holding(lon, lat))

    def ask_one(lon: float, lat: float) -> Sequence[int]:
        _, zone = holding(np.array([lon]), np.array([lat]))
        return cast("list[int]", zone.tolist())

    return Contender(ask=ask, ask_one=ask_one)


def _through_covering(index: ZoneIndex) -> Callable[[Floats, Floats], tuple[Indices, Indices]]:
    def holding(lon: Floats, lat: Floats) -> tuple[Indices, Indices]:
        exact = np.zeros(len(lon))
        nothing = np.zeros(len(lon), dtype=np.int8)
        found = index.covering(
            Positions(
                at_ms=np.full(len(lon), MISSING, dtype=np.int64),
                lon=lon,
                lat=lat,
                alt_m=np.full(len(lon), np.nan),
                alt_ref=nothing,
                h_acc_m=exact,
                v_acc_m=exact,
                layer=nothing - np.int8(1),
            )
        )
        return found.position, found.zone

    return holding


def zones_of(areas: Areas) -> list[Zone]:
    """Return areas as zones of every layer, always in force."""
    return [
        Zone(
            id=ZoneId(f"z{number}"),
            version=1,
            name=f"z{number}",
            layer=None,
            restriction=Restriction.PROHIBITED,
            volumes=(Volume(footprint=area),),
        )
        for number, area in enumerate(areas)
    ]
