"""Which zones does the demonstration put in the air of Paris?"""

from collections.abc import Iterable
from dataclasses import replace

import shapely
from shapely.geometry import LineString

from octroi.demo.drafts import EMERGENCY_EXCEPTED, EVERY_DAY, Draft, Purposes, height, weekly
from octroi.demo.geography import circle, city, features, metres
from octroi.demo.places import HELIPORT, HOSPITALS, LANDMARKS, SOVEREIGN, STADIUMS, Place
from zones.demands import Equipment
from zones.model import PUBLIC_INTEREST, HeightReference, Layer, Purpose, Restriction

OPEN_CEILING_M = 120.0
P23_CEILING_M = 2000.0
FOREST_CEILING_M = 50.0
CARE_HALF_WIDTH_M = 120.0
CARE_BAND_M = (40.0, 100.0)
CARE_PRIORITY = 10
CARE_MPS = 20.0
CARE_SEPARATION_M = 100.0
# Regulation (EU) 2019/945, annex part 15: the most that a drone of class C1 under 900 g may make.
CARE_DB = 81.0
# A quay of the river port, some 80 m around: longitude, latitude, metres.
GROUND = (2.36950, 48.84080, 80.0)
GROUND_CEILING_M = 50.0

_UAS_RULES = "règlement d'exécution (UE) 2019/947 ; demonstration"
_CIRCLE = {"shape": "cercle géodésique, centre et rayon de démonstration"}
_MEDICAL: Purposes = {**EMERGENCY_EXCEPTED, Purpose.MEDICAL: Restriction.NO_RESTRICTION}
_HELIPORT: Purposes = {Purpose.EMERGENCY: Restriction.CONDITIONAL}


def air() -> Iterable[Draft]:
    """Yield the zones of the air."""
    yield _city()
    yield _above()
    yield from _forests()
    yield from (_sovereign(place) for place in SOVEREIGN)
    yield from (_landmark(place) for place in LANDMARKS)
    yield from (_stadium(place) for place in STADIUMS)
    yield from (_hospital(place) for place in HOSPITALS)
    yield _heliport()
    yield _care_corridor()
    yield _experimentation_ground()


def _city() -> Draft:
    """Ask for an authorisation everywhere, up to where the open category ends."""
    return Draft(
        id="air-paris",
        name="Paris, espace aérien urbain",
        layer=Layer.AIR,
        restriction=Restriction.REQ_AUTHORISATION,
        area=city(),
        lower=height(0.0),
        upper=height(OPEN_CEILING_M),
        purposes=EMERGENCY_EXCEPTED,
        act=_UAS_RULES,
    )


def _above() -> Draft:
    """Close what lies above; below it, P 23 adds nothing to the zones that do exist there."""
    return Draft(
        id="air-p23",
        name="Zone interdite P 23, Paris",
        layer=Layer.AIR,
        restriction=Restriction.PROHIBITED,
        area=city(),
        lower=height(OPEN_CEILING_M),
        upper=height(P23_CEILING_M, HeightReference.AMSL),
        purposes=EMERGENCY_EXCEPTED,
        act="AIP France, zone interdite P 23",
        notes={
            "lower": "publiée depuis la surface ; ici dès 120 m, le reste relève des autres zones"
        },
    )


def _forests() -> Iterable[Draft]:
    """Keep the two woods quiet for birds: low flight is asked for, and decided by an officer."""
    ids = {"Bois de Boulogne": "air-boulogne", "Bois de Vincennes": "air-vincennes"}
    for one in features("bois"):
        yield Draft(
            id=ids[one.properties["nom"]],
            name=f"{one.properties['nom']}, quiétude de la faune",
            layer=Layer.AIR,
            restriction=Restriction.REQ_AUTHORISATION,
            area=one.area,
            lower=height(0.0),
            upper=height(FOREST_CEILING_M),
            rules={"human_review": True},
            purposes={**EMERGENCY_EXCEPTED, Purpose.LEISURE: Restriction.PROHIBITED},
        )


