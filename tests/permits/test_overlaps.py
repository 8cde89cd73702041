"""Where zones overlap, an application is answered by the one above, as far as that one reaches."""

from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from permits.case import Case
from permits.decisions import decide
from permits.model import Decision, Finding, Outcome
from permits.rules.asked import permit_needed
from permits.rules.terms import TERMS
from permits.rules.zonewise import touched
from permits.texts.catalogue import condition_texts, finding_texts
from tests.permits.cases import HOUR, SOON, Asked, case, height, vehicle, volume, zone
from zones.demands import Equipment, PrecisionClass, Sector, VehicleClass, ZoneRules
from zones.model import Band, HeightReference, Layer, Purpose, Restriction, Volume, Zone
from zones.periods import Applicability, DailyPeriod, Window
from zones.precedence import resolve

BAN, ASK, TERMS_, OPEN = Restriction
# The operation that `case` asks for: 2.35 to 2.36 east, 48.85 to 48.86 north, from 30 to 80 m.
ALL_OF_IT = box(2.34, 48.84, 2.37, 48.87)
EAST_OF_IT = box(2.355, 48.84, 2.37, 48.87)
WEST_OF_IT = box(2.34, 48.84, 2.355, 48.87)
CLOSED = zone("closed", BAN)


def above(name: str = "corridor", area: object = ALL_OF_IT, **named: object) -> Zone:
    band = named.pop("band", Band(lower=height(0), upper=height(120)))
    space = (Volume(footprint=area, band=band),)  # type: ignore[arg-type] # an area and a band
    values: dict[str, object] = {"priority": 10, "volumes": space, **named}
    return zone(name, ASK, **values)  # type: ignore[arg-type] # the noun's own fields


def about(asked: Case, name: str, rule: str = "zone_restriction") -> Finding:
    [found] = [f for f in decide(asked).findings if f.rule == rule and f.zone == name]
    return found


def test_a_corridor_sets_a_closed_zone_aside_and_says_so() -> None:
    asked = case(CLOSED, above())

    found = about(asked, "closed")

    assert decide(asked).decision is Decision.GRANTED
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.params["set_aside_by_zones"] == "corridor@1"
    told = finding_texts(found)
    assert "« Zone closed » est écartée : ici décide « Zone corridor »" in told["fr"]
    assert "here “Zone corridor” decides" in told["en"]


@pytest.mark.parametrize(
    "corridor",
    [
        above(area=EAST_OF_IT),
        above(band=Band(lower=height(50), upper=height(120))),
        above(band=Band(lower=height(0), upper=height(79))),
        above(priority=0),
        above(valid=Window(end=SOON + HOUR / 2)),
        above(applicability=(Applicability(switch="event"),)),
        above(
            applicability=(
                Applicability(
                    schedule=(DailyPeriod(days=frozenset(range(7)), start=0, end=9 * 3600),)
                ),
            )
        ),
    ],
    ids=["place", "lower", "upper", "equal", "validity", "switch", "hours"],
)
def test_what_the_corridor_does_not_surely_cover_stays_closed(corridor: Zone) -> None:
    asked = case(CLOSED, corridor)

    assert about(asked, "closed").outcome is Outcome.OBJECTED
    assert decide(asked).decision is Decision.REFUSED


def test_heights_of_another_reference_are_not_taken_for_covered() -> None:
    upper = height(500)
    sea = type(upper)(value_m=500, reference=HeightReference.AMSL)

    asked = case(CLOSED, above(band=Band(upper=sea)))

    assert decide(asked).decision is Decision.REFUSED


def test_two_corridors_side_by_side_cover_what_neither_covers_alone() -> None:
    asked = case(CLOSED, above("east", EAST_OF_IT), above("west", WEST_OF_IT))

    assert about(asked, "closed").params["set_aside_by_zones"] == "east@1, west@1"
    assert decide(asked).decision is Decision.GRANTED


def test_only_the_part_in_the_lower_zone_has_to_be_covered() -> None:
    small = zone("small", BAN, volumes=(Volume(footprint=box(2.356, 48.85, 2.4, 48.9)),))

    assert decide(case(small, above(area=EAST_OF_IT))).decision is Decision.GRANTED


def test_a_zone_over_the_very_same_area_covers_it_whatever_the_rounding() -> None:
    area = box(2.3333333, 48.8411111, 2.3555557, 48.8577773).buffer(0.001)
    closed = zone("closed", BAN, volumes=(Volume(footprint=area),))

    asked = case(closed, above(area=area))

    assert about(asked, "closed").outcome is Outcome.NOT_APPLICABLE


def test_one_volume_outside_the_corridor_is_one_too_many() -> None:
    elsewhere = Asked(volumes=(volume(), volume(at=(2.38, 48.85))))

    assert decide(case(CLOSED, above(), asked=elsewhere)).decision is Decision.REFUSED


def test_a_permit_is_needed_only_where_a_zone_that_decides_asks_for_it() -> None:
    boat = Asked(layer=Layer.RIVER)
    city, market = zone("city"), zone("market", TERMS_, priority=1)

    assert permit_needed(case(city, asked=boat))
    assert not permit_needed(case(city, market, asked=boat))


