"""Which zones does the demonstration put on the Seine and the canals of Paris?"""

import math
from collections.abc import Iterable
from typing import Any

from octroi.demo.drafts import Draft, Purposes, while_on
from octroi.demo.geography import circle, features, metres, waters
from octroi.demo.places import PORTS
from zones.demands import Equipment
from zones.model import Layer, Purpose, Restriction

MOORED_BOAT_M = 20.0
RIVER_MPS = 12 / 3.6
CANAL_MPS = 6 / 3.6
LOCK_MPS = 1.0
SLOWEST_MPS = round(6 / 3.6, 3)
FLOOD = "seine-crue"
FLOOD_SEPARATION_M = 100.0
PORT_STRIP_M = 15.0

_ACT = "règlement particulier de police de la navigation, Seine dans Paris"
_SOURCE = {
    "source": "« Les principales règles de navigation dans Paris », sans date : à vérifier dans le"
    " règlement en vigueur"
}
_BUFFER = {
    "buffer": "eau élargie de 20 m : des bateaux amarrés sont relevés jusqu'à 15 m hors de l'eau"
}
_SERVICES: Purposes = {
    Purpose.EMERGENCY: Restriction.NO_RESTRICTION,
    Purpose.PUBLIC_SERVICE: Restriction.NO_RESTRICTION,
}
_COMMERCE: Purposes = {
    **_SERVICES,
    Purpose.INSPECTION: Restriction.CONDITIONAL,
    Purpose.RESEARCH: Restriction.CONDITIONAL,
    Purpose.LEISURE: Restriction.CONDITIONAL,
}

# Numbers are the layer's `objectid`; the layer itself carries no names.
SEINE = frozenset({3, 4, 5, 10, 11, 13, 14, 17, 24, 25, 26, 27, 28, 29, 30, 33, 45, 57})
SEINE_BOULOGNE = frozenset({32})
_REACHES: tuple[tuple[str, str, frozenset[int]], ...] = (
    ("amont", "Seine d'amont, de Bercy à Austerlitz", frozenset({45})),
    ("austerlitz", "Seine, port Saint-Bernard", frozenset({10, 11, 13})),
    ("bras-marie", "Bras Marie", frozenset({30})),
    ("bras-tournelle", "Bras de la Tournelle", frozenset({27, 28})),
    ("bras-saint-louis", "Bras Saint-Louis, entre les îles", frozenset({26, 29})),
    ("grand-bras", "Grand bras de la Cité", frozenset({5})),
    ("bras-monnaie", "Bras de la Monnaie", frozenset({3})),
    ("louvre", "Seine, du pont des Arts à Passy", frozenset({4, 33})),
    ("bras-passy", "Bras de Passy", frozenset({14, 17})),
    ("bras-grenelle", "Bras de Grenelle", frozenset({57})),
    ("aval", "Seine d'aval, de Javel au Point-du-Jour", frozenset({24, 25})),
)
# Upstream only: courses within a right angle of the axis, drawn from its lower to its upper end.
_UPSTREAM = {
    "bras-monnaie": ((2.34000, 48.85800), (2.34600, 48.85350)),
    "bras-grenelle": ((2.27900, 48.84950), (2.28750, 48.85600)),
}
_BRANCHES: dict[str, dict[str, Any]] = {
    "bras-marie": {"speed_min_mps": SLOWEST_MPS},
    "grand-bras": {"speed_min_mps": SLOWEST_MPS},
    "bras-monnaie": {"speed_min_mps": SLOWEST_MPS, "length_max_m": 60.0},
    "bras-grenelle": {"length_max_m": 90.0},
}
_BRANCH_NOTES = {
    "grand-bras": {"speed_min_mps": "6 km/h en montant ; 8 km/h en descendant, non distingués ici"},
}
_CANALS: tuple[tuple[str, str, frozenset[int]], ...] = (
    ("arsenal", "Bassin de l'Arsenal", frozenset({6, 7, 8, 12, 16})),
    ("saint-martin", "Canal Saint-Martin", frozenset({1, 2, 9, 34, 51, 53, 54, 55, 56})),
    ("villette", "Bassin de la Villette", frozenset({39, 40, 41, 42, 43, 44})),
    ("ourcq", "Canal de l'Ourcq", frozenset({15, 19, 47, 49, 50})),
    (
        "saint-denis",
        "Canal Saint-Denis",
        frozenset({20, 21, 22, 23, 35, 36, 37, 38, 46, 48, 52}),
    ),
)
_LOCK = "Emprise voie d'eau : écluse"


def river() -> Iterable[Draft]:
    """Yield the zones of the river."""
    yield _seine("river-seine", "La Seine dans Paris", SEINE)
    yield _seine("river-seine-boulogne", "La Seine le long du bois de Boulogne", SEINE_BOULOGNE)
    yield from (_reach(*one) for one in _REACHES)
    yield from (_canal(*one) for one in _CANALS)
    yield from _flood()
    yield from _locks()
    yield from _ports()


