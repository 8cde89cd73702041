"""The law of any instant, as known at any other; withdrawals, emergencies and switches."""

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from octroi import clock
from octroi.changes import Changes
from octroi.rulebooks import RulebookKeeper, Sources
from permits.registry import Registry
from tests.zones.test_publishing import NOON, Watch, collection, feature, zone
from zones.differences import Kind
from zones.editions import AsOf
from zones.formats.geojson import Reading, read_feature
from zones.heights.vertical import paris_datum
from zones.model import Zone, ZoneId
from zones.notice import InvalidEmergency, TooEarly
from zones.periods import Window
from zones.reading import NotYetKnown
from zones.service import AlreadyEnded, Ending, NoEmergency, StaleZone, UnknownZone, ZoneService
from zones.store.reading import Filters
from zones.switching import Order, SwitchService

MIDNIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)  # the first one of Paris after noon
HOUR = timedelta(hours=1)
A = ZoneId("a")
Law = tuple[ZoneId, int, Window]


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def service(pool: ConnectionPool, watch: Watch) -> ZoneService:
    return ZoneService(pool, watch, notice_days=1)


@pytest.fixture
def switches(pool: ConnectionPool, watch: Watch) -> SwitchService:
    return SwitchService(pool, watch, told=lambda: None)


def named(called: str, **properties: Any) -> Zone:  # noqa: ANN401 - any property
    return read_feature(feature(called, **properties), Reading())


def emergency(**properties: object) -> Zone:
    return zone(valid={"end": (NOON + 24 * HOUR).isoformat()}, **properties)


def law(service: ZoneService, at: datetime, known_at: datetime | None = None) -> list[Law]:
    asked = AsOf(at=at, known_at=known_at)
    return [(each.zone_id, each.version, each.valid) for each in service.everything(asked).editions]


def test_what_is_published_is_the_law_from_the_next_midnight_of_paris(
    service: ZoneService,
) -> None:
    published = service.create(zone(), by="council")

    assert published.valid == Window(start=MIDNIGHT)
    assert law(service, MIDNIGHT - timedelta(microseconds=1)) == []
    assert len(law(service, MIDNIGHT)) == 1


def test_a_start_within_the_notice_is_refused_and_a_later_one_is_kept(
    service: ZoneService,
) -> None:
    with pytest.raises(TooEarly, match=r"valid\.start"):
        service.create(zone(valid={"start": (NOON + HOUR).isoformat()}), by="council")

    later = (MIDNIGHT + HOUR).isoformat()
    assert service.create(zone(valid={"start": later}), by="council").valid.start == MIDNIGHT + HOUR


def test_an_import_brings_in_acts_published_elsewhere_but_never_rewrites_a_past(
    service: ZoneService, watch: Watch
) -> None:
    past = {"start": "2025-01-01T00:00:00+00:00"}
    service.import_(collection(feature("a", valid=past)), by="council")
    watch.later(hours=1)
    moved = {"start": "2025-06-01T00:00:00+00:00"}

    kept = service.import_(collection(feature("a", valid=past, priority=1)), by="council")
    refused = service.import_(collection(feature("a", valid=moved, priority=2)), by="council")

    assert kept.changed == ("a",)
    assert [each[2] for each in law(service, MIDNIGHT)] == [Window(start=MIDNIGHT)]
    assert [(each.feature, each.path) for each in refused.defects] == [("a", "valid.start")]


def test_importing_what_means_the_same_changes_nothing(service: ZoneService) -> None:
    service.import_(collection(feature("a")), by="council")
    turned = feature("a")
    turned["geometry"]["coordinates"][0].reverse()

    assert service.import_(collection(turned), by="council").unchanged == ("a",)


def test_a_dry_run_of_an_import_tells_what_would_be_different(service: ZoneService) -> None:
    service.import_(collection(feature("a")), by="council")
    document = collection(feature("a", restriction="PROHIBITED"), feature("b"))

    tried = service.import_(document, by="council", dry_run=True)

    assert [(each.zone_id, each.kind) for each in tried.differences] == [
        ("a", Kind.CHANGED),
        ("b", Kind.ADDED),
    ]
    assert [each.field for each in tried.differences[0].changes] == ["restriction"]