def test_a_review_goes_with_a_restriction_that_a_milder_zone_sets_aside() -> None:
    wood = zone("wood", rules=ZoneRules(human_review=True))
    open_day = zone("open-day", TERMS_, priority=1)

    assert decide(case(wood)).decision is Decision.NEEDS_REVIEW
    assert decide(case(wood, open_day)).decision is Decision.GRANTED
    assert decide(case(wood, above())).decision is Decision.NEEDS_REVIEW


def test_a_speed_limit_yields_to_one_above_and_to_nothing_else() -> None:
    river = zone("river", TERMS_, rules=ZoneRules(speed_max_mps=12 / 3.6))
    faster = above("reach", rules=ZoneRules(speed_max_mps=5))

    assert about(case(river, above()), "river", "speed_cap").outcome is Outcome.CONDITIONAL
    found = about(case(river, faster), "river", "speed_cap")
    assert (found.outcome, found.params["set_aside_by"]) == (Outcome.NOT_APPLICABLE, "Zone reach")
    assert "“Zone reach” holds" in finding_texts(found)["en"]


EVERYTHING = ZoneRules(
    speed_min_mps=6 / 3.6,
    speed_max_mps=12 / 3.6,
    direction=Sector(start_deg=90, end_deg=180),
    length_max_m=60,
    mass_max_kg=3500,
    capacity=4,
    movements_per_hour=12,
    separation_m=25.5,
    separation_vertical_m=15,
    dwell_min_s=450,
    dwell_max_s=3600,
    transit=False,
    noise_max_db=85,
    equipment=frozenset({Equipment.VHF, Equipment.AIS}),
    precision=PrecisionClass.A,
    clearance_m=1.5,
    human_review=True,
)


def test_a_permit_names_every_demand_with_zone_version_and_act() -> None:
    answer = decide(case(zone("bras", rules=EVERYTHING, version=3)))

    of_zones = [each for each in answer.conditions if "zone" in each.params]
    told = {each.code: condition_texts(each) for each in of_zones}
    assert told.keys() == {code for code, _ in TERMS.values()}
    for each in of_zones:
        cited = (each.params["zone"], each.params["zone_version"], each.params["act"])
        assert cited == ("bras", "3", "Arrêté de démonstration")
    assert "60 m" in told["length_max"]["fr"]
    assert "25,5 m" in told["separation"]["fr"]
    assert "7.5 min" in told["dwell_min"]["en"]
    assert "at most 60 min" in told["dwell_max"]["en"]
    assert "AIS, radio VHF" in told["equipment"]["fr"]
    assert "AIS, VHF radio" in told["equipment"]["en"]
    assert "from 90° clockwise to 180°" in told["direction"]["en"]
    assert "classe de précision A" in told["precision"]["fr"]


def test_no_demand_that_a_zone_can_make_lacks_a_condition() -> None:
    stated = {each.name for each in fields(ZoneRules)}

    assert TERMS.keys() | {"human_review", "experimentation"} == stated


def test_a_zone_that_treats_a_class_otherwise_is_answered_for_the_strictest_vehicle() -> None:
    quay = zone("quay", TERMS_, classes={VehicleClass.TRUCK: BAN})
    truck, bike = vehicle("lorry", kind="truck"), vehicle("bike", kind="cargo_bike")

    def decided(*names: str) -> Decision:
        return decide(case(quay, asked=Asked(vehicles=names), vehicles=(truck, bike))).decision

    assert decided("bike") is Decision.GRANTED
    assert decided("lorry") is Decision.REFUSED
    assert decided("bike", "lorry") is Decision.REFUSED


stacked = st.lists(
    st.builds(
        lambda name, restriction, priority, speed: zone(
            name, restriction, priority=priority, rules=ZoneRules(speed_max_mps=speed)
        ),
        st.sampled_from("abcdef"),
        st.sampled_from(Restriction),
        st.integers(-1, 2),
        st.sampled_from([None, 3.0, 5.0]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each.id,
)


@given(zones=stacked, purpose=st.sampled_from(Purpose))
def test_where_all_zones_cover_the_operation_the_answer_is_the_orders(
    zones: list[Zone], purpose: Purpose
) -> None:
    found = touched(case(*zones, asked=Asked(purpose=purpose)))
    holds = resolve(zones, purpose)

    standing = [each.restriction.code for each in found if not each.above]
    speeds = [each.demands["speed_max_mps"] for each in found if "speed_max_mps" in each.demands]
    limit = holds.limit("speed_max_mps")
    assert min(standing) == holds.restriction.code
    assert min(speeds, default=None) == (limit.value if limit else None)  # type: ignore[type-var] # speeds


@given(
    west=st.floats(-0.02, 0.02),
    south=st.floats(-0.02, 0.02),
    width=st.floats(0.001, 0.04),
    lasts=st.integers(1, 3),
)
def test_a_closed_place_and_instant_that_is_left_open_to_nobody_is_never_granted(
    west: float, south: float, width: float, lasts: int
) -> None:
    area = box(2.35 + west, 48.85 + south, 2.35 + west + width, 48.85 + south + width)
    corridor = above(area=area, valid=Window(end=SOON + timedelta(hours=2)))
    flight = volume(lasts=timedelta(hours=lasts))

    answer = decide(case(CLOSED, corridor, asked=Asked(volumes=(flight,))))

    covered = area.buffer(1e-8).covers(flight.footprint) and lasts <= 2
    assert covered or answer.decision is Decision.REFUSED
