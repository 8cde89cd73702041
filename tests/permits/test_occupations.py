"""What occupies a place is asked other questions than what moves, and excludes its like."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import box

from permits.beside.reaches import reaches
from permits.case import Case, Neighbour
from permits.decisions import decide
from permits.documents import from_document, to_document
from permits.kinds import CeClass, UasCategory
from permits.model import (
    Application,
    Decision,
    Finding,
    InvalidApplication,
    OperationVolume,
    Outcome,
    PermitId,
)
from permits.occupations import (
    TERMS,
    Occupation,
    OccupationKind,
    Technique,
    area_of,
    contradicts,
    length_of,
)
from permits.parties import VehicleId
from permits.recurrence import Recurrence
from permits.rules.asked import permit_needed
from permits.texts.catalogue import condition_texts, finding_texts
from tests.billing.samples import permit
from tests.permits.cases import OPERATOR, Asked, case, height, vehicle, volume, zone
from zones.demands import PrecisionClass, ZoneRules
from zones.model import UNBOUNDED, Band, Layer, Purpose
from zones.periods import Applicability, DailyPeriod, Window

DAY = timedelta(days=1)
MONDAY = datetime(2026, 12, 7, 8, tzinfo=UTC)  # nine in Paris
SQUARE = box(2.35, 48.85, 2.3505, 48.8503)


def place(
    kind: OccupationKind = OccupationKind.TERRACE,
    *,
    layer: Layer = Layer.SURFACE,
    start: datetime = MONDAY,
    lasts: timedelta = 5 * DAY,
    footprint: Any = SQUARE,  # noqa: ANN401 - any geometry
    band: Band = UNBOUNDED,
    technique: Technique = Technique.MECHANICAL,
) -> Application:
    return Application(
        operator=OPERATOR.id,
        purpose=Purpose.WORKS,
        layer=layer,
        vehicles=(),
        volumes=(
            OperationVolume(
                footprint=footprint, window=Window(start=start, end=start + lasts), band=band
            ),
        ),
        occupation=Occupation(kind=kind, area_m2=120, length_m=30, technique=technique),
    )


def about(asked: Application, *zones: Any, beside: tuple[Application, ...] = ()) -> Case:  # noqa: ANN401
    neighbours = tuple(
        Neighbour(permit=PermitId(UUID(int=number)), volume=each, vehicles=other.counted)
        for number, other in enumerate(beside)
        for each in other.volumes
    )
    return replace(case(*zones), application=asked, vehicles=(), neighbours=neighbours)


def found(asked: Case, rule: str) -> Finding:
    [only] = [each for each in decide(asked).findings if each.rule == rule]
    return only


def test_an_occupation_has_no_vehicles_and_needs_a_permit_everywhere() -> None:
    assert permit_needed(about(place()))
    assert decide(about(place())).decision is Decision.GRANTED
    with pytest.raises(InvalidApplication, match=r"^vehicles: "):
        replace(place(), vehicles=(VehicleId("van-1"),))


def test_what_is_asked_of_vehicles_is_not_asked_of_what_stands() -> None:
    strict = ZoneRules(
        speed_max_mps=1, transit=False, length_max_m=1, capacity=1, movements_per_hour=1
    )

    answer = decide(about(place(), zone("ztl", rules=strict)))

    for rule in ("speed_cap", "transit", "length_fits", "capacity", "movements"):
        [said] = [each for each in answer.findings if each.rule == rule]
        assert said.outcome is Outcome.NOT_APPLICABLE
        assert "terrasse" in finding_texts(said)["fr"]
    assert answer.conditions == ()


@pytest.mark.parametrize("kind", OccupationKind)
def test_each_kind_may_last_as_long_as_its_act_says_and_no_day_longer(kind: OccupationKind) -> None:
    most = TERMS[kind].longest

    def asked(lasts: timedelta) -> Finding:
        return found(about(place(kind, lasts=lasts)), "window_bounded")

    assert asked(most).outcome is Outcome.PASSED
    assert asked(most + DAY).outcome is Outcome.OBJECTED
    assert asked(most).act == TERMS[kind].act


def test_one_volume_after_the_other_does_not_prolong_an_occupation() -> None:
    season = TERMS[OccupationKind.TERRACE].longest
    first = place(lasts=season)
    second = place(start=MONDAY + season, lasts=season)

    twice = replace(first, volumes=first.volumes + second.volumes)

    assert found(about(twice), "window_bounded").outcome is Outcome.OBJECTED


def test_two_occupations_do_not_share_a_place_but_may_share_a_wall() -> None:
    wall = translate(SQUARE, xoff=0.0005)
    overlapping = translate(SQUARE, xoff=0.0004)

    def met(asked: Application, other: Application) -> bool:
        return found(about(asked, beside=(other,)), "conflict").outcome is Outcome.OBJECTED

    assert met(place(), place(OccupationKind.FILM_SET, footprint=overlapping))
    assert not met(place(), place(footprint=wall))
    assert not met(place(), place(start=MONDAY + 5 * DAY))


def test_what_is_dug_above_a_duct_leaves_it_alone() -> None:
    deep = Band(lower=height(-4), upper=height(-3))
    shallow = Band(lower=height(-2), upper=height(0))
    duct = place(OccupationKind.DUCT, layer=Layer.SUBSOIL, band=deep)
    above = place(OccupationKind.TRENCH, layer=Layer.SUBSOIL, band=shallow)
    through = place(OccupationKind.TRENCH, layer=Layer.SUBSOIL)

    assert found(about(above, beside=(duct,)), "conflict").outcome is Outcome.PASSED
    assert found(about(through, beside=(duct,)), "conflict").outcome is Outcome.OBJECTED


def test_an_occupation_takes_no_room_from_vehicles_nor_they_from_it() -> None:
    full = zone("ztl", rules=ZoneRules(capacity=1, separation_m=50))
    robot = Asked(layer=Layer.SURFACE, volumes=(volume(start=MONDAY),))
    moving = replace(
        case(full, asked=robot), neighbours=about(place(), beside=(place(),)).neighbours
    )

    assert decide(moving).decision is Decision.GRANTED
    assert decide(about(place(), full, beside=(moving.application,))).decision is Decision.GRANTED
    assert reaches(about(place(), full)).reading


@given(
    east=st.floats(-0.001, 0.001),
    north=st.floats(-0.001, 0.001),
    later=st.integers(-200, 200),
)
def test_whichever_of_two_occupations_is_second_the_answer_is_the_same(
    east: float, north: float, later: int
) -> None:
    other = place(
        footprint=translate(SQUARE, xoff=east, yoff=north), start=MONDAY + later * DAY / 24
    )

    one_way = found(about(place(), beside=(other,)), "conflict").outcome
    the_other = found(about(other, beside=(place(),)), "conflict").outcome

    assert one_way is the_other


QUIET = [
    (datetime(2026, 12, 7, 7, tzinfo=UTC), 8, Outcome.PASSED),  # Monday, 8 to 16
    (datetime(2026, 12, 7, 6, tzinfo=UTC), 15, Outcome.PASSED),  # 7 to 22
    (datetime(2026, 12, 7, 5, tzinfo=UTC), 3, Outcome.CONDITIONAL),  # 6 to 9
    (datetime(2026, 12, 7, 22, tzinfo=UTC), 6, Outcome.OBJECTED),  # 23 to 5
    (datetime(2026, 12, 12, 6, tzinfo=UTC), 1, Outcome.OBJECTED),  # Saturday, 7 to 8
    (datetime(2026, 12, 12, 7, tzinfo=UTC), 12, Outcome.PASSED),  # Saturday, 8 to 20
    (datetime(2026, 12, 13, 9, tzinfo=UTC), 4, Outcome.OBJECTED),  # Sunday
    (datetime(2026, 12, 25, 9, tzinfo=UTC), 4, Outcome.OBJECTED),  # Christmas, a Friday
    (datetime(2026, 12, 7, 22, tzinfo=UTC), 24, Outcome.CONDITIONAL),
]


@pytest.mark.parametrize(("start", "hours", "outcome"), QUIET)
def test_works_keep_the_quiet_hours(start: datetime, hours: int, outcome: Outcome) -> None:
    works = place(OccupationKind.TRENCH, start=start, lasts=timedelta(hours=hours))

    said = found(about(works), "quiet_hours")

    assert said.outcome is outcome
    assert ("condition" in str(said.conditions).lower()) is (outcome is Outcome.CONDITIONAL)


def test_a_terrace_makes_no_works_noise() -> None:
    night = datetime(2026, 12, 7, 22, tzinfo=UTC)

    said = found(about(place(start=night, lasts=DAY / 4)), "quiet_hours")

    assert said.outcome is Outcome.NOT_APPLICABLE


CLEAR = [
    (PrecisionClass.A, Technique.MECHANICAL, None, "1", set()),
    (PrecisionClass.A, Technique.MANUAL, None, "0.5", set()),
    (PrecisionClass.A, Technique.MANUAL, 1.5, "1.5", set()),
    (PrecisionClass.B, Technique.MECHANICAL, None, "2", {"investigation"}),
    (PrecisionClass.C, Technique.MECHANICAL, None, None, {"investigation"}),
]


@pytest.mark.parametrize(("known", "technique", "stated", "kept", "before"), CLEAR)
def test_digging_keeps_clear_of_networks_as_well_as_their_place_is_known(
    known: PrecisionClass,
    technique: Technique,
    stated: float | None,
    kept: str | None,
    before: set[str],
) -> None:
    trench = place(OccupationKind.TRENCH, layer=Layer.SUBSOIL, technique=technique)
    networks = zone("reseaux", rules=ZoneRules(precision=known, clearance_m=stated))

    said = found(about(trench, networks), "networks_clear")

    codes = {each.code: each for each in said.conditions}
    assert said.outcome is Outcome.CONDITIONAL
    assert codes.keys() == {"precision"} | before | ({"clearance"} if kept else set())
    assert not kept or codes["clearance"].params["clearance_m"] == kept
    assert all(all(condition_texts(each).values()) for each in said.conditions)


def test_digging_where_nothing_is_known_has_networks_declared_and_located_first() -> None:
    said = found(about(place(OccupationKind.TRENCH)), "networks_declared")

    assert [each.code for each in said.conditions] == ["networks_declared", "networks_located"]
    assert "R. 554" in said.act
    assert found(case(), "networks_declared").outcome is Outcome.NOT_APPLICABLE
    assert "networks" in finding_texts(found(case(), "networks_clear"))["en"]


def test_a_zone_that_holds_at_times_tells_its_next_change() -> None:
    market = Applicability(schedule=(DailyPeriod(days=frozenset({1}), start=28_800, end=50_400),))
    zoned = zone("marche", applicability=(market,))

    over_tuesday = found(about(place(), zoned), "events")
    on_monday = found(about(place(lasts=DAY / 4), zoned), "events")

    assert over_tuesday.outcome is Outcome.CONDITIONAL
    assert "08 December 2026 at 08:00" in finding_texts(over_tuesday)["en"]
    assert on_monday.outcome is Outcome.PASSED
    assert found(about(place(), zone()), "events").outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("category", "upper_m", "outcome"),
    [
        (UasCategory.OPEN, 120, Outcome.PASSED),
        (UasCategory.OPEN, 121, Outcome.OBJECTED),
        (UasCategory.SPECIFIC, 400, Outcome.NOT_APPLICABLE),
        (None, 121, Outcome.CONDITIONAL),
        (None, 120, Outcome.NOT_APPLICABLE),
    ],
)
def test_the_open_category_ends_at_120_metres(
    category: UasCategory | None, upper_m: float, outcome: Outcome
) -> None:
    drone = replace(vehicle(), category=category)
    asked = Asked(volumes=(volume(upper_m=upper_m),))

    assert found(case(asked=asked, vehicles=(drone,)), "open_height").outcome is outcome


def test_a_class_or_mass_of_the_specific_category_does_not_fly_in_the_open_one() -> None:
    def said(**facts: Any) -> Outcome:  # noqa: ANN401 - a vehicle's own
        drone = replace(vehicle(), category=UasCategory.OPEN, **facts)
        return found(case(vehicles=(drone,)), "drone_category").outcome

    assert said(ce_class=CeClass.C2) is Outcome.PASSED
    assert said(ce_class=CeClass.C5) is Outcome.OBJECTED
    assert said(mass_kg=25.0) is Outcome.OBJECTED


@given(length=st.floats(2, 500), width=st.floats(0.5, 500), turned=st.booleans())
def test_of_a_rectangle_area_and_length_are_measured(
    length: float,
    width: float,
    turned: bool,  # noqa: FBT001 - drawn
) -> None:
    east, north = (width, length) if turned else (length, width)
    drawn = box(2.35, 48.85, 2.35 + east / 73_200, 48.85 + north / 111_200)

    assert area_of(drawn) == pytest.approx(length * width, rel=0.01)
    assert length_of(drawn) == pytest.approx(max(length, width), rel=0.01)


def test_a_size_may_differ_by_a_tenth_and_by_a_metre() -> None:
    assert not contradicts(110, 100)
    assert contradicts(110.5, 100)
    assert not contradicts(3.0, 2.0)
    assert contradicts(3.1, 2.0)


def test_an_occupation_that_recurs_reads_back_as_it_was_written() -> None:
    rule = Recurrence(rule="FREQ=DAILY;COUNT=1", start=MONDAY, end=MONDAY + DAY, first=0, count=1)
    kept = replace(permit(), application=replace(place(), recurrences=(rule,)))

    assert from_document(to_document(kept)) == kept
