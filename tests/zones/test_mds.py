"""MDS Geography and Policy: valid under the official schemas, and what they cannot say is named."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from tests.zones.lawful import calendars, zones
from tests.zones.official_schemas import mds_errors
from tests.zones.space import zone
from zones.demands import VehicleClass, ZoneRules
from zones.formats.losses import Written
from zones.formats.reading import find
from zones.formats.writing import WrittenFormat, write_document
from zones.model import Layer, Restriction, Zone
from zones.periods import HOLIDAY, Applicability, DailyPeriod, DayEvent, Window
from zones.time.schedule import epoch_ms, in_force

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
streets = zones.map(lambda law: replace(law, layer=Layer.SURFACE))


def geographies(*laws: Zone) -> Written:
    return through_json(write_document(laws, WrittenFormat.MDS_GEOGRAPHY))


def policies(*laws: Zone) -> Written:
    return through_json(write_document(laws, WrittenFormat.MDS_POLICY))


def through_json(written: Written) -> Written:
    return replace(written, document=json.loads(json.dumps(written.document)))


@given(st.lists(st.one_of(zones, streets), max_size=3, unique_by=lambda each: each.id))
@settings(max_examples=40, deadline=None)
def test_whatever_is_written_is_valid_under_the_official_schemas(laws: list[Zone]) -> None:
    areas, said = geographies(*laws), policies(*laws)

    assert [mds_errors("geography", each) for each in areas.document["geographies"]] == [
        [] for _ in areas.document["geographies"]
    ]
    assert [mds_errors("policy", each) for each in said.document["policies"]] == [
        [] for _ in said.document["policies"]
    ]


@given(st.lists(streets, max_size=3, unique_by=lambda each: each.id))
@settings(max_examples=30, deadline=None)
def test_every_policy_names_a_geography_that_is_written_and_every_id_is_alone(
    laws: list[Zone],
) -> None:
    areas = {each["geography_id"] for each in geographies(*laws).document["geographies"]}
    said = policies(*laws).document["policies"]
    rules = [rule for policy in said for rule in policy["rules"]]

    assert {name for rule in rules for name in rule["geographies"]} <= areas
    assert len({rule["rule_id"] for rule in rules}) == len(rules)
    assert len({policy["policy_id"] for policy in said}) == len(said)


@given(calendars)
@settings(max_examples=40, deadline=None)
def test_policies_never_say_that_a_zone_holds_less_than_it_does(
    calendar: tuple[Applicability, ...],
) -> None:
    law = zone("loi", layer=Layer.SURFACE, applicability=calendar)
    said = policies(law).document["policies"]
    instants = np.arange(epoch_ms(NEW_YEAR), epoch_ms(NEW_YEAR + timedelta(days=14)), 5_000_000)
    by_law = in_force(law, instants, (2.35, 48.86), {"crue": (Window(),)})

    for at_ms in instants[by_law].tolist():
        assert any(rules_at(policy, at_ms) for policy in said)


def rules_at(policy: Any, at_ms: int) -> bool:  # noqa: ANN401 - a document
    """Tell whether a rule of a policy is in effect, as a provider would read it."""
    if not policy["start_date"] <= at_ms < policy.get("end_date", 2**53):
        return False
    local = datetime.fromtimestamp(at_ms / 1000, ZoneInfo("Europe/Paris"))
    return any(
        rule.get("start_time", "00:00:00") <= f"{local:%H:%M:%S}" <= rule.get("end_time", "24")
        and f"{local:%a}".lower() in rule.get("days", f"{local:%a}".lower())
        for rule in policy["rules"]
    )


@given(streets)
@settings(max_examples=30, deadline=None)
def test_a_zone_without_a_policy_says_why(law: Zone) -> None:
    written = policies(law)

    assert written.document["policies"] or written.losses


def test_the_schemas_judge_a_rule_without_units_and_a_policy_without_rules() -> None:
    (policy, _) = policies(zone("quai", layer=Layer.SURFACE)).document["policies"]

    assert mds_errors("policy", policy) == []
    assert mds_errors("policy", {**policy, "rules": []})
    assert mds_errors("policy", {**policy, "mode_id": "drones"})
    assert mds_errors("policy", {**policy, "start_date": 3})
    assert mds_errors("policy", {**policy, "rules": [{**policy["rules"][0], "rule_units": "m"}]})


def test_a_prohibition_is_a_count_of_no_vehicles_wherever_they_stand_or_go() -> None:
    said = policies(zone("quai", layer=Layer.SURFACE)).document["policies"]

    assert [policy["mode_id"] for policy in said] == ["delivery-robots", "passenger-services"]
    assert [rule_of(policy)["maximum"] for policy in said] == [0, 0]
    assert rule_of(said[0])["rule_type"] == "count"
    assert set(rule_of(said[0])["states"]) >= {"available", "on_trip", "stopped"}


def test_a_class_has_its_own_restriction_and_one_without_a_mode_is_a_loss() -> None:
    law = zone(
        "quai",
        layer=Layer.SURFACE,
        restriction=Restriction.NO_RESTRICTION,
        classes={
            VehicleClass.ROBOT: Restriction.PROHIBITED,
            VehicleClass.TRUCK: Restriction.PROHIBITED,
        },
    )
    written = policies(law)

    assert [each["mode_id"] for each in written.document["policies"]] == ["delivery-robots"]
    assert [loss.path for loss in written.losses] == ["classes.truck"]


@pytest.mark.parametrize(
    ("rules", "limits", "losses"),
    [
        (ZoneRules(speed_max_mps=12 / 3.6), {"maximum": 12}, []),
        (ZoneRules(speed_max_mps=3.5), {"maximum": 12}, ["rules.speed_max_mps"]),
        (ZoneRules(speed_min_mps=1.5), {"minimum": 6}, ["rules.speed_min_mps"]),
        (ZoneRules(speed_max_mps=5, capacity=3), {"maximum": 18}, ["rules.capacity"]),
        (ZoneRules(speed_max_mps=5, transit=False), {"maximum": 18}, ["rules.transit"]),
    ],
)
def test_a_limit_of_speed_is_whole_kilometres_an_hour_on_the_safe_side(
    rules: ZoneRules, limits: dict[str, int], losses: list[str]
) -> None:
    law = zone("rue", layer=Layer.SURFACE, restriction=Restriction.NO_RESTRICTION, rules=rules)
    written = policies(law)
    rule = rule_of(written.document["policies"][0])

    assert (rule["rule_type"], rule["rule_units"]) == ("speed", "kph")
    assert {name: rule[name] for name in ("minimum", "maximum") if name in rule} == limits
    assert [loss.path for loss in written.losses] == losses


def test_a_night_over_midnight_is_two_rules_on_the_clock_of_the_city() -> None:
    night = DailyPeriod(days=frozenset({4, 5}), start=22 * 3600, end=6 * 3600)
    law = zone("nuit", layer=Layer.SURFACE, applicability=(Applicability(schedule=(night,)),))
    (policy, _) = policies(law).document["policies"]

    assert [(rule["days"], rule["start_time"], rule["end_time"]) for rule in policy["rules"]] == [
        (["fri", "sat"], "22:00:00", "23:59:59"),
        (["sat", "sun"], "00:00:00", "06:00:00"),
    ]


def test_what_a_calendar_has_beyond_mds_is_said_wider_and_named() -> None:
    school = Applicability(
        window=Window(start=NEW_YEAR, end=NEW_YEAR + timedelta(days=90)),
        schedule=(DailyPeriod(days=frozenset({6, HOLIDAY}), start=DayEvent.SR, end=DayEvent.SS),),
        except_holidays=True,
        switch="crue",
    )
    written = policies(zone("quai", layer=Layer.SURFACE, applicability=(school,)))
    policy = written.document["policies"][0]

    assert "days" not in rule_of(policy)
    assert (rule_of(policy)["start_time"], rule_of(policy)["end_time"]) == ("00:00:00", "23:59:59")
    assert policy["end_date"] - policy["start_date"] == 90 * 86_400_000
    assert [loss.path for loss in written.losses] == [
        "applicability[0].exceptHolidays",
        "applicability[0].switch",
        "applicability[0].schedule[0].day",
        "applicability[0].schedule[0]",
    ]


@pytest.mark.parametrize("layer", [Layer.AIR, Layer.RIVER, Layer.SUBSOIL])
def test_a_layer_without_a_mode_is_left_out_and_said_to_be(layer: Layer) -> None:
    law = zone("seine", layer=layer)

    for written in (geographies(law), policies(law)):
        assert [loss.path for loss in written.losses] == ["layer"]
        assert [] in written.document.values()


def test_a_zone_that_only_asks_for_authorisation_has_no_policy() -> None:
    law = zone("marais", layer=Layer.SURFACE, restriction=Restriction.REQ_AUTHORISATION)
    written = policies(law)

    assert written.document["policies"] == []
    assert [loss.path for loss in written.losses] == ["restriction"]


def test_a_version_has_the_same_ids_for_ever_and_names_the_one_before() -> None:
    first = zone("quai", layer=Layer.SURFACE, valid=Window(start=NEW_YEAR))
    second = replace(first, version=2, name="Quai rive gauche")

    (old,), (new,) = (geographies(law).document["geographies"] for law in (first, second))

    assert geographies(first) == geographies(first)
    assert UUID(old["geography_id"]).version == 5
    assert old["prev_geographies"] == []
    assert new["prev_geographies"] == [old["geography_id"]]
    assert policies(second).document["policies"][0]["prev_policies"] == [
        policies(first).document["policies"][0]["policy_id"]
    ]


def test_a_policy_begins_twenty_minutes_after_it_was_published_at_the_earliest() -> None:
    law = zone("fete", layer=Layer.SURFACE, valid=Window(start=NEW_YEAR))
    at_once = write_document([law], WrittenFormat.MDS_POLICY, published={law.id: NEW_YEAR})
    in_time = policies(law)

    def minutes(written: Written) -> float:
        policy = written.document["policies"][0]
        return float(policy["start_date"] - policy["published_date"]) / 60_000

    assert minutes(at_once) == minutes(in_time) == 20
    assert [loss.path for loss in at_once.losses] == ["valid.start"]
    assert in_time.losses == ()


@given(streets)
@settings(max_examples=30, deadline=None)
def test_a_geography_covers_what_the_zone_covers(law: Zone) -> None:
    (geography,) = geographies(law).document["geographies"]
    drawn = [shape(each["geometry"]) for each in geography["geography_json"]["features"]]

    assert sum(area.area for area in drawn) == pytest.approx(
        sum(volume.footprint.area for volume in law.volumes)
    )


def rule_of(policy: Any) -> Any:  # noqa: ANN401 - a document
    (rule,) = policy["rules"]
    return rule


def test_geojson_is_written_as_a_collection_that_reads_back() -> None:
    laws = (zone("a", layer=Layer.AIR, priority=3), zone("b"))
    written = through_json(write_document(laws, WrittenFormat.GEOJSON))

    assert find(written.document, "again").zones == laws
    assert written.losses == ()
