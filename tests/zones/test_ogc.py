"""Programs that know OGC API Features, and not Octroi, read the zones directly."""

import json
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import shapely
from fastapi import FastAPI
from psycopg_pool import ConnectionPool

from octroi.problems import MEDIA_TYPE, install
from tests.octroi.served import served
from tests.zones.space import CENTRE, NOON, square, zone
from zones.api import ogc
from zones.features import FeatureReader
from zones.model import Band, Height, HeightReference, Layer, Restriction, Volume
from zones.ogc import CRS84, InvalidQuery, read_query
from zones.periods import in_utc
from zones.service import ZoneService

ITEMS = "/ogc/collections/zones/items"


class Watch:
    """A clock that a test moves."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def client(pool: ConnectionPool, watch: Watch) -> Iterator[httpx.Client]:
    service = ZoneService(pool, watch, notice_days=0)
    high = Band(upper=Height(value_m=120, reference=HeightReference.AGL))
    parts = (
        Volume(footprint=square(0.005, (2.30, 48.85)), band=high),
        Volume(footprint=square(0.005, (2.32, 48.85))),
    )
    for each in (
        zone("air/one", layer=Layer.AIR, band=high, restriction=Restriction.REQ_AUTHORISATION),
        zone("everywhere", square(0.02)),
        zone("parted", layer=Layer.SURFACE, volumes=parts),
        zone("quai", square(0.001, (2.29, 48.86)), layer=Layer.RIVER),
    ):
        service.create(each, by="council")
    app = FastAPI()
    install(app)
    app.include_router(ogc.router(FeatureReader(pool, watch)))
    with served(app) as caller:
        yield caller


def read(client: httpx.Client, path: str = ITEMS, **asked: str) -> Any:  # noqa: ANN401 - JSON
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(page: Any) -> list[str]:  # noqa: ANN401 - JSON
    return [feature["id"] for feature in page["features"]]


def test_the_landing_page_leads_to_everything(client: httpx.Client) -> None:
    links = {link["rel"]: link["href"] for link in read(client, "/ogc")["links"]}

    assert {"self", "service-desc", "conformance", "data"} <= set(links)
    conforms = client.get(links["conformance"]).json()["conformsTo"]
    assert [each.rpartition("/")[2] for each in conforms] == ["core", "geojson"]
    collections = client.get(links["data"]).json()["collections"]
    assert [each["id"] for each in collections] == [
        "zones", "zones-surface", "zones-subsoil", "zones-air", "zones-river",
    ]  # fmt: skip
    (everything, *_) = collections
    assert everything["crs"] == [CRS84]
    assert everything["extent"]["spatial"]["bbox"][0] == pytest.approx(
        [2.289, 48.84, 2.37, 48.88], abs=1e-9
    )
    assert everything["extent"]["temporal"]["interval"] == [[in_utc(NOON), None]]
    for each in collections:
        (items,) = (link["href"] for link in each["links"] if link["rel"] == "items")
        assert client.get(items).headers["Content-Type"] == "application/geo+json"


def test_features_are_single_areas_with_flat_heights(client: httpx.Client) -> None:
    features = {each["id"]: each for each in read(client)["features"]}

    flight = features["air/one"]["properties"]
    assert (flight["upper_m"], flight["upper_reference"]) == (120, "AGL")
    assert (flight["valid_from"], flight["valid_until"]) == (in_utc(NOON), None)
    parted = shapely.geometry.shape(features["parted"]["geometry"])
    assert parted.geom_type == "MultiPolygon"
    assert {each["geometry"]["type"] for each in features.values()} == {"MultiPolygon"}
    assert parted.area == pytest.approx(2 * 0.01**2)


def test_a_collection_of_a_layer_holds_what_applies_there(client: httpx.Client) -> None:
    assert ids(read(client, "/ogc/collections/zones-air/items")) == ["air/one", "everywhere"]
    assert ids(read(client, layer="river")) == ["everywhere", "quai"]
    assert ids(read(client, restriction="REQ_AUTHORISATION")) == ["air/one"]


def test_areas_and_not_only_boxes_meet_the_bounds(client: httpx.Client) -> None:
    assert ids(read(client, bbox="2.289,48.859,2.2895,48.8605")) == ["quai"]
    # Between the two parts: within the box around them, and in neither.
    assert ids(read(client, bbox="2.308,48.849,2.312,48.851")) == []
    assert ids(read(client, bbox="2.299,48.849,0,2.312,48.851,500")) == ["parted"]


def test_pages_follow_each_other_without_a_gap(client: httpx.Client) -> None:
    found, page = [], read(client, limit="3")
    while True:
        assert (page["numberMatched"], page["numberReturned"]) == (4, len(page["features"]))
        found += ids(page)
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        page = client.get(following[0]).json()

    assert found == ["air/one", "everywhere", "parted", "quai"]


def test_the_law_of_another_time_is_read_by_datetime(client: httpx.Client, watch: Watch) -> None:
    before = (NOON - timedelta(days=1)).isoformat()
    watch.now = NOON + timedelta(days=1)

    assert ids(read(client, datetime=before)) == []
    assert ids(read(client, datetime=f"{before}/{NOON.isoformat()}")) == ids(read(client))
    assert ids(read(client, datetime=f"../{before}")) == []
    assert ids(read(client, datetime=f"{before}/..")) == ids(read(client))
    assert ids(read(client, known_at=before)) == []
    later = (NOON + timedelta(seconds=1)).isoformat()
    assert ids(read(client, known_at=later)) == ids(read(client))


def test_one_feature_is_found_by_its_id(client: httpx.Client) -> None:
    feature = read(client, f"{ITEMS}/air/one")

    assert feature["id"] == "air/one"
    assert {link["rel"] for link in feature["links"]} == {"self", "collection", "alternate"}
    assert client.get(f"{ITEMS}/nowhere").status_code == 404
    assert client.get("/ogc/collections/moon/items").status_code == 404


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "nan,0,1,1"}, "bbox"),
        ({"bbox": "3,0,1,1"}, "bbox"),
        ({"datetime": "yesterday"}, "datetime"),
        ({"datetime": "2026-01-01"}, "datetime"),
        ({"datetime": "2026-02-01T00:00:00Z/2026-01-01T00:00:00Z"}, "datetime"),
        ({"known_at": "2030-01-01T00:00:00Z"}, "known_at"),
        ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"layer": "moon"}, "layer"),
        ({"restriction": "NO"}, "restriction"),
        ({"f": "xml"}, "f"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(asked: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidQuery, match=f"^{named}: "):
        read_query(asked, NOON)


def test_a_wrong_parameter_is_refused_with_400(client: httpx.Client) -> None:
    answer = client.get(ITEMS, params={"colour": "red"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, MEDIA_TYPE)
    assert client.get("/ogc/collections/zones-air/items?layer=river").status_code == 400


@pytest.mark.slow
def test_gdal_opens_the_zones(client: httpx.Client) -> None:
    lon, lat = CENTRE
    address = f"OAPIF:{str(client.base_url).rstrip('/')}/ogc"
    listed = gdal("ogrinfo", "-ro", address)
    summary = gdal("ogrinfo", "-ro", "-so", address, "zones")
    here = ("-spat", f"{lon}", f"{lat}", f"{lon}", f"{lat}")
    read_there = json.loads(
        gdal("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", *here, address, "zones")
    )

    assert [line.split()[1] for line in listed.splitlines() if line[:1].isdigit()][:2] == [
        "zones", "zones-surface",
    ]  # fmt: skip
    assert "Feature Count: 4" in summary
    assert 'ID["EPSG",4326]' in summary
    assert {"zone_id: String", "restriction: String"} <= {
        line.split(" (")[0] for line in summary.splitlines()
    }
    assert {each["properties"]["zone_id"] for each in read_there["features"]} == {
        "air/one", "everywhere",
    }  # fmt: skip


def gdal(*command: str) -> str:
    """Run one of Debian's programs."""
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert told.returncode == 0, told.stderr
    return told.stdout