# What officers do, one after the other: each an id, and what becomes of it.
acts = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["publish", "emergency", "withdraw", "import", "later"]),
        st.integers(1, 60),
    ),
    min_size=1,
    max_size=12,
)


def act(service: ZoneService, watch: Watch, called: str, what: str, number: int) -> None:
    hours = {"end": (watch.now + number * HOUR).isoformat()}
    known = bool(service.versions(ZoneId(called)).editions)
    watch.later(minutes=number)
    match what:
        case "publish":
            publish = service.change if known else service.create
            publish(named(called, priority=number), by="council")
        case "emergency":
            urgent = service.change if known else service.create
            urgent(named(called, valid=hours, priority=number), by="watch", emergency=True)
        case "withdraw":
            with contextlib.suppress(UnknownZone, AlreadyEnded):
                service.withdraw(Ending(zone_id=ZoneId(called), act="Arrêté"), by="council")
        case "import":
            service.import_(collection(feature(called, priority=number)), by="council")
        case _:
            watch.later(hours=number)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(acts)
def test_what_was_answered_once_is_answered_for_ever_after(
    service: ZoneService, watch: Watch, pool: ConnectionPool, done: list[tuple[str, str, int]]
) -> None:
    _forget(pool)
    watch.now = max(watch.now, NOON)
    answered: list[tuple[datetime, datetime, list[Law]]] = []
    for called, what, number in done:
        act(service, watch, called, what, number)
        for ahead in (-30, 0, 1, 20, 80):
            asked = watch.now + ahead * HOUR
            page = service.everything(AsOf(at=asked))
            answered.append((asked, page.known_at, law(service, asked)))
            answered.append((asked, watch.now, law(service, asked)))
        watch.later(minutes=1)

    for at, known_at, answer in answered:
        assert law(service, at, known_at) == answer


@settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(acts)
def test_whatever_is_done_one_version_of_a_zone_is_the_law_at_a_time(
    service: ZoneService, watch: Watch, pool: ConnectionPool, done: list[tuple[str, str, int]]
) -> None:
    _forget(pool)
    for each in done:
        act(service, watch, *each)

    for at in (watch.now + hours * HOUR for hours in range(-40, 80, 7)):
        ids = [found[0] for found in law(service, at)]
        assert len(ids) == len(set(ids))


def _forget(pool: ConnectionPool) -> None:
    """Begin with an empty city, as only a superuser can."""
    with pool.connection() as connection:
        connection.execute("SET session_replication_role = replica")
        for table in ("zone_version", "withdrawal", "switch_setting"):
            connection.execute(SQL("DELETE FROM {}").format(Identifier("zones", table)))
        connection.execute("SET session_replication_role = origin")


def test_nobody_knows_what_will_be_known(service: ZoneService) -> None:
    to_come = NOON + HOUR
    asking: list[Callable[[], object]] = [
        lambda: service.everything(AsOf(at=NOON, known_at=to_come)),
        lambda: service.listing(Filters(at=NOON, known_at=to_come)),
        lambda: service.get(A, AsOf(at=NOON, known_at=to_come)),
        lambda: service.versions(A, to_come),
    ]
    for ask in asking:
        with pytest.raises(NotYetKnown, match="known_at"):
            ask()


def test_a_page_and_a_zone_are_read_as_they_were_known(service: ZoneService, watch: Watch) -> None:
    first = service.create(zone(), by="council")
    known = watch.later(hours=1)
    watch.later(hours=1)
    service.change(zone(restriction="PROHIBITED"), by="council")

    page = service.listing(Filters(at=MIDNIGHT, known_at=known))
    then = service.get(A, AsOf(at=MIDNIGHT, known_at=known))
    history = service.versions(A, known).editions

    assert [each.number for each in page.editions] == [first.number]
    assert then is not None
    assert then[0].feature["properties"]["restriction"] == "REQ_AUTHORISATION"
    assert [(each.number, each.superseded_at) for each in history] == [(first.number, None)]


