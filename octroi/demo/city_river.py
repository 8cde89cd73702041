"""Which zones does the demonstration put on the Seine and the canals of Paris?"""

from collections.abc import Iterable

from octroi.demo.drafts import Draft, Purposes
from octroi.demo.geography import circle, features, waters
from octroi.demo.places import PORTS
from zones.model import Layer, Purpose, Restriction

MOORED_BOAT_M = 20.0
RIVER_MPS = 12 / 3.6
CANAL_MPS = 6 / 3.6
LOCK_MPS = 1.0
PORT_STRIP_M = 15.0

_ACT = "règlement particulier de police de la navigation, Seine dans Paris"
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
        rules={"speed_max_mps": round(RIVER_MPS, 3)},
        purposes=_COMMERCE,
        priority=10,
        act=_ACT,
        notes=_BUFFER,
    )


def _reach(ident: str, name: str, ids: frozenset[int]) -> Draft:
    """Name a reach, so that the use of each can be told apart."""
    return Draft(
        id=f"river-bief-{ident}",
        name=name,
        layer=Layer.RIVER,
        restriction=Restriction.CONDITIONAL,
        area=waters(ids).buffer(MOORED_BOAT_M),
        rules={"speed_max_mps": round(RIVER_MPS, 3)},
        purposes=_SERVICES,
        priority=20,
        act=_ACT,
        notes={**_BUFFER, "name": "donné par la démonstration"},
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
        priority=10,
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
            priority=40,
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
            priority=30,
            notes={"contour": "bande de 15 m de part et d'autre de la rive, approchée"},
        )
