"""The city's words for what a drone is certified as and what papers its operator holds."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class CeClass(StrEnum):
    """The class marked on a drone (regulation (EU) 2019/945, annex)."""

    C0 = "C0"
    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"
    C6 = "C6"


class UasCategory(StrEnum):
    """The category of operation a drone is flown in (regulation (EU) 2019/947, articles 4 to 6)."""

    OPEN = "open"
    SPECIFIC = "specific"
    CERTIFIED = "certified"


class DocumentKind(StrEnum):
    """What a document proves."""

    INSURANCE = "insurance"
    COMPETENCE = "competence"


# A drone of the class weighs less than this at take-off (regulation (EU) 2019/945, annex).
LIGHTER_THAN_KG: Mapping[CeClass, float] = MappingProxyType(
    {
        CeClass.C0: 0.25,
        CeClass.C1: 0.9,
        CeClass.C2: 4.0,
        CeClass.C3: 25.0,
        CeClass.C4: 25.0,
        CeClass.C5: 25.0,
        CeClass.C6: 25.0,
    }
)
