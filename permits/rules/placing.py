"""Is there water for what floats, and land for what stands? Where the city knows its water.

On land nothing is moored. That something stands in the river no map can tell for certain: bridges
and pontoons are there, so an officer looks at it.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from permits.case import Case
from permits.model import Finding, OperationVolume, Outcome
from permits.waters import Waters
from zones.model import Layer

RIVERBED = "Code général de la propriété des personnes publiques, art. L. 2111-7 et L. 2111-9"
HALF = 0.5
UNKNOWN: Mapping[str, str] = MappingProxyType({"unknown": "water"})


def place_fits(case: Case) -> Finding:
    """Object to what floats on land; leave what stands in the water to an officer."""
    asked = case.application
    floats = asked.layer is Layer.RIVER
    if not floats and (asked.layer is not Layer.SURFACE or asked.occupation is None):
        return _said(Outcome.NOT_APPLICABLE, {})
    waters, places = case.waters, _places(asked.volumes)
    if waters is None:
        return _said(Outcome.NOT_APPLICABLE, UNKNOWN)
    return _floating(places, waters, case) if floats else _standing(places, waters)


def _floating(places: Iterable[OperationVolume], waters: Waters, case: Case) -> Finding:
    aground = [each for each in places if not _afloat(waters, each, case)]
    if not aground:
        return _said(Outcome.PASSED, {"water": waters.source})
    if not _known(waters, aground):
        return _said(Outcome.NOT_APPLICABLE, UNKNOWN)
    return _said(Outcome.OBJECTED, {"water": waters.source})


def _standing(places: Iterable[OperationVolume], waters: Waters) -> Finding:
    share = max(waters.share_amid(each.footprint) for each in places)
    if share > HALF:
        told = {"water": waters.source, "share_pct": f"{100 * share:.0f}"}
        return _said(Outcome.CONDITIONAL, told)
    if not _known(waters, places):
        return _said(Outcome.NOT_APPLICABLE, UNKNOWN)
    return _said(Outcome.PASSED, {"water": waters.source})


def _known(waters: Waters, places: Iterable[OperationVolume]) -> bool:
    return all(waters.known_at(each.footprint) for each in places)


def _afloat(waters: Waters, volume: OperationVolume, case: Case) -> bool:
    """Tell whether a boat may pass there; what is moored lies there with more than half of it."""
    if case.application.occupation is None:
        return waters.is_near(volume.footprint)
    return waters.share_near(volume.footprint) > HALF


def _places(volumes: Iterable[OperationVolume]) -> list[OperationVolume]:
    """Return one volume for each place: what recurs is in one."""
    return list({id(each.footprint): each for each in volumes}.values())


def _said(outcome: Outcome, params: Mapping[str, str]) -> Finding:
    return Finding(
        rule="place_fits",
        outcome=outcome,
        act=RIVERBED,
        params=params,
        human=outcome is Outcome.CONDITIONAL,
    )