def test_publications_are_recorded_one_after_the_other_whatever_the_clock_says(
    service: ZoneService, watch: Watch
) -> None:
    for called in "abc":
        service.create(named(called), by="council")
        watch.later(hours=-1)

    recorded = [service.versions(ZoneId(called)).editions[0].recorded_at for called in "abc"]

    assert recorded == sorted(set(recorded))


def test_a_withdrawn_zone_is_the_law_until_then_and_its_past_stays(
    service: ZoneService, watch: Watch
) -> None:
    service.create(zone(), by="council")
    watch.later(days=3)

    withdrawal = service.withdraw(Ending(zone_id=A, act="Arrêté 12"), by="prefect")

    end = datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert withdrawal.start == end
    assert [each[2] for each in law(service, end - HOUR)] == [Window(start=MIDNIGHT, end=end)]
    assert law(service, end) == []
    history = service.versions(A)
    assert [(each.act, each.recorded_by, each.start) for each in history.withdrawals] == [
        ("Arrêté 12", "prefect", end)
    ]
    assert len(history.editions) == 2


def test_a_zone_that_has_ended_is_not_withdrawn_again(service: ZoneService) -> None:
    service.create(zone(), by="council")
    service.withdraw(Ending(zone_id=A, act="Arrêté 12"), by="council")
    revision = service.revision()

    with pytest.raises(AlreadyEnded, match="zone a is not the law on 2026-03-01T23:00:00"):
        service.withdraw(Ending(zone_id=A, act="Arrêté 12"), by="council")
    with pytest.raises(UnknownZone):
        service.withdraw(Ending(zone_id=ZoneId("none"), act="Arrêté"), by="council")
    assert service.revision() == revision


def test_a_withdrawal_too_early_or_on_an_old_reading_is_refused(service: ZoneService) -> None:
    seen = service.create(zone(), by="council").number
    service.change(zone(priority=1), by="council")

    with pytest.raises(TooEarly, match=r"from: .* leaves no notice of 1 day"):
        service.withdraw(Ending(zone_id=A, act="Arrêté", start=NOON + HOUR), by="council")
    with pytest.raises(StaleZone):
        service.withdraw(Ending(zone_id=A, act="Arrêté", known=seen), by="council")


def test_a_change_on_a_reading_from_before_a_withdrawal_is_refused(service: ZoneService) -> None:
    seen = service.create(zone(), by="council").number
    # The version has not begun: nothing is left of it.
    service.withdraw(Ending(zone_id=A, act="Arrêté"), by="council")

    with pytest.raises(StaleZone):
        service.change(zone(priority=1), by="council", known=seen)


def test_a_withdrawn_zone_is_published_again_by_the_same_document(service: ZoneService) -> None:
    service.import_(collection(feature("a")), by="council")
    service.withdraw(Ending(zone_id=A, act="Arrêté"), by="council")

    again = service.import_(collection(feature("a")), by="council")

    assert again.changed == ("a",)
    assert [each[1] for each in law(service, MIDNIGHT)] == [2]


def test_a_dry_run_of_a_withdrawal_changes_nothing(service: ZoneService) -> None:
    service.create(zone(), by="council")

    tried = service.withdraw(Ending(zone_id=A, act="Arrêté"), by="council", dry_run=True)

    assert tried.start == MIDNIGHT
    assert len(law(service, MIDNIGHT)) == 1
    assert service.versions(A).withdrawals == ()


def test_an_emergency_is_the_law_at_once_says_so_and_gives_way_at_its_end(
    service: ZoneService, watch: Watch
) -> None:
    service.create(zone(), by="council")
    watch.later(days=2)
    end = watch.now + 72 * HOUR
    urgent = zone(restriction="PROHIBITED", act="Arrêté 9", valid={"end": end.isoformat()})

    edition = service.change(urgent, by="watch", emergency=True)

    assert edition.valid == Window(start=watch.now, end=end)
    assert edition.emergency
    assert edition.feature["properties"]["act"] == "Emergency: Arrêté 9"
    assert [each[1] for each in law(service, end)] == [1]
    with pytest.raises(InvalidEmergency, match=r"valid\.end"):
        service.change(zone(), by="watch", emergency=True)


