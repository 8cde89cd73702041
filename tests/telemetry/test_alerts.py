"""When a human is told, and when it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.parties import VehicleId
from telemetry.alerts import Alerted, Situations, alert, from_json, to_json
from telemetry.concern.handling import MOVES, IllegalMove, escalated, handle
from telemetry.concern.texts import LANGUAGES, sentence
from telemetry.conformance import conformance
from telemetry.judging import judge
from telemetry.model import UNREGISTERED, Reason, VehicleKey, VerdictKind
from telemetry.patience import PATIENCE
from telemetry.rulebook import Rulebook
from telemetry.told import Alert, AlertState, Outcome, Severity
from tests.telemetry.city_builders import DRONE, NOON, Seen, agl, batch, permit, rulebook, zone
from zones.model import Restriction

CITY = rulebook([zone()], [permit(100, band=agl(0, 80))])
BAN = rulebook([zone("ban", 100, restriction=Restriction.PROHIBITED)])
OUT, IN = 150.0, 0.0


def told(rules: Rulebook, *seen: Seen) -> Alerted:
    observations = batch(*seen)
    return alert({}, observations, judge(observations, rules), rules)


def trace(*xs: float, every: float = 1.0, h_acc: float = 0.0) -> list[Seen]:
    return [Seen(x=x, s=n * every, h_acc=h_acc) for n, x in enumerate(xs)]


def states(found: Alerted) -> list[AlertState]:
    return [each.state for each in found.alerts]


def test_a_single_stray_fix_raises_nothing() -> None:
    assert told(CITY, *trace(IN, OUT, IN, OUT, IN)).alerts == ()


def test_a_violation_that_lasts_is_told_from_when_it_began() -> None:
    (found,) = told(CITY, *trace(IN, OUT, OUT)).alerts

    assert (found.reason, found.severity) == (Reason.OUTSIDE_FOOTPRINT, Severity.HIGH)
    assert (found.opened_at, found.count) == (NOON + timedelta(seconds=1), 2)
    assert (found.zone, found.permit) == ("city", CITY.permits[0].id)


def test_a_prohibited_zone_is_told_at_once() -> None:
    (found,) = told(BAN, Seen()).alerts

    assert (found.reason, found.severity) == (Reason.PROHIBITED, Severity.CRITICAL)


def test_what_is_uncertain_raises_nothing() -> None:
    assert told(CITY, *trace(*[103.0] * 30, h_acc=5)).alerts == ()


def test_a_stranger_is_told_though_its_height_is_in_doubt() -> None:
    stranger = VehicleKey(UNREGISTERED, VehicleId("serial-1"))
    rules = rulebook([zone(band=agl(0, 120))])
    observations = batch(Seen(vehicle=stranger, ref=None))
    verdicts = judge(observations, rules)

    (found,) = alert({}, observations, verdicts, rules).alerts

    assert verdicts.kind.tolist() == [VerdictKind.UNCERTAIN]
    assert (found.reason, found.vehicle) == (Reason.UNREGISTERED, stranger)


def test_an_alert_ends_after_ten_seconds_of_sure_compliance() -> None:
    early = told(CITY, *trace(OUT, OUT, *[IN] * 10))
    found = told(CITY, *trace(OUT, OUT, *[IN] * 11))

    assert states(early) == [AlertState.OPEN]
    assert states(found) == [AlertState.OPEN, AlertState.CLOSED]
    assert found.situations[DRONE].ongoing == ()


def test_flapping_at_a_border_is_one_alert() -> None:
    found = told(CITY, *trace(OUT, *[OUT, 103.0, IN, IN] * 200, h_acc=5))

    assert {each.id for each in found.alerts} == {found.alerts[0].id}
    assert set(states(found)) == {AlertState.OPEN}


def test_another_violation_begins_the_ten_seconds_anew() -> None:
    seen = trace(OUT, OUT, *[IN] * 6, OUT, *[IN] * 6)

    assert states(told(CITY, *seen)) == [AlertState.OPEN, AlertState.OPEN]


def test_doubt_does_not_end_an_alert() -> None:
    assert states(told(CITY, *trace(OUT, OUT, *[99.0] * 60, h_acc=5))) == [AlertState.OPEN]


def test_a_long_violation_is_updated_every_five_seconds_at_most() -> None:
    found = told(CITY, *trace(*[OUT] * 61, every=0.5))

    assert [each.count for each in found.alerts] == [3, 13, 23, 33, 43, 53]


def test_what_lasts_shorter_than_its_dwell_is_not_told_however_often_it_is_seen() -> None:
    assert told(CITY, *trace(*[OUT] * 10, every=0.1)).alerts == ()


def test_an_alert_lasts_longer_where_its_vehicle_stays_within_the_margin() -> None:
    near = told(CITY, *trace(OUT, OUT, *[85.0] * 600))
    over = told(CITY, *trace(OUT, OUT, *[85.0] * 601))

    assert AlertState.CLOSED not in states(near)
    assert states(over)[-1] is AlertState.CLOSED


def test_the_margin_holds_for_heights_too() -> None:
    climbing = [Seen(alt=100, s=0), Seen(alt=100, s=1)]

    near = told(CITY, *climbing, *(Seen(alt=77, s=2 + n) for n in range(60)))
    well = told(CITY, *climbing, *(Seen(alt=60, s=2 + n) for n in range(60)))

    assert AlertState.CLOSED not in states(near)
    assert states(well)[-1] is AlertState.CLOSED


def test_grazing_a_border_for_an_hour_is_one_alert() -> None:
    minutes = np.arange(0, 3600, 2.0)
    xs = 100 + 8 * np.sin(minutes / 40)
    seen = [Seen(x=float(x), s=float(s), h_acc=3) for x, s in zip(xs, minutes, strict=True)]

    found = told(CITY, *seen).alerts

    assert (xs > 103).sum() > 300
    assert (xs < 97).sum() > 300
    assert {each.id for each in found} == {found[0].id}
    assert {each.state for each in found} == {AlertState.OPEN}


def test_a_city_decides_how_long_people_wait() -> None:
    patient = replace(PATIENCE[Reason.OUTSIDE_FOOTPRINT], raised_after_s=30.0)
    rules = replace(CITY, patience={**PATIENCE, Reason.OUTSIDE_FOOTPRINT: patient}, like=CITY)

    assert told(rules, *trace(*[OUT] * 30)).alerts == ()
    assert len(told(rules, *trace(*[OUT] * 31)).alerts) == 1


def test_in_many_zones_the_most_prominent_is_told() -> None:
    rules = rulebook([zone("city"), zone("park", 300), zone("royal", 2000, priority=3)])

    (found,) = told(rules, Seen(s=0), Seen(s=1)).alerts

    assert (found.reason, found.zone) == (Reason.NO_PERMIT, "royal")


def test_two_breaches_at_once_are_two_alerts() -> None:
    rules = rulebook([zone(), zone("ban", 200, restriction=Restriction.PROHIBITED)])

    found = told(rules, Seen(s=0), Seen(s=1)).alerts

    assert {each.reason for each in found} == {Reason.NO_PERMIT, Reason.PROHIBITED}


def test_a_late_observation_changes_nothing() -> None:
    assert told(CITY, Seen(x=OUT, s=10), Seen(x=OUT, s=5)).alerts == ()


def test_an_alert_is_told_in_every_language() -> None:
    (found,) = told(BAN, Seen()).alerts

    for reason in Reason:
        texts = sentence(replace(found, reason=reason))
        assert set(texts) == set(LANGUAGES)
        assert len(set(texts.values())) == len(LANGUAGES)
    assert sentence(found)["en"] == "drone-1 is in a prohibited zone, “Ban”."


moves = st.lists(
    st.tuples(
        st.sampled_from([OUT, 103.0, IN, 5000.0]),
        st.sampled_from([40.0, 120.0]),
        st.sampled_from([0.5, 1.0, 4.0, 11.0]),
    ),
    max_size=20,
)


def timed(moves: Sequence[tuple[float, float, float]]) -> list[Seen]:
    instants = np.cumsum([pause for _, _, pause in moves]).tolist()
    return [
        Seen(x=x, alt=alt, s=s, h_acc=5) for (x, alt, _), s in zip(moves, instants, strict=True)
    ]


@given(moves, st.integers(0, 20))
def test_splitting_a_batch_and_writing_the_state_down_change_nothing(
    moves: list[tuple[float, float, float]], cut: int
) -> None:
    seen = timed(moves)
    whole = told(CITY, *seen)

    head = told(CITY, *seen[:cut])
    kept: dict[VehicleKey, Situations] = {
        key: from_json(to_json(each)) for key, each in head.situations.items()
    }
    rest = batch(*seen[cut:])
    tail = alert(kept, rest, judge(rest, CITY), CITY)

    assert head.alerts + tail.alerts == whole.alerts
    assert {**head.situations, **tail.situations} == whole.situations


@given(moves)
def test_an_alert_opens_once_and_closes_at_most_once(
    moves: list[tuple[float, float, float]],
) -> None:
    ongoing: dict[Reason, Alert] = {}
    for each in told(CITY, *timed(moves)).alerts:
        if each.reason in ongoing:
            assert ongoing[each.reason].id == each.id
        if each.state is AlertState.CLOSED:
            del ongoing[each.reason]
        else:
            ongoing[each.reason] = each


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("to", AlertState)
def test_an_alert_moves_only_where_its_state_allows(state: AlertState, to: AlertState) -> None:
    found = replace(told(BAN, Seen()).alerts[0], state=state)

    if to in MOVES[state]:
        ended = Outcome.DISMISSED if to is AlertState.CLOSED else None
        moved = replace(found, state=to, assignee="lea", outcome=ended)
        assert handle(found, to, "lea", Outcome.DISMISSED) == moved
    else:
        with pytest.raises(IllegalMove, match=f"is {state} and cannot become {to}"):
            handle(found, to, "lea")


def test_nobody_but_the_city_says_that_a_situation_is_over_by_itself() -> None:
    with pytest.raises(IllegalMove, match="outcome"):
        handle(told(BAN, Seen()).alerts[0], AlertState.CLOSED, outcome=Outcome.OVER)


def test_an_alert_that_nobody_takes_up_is_graver_and_told_higher_up_twice() -> None:
    (found,) = told(CITY, *trace(IN, OUT, OUT)).alerts

    next_up = escalated(found)
    highest = escalated(next_up)

    assert (next_up.level, next_up.severity) == (1, Severity.CRITICAL)
    assert (highest.level, highest.severity) == (2, Severity.CRITICAL)
    for done in (highest, replace(found, state=AlertState.ACKNOWLEDGED)):
        with pytest.raises(IllegalMove, match="level"):
            escalated(done)


def test_the_terms_of_the_u_space_world_are_told_with_an_alert() -> None:
    (found,) = told(CITY, *trace(IN, OUT, OUT)).alerts

    assert conformance(found) == {"check": "C7a", "state": "Nonconforming"}
    assert conformance(escalated(found)) == {"check": "C7a", "state": "Contingent"}
    over = handle(found, AlertState.CLOSED)
    assert conformance(over) == {"check": "C7a", "state": "Activated"}
    assert conformance(told(BAN, Seen()).alerts[0]) == {"check": "C8", "state": None}


def test_an_alert_is_assigned_to_somebody() -> None:
    with pytest.raises(IllegalMove, match="assignee"):
        handle(told(BAN, Seen()).alerts[0], AlertState.ASSIGNED)
