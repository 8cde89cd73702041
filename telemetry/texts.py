"""How is an alert told to people, in French and in English?"""

from collections.abc import Mapping
from types import MappingProxyType

from telemetry.model import Alert, Reason

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
        Reason.SPEED: {
            "fr": "{vehicle} dépasse la vitesse maximale de « {zone} ».",
            "en": "{vehicle} exceeds the speed limit of “{zone}”.",
        },
        Reason.UNREGISTERED: {
            "fr": "{vehicle}, que personne n'a enregistré, est dans « {zone} ».",
            "en": "{vehicle}, registered by nobody, is in “{zone}”.",
        },
        Reason.SILENT: {
            "fr": "{vehicle} n'émet plus alors que son autorisation est en cours.",
            "en": "{vehicle} has fallen silent while its permit is running.",
        },
        Reason.OVERRIDDEN: {
            "fr": "Pour {vehicle}, une zone de priorité supérieure décide au lieu de « {zone} ».",
            "en": "For {vehicle} a zone of higher priority decides instead of “{zone}”.",
        },
    }
)


def sentence(alert: Alert) -> dict[str, str]:
    """Return what an alert says, in each language."""
    return {
        language: _joined(text).format(
            vehicle=alert.vehicle.vehicle, zone=alert.zone_name or alert.zone
        )
        for language, text in _SENTENCES[alert.reason].items()
    }


def _joined(text: str) -> str:
    """Keep guillemets on the line of what they enclose."""
    return text.replace("« ", "«\N{NO-BREAK SPACE}").replace(" »", "\N{NO-BREAK SPACE}»")
