"""What do the documents of OGC API Features say?

Part 1: Core (OGC 17-069r4), conformance classes Core and GeoJSON, coordinates in CRS84: longitude,
latitude. There is one collection of all zones, and one for each layer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from zones.model import Layer, Restriction
from zones.periods import InvalidWindow, Window, in_utc
from zones.store.features import Bounds, Extent

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
JSON, GEOJSON = "application/json", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
COLLECTIONS: Mapping[str, Layer | None] = MappingProxyType(
    {"zones": None, **{f"zones-{layer}": layer for layer in Layer}}
)
PAGE, LARGEST_PAGE = 100, 10_000
PARAMETERS = frozenset(
    {"bbox", "datetime", "known_at", "limit", "offset", "layer", "restriction", "f"}
)
OPEN = frozenset({"", ".."})
FLAT, UPRIGHT = 4, 6

Document = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)


class InvalidQuery(ValueError):
    """A query parameter that cannot be read, or that nobody would read; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a request for features asks for."""

    window: Window
    known_at: datetime | None
    bounds: Bounds | None
    layer: Layer | None
    restriction: Restriction | None
    limit: int
    offset: int


def read_query(given: Mapping[str, str], now: datetime) -> Query:
    """Read the parameters of a request for features; without `datetime` the law of now."""
    unknown = sorted(set(given) - PARAMETERS)
    if unknown:
        msg = f"{unknown[0]}: none of {', '.join(sorted(PARAMETERS))}"
        raise InvalidQuery(msg)
    if given.get("f", "json") not in {"json", "geojson"}:
        msg = f"f: {given['f']!r} is not json"
        raise InvalidQuery(msg)
    return Query(
        window=_window(given.get("datetime"), now),
        known_at=_known_at(given.get("known_at"), now),
        bounds=_bounds(given.get("bbox")),
        layer=_word(given, "layer", Layer),
        restriction=_word(given, "restriction", Restriction),
        limit=min(_count(given, "limit", PAGE, 1), LARGEST_PAGE),
        offset=_count(given, "offset", 0, 0),
    )


def landing(base: str) -> Document:
    """Return the landing page."""
    return {
        "title": "Octroi",
        "description": "The zones of the city: where and when its public space is restricted",
        "links": [
            _link(f"{base}/ogc", "self", JSON, "This document"),
            _link(f"{base}/openapi.json", "service-desc", OPENAPI, "The API as OpenAPI"),
            _link(f"{base}/docs", "service-doc", "text/html", "The API for people"),
            _link(f"{base}/ogc/conformance", "conformance", JSON, "What this conforms to"),
            _link(f"{base}/ogc/collections", "data", JSON, "The collections"),
        ],
    }


def collection(base: str, name: str, reaches: Extent) -> Document:
    """Return what a collection holds and where."""
    layer = COLLECTIONS[name]
    here = f"{base}/ogc/collections/{name}"
    extent: Document = {
        "temporal": {
            "interval": [[_written(reaches.start), _written(reaches.end)]],
            "trs": GREGORIAN,
        }
    }
    if reaches.bounds is not None:
        extent["spatial"] = {"bbox": [list(reaches.bounds)], "crs": CRS84}
    return {
        "id": name,
        "title": "Zones" if layer is None else f"Zones: {layer}",
        "description": "The zones that are the law, one version of each",
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": [
            _link(here, "self", JSON, "This collection"),
            _link(f"{here}/items", "items", GEOJSON, "Its features"),
        ],
    }


def collections(base: str, found: list[Document]) -> Document:
    """Return the list of the collections."""
    here = _link(f"{base}/ogc/collections", "self", JSON, "This document")
    return {"links": [here], "collections": found}


def _link(href: str, relation: str, kind: str, title: str) -> Document:
    return {"href": href, "rel": relation, "type": kind, "title": title}


def page_links(here: str, following: str | None) -> list[Document]:
    """Return the links of a page of features."""
    links = [_link(here, "self", GEOJSON, "This page")]
    if following is not None:
        links.append(_link(following, "next", GEOJSON, "The next page"))
    return links


def item_links(base: str, name: str, zone_id: str) -> list[Document]:
    """Return the links of one feature; `zone_id` is quoted for an address."""
    here = f"{base}/ogc/collections/{name}"
    return [
        _link(f"{here}/items/{zone_id}", "self", GEOJSON, "This feature"),
        _link(here, "collection", JSON, "Its collection"),
        _link(f"{base}/v1/zones/{zone_id}", "alternate", GEOJSON, "All that Octroi says of it"),
    ]


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else in_utc(instant)


def _window(text: str | None, now: datetime) -> Window:
    """Read an instant or an interval, open where it says so; both ends belong to it."""
    if text is None:
        return Window(start=now, end=_just_after(now))
    start, slash, end = text.partition("/")
    try:
        first = None if slash and start in OPEN else _instant(start)
        last = first if not slash else None if end in OPEN else _instant(end)
        return Window(start=first, end=last and _just_after(last))
    except (InvalidWindow, ValueError) as error:
        msg = f"datetime: {text!r} is neither an instant nor an interval of RFC 3339"
        raise InvalidQuery(msg) from error


def _known_at(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    try:
        known_at = _instant(text)
    except (InvalidWindow, ValueError) as error:
        msg = f"known_at: {text!r} is not an instant of RFC 3339"
        raise InvalidQuery(msg) from error
    if known_at > now:
        msg = f"known_at: {text} is to come; nobody knows what will be known"
        raise InvalidQuery(msg)
    return known_at


def _just_after(instant: datetime) -> datetime:
    # The database knows microseconds, and nothing between two of them.
    return instant + instant.resolution


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise InvalidWindow(text)
    return instant


def _bounds(text: str | None) -> Bounds | None:
    """Read west,south,east,north; heights between are passed over, as zones have no single one."""
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == UPRIGHT:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != FLAT or not _on_earth(numbers):
        msg = f"bbox: {text!r} is not west,south,east,north in degrees"
        raise InvalidQuery(msg)
    west, south, east, north = numbers
    return west, south, east, north


def _on_earth(numbers: list[float]) -> bool:
    west, south, east, north = numbers
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004 - the Earth


def _word(given: Mapping[str, str], name: str, words: type[Word]) -> Word | None:
    text = given.get(name)
    if text is not None and text not in tuple(words):
        msg = f"{name}: {text!r} is none of {', '.join(words)}"
        raise InvalidQuery(msg)
    return None if text is None else words(text)


def _count(given: Mapping[str, str], name: str, otherwise: int, least: int) -> int:
    text = given.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        msg = f"{name}: {text!r} is not a whole number from {least}"
        raise InvalidQuery(msg)
    return int(text)
