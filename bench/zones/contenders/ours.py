"""Octroi's own index."""

from bench.zones.contenders.contender import Contender, Pairs
from bench.zones.sets import Areas
from zones.columns import Floats
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import Restriction, Volume, Zone, ZoneId


def build(areas: Areas) -> Contender:
    """Build the index of zones that hold always and at every height."""
    return asking(ZoneIndex(zones_of(areas), paris_datum()))


def asking(index: ZoneIndex) -> Contender:
    """Ask an index for bare footprints."""

    def ask(lon: Floats, lat: Floats) -> Pairs:
        return Pairs(*index.holding(lon, lat))

    return Contender(ask=ask, ask_one=index.at)


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
