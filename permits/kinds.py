"""The city's words for what a drone is certified as and what papers its operator holds."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from zones.model import Layer


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


class EnergyClass(StrEnum):
    """What a vehicle runs on and gives off, by the class that its papers state.

    On the road Crit'Air (arrêté of 21 June 2016: `electric` is its green class); of boats and
    machines the stage of their engine (regulation (EU) 2016/1628, which ES-TRIN chapter 9 follows),
    of older boats that of the CCNR. A drone is `electric`, or says nothing.
    """

    ELECTRIC = "electric"
    CRIT_AIR_1 = "crit_air_1"
    CRIT_AIR_2 = "crit_air_2"
    CRIT_AIR_3 = "crit_air_3"
    CRIT_AIR_4 = "crit_air_4"
    CRIT_AIR_5 = "crit_air_5"
    CRIT_AIR_NONE = "crit_air_none"
    STAGE_V = "stage_v"
    STAGE_IV = "stage_iv"
    STAGE_III = "stage_iii"
    STAGE_II = "stage_ii"
    STAGE_I = "stage_i"
    CCNR_II = "ccnr_ii"
    CCNR_I = "ccnr_i"
    UNREGULATED = "unregulated"


class DocumentKind(StrEnum):
    """What a document proves."""

    INSURANCE = "insurance"
    COMPETENCE = "competence"


# Which vehicles a class is given to, by their layer.
ENERGY_OF: Mapping[Layer, frozenset[EnergyClass]] = MappingProxyType(
    {
        Layer.AIR: frozenset({EnergyClass.ELECTRIC}),
        Layer.RIVER: frozenset(
            each for each in EnergyClass if not each.value.startswith("crit_air")
        ),
        Layer.SURFACE: frozenset(each for each in EnergyClass if not each.value.startswith("ccnr")),
        Layer.SUBSOIL: frozenset(each for each in EnergyClass if not each.value.startswith("ccnr")),
    }
)
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
