"""Which zones does the demonstration put under the ground of Paris?"""

from collections.abc import Iterable

import shapely

from octroi.demo.drafts import EMERGENCY_EXCEPTED, Draft, height
from octroi.demo.geography import Feature, city, features
from zones.demands import PrecisionClass
from zones.model import Layer, Purpose, Restriction

METRO_HALF_WIDTH_M = 15.0
METRO_BAND_M = (-35.0, -3.0)
METRO_CLEARANCE_M = 1.5
QUARRY_BAND_M = (-40.0, -2.0)
CLOSED_QUARRIES = frozenset({8, 9, 14, 22, 23})

_DEPTH = {"depth": "supposée (assumed) : la couche publiée n'en donne pas"}


def subsoil() -> Iterable[Draft]:
    """Yield the zones of the subsoil."""
    yield from (_quarry(one) for one in features("carrieres"))
    yield from (_metro(one) for one in features("metro_lignes"))


def _quarry(quarry: Feature) -> Draft:
    """Have an officer decide about works above voids; close those under ministries and woods."""
    number = int(quarry.properties["n_sq_car"])
    closed = number in CLOSED_QUARRIES
    return Draft(
        id=f"subsoil-quarry-{number:02d}",
        name=f"Anciennes carrières souterraines n° {number}",
        layer=Layer.SUBSOIL,
        restriction=Restriction.PROHIBITED if closed else Restriction.REQ_AUTHORISATION,
        area=quarry.area,
        lower=height(QUARRY_BAND_M[0]),
        upper=height(QUARRY_BAND_M[1]),
        rules={} if closed else {"human_review": True, "precision": PrecisionClass.A.value},
        purposes=EMERGENCY_EXCEPTED,
        act="PLU bioclimatique de Paris, anciennes carrières souterraines",
        notes=_DEPTH,
    )


def _metro(line: Feature) -> Draft:
    """Protect a metro line's tunnel by a corridor, within the city."""
    name = str(line.properties["indice_lig"])
    corridor = shapely.buffer(line.area, METRO_HALF_WIDTH_M, quad_segs=3)
    return Draft(
        id=f"subsoil-metro-{name}",
        name=f"Métro ligne {name}, couloir de protection",
        layer=Layer.SUBSOIL,
        restriction=Restriction.REQ_AUTHORISATION,
        area=corridor.intersection(city()),
        lower=height(METRO_BAND_M[0]),
        upper=height(METRO_BAND_M[1]),
        purposes={
            **EMERGENCY_EXCEPTED,
            Purpose.PUBLIC_SERVICE: Restriction.CONDITIONAL,
            Purpose.INSPECTION: Restriction.CONDITIONAL,
        },
        rules={"precision": PrecisionClass.A.value, "clearance_m": METRO_CLEARANCE_M},
        act="arrêté du 15 février 2012 (classes de précision) ; demonstration",
        notes={
            **_DEPTH,
            "half_width": "15 m, supposée (assumed)",
            "precision": "classe A due en unité urbaine : arrêté du 15 février 2012, art. 1 et 6",
        },
    )
