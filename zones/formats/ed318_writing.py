"""How is a zone written in ED-318, strictly?

A document keeps to the official schema and to the rules beside it; a zone that cannot is left out,
and said to be. What the format has no word for is kept for our own reading, see `kept`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from zones.formats.calendar import read_calendar, write_calendar
from zones.formats.crosswalk import to_ed318
from zones.formats.ed318 import ADDED, DOCUMENT, FEATURE, FOREIGN, FORMAT, USPACE, core
from zones.formats.ed318_rules import (
    around_breaches,
    breaches,
    frame_breaches,
    property_breaches,
)
from zones.formats.european import (
    LONGEST_TEXT,
    Draft,
    clock,
    corridors,
    draft,
    exactly,
    foreign_words,
    in_feet,
    limits,
    offset,
    sound,
    stated_limits,
    turned,
    words,
)
from zones.formats.identifiers import identifiers
from zones.formats.kept import EXTENSIONS, OURS, digest
from zones.formats.losses import CITY, Authority, Loss, Written
from zones.formats.saying import DAY_S, Speech
from zones.formats.volumes import write_volume
from zones.model import Circle, Restriction, Volume, Zone
from zones.periods import Applicability, DailyPeriod, DayEvent, in_utc
from zones.space.geometry import to_geojson

SPEECH = Speech(events=True, whole_days=True, local=False)
PURPOSES = {Restriction.REQ_AUTHORISATION: "AUTHORIZATION"}
OTHER = "ed269"
BESIDE = frozenset({FEATURE, DOCUMENT})


def write(zones: Sequence[Zone], authority: Authority = CITY) -> Written:
    """Write zones as an ED-318 document, and say what that cannot."""
    names = identifiers(zone.id for zone in zones)
    around = _around(zones, authority)
    features: list[dict[str, Any]] = []
    losses: list[Loss] = []
    for zone in zones:
        feature, lost = _feature(zone, names[zone.id], authority)
        losses += [*lost, *_other_document(zone, around)]
        features += [] if feature is None else [feature]
    document = {"type": "FeatureCollection", **around, "features": features}
    return Written(document=document, zones=len(features), losses=tuple(losses))


def _feature(
    zone: Zone, identifier: str, authority: Authority
) -> tuple[dict[str, Any] | None, list[Loss]]:
    """Return the feature, None where there can be none, and what it does not say."""
    drafted = draft(zone, SPEECH)
    if drafted.entries is None:
        return None, drafted.losses
    geometry = _geometry(zone.volumes)
    own, _ = sound(
        _own(zone, identifier, authority, drafted),
        to_ed318(zone.carried.get(OTHER, {})),
        property_breaches,
    )
    carried: Mapping[str, Any] = zone.carried.get(FORMAT, {})
    properties, foreign = sound(own, _fitting(zone, carried), property_breaches)
    beside = _object(carried, FEATURE)
    if list(frame_breaches({"type": "Feature", **beside})):
        foreign, beside = {**foreign, FEATURE: beside}, {}
    added = sorted((set(own) - {"identifier", "type", "limitedApplicability"}) - set(carried))
    added += [DOCUMENT] if DOCUMENT not in carried else []
    added += [name for name in foreign if name in own and name not in added]
    kept = {**_kept(zone, own, drafted), **({FOREIGN: foreign} if foreign else {})}
    _extend(properties, geometry, kept, added)
    feature = {**beside, "type": "Feature", "geometry": geometry, "properties": properties}
    lost = [
        *drafted.losses,
        *stated_limits(zone),
        *corridors(zone),
        *foreign_words(zone, FORMAT),
        *_told(zone, kept, foreign),
        *_renamed(zone, carried, properties),
    ]
    wrong = breaches({"type": "FeatureCollection", "features": [feature]})
    if wrong:
        reason = f"cannot be written strictly ({wrong[0].path}: {wrong[0].reason}): left out"
        return None, [Loss(zone=zone.id, path=wrong[0].path, reason=reason)]
    return feature, lost


def _own(zone: Zone, identifier: str, authority: Authority, drafted: Draft) -> dict[str, Any]:
    """Return the properties that ours say, or that have to be said."""
    type_ = zone.restriction.value.replace("ISATION", "IZATION")
    contact = {"email": authority.email, "siteURL": authority.site}
    own: dict[str, Any] = {
        "identifier": identifier,
        "country": authority.country,
        "name": _texts(zone.name, authority),
        "type": type_,
        "variant": "COMMON",
        "zoneAuthority": [
            {
                "name": _texts(authority.name, authority),
                **{name: value for name, value in contact.items() if value is not None},
                "purpose": PURPOSES.get(zone.restriction, "INFORMATION"),
            }
        ],
        "limitedApplicability": [_period(entry) for entry in drafted.entries or ()],
    }
    return {name: value for name, value in own.items() if value != []}


def _fitting(zone: Zone, carried: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was carried and still fits the zone."""
    names = carried.get("name")
    stale = {*BESIDE, "identifier", "limitedApplicability"}
    if not isinstance(names, list) or not names or _first(names) != zone.name:
        stale.add("name")
    if carried.get("type") != USPACE or zone.restriction is not Restriction.CONDITIONAL:
        stale.add("type")
    return {name: value for name, value in carried.items() if name not in stale}