def _seine(ident: str, name: str, ids: frozenset[int]) -> Draft:
    """Ask commerce to apply, and hold everyone to the limit of speed."""
    return Draft(
        id=ident,
        name=name,
        layer=Layer.RIVER,
        restriction=Restriction.REQ_AUTHORISATION,
        area=waters(ids).buffer(MOORED_BOAT_M),
        rules={"speed_max_mps": round(RIVER_MPS, 3), "equipment": [Equipment.VHF.value]},
        purposes=_COMMERCE,
        act=_ACT,
        notes={**_BUFFER, **_SOURCE, "equipment": "veille du canal 10"},
    )


def _reach(ident: str, name: str, ids: frozenset[int]) -> Draft:
    """Name a reach, so that the use of each can be told apart."""
    return Draft(
        id=f"river-bief-{ident}",
        name=name,
        layer=Layer.RIVER,
        restriction=Restriction.CONDITIONAL,
        area=waters(ids).buffer(MOORED_BOAT_M),
        rules={
            "speed_max_mps": round(RIVER_MPS, 3),
            **_BRANCHES.get(ident, {}),
            **_one_way(ident),
        },
        purposes=_SERVICES,
        act=_ACT,
        notes={
            **_BUFFER,
            **_SOURCE,
            **_BRANCH_NOTES.get(ident, {}),
            "name": "donné par la démonstration",
        },
    )


def _one_way(ident: str) -> dict[str, Any]:
    """Say which courses go upstream where nobody may go down."""
    if ident not in _UPSTREAM:
        return {}
    (west, south), (east, north) = (metres(*place) for place in _UPSTREAM[ident])
    course = math.degrees(math.atan2(east - west, north - south))
    start, end = ((round(course) + turn) % 360 for turn in (-90, 90))
    return {"direction": {"start_deg": float(start), "end_deg": float(end)}}


def _flood() -> Iterable[Draft]:
    """Hold what is stricter in a flood, from when an officer says that there is one."""
    steps = {"seuils": "échelle d'Austerlitz : 1,60, 2,50, 3,00 et 4,30 m ; ici un seul degré"}
    leisure_stays = {**_SERVICES, Purpose.LEISURE: Restriction.PROHIBITED}
    yield Draft(
        id="river-crue",
        name="La Seine en crue",
        layer=Layer.RIVER,
        restriction=Restriction.REQ_AUTHORISATION,
        area=waters(SEINE).buffer(MOORED_BOAT_M),
        applicability=while_on(FLOOD),
        rules={"human_review": True, "separation_m": FLOOD_SEPARATION_M},
        purposes=leisure_stays,
        act=_ACT,
        notes={**_SOURCE, **steps, "separation_m": "demonstration"},
    )
    (branch,) = (one for one in _REACHES if one[0] == "bras-monnaie")
    yield Draft(
        id="river-crue-bras-monnaie",
        name="Bras de la Monnaie en crue",
        layer=Layer.RIVER,
        restriction=Restriction.PROHIBITED,
        area=waters(branch[2]).buffer(MOORED_BOAT_M),
        applicability=while_on(FLOOD),
        purposes=_SERVICES,
        act=_ACT,
        notes={**_SOURCE, **steps},
    )


def _canal(ident: str, name: str, ids: frozenset[int]) -> Draft:
    """Slow boats further where the banks are near."""
    return Draft(
        id=f"river-canal-{ident}",
        name=name,
        layer=Layer.RIVER,
        restriction=Restriction.REQ_AUTHORISATION,
        area=waters(ids).buffer(MOORED_BOAT_M),
        rules={"speed_max_mps": round(CANAL_MPS, 3)},
        purposes=_COMMERCE,
        notes=_BUFFER,
    )


def _locks() -> Iterable[Draft]:
    """Let boats into a lock one by one, at a walk."""
    for one in features("voies_deau"):
        if one.properties["lib_classe"] != _LOCK:
            continue
        yield Draft(
            id=f"river-ecluse-{one.properties['objectid']:02d}",
            name=f"Écluse n° {one.properties['objectid']}",
            layer=Layer.RIVER,
            restriction=Restriction.CONDITIONAL,
            area=one.area.buffer(PORT_STRIP_M),
            rules={"speed_max_mps": LOCK_MPS},
            purposes=_SERVICES,
            notes={"number": "celui de la couche, non de l'ouvrage"},
        )


def _ports() -> Iterable[Draft]:
    """Ask for an authorisation along the quays where boats moor."""
    fairway = waters(SEINE).buffer(-PORT_STRIP_M)
    bank = waters(SEINE).buffer(PORT_STRIP_M).difference(fairway)
    for port in PORTS:
        yield Draft(
            id=f"river-port-{port.id}",
            name=port.name,
            layer=Layer.RIVER,
            restriction=Restriction.REQ_AUTHORISATION,
            area=bank.intersection(circle(port.lon, port.lat, port.radius_m)),
            purposes=_COMMERCE,
            notes={"contour": "bande de 15 m de part et d'autre de la rive, approchée"},
        )