def _around(place: Place, restriction: Restriction, purposes: Purposes, label: str) -> Draft:
    """Draw a circle of air around a place, from the ground to where P 23 begins."""
    return Draft(
        id=f"air-{place.id}",
        name=f"{place.name}, {label}",
        layer=Layer.AIR,
        restriction=restriction,
        area=circle(place.lon, place.lat, place.radius_m),
        lower=height(0.0),
        upper=height(OPEN_CEILING_M),
        purposes=purposes,
        notes=_CIRCLE,
    )


def _sovereign(place: Place) -> Draft:
    return _around(place, Restriction.PROHIBITED, EMERGENCY_EXCEPTED, "site de souveraineté")


def _landmark(place: Place) -> Draft:
    purposes = {**EMERGENCY_EXCEPTED, Purpose.ADVERTISING: Restriction.PROHIBITED}
    return _around(place, Restriction.REQ_AUTHORISATION, purposes, "site patrimonial")


def _stadium(place: Place) -> Draft:
    """Close the air over crowds in the hours of matches, whatever is granted around."""
    drawn = _around(place, Restriction.PROHIBITED, EMERGENCY_EXCEPTED, "jours de rencontre")
    return replace(drawn, applicability=weekly(("SAT", "SUN"), "14:00:00", "23:00:00"))


def _hospital(place: Place) -> Draft:
    return _around(place, Restriction.REQ_AUTHORISATION, _MEDICAL, "approche sanitaire")


def _heliport() -> Draft:
    """Have an officer decide near helicopters; even an emergency keeps to their conditions."""
    drawn = _around(HELIPORT, Restriction.REQ_AUTHORISATION, _HELIPORT, "hélicoptères")
    hours = weekly(EVERY_DAY, "06:00:00", "23:00:00")
    return replace(drawn, applicability=hours, rules={"human_review": True})


def _care_corridor() -> Draft:
    """Open closed air to care, between two hospitals: an act above the prohibitions, as one of few.

    Only where those prohibit, so that elsewhere the air is what it was; to all but care it stays
    closed.
    """
    necker, hotel_dieu = (
        next(one for one in HOSPITALS if one.id == ident) for ident in ("necker", "hotel-dieu")
    )
    line = LineString([metres(one.lon, one.lat) for one in (necker, hotel_dieu)])
    closed = shapely.union_all([circle(one.lon, one.lat, one.radius_m) for one in SOVEREIGN])
    return Draft(
        id="air-couloir-sanitaire",
        name="Couloir sanitaire, de Necker à l'Hôtel-Dieu",
        layer=Layer.AIR,
        restriction=Restriction.REQ_AUTHORISATION,
        # A metre more than they close: published on a grid of centimetres, edges never quite meet.
        area=line.buffer(CARE_HALF_WIDTH_M).intersection(closed.buffer(1.0)),
        lower=height(CARE_BAND_M[0]),
        upper=height(CARE_BAND_M[1]),
        rules={
            "speed_max_mps": CARE_MPS,
            "noise_max_db": CARE_DB,
            "equipment": [Equipment.GEO_AWARENESS.value, Equipment.REMOTE_ID.value],
            "separation_m": CARE_SEPARATION_M,
        },
        purposes={
            **EMERGENCY_EXCEPTED,
            **{one: Restriction.PROHIBITED for one in Purpose if one not in PUBLIC_INTEREST},
        },
        priority=CARE_PRIORITY,
        act="demonstration : dérogation aux sites de souveraineté pour le transport sanitaire",
        notes={"priority": "au-dessus des interdictions, à dessein : elles sont écartées ici"},
    )


def _experimentation_ground() -> Draft:
    """Let small companies try things above a quay: granted by rule, to others by an officer."""
    return Draft(
        id="air-experimentation-austerlitz",
        name="Quai d'Austerlitz, terrain d'expérimentation",
        layer=Layer.AIR,
        restriction=Restriction.REQ_AUTHORISATION,
        area=circle(*GROUND),
        lower=height(0.0),
        upper=height(GROUND_CEILING_M),
        rules={"experimentation": True, "human_review": True},
        purposes=EMERGENCY_EXCEPTED,
        act="demonstration : terrain d'expérimentation des petites entreprises",
        notes=_CIRCLE,
    )
