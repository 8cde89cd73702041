"""The law of any instant, as known at any other, and what two of them differ in."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from tests.zones.publications import (
    HOUR,
    MIDNIGHT,
    NOON,
    A,
    Law,
    Watch,
    collection,
    feature,
    law,
    named,
    zone,
)
from zones.differences import Kind
from zones.editions import AsOf
from zones.model import ZoneId
from zones.notice import TooEarly
from zones.periods import Window
from zones.reading import NotYetKnown
from zones.service import AlreadyEnded, Ending, UnknownZone, ZoneService
from zones.store.reading import Filters


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
