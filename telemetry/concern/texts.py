"""How is an alert told to people, in French and in English?"""

from collections.abc import Mapping
from types import MappingProxyType

from telemetry.model import Reason
from telemetry.told import Alert

LANGUAGES = ("fr", "en")

_SENTENCES: Mapping[Reason, Mapping[str, str]] = MappingProxyType(
    {
        Reason.NONE: {"fr": "Rien à signaler.", "en": "Nothing to report."},
        Reason.PROHIBITED: {
            "fr": "{vehicle} est dans une zone interdite, « {zone} ».",
            "en": "{vehicle} is in a prohibited zone, “{zone}”.",
        },
        Reason.NO_PERMIT: {
            "fr": "{vehicle} est sans autorisation dans « {zone} ».",
            "en": "{vehicle} has no permit in “{zone}”.",
        },
        Reason.OUTSIDE_FOOTPRINT: {
            "fr": "{vehicle} est hors du périmètre autorisé, dans « {zone} ».",
            "en": "{vehicle} is outside its permitted area, in “{zone}”.",
        },
        Reason.OUTSIDE_HEIGHT: {
            "fr": "{vehicle} est hors des hauteurs autorisées, dans « {zone} ».",
            "en": "{vehicle} is outside its permitted heights, in “{zone}”.",
        },
        Reason.OUTSIDE_WINDOW: {
            "fr": "{vehicle} est hors des heures autorisées, dans « {zone} ».",
            "en": "{vehicle} is outside its permitted hours, in “{zone}”.",
        },
        Reason.REVOKED: {
            "fr": "{vehicle} est dans « {zone} » alors que son autorisation a été révoquée.",
            "en": "{vehicle} is in “{zone}” although its permit was revoked.",
        },
        Reason.ON_HOLD: {
            "fr": "{vehicle} est dans « {zone} » alors que son autorisation est suspendue.",
            "en": "{vehicle} is in “{zone}” although its permit is on hold.",
        },
        Reason.ENDED: {
            "fr": "{vehicle} est dans « {zone} » alors que son autorisation a pris fin.",
            "en": "{vehicle} is in “{zone}” although its permit has ended.",
        },
        Reason.SPEED: {
            "fr": "{vehicle} dépasse la vitesse maximale de « {zone} ».",
            "en": "{vehicle} exceeds the speed limit of “{zone}”.",
        },
        Reason.DIRECTION: {
            "fr": "{vehicle} va à contresens de « {zone} ».",
            "en": "{vehicle} goes against the direction of “{zone}”.",
        },
        Reason.TRANSIT: {
            "fr": "{vehicle} a traversé « {zone} » sans s'y arrêter.",
            "en": "{vehicle} has passed through “{zone}” without stopping.",
        },
        Reason.DWELL: {
            "fr": "{vehicle} reste trop longtemps dans « {zone} ».",
            "en": "{vehicle} stays too long in “{zone}”.",
        },
        Reason.CAPACITY: {
            "fr": "{vehicle} est de trop dans « {zone} », qui est pleine.",
            "en": "{vehicle} is one too many in “{zone}”, which is full.",
        },
        Reason.MOVEMENTS: {
            "fr": "{vehicle} est entré dans « {zone} » au-delà du nombre admis par heure.",
            "en": "{vehicle} entered “{zone}” beyond the number admitted within an hour.",
        },
        Reason.EQUIPMENT: {
            "fr": "{vehicle} n'emporte pas l'équipement qu'exige « {zone} ».",
            "en": "{vehicle} does not carry the equipment that “{zone}” asks for.",
        },
        Reason.SPEED_MIN: {
            "fr": "{vehicle} va plus lentement que « {zone} » ne l'exige.",
            "en": "{vehicle} is slower than “{zone}” asks for.",
        },
        Reason.UNREGISTERED: {
            "fr": "{vehicle}, que personne n'a enregistré, est dans « {zone} ».",
            "en": "{vehicle}, registered by nobody, is in “{zone}”.",
        },
        Reason.SILENT: {
            "fr": "{vehicle} n'émet plus alors que son autorisation est en cours.",
            "en": "{vehicle} has fallen silent while its permit is running.",
        },
        Reason.NEAR_MISS: {
            "fr": "{vehicle} et {other} sont trop près l'un de l'autre, dans « {zone} ».",
            "en": "{vehicle} is too near to {other}, in “{zone}”.",
        },
        Reason.DISAGREEMENT: {
            "fr": "{vehicle} n'est pas où il se dit : un récepteur de la ville l'entend ailleurs.",
            "en": "{vehicle} is not where it says: a receiver of the city hears it elsewhere.",
        },
        Reason.OVERRIDDEN: {
            "fr": "Pour {vehicle}, une zone de priorité supérieure décide au lieu de « {zone} ».",
            "en": "For {vehicle} a zone of higher priority decides instead of “{zone}”.",
        },
    }
)
# A vehicle that fell silent in a zone, without a permit that is running.
_SILENT_INSIDE = MappingProxyType(
    {
        "fr": "{vehicle} n'émet plus, dans « {zone} ».",
        "en": "{vehicle} has fallen silent in “{zone}”.",
    }
)
# What an operator is told of whom it came too near to, when that is somebody else's.
ANOTHER = MappingProxyType({"fr": "un autre véhicule", "en": "another vehicle"})


def sentence(alert: Alert) -> dict[str, str]:
    """Return what an alert says, in each language."""
    inside = alert.reason is Reason.SILENT and alert.permit is None and alert.zone is not None
    texts = _SILENT_INSIDE if inside else _SENTENCES[alert.reason]
    return {
        language: _joined(text).format(
            vehicle=alert.vehicle.vehicle,
            zone=alert.zone_name or alert.zone,
            other=(alert.other and alert.other.vehicle) or ANOTHER[language],
        )
        for language, text in texts.items()
    }


def _joined(text: str) -> str:
    """Keep guillemets and colons on the line of what they belong to."""
    for loose in ("« ", " »", " :"):
        text = text.replace(loose, loose.replace(" ", "\N{NO-BREAK SPACE}"))
    return text
