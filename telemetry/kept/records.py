"""Which tables of the history can be taken away, and what do their columns mean?"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from telemetry.kept.tables import Table, instant, named, number, text, whole
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


OPERATOR = text("operator", "exploitant, ou unregistered", "operator, or unregistered")
VEHICLE = text("vehicle", "véhicule, nommé par l'exploitant", "vehicle, by its operator")
LAYER = named("layer", "couche", "layer", LAYER_NAMES)
AT = instant("at", "instant de l'observation", "when it was observed")
RECORDED = instant("recorded_at", "instant d'enregistrement", "when it was recorded")
ZONE = text("zone", "zone", "zone")
ZONE_VERSION = whole("zone_version", "version de la zone", "version of the zone")
PERMIT = text("permit", "autorisation, s'il y en a une", "permit, if there is one")
PERMIT_VERSION = whole("permit_version", "version de l'autorisation", "version of the permit")

POSITIONS = Table(
    name=Kept.POSITIONS,
    columns=(
        whole("id", "numéro de l'observation", "number of the observation"),
        OPERATOR,
        VEHICLE,
        text("sender", "qui l'a transmise", "who sent it"),
        LAYER,
        AT,
        instant("received_at", "instant de réception", "when received"),
        RECORDED,
        number("lon", "longitude, degrés WGS84", "longitude, degrees WGS84"),
        number("lat", "latitude WGS84, degrés", "latitude WGS84, degrees"),
        number("alt_m", "altitude, mètres", "height, metres"),
        named("alt_ref", "référence de l'altitude", "what the height is over", REFERENCE_NAMES),
        number(
            "h_acc_m", "précision horizontale à 95 %, mètres", "horizontal accuracy at 95 %, metres"
        ),
        number(
            "v_acc_m", "précision verticale à 95 %, mètres", "vertical accuracy at 95 %, metres"
        ),
        number("speed_mps", "vitesse sol, m/s", "speed over ground, m/s"),
        number(
            "heading_deg", "route, degrés depuis le nord vrai", "heading, degrees from true north"
        ),
        text("boot", "démarrage de l'appareil", "boot of the device"),
        whole("seq", "numéro donné par l'appareil", "the device's number"),
    ),
)
VERDICTS = Table(
    name=Kept.VERDICTS,
    columns=(
        whole("observation", "observation jugée", "observation judged"),
        OPERATOR,
        VEHICLE,
        LAYER,
        AT,
        RECORDED,
        ZONE,
        ZONE_VERSION,
        PERMIT,
        PERMIT_VERSION,
        named("verdict", "verdict", "verdict", KIND_NAMES),
        named("reason", "motif", "reason", REASON_NAMES),
        named(
            "relation", "position par rapport à la zone", "where it was to the zone", RELATION_NAMES
        ),
        number(
            "margin_m",
            "distance au bord, positive à l'intérieur ; vide au-delà de la précision",
            "distance to the edge, positive inside; empty beyond the accuracy",
        ),
        number(
            "margin_s",
            "secondes jusqu'à la limite de temps, négatives au-delà ; vide sans limite de temps",
            "seconds to the limit of time, negative beyond it; empty where none is the reason",
        ),
        whole("rulebook_version", "version des règles en vigueur", "version of the rules in force"),
    ),
)
VISITS = Table(
    name=Kept.VISITS,
    columns=(
        text("id", "présence", "visit"),
        OPERATOR,
        VEHICLE,
        LAYER,
        ZONE,
        ZONE_VERSION,
        PERMIT,
        PERMIT_VERSION,
        text("purpose", "motif d'usage", "purpose"),
        instant("entered_at", "entrée", "entry"),
        instant("left_at", "sortie", "exit"),
        whole("certain_ms", "durée certaine, millisecondes", "certain time, milliseconds"),
        whole("uncertain_ms", "durée incertaine, millisecondes", "uncertain time, milliseconds"),
        whole("distance_m", "distance, mètres", "distance, metres"),
        whole("observations", "observations", "observations"),
        whole("violations", "infractions", "violations"),
        RECORDED,
    ),
)
STATISTICS = Table(
    name=Kept.STATISTICS,
    columns=(
        instant("hour", "début de l'heure", "beginning of the hour"),
        LAYER,
        ZONE,
        OPERATOR,
        whole("observations", "observations", "observations"),
        whole("vehicles", "véhicules distincts", "distinct vehicles"),
        whole("violations", "observations en infraction", "observations in violation"),
        whole("uncertain", "observations incertaines", "observations uncertain"),
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
