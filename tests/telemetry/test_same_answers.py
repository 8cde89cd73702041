"""The same verbs everywhere: what was judged live is what a file check and a second look answer."""

import csv
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool
from typer.testing import CliRunner

from octroi.cli import application
from octroi.cli.check_reading import zones_of
from telemetry.consequences import Standing, consequences
from telemetry.store.ingest import IngestStore
from tests.telemetry.city_builders import LAT, LON, NOON, rulebook
from tests.telemetry.intake import NOON_MS, Desk, message, position
from zones.columns import Relation

APP = application(["check"])
HEADER = "vehicle,at,lon,lat,alt,alt_ref,h_acc,v_acc\n"
VERDICTS = """
SELECT round(extract(epoch FROM at) * 1000)::bigint, zone_id, zone_version, relation, kind, reason
FROM telemetry.each_verdict ORDER BY 1, 2
"""


class Seen(NamedTuple):
    """One position, in metres, and how well it is known."""

    x: float
    y: float
    alt: float
    h_acc: float
    v_acc: float

    def lon_lat(self) -> tuple[float, float]:
        return round(LON + self.x / 73_000, 7), round(LAT + self.y / 111_000, 7)


def instant(number: int) -> int:
    return NOON_MS + number * 7_000


def square(name: str, x: float, half_m: float, upper_m: float | None) -> dict[str, Any]:
    west, south = LON + (x - half_m) / 73_000, LAT - half_m / 111_000
    east, north = LON + (x + half_m) / 73_000, LAT + half_m / 111_000
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    height = {"value": upper_m, "unit": "m", "reference": "AGL"}
    return {
        "type": "Feature",
        "id": name,
        "properties": {"upper": height} if upper_m else {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of two zones that overlap, one of them with a ceiling."""
    path = tmp_path_factory.mktemp("city") / "city.geojson"
    features = [square("low", 0, 100, 60), square("wide", 60, 120, None)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def sent(pool: ConnectionPool, city: Path, seen: Sequence[Seen]) -> Desk:
    """Judge positions as they come in, seven seconds apart: none is too far to be believed."""
    desk = Desk(
        pool, now=NOON + timedelta(seconds=90), rules=rulebook(zones_of([city], pytest.fail))
    )
    with pool.connection() as connection:
        connection.execute("TRUNCATE telemetry.alert CASCADE")
    desk.empty()
    pipeline = desk.pipeline()
    for seq, each in enumerate(seen):
        lon, lat = each.lon_lat()
        told = {"alt": each.alt, "h_acc": each.h_acc, "v_acc": each.v_acc}
        pipeline.take([message(position(seq, lon=lon, lat=lat, at=instant(seq), **told))])
    stored = desk.count("observation")
    assert stored == len(seen)
    return desk


flights = st.lists(
    st.builds(
        Seen,
        x=st.sampled_from([-101.0, -99.0, 0.0, 40.0, 98.0, 101.0, 181.0, 300.0]),
        y=st.sampled_from([-101.0, 0.0, 99.0, 119.0]),
        alt=st.sampled_from([10.0, 58.0, 60.0, 61.0, 90.0]),
        h_acc=st.sampled_from([0.0, 3.0, 30.0]),
        v_acc=st.sampled_from([0.0, 5.0]),
    ),
    min_size=1,
    max_size=8,
)
law = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@law
@given(seen=flights)
def test_live_presences_are_those_of_an_offline_check(
    pool: ConnectionPool, city: Path, seen: list[Seen]
) -> None:

    desk = sent(pool, city, seen)
    track = city.with_name("track.csv")
    lines = [
        f"drone-1,{instant(n)},{lon},{lat},{each.alt},AGL,{each.h_acc},{each.v_acc}\n"
        for n, each in enumerate(seen)
        for lon, lat in [each.lon_lat()]
    ]
    track.write_text(HEADER + "".join(lines))

    said = CliRunner().invoke(APP, ["check", str(track), "--zones", str(city)])

    assert said.exit_code == 0, said.stderr
    live = desk.rows(VERDICTS)
    assert [
        (int(row["at"]), row["zone_id"], int(row["zone_version"]), row["relation"])
        for row in csv.DictReader(said.stdout.splitlines())
    ] == [
        (at, zone, version, Relation(relation).name.lower())
        for at, zone, version, relation, *_ in live
    ]


@law
@given(seen=flights)
def test_live_verdicts_are_those_of_a_second_look_at_the_record(
    pool: ConnectionPool, city: Path, seen: list[Seen]
) -> None:
    desk = sent(pool, city, seen)
    with pool.connection() as connection:
        connection.execute("UPDATE telemetry.intake SET standing_to = 0")

    again: list[tuple[Any, ...]] = []
    for found in IngestStore(pool).observed_since():
        verdicts = consequences(Standing(), found.batch, found.ids, desk.rules, desk.now).verdicts
        assert verdicts is not None
        at_ms = found.batch.positions.at_ms
        again += [
            (int(at_ms[row]), desk.rules.zones[zone].id, 1, relation, kind, reason)
            for row, zone, relation, kind, reason in zip(
                verdicts.observation.tolist(),
                verdicts.zone.tolist(),
                verdicts.relation.tolist(),
                verdicts.kind.tolist(),
                verdicts.reason.tolist(),
                strict=True,
            )
        ]

    recorded = desk.rows(VERDICTS)
    assert sorted(again) == recorded
