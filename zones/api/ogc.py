"""Which addresses show the zones to geographic information systems? OGC API Features.

QGIS, GDAL and others open `/ogc` as it is. Reading is everybody's.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse

from zones import ogc
from zones.features import Feature, FeatureReader
from zones.model import Layer, Restriction, ZoneId
from zones.periods import in_utc
from zones.store.features import Wanted


def _parameter(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}


# Declared by hand: a parameter nobody knows has to be refused, and all with 400.
PARAMETERS = {
    "parameters": [
        _parameter("bbox", "west,south,east,north in degrees, CRS84"),
        _parameter("datetime", "An instant or interval of RFC 3339, `..` where open; else now"),
        _parameter("known_at", "As it was known at an instant of the past"),
        _parameter("layer", f"One of {', '.join(Layer)}"),
        _parameter("restriction", f"One of {', '.join(Restriction)}"),
        _parameter("limit", f"Features a page: {ogc.PAGE}, at most {ogc.LARGEST_PAGE}"),
        _parameter("offset", "How many features to pass over; `next` links know"),
    ]
}


class Features(JSONResponse):
    """An answer in GeoJSON."""

    media_type = ogc.GEOJSON


def router(reader: FeatureReader) -> APIRouter:
    """Return the routes under /ogc."""
    routes = APIRouter(prefix="/ogc", tags=["OGC API Features"])
    _add_descriptions(routes, reader)
    _add_features(routes, reader)
    return routes


def _add_descriptions(routes: APIRouter, reader: FeatureReader) -> None:
    @routes.get("/", include_in_schema=False)
    @routes.get("")
    def landing(request: Request) -> dict[str, Any]:
        """Return where everything is."""
        return ogc.landing(_base(request))

    @routes.get("/conformance")
    def conformance() -> dict[str, Any]:
        """Return the conformance classes: Core and GeoJSON."""
        return {"conformsTo": list(ogc.CONFORMS_TO)}

    @routes.get("/collections")
    def collections(request: Request) -> dict[str, Any]:
        """List the collections: all zones, and those of each layer."""
        base = _base(request)
        found = [
            ogc.collection(base, name, reader.extent(layer))
            for name, layer in ogc.COLLECTIONS.items()
        ]
        return ogc.collections(base, found)

    @routes.get("/collections/{name}")
    def collection(request: Request, name: str) -> dict[str, Any]:
        """Describe one collection."""
        return ogc.collection(_base(request), name, reader.extent(_layer(name)))


def _add_features(routes: APIRouter, reader: FeatureReader) -> None:
    @routes.get("/collections/{name}/items", response_class=Features, openapi_extra=PARAMETERS)
    def items(request: Request, name: str) -> Features:
        """Return a page of features by id."""
        query, wanted = _read(request, name, reader)
        page = reader.page(wanted, offset=query.offset, limit=query.limit)
        base = _base(request)
        here = f"{base}/ogc/collections/{name}/items"
        given = dict(request.query_params)
        following = None
        if page.following is not None:
            following = f"{here}?{urlencode({**given, 'offset': page.following})}"
        return Features(
            {
                "type": "FeatureCollection",
                "features": [_linked(base, name, each) for each in page.features],
                "links": ogc.page_links(f"{here}?{urlencode(given)}" if given else here, following),
                "numberMatched": page.matched,
                "numberReturned": len(page.features),
                "timeStamp": in_utc(reader.now()),
            }
        )

    @routes.get("/collections/{name}/items/{zone_id:path}", response_class=Features)
    def item(request: Request, name: str, zone_id: str) -> Features:
        """Return one feature as it is now."""
        window = ogc.read_query({}, reader.now()).window
        wanted = Wanted(window=window, layer=_layer(name), zone_id=ZoneId(zone_id))
        found = reader.page(wanted, offset=0, limit=1).features
        if not found:
            raise HTTPException(404, f"zone {zone_id} is not the law now in {name}")
        return Features(_linked(_base(request), name, found[0]))


def _read(request: Request, name: str, reader: FeatureReader) -> tuple[ogc.Query, Wanted]:
    layer = _layer(name)
    try:
        query = ogc.read_query(request.query_params, reader.now())
    except ogc.InvalidQuery as error:
        # The standard asks for 400 where the rest of the API answers 422.
        raise HTTPException(400, str(error)) from error
    if layer is not None and query.layer not in {None, layer}:
        raise HTTPException(400, f"layer: the collection {name} holds {layer} only")
    return query, Wanted(
        window=query.window,
        layer=layer or query.layer,
        restriction=query.restriction,
        known_at=query.known_at,
        bounds=query.bounds,
    )


def _layer(name: str) -> Layer | None:
    if name not in ogc.COLLECTIONS:
        raise HTTPException(404, f"{name} is none of {', '.join(ogc.COLLECTIONS)}")
    return ogc.COLLECTIONS[name]


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _linked(base: str, name: str, feature: Feature) -> Mapping[str, Any]:
    return {**feature, "links": ogc.item_links(base, name, quote(feature["id"]))}