def test_an_emergency_is_withdrawn_at_once_by_whoever_may_publish_one(
    service: ZoneService, watch: Watch
) -> None:
    service.create(emergency(), by="watch", emergency=True)
    service.create(named("b"), by="council")
    watch.later(hours=1)

    ended = service.withdraw(
        Ending(zone_id=A, act="Fire is out", emergencies_only=True), by="watch"
    )

    assert ended.start == watch.now
    with pytest.raises(NoEmergency):
        service.withdraw(Ending(zone_id=ZoneId("b"), act="No", emergencies_only=True), by="watch")


def test_the_law_of_two_instants_is_compared_by_meaning(service: ZoneService, watch: Watch) -> None:
    service.import_(collection(feature("a"), feature("b"), feature("c")), by="council")
    before = MIDNIGHT + HOUR
    watch.later(days=2)
    service.change(zone(restriction="PROHIBITED"), by="council")
    service.withdraw(Ending(zone_id=ZoneId("b"), act="Arrêté"), by="council")
    after = watch.later(days=2)

    found = service.differences(AsOf(at=before), AsOf(at=after))
    still = service.differences(AsOf(at=before, known_at=before), AsOf(at=after, known_at=before))

    assert [(each.zone_id, each.kind) for each in found] == [
        ("a", Kind.CHANGED),
        ("b", Kind.REMOVED),
    ]
    assert still == ()


def test_a_switch_is_on_from_the_instant_an_officer_says(
    service: ZoneService, switches: SwitchService, watch: Watch
) -> None:
    service.create(zone(applicability=[{"switch": "crue"}]), by="council")
    switches.set(Order(name="crue", on=True, act="Vigicrues orange"), by="watch")
    switches.set(Order(name="crue", on=False, act="Décrue", start=NOON + 5 * HOUR), by="watch")
    first = switches.switches()
    watch.later(hours=2)
    standing = switches.set(Order(name="crue", on=False, act="Fausse alerte"), by="prefect")

    assert first == {"crue": (Window(start=NOON, end=NOON + 5 * HOUR),)}
    assert switches.switches() == {"crue": (Window(start=NOON, end=NOON + 2 * HOUR),)}
    assert not standing.on
    assert [each.act for each in standing.settings] == [
        "Vigicrues orange",
        "Décrue",
        "Fausse alerte",
    ]
    (then,) = switches.standings(known_at=NOON + HOUR)
    assert len(then.settings) == 2
    with pytest.raises(TooEarly, match="from"):
        switches.set(Order(name="crue", on=True, act="Hier", start=NOON), by="watch")


def test_switches_that_zones_hang_on_are_listed_before_anybody_sets_them(
    service: ZoneService, switches: SwitchService
) -> None:
    service.create(zone(applicability=[{"switch": "crue"}]), by="council")

    (standing,) = switches.standings()

    assert (standing.name, standing.on, standing.zones) == ("crue", False, 1)