def _kept(zone: Zone, own: Mapping[str, Any], drafted: Draft) -> dict[str, Any]:
    kept = dict(drafted.kept)
    if zone.id != own["identifier"]:
        kept["id"] = zone.id
    if zone.name != _first(own.get("name", [])):
        kept["name"] = zone.name
    calendar = own.get("limitedApplicability", [])
    if read_calendar(calendar, "") != zone.applicability:
        kept["applicability"] = write_calendar(zone.applicability)
    if not all(exactly(volume) for volume in zone.volumes):
        kept["volumes"] = [write_volume(volume) for volume in zone.volumes]
    others = {name: value for name, value in zone.carried.items() if name != FORMAT}
    return kept | ({"carried": others} if others else {})


def _extend(
    properties: dict[str, Any], geometry: object, kept: Mapping[str, Any], added: Sequence[str]
) -> None:
    """Put what is kept among the extensions; a feature born in ED-318 needs none."""
    born_here = {"country", "variant", "zoneAuthority"} & set(added)
    if kept or born_here:
        said = {"of": digest(core(geometry, properties)), ADDED: list(added), **kept}
        properties[EXTENSIONS] = {**properties.get(EXTENSIONS, {}), OURS: said}


def _told(zone: Zone, kept: Mapping[str, Any], foreign: Mapping[str, Any]) -> list[Loss]:
    told = {
        "id": "longer than the seven characters of an identifier: called by a digest",
        "name": f"longer than the {LONGEST_TEXT} characters of a text: cut",
    }
    found = [(name, reason) for name, reason in told.items() if name in kept]
    found += [(f"carried.{FORMAT}.{name}", "is not as the format has it") for name in foreign]
    return [Loss(zone=zone.id, path=path, reason=reason, kept=True) for path, reason in found]


def _renamed(zone: Zone, carried: Mapping[str, Any], properties: Mapping[str, Any]) -> list[Loss]:
    if "name" not in carried or properties.get("name") == carried["name"]:
        return []
    reason = "the zone has another name now: its names in other languages are not written"
    return [Loss(zone=zone.id, path=f"carried.{FORMAT}.name", reason=reason)]


def _around(zones: Sequence[Zone], authority: Authority) -> dict[str, Any]:
    """Return the members of the document: those the zones came with, else who publishes them."""
    carried = (_object(zone.carried.get(FORMAT, {}), DOCUMENT) for zone in zones)
    around = next((found for found in carried if found), None)
    if around is None:
        return {"metadata": {"provider": _texts(authority.name, authority)}}
    wrong = {re.split(r"[.\[]", path)[0] for path, _ in around_breaches(around)}
    return {name: value for name, value in around.items() if name not in wrong}


def _other_document(zone: Zone, around: Mapping[str, Any]) -> list[Loss]:
    given = _object(zone.carried.get(FORMAT, {}), DOCUMENT)
    if given in ({}, around):
        return []
    path, reason = f"carried.{FORMAT}.{DOCUMENT}", "was said of another document"
    return [Loss(zone=zone.id, path=path, reason=reason)]


def _object(carried: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = carried.get(name)
    return found if isinstance(found, Mapping) else {}


def _geometry(volumes: Sequence[Volume]) -> dict[str, Any]:
    parts = [_part(volume) for volume in volumes]
    return parts[0] if len(parts) == 1 else {"type": "GeometryCollection", "geometries": parts}


def _part(volume: Volume) -> dict[str, Any]:
    lower, upper = limits(volume.band)
    feet = in_feet(lower, upper)
    layer = {
        "upper": upper.feet if feet else upper.value_m,
        "upperReference": upper.reference.value,
        "lower": lower.feet if feet else lower.value_m,
        "lowerReference": lower.reference.value,
        "uom": "ft" if feet else "m",
    }
    if isinstance(volume.drawn, Circle):
        extent = {"subType": "Circle", "radius": volume.drawn.radius_m}
        centre = [*volume.drawn.centre]
        return {"type": "Point", "coordinates": centre, "extent": extent, "layer": layer}
    rings = [to_geojson(polygon)["coordinates"] for polygon in turned(volume.footprint)]
    if volume.footprint.geom_type == "Polygon":
        return {"type": "Polygon", "coordinates": rings[0], "layer": layer}
    return {"type": "MultiPolygon", "coordinates": rings, "layer": layer}


def _period(entry: Applicability) -> dict[str, Any]:
    limits_ = (("startDateTime", entry.window.start), ("endDateTime", entry.window.end))
    period: dict[str, Any] = {name: in_utc(at) for name, at in limits_ if at is not None}
    if entry.schedule:
        period["schedule"] = [_daily(daily) for daily in entry.schedule]
    return period


def _daily(period: DailyPeriod) -> dict[str, Any]:
    """Write daily hours; a day from its beginning, or to its end, has no such limit."""
    written: dict[str, Any] = {"day": words(period.days)}
    whole = {"start": 0 if period.offset_s is None else None, "end": DAY_S}
    for side, limit in (("start", period.start), ("end", period.end)):
        if isinstance(limit, DayEvent):
            written[f"{side}Event"] = limit.value
        elif limit != whole[side]:
            written[f"{side}Time"] = f"{clock(limit)}{offset(period.offset_s or 0)}"
    return written


def _texts(text: str, authority: Authority) -> list[dict[str, str]]:
    return [{"text": text[:LONGEST_TEXT], "lang": authority.language}] if text else []


def _first(texts: Sequence[Any]) -> str:
    first = texts[0] if texts else None
    return str(first.get("text", "")) if isinstance(first, Mapping) else ""
