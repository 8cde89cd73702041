"""Two vehicles too near to each other are one alert while it lasts."""

from collections import ChainMap
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from permits.parties import OperatorId, VehicleId
from telemetry.alerts import Situations, from_json, to_json
from telemetry.concern.telling import as_told_to, notices
from telemetry.concern.texts import sentence
from telemetry.judging import judge
from telemetry.model import Reason, VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.together.company import ALL_ALONE, Company
from telemetry.together.encounters import meet, part
from telemetry.told import Alert, AlertState, Outcome, Severity
from tests.telemetry.city_builders import DRONE, Seen, batch, permit, rulebook, zone
from zones.demands import ZoneRules

BOAT = VehicleKey(OperatorId("bateaux"), VehicleId("drone-9"))
THIRD = VehicleKey(OperatorId("ailes"), VehicleId("drone-2"))
APART = ZoneRules(separation_m=50.0, separation_vertical_m=20.0)
CITY = rulebook([zone(rules=APART)])


class Sky:
    """Who is in company, and what goes on, batch after batch."""

    def __init__(self, rules: Rulebook = CITY) -> None:
        self.rules = rules
        self.company: Company = ALL_ALONE
        self.situations: dict[VehicleKey, Situations] = {}
        self.told: list[Alert] = []

    def see(self, *seen: Seen) -> list[Alert]:
        observations = batch(*seen)
        verdicts = judge(observations, self.rules)
        met = meet(self.company, self.situations, observations, verdicts, self.rules)
        self.company = met.company
        self.situations = dict(ChainMap(met.situations, self.situations))
        self.told += met.alerts
        return list(met.alerts)

    @property
    def states(self) -> list[AlertState]:
        return [each.state for each in self.told]


def at(vehicle: VehicleKey, x: float, s: float = 0.0, **named: float) -> Seen:
    return Seen(vehicle=vehicle, x=x, s=s, h_acc=1.0, **named)  # type: ignore[arg-type]  # floats


def test_two_too_near_are_one_alert_however_long_it_lasts_and_it_ends_when_they_part() -> None:
    sky = Sky()
    for s in range(60):
        sky.see(at(DRONE, 0, s), at(BOAT, 20, s + 0.5))
    for s in range(60, 80):
        sky.see(at(DRONE, 0, s), at(BOAT, 300, s + 0.5))

    assert len({each.id for each in sky.told}) == 1
    assert (sky.states[0], sky.states[-1]) == (AlertState.OPEN, AlertState.CLOSED)
    assert sky.states.count(AlertState.CLOSED) == 1
    first, last = sky.told[0], sky.told[-1]
    assert (first.reason, first.severity) == (Reason.NEAR_MISS, Severity.CRITICAL)
    assert (first.vehicle, first.other, first.zone) == (DRONE, BOAT, "city")
    assert (last.outcome, last.count > 100) == (Outcome.OVER, True)
    assert not any(each.ongoing for each in sky.situations.values())


def test_each_of_three_pairs_is_an_alert_of_its_own() -> None:
    sky = Sky()
    sky.see(at(DRONE, 0), at(THIRD, 10), at(BOAT, 20))

    assert {(each.vehicle, each.other) for each in sky.told} == {
        *((THIRD, BOAT), (DRONE, THIRD), (DRONE, BOAT))
    }


def test_who_may_be_too_near_is_not_told_and_keeps_an_alert_open() -> None:
    sky = Sky()
    assert sky.see(at(DRONE, 0), at(BOAT, 49)) == []

    sky.see(at(DRONE, 0, 1), at(BOAT, 20, 1))
    for s in range(2, 60):
        sky.see(at(DRONE, 0, s), at(BOAT, 49, s))

    assert sky.states == [AlertState.OPEN]


def test_who_flies_on_one_permit_or_for_one_operation_is_together() -> None:
    both = (DRONE.vehicle, THIRD.vehicle)
    shared = rulebook([zone(rules=APART)], [permit(vehicles=both)])
    own = [permit(number=n, vehicles=(vehicle,)) for n, vehicle in enumerate(both, 1)]
    apart = rulebook([zone(rules=APART)], own)

    assert Sky(shared).see(at(DRONE, 0), at(THIRD, 10)) == []
    assert len(Sky(apart).see(at(DRONE, 0), at(THIRD, 10))) == 1


def test_where_no_zone_asks_for_a_distance_nobody_is_too_near() -> None:
    sky = Sky(rulebook([zone()]))

    assert sky.see(at(DRONE, 0), at(BOAT, 0)) == []
    assert len(sky.company.fixes) == 0


def test_what_was_between_two_is_over_when_one_is_heard_no_more() -> None:
    sky = Sky()
    (alert,) = sky.see(at(DRONE, 0), at(BOAT, 10))

    met = part(sky.company, sky.situations, [BOAT])

    assert [(each.id, each.outcome) for each in met.alerts] == [(alert.id, Outcome.OVER)]
    assert met.company.close == frozenset()
    assert {key: each.ongoing for key, each in met.situations.items()} == {DRONE: (), BOAT: ()}


def test_each_operator_hears_on_its_own_topic_of_another_vehicle() -> None:
    (alert,) = Sky().see(at(DRONE, 0), at(BOAT, 10))

    told = dict(notices(alert))

    assert set(told) == {f"octroi/v1/{key.uid}/alert" for key in (DRONE, BOAT)}
    assert b"bateaux" not in told[f"octroi/v1/{DRONE.uid}/alert"]
    assert b"ailes" not in told[f"octroi/v1/{BOAT.uid}/alert"]
    own = sentence(as_told_to(alert, BOAT.operator))
    assert (
        own["fr"]
        == "drone-9 et un autre véhicule sont trop près l'un de l'autre, dans «\xa0City\xa0»."
    )
    assert sentence(alert)["en"] == "drone-1 is too near to drone-9, in “City”."


moves = st.lists(
    st.tuples(
        st.sampled_from([DRONE, BOAT, THIRD]),
        st.sampled_from([0.0, 20.0, 49.0, 90.0]),
        st.sampled_from([0.0, 0.5, 1.0, 9.0, 11.0]),
    ),
    max_size=30,
)


def place(alert: Alert) -> tuple[str, int]:
    return str(alert.id), alert.count


def sky_of(seen: Sequence[Seen], cuts: Sequence[int]) -> Sky:
    sky = Sky()
    for begin, end in zip([0, *cuts], [*cuts, len(seen)], strict=True):
        sky.see(*seen[begin:end])
        kept: Mapping[VehicleKey, str] = {k: to_json(each) for k, each in sky.situations.items()}
        sky.situations = {key: from_json(each) for key, each in kept.items()}
    return sky


@given(moves, st.sets(st.integers(1, 29)))
def test_splitting_a_batch_and_writing_the_state_down_change_nothing(
    moves: list[tuple[VehicleKey, float, float]], cuts: set[int]
) -> None:
    now, seen = 0.0, []
    for vehicle, x, pause in moves:
        now += pause + 0.001
        seen.append(at(vehicle, x, round(now, 3)))

    whole = sky_of(seen, [])
    split = sky_of(seen, sorted(cut for cut in cuts if cut < len(seen)))

    # Pairs are gone through one after another.
    assert sorted(split.told, key=place) == sorted(whole.told, key=place)
    assert {key: set(each.ongoing) for key, each in split.situations.items() if each.ongoing} == {
        key: set(each.ongoing) for key, each in whole.situations.items() if each.ongoing
    }