@pytest.mark.parametrize("table", ["withdrawal", "switch_setting"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET act = 'x'"])
def test_the_database_itself_refuses_to_rewrite_a_decision(
    service: ZoneService,
    switches: SwitchService,
    pool: ConnectionPool,
    table: str,
    statement: str,
) -> None:
    service.create(zone(applicability=[{"switch": "crue"}]), by="council")
    switches.set(Order(name="crue", on=True, act="Vigicrues"), by="watch")
    service.withdraw(Ending(zone_id=A, act="Arrêté"), by="council")

    with (
        pytest.raises(psycopg.errors.RaiseException, match="never changed"),
        pool.connection() as connection,
    ):
        connection.execute(statement.format(f"zones.{table}"))


def test_the_next_change_of_a_zone_is_a_version_a_calendar_or_an_end(
    service: ZoneService, watch: Watch
) -> None:
    hours = {"day": ["ANY"], "startTime": "08:00", "endTime": "20:00"}
    service.create(zone(applicability=[{"schedule": [hours]}]), by="council")

    before = service.next_change(A)
    watch.now = MIDNIGHT
    morning = service.next_change(A)
    watch.later(hours=10)
    service.withdraw(Ending(zone_id=A, act="Arrêté"), by="council")
    evening = service.next_change(A)
    last = service.next_change(A, AsOf(at=datetime(2026, 3, 2, 20, tzinfo=UTC)))
    never = service.next_change(A, AsOf(at=datetime(2026, 3, 3, tzinfo=UTC)))

    found = [(each.at, each.in_force, each.version) for each in (before, morning, evening) if each]
    assert found == [
        (MIDNIGHT, False, 1),
        (datetime(2026, 3, 2, 7, tzinfo=UTC), True, 1),
        (datetime(2026, 3, 2, 19, tzinfo=UTC), False, 1),
    ]
    assert last is not None
    assert (last.at, last.version) == (datetime(2026, 3, 2, 23, tzinfo=UTC), None)
    assert never is not None
    assert never.at is None
    assert service.next_change(ZoneId("none")) is None


def test_a_switch_to_come_is_a_next_change(service: ZoneService, switches: SwitchService) -> None:
    past = {"start": "2025-01-01T00:00:00+00:00"}
    service.import_(collection(feature(valid=past, applicability=[{"switch": "crue"}])), by="c")
    switches.set(Order(name="crue", on=True, act="Vigicrues", start=NOON + HOUR), by="watch")

    found = service.next_change(A)

    assert found is not None
    assert (found.at, found.in_force) == (NOON + HOUR, True)


@pytest.fixture
def keeper(pool: ConnectionPool) -> RulebookKeeper:
    """What another process keeps in memory."""

    zones, switches = (
        ZoneService(pool, clock.now, notice_days=1),
        SwitchService(pool, clock.now, told=print),
    )
    return RulebookKeeper(
        Sources(
            zones=zones.current,
            switches=switches.switches,
            held=lambda _since: frozenset(),
            held_by=lambda _permits, _since: (),
            registry=Registry,
            since=clock.now,
            datum=paris_datum(),
        )
    )


def test_an_emergency_is_in_the_index_of_every_process_within_a_second(
    keeper: RulebookKeeper, database_url: str
) -> None:
    with (
        Changes(database_url, keeper.refresh),
        ConnectionPool(database_url, min_size=1, max_size=1) as elsewhere,
    ):
        officer = ZoneService(elsewhere, clock.now, notice_days=1)
        waited: list[float] = []
        for number in range(5):
            urgent = named(f"fire/{number}", valid={"end": (clock.now() + HOUR).isoformat()})
            officer.create(urgent, by="watch", emergency=True)
            published = time.monotonic()
            while len(keeper.rulebook().index.zones) <= number:
                assert time.monotonic() - published < 5
                time.sleep(0.002)
            waited.append(time.monotonic() - published)

    assert max(waited) < 1, waited


def test_a_switch_set_elsewhere_is_known_to_every_process_within_a_second(
    keeper: RulebookKeeper, database_url: str
) -> None:
    with (
        Changes(database_url, keeper.refresh),
        ConnectionPool(database_url, min_size=1, max_size=1) as elsewhere,
    ):
        ZoneService(elsewhere, clock.now, notice_days=1).create(
            named("quay", applicability=[{"switch": "crue"}]), by="council"
        )
        officer = SwitchService(elsewhere, clock.now, told=lambda: None)
        officer.set(Order(name="crue", on=True, act="Vigicrues"), by="watch")
        told = time.monotonic()
        while "crue" not in keeper.rulebook().index.switches:
            assert time.monotonic() - told < 1
            time.sleep(0.002)
