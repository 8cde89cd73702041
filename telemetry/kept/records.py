"""Which tables of the history can be taken away, and what do their columns mean?"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from telemetry.kept.tables import INSTANT, NAMED, NUMBER, TEXT, WHOLE, Column, Table
from telemetry.model import Reason, VerdictKind
from zones.columns import Relation
from zones.model import HEIGHT_REFERENCES, LAYERS

LAYER_NAMES = {layer.code: layer.value for layer in LAYERS}
REFERENCE_NAMES = {0: "unknown"} | {
    number: reference.value for number, reference in enumerate(HEIGHT_REFERENCES, start=1)
}
KIND_NAMES = {kind.value: kind.name.lower() for kind in VerdictKind}
REASON_NAMES = {reason.value: reason.code for reason in Reason}
RELATION_NAMES = {relation.value: relation.name.lower() for relation in Relation}


class Kept(StrEnum):
    """What of the history is exported."""

    POSITIONS = "positions"
    VERDICTS = "verdicts"
    VISITS = "visits"
    STATISTICS = "statistics"


OPERATOR = Column(
    name="operator", kind=TEXT, fr="exploitant, ou unregistered", en="operator, or unregistered"
)
VEHICLE = Column(
    name="vehicle", kind=TEXT, fr="véhicule, nommé par l'exploitant", en="vehicle, by its operator"
)
LAYER = Column(name="layer", kind=NAMED, fr="couche", en="layer", names=LAYER_NAMES)
AT = Column(name="at", kind=INSTANT, fr="instant de l'observation", en="when it was observed")
RECORDED = Column(
    name="recorded_at", kind=INSTANT, fr="instant d'enregistrement", en="when it was recorded"
)
ZONE = Column(name="zone", kind=TEXT, fr="zone", en="zone")
ZONE_VERSION = Column(
    name="zone_version", kind=WHOLE, fr="version de la zone", en="version of the zone"
)
PERMIT = Column(
    name="permit", kind=TEXT, fr="autorisation, s'il y en a une", en="permit, if there is one"
)
PERMIT_VERSION = Column(
    name="permit_version", kind=WHOLE, fr="version de l'autorisation", en="version of the permit"
)

POSITIONS = Table(
    name=Kept.POSITIONS,
    columns=(
        Column(name="id", kind=WHOLE, fr="numéro de l'observation", en="number of the observation"),
        OPERATOR,
        VEHICLE,
        Column(name="sender", kind=TEXT, fr="qui l'a transmise", en="who sent it"),
        LAYER,
        AT,
        Column(name="received_at", kind=INSTANT, fr="instant de réception", en="when received"),
        RECORDED,
        Column(
            name="lon", kind=NUMBER, fr="longitude, degrés WGS84", en="longitude, degrees WGS84"
        ),
        Column(name="lat", kind=NUMBER, fr="latitude WGS84, degrés", en="latitude WGS84, degrees"),
        Column(name="alt_m", kind=NUMBER, fr="altitude, mètres", en="height, metres"),
        Column(
            name="alt_ref",
            kind=NAMED,
            fr="référence de l'altitude",
            en="what the height is over",
            names=REFERENCE_NAMES,
        ),
        Column(
            name="h_acc_m",
            kind=NUMBER,
            fr="précision horizontale à 95 %, mètres",
            en="horizontal accuracy at 95 %, metres",
        ),
        Column(
            name="v_acc_m",
            kind=NUMBER,
            fr="précision verticale à 95 %, mètres",
            en="vertical accuracy at 95 %, metres",
        ),
        Column(name="speed_mps", kind=NUMBER, fr="vitesse sol, m/s", en="speed over ground, m/s"),
        Column(
            name="heading_deg",
            kind=NUMBER,
            fr="route, degrés depuis le nord vrai",
            en="heading, degrees from true north",
        ),
        Column(name="boot", kind=TEXT, fr="démarrage de l'appareil", en="boot of the device"),
        Column(name="seq", kind=WHOLE, fr="numéro donné par l'appareil", en="the device's number"),
    ),
)
VERDICTS = Table(
    name=Kept.VERDICTS,
    columns=(
        Column(name="observation", kind=WHOLE, fr="observation jugée", en="observation judged"),
        OPERATOR,
        VEHICLE,
        LAYER,
        AT,
        RECORDED,
        ZONE,
        ZONE_VERSION,
        PERMIT,
        PERMIT_VERSION,
        Column(name="verdict", kind=NAMED, fr="verdict", en="verdict", names=KIND_NAMES),
        Column(name="reason", kind=NAMED, fr="motif", en="reason", names=REASON_NAMES),
        Column(
            name="relation",
            kind=NAMED,
            fr="position par rapport à la zone",
            en="where it was to the zone",
            names=RELATION_NAMES,
        ),
        Column(
            name="margin_m",
            kind=NUMBER,
            fr="distance au bord, positive à l'intérieur ; vide au-delà de la précision",
            en="distance to the edge, positive inside; empty beyond the accuracy",
        ),
        Column(
            name="rulebook_version",
            kind=WHOLE,
            fr="version des règles en vigueur",
            en="version of the rules in force",
        ),
    ),
)
VISITS = Table(
    name=Kept.VISITS,
    columns=(
        Column(name="id", kind=TEXT, fr="présence", en="visit"),
        OPERATOR,
        VEHICLE,
        LAYER,
        ZONE,
        ZONE_VERSION,
        PERMIT,
        PERMIT_VERSION,
        Column(name="purpose", kind=TEXT, fr="motif d'usage", en="purpose"),
        Column(name="entered_at", kind=INSTANT, fr="entrée", en="entry"),
        Column(name="left_at", kind=INSTANT, fr="sortie", en="exit"),
        Column(
            name="certain_ms",
            kind=WHOLE,
            fr="durée certaine, millisecondes",
            en="certain time, milliseconds",
        ),
        Column(
            name="uncertain_ms",
            kind=WHOLE,
            fr="durée incertaine, millisecondes",
            en="uncertain time, milliseconds",
        ),
        Column(name="distance_m", kind=WHOLE, fr="distance, mètres", en="distance, metres"),
        Column(name="observations", kind=WHOLE, fr="observations", en="observations"),
        Column(name="violations", kind=WHOLE, fr="infractions", en="violations"),
        RECORDED,
    ),
)
STATISTICS = Table(
    name=Kept.STATISTICS,
    columns=(
        Column(name="hour", kind=INSTANT, fr="début de l'heure", en="beginning of the hour"),
        LAYER,
        ZONE,
        OPERATOR,
        Column(name="observations", kind=WHOLE, fr="observations", en="observations"),
        Column(name="vehicles", kind=WHOLE, fr="véhicules distincts", en="distinct vehicles"),
        Column(
            name="violations",
            kind=WHOLE,
            fr="observations en infraction",
            en="observations in violation",
        ),
        Column(
            name="uncertain", kind=WHOLE, fr="observations incertaines", en="observations uncertain"
        ),
    ),
)
TABLES: Mapping[Kept, Table] = MappingProxyType(
    {
        Kept.POSITIONS: POSITIONS,
        Kept.VERDICTS: VERDICTS,
        Kept.VISITS: VISITS,
        Kept.STATISTICS: STATISTICS,
    }
)
