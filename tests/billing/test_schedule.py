"""A month that is over is billed by itself: in its day, once, by one process, and told."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import OperationalError
from psycopg_pool import ConnectionPool

from billing.judging.report import Judgement, Written
from billing.periods import is_over, midnight
from billing.planning import Due, Plan, RunMode, due, next_due
from billing.scheduling import Schedule
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.store.runs import turn
from billing.tariffs import demonstration
from permits.parties import Operator, OperatorId
from telemetry.model import Visit
from tests.billing.conftest import City
from tests.billing.samples import NOON, visit
from zones.periods import Window

Planned = Callable[[Plan], Schedule]
PLAN = Plan(mode=RunMode.DRAFT, after_days=2, grace_days=10)
OPENS, CLOSES = midnight(date(2026, 11, 3)), midnight(date(2026, 11, 11))
INSTANT = timedelta(microseconds=1)

instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


def october(plan: Plan, now: datetime) -> list[Due]:
    return [each for each in due(plan, now) if each.period.label == "2026-10"]


def test_a_month_is_due_daily_while_its_grace_lasts_and_with_the_two_months_after_it() -> None:
    days = [midnight(date(2026, 11, day)) for day in range(3, 12)]
    later = [midnight(date(2026, 12, 3)), midnight(date(2027, 1, 3))]

    assert (days[0], days[-1]) == (OPENS, CLOSES)
    assert october(PLAN, OPENS - INSTANT) == []
    for at in (*days, *later):
        assert [each.at for each in october(PLAN, at)] == [at]
    assert [next_due(PLAN, at) for at in (*days, later[0])][: len(days)] == [*days[1:], later[0]]
    assert october(PLAN, midnight(date(2027, 2, 3))) == []


@given(instants, st.integers(0, 40), st.integers(0, 40))
def test_only_what_is_over_is_due_once_a_month_and_the_next_is_still_to_come(
    now: datetime, after: int, grace: int
) -> None:
    plan = replace(PLAN, after_days=after, grace_days=grace)

    found, following = due(plan, now), next_due(plan, now)

    assert all(is_over(each.period, now) and each.at <= now for each in found)
    assert len({each.period.label for each in found}) == len(found) <= 3
    assert following is not None
    assert following > now
    assert following in {each.at for each in due(plan, following)}


def test_where_no_run_is_planned_none_is_ever_due() -> None:
    assert (due(Plan(), CLOSES), next_due(Plan(), CLOSES)) == ((), None)


def accept(documents: Sequence[Written]) -> list[tuple[Judgement, ...]]:
    return [() for _ in documents]


@pytest.fixture
def planned(pool: ConnectionPool, city: City) -> Planned:
    """Return the schedule of a service, as a process of its own has it."""
    city.visits.append(visit())

    def build(plan: Plan) -> Schedule:
        service = BillingService(pool, lambda: city.now, city.sources(), accept, plan=plan)
        service.publish(demonstration(), by="council")
        return service.schedule

    return build


def drafts(pool: ConnectionPool, city: City) -> int:
    service = BillingService(pool, lambda: city.now, city.sources(), accept)
    return len(service.invoices(InvoiceFilter(state="draft")))


def test_two_processes_that_look_at_once_run_a_month_once(
    planned: Planned, city: City, pool: ConnectionPool
) -> None:
    city.now = OPENS
    one, other = planned(PLAN), planned(PLAN)

    with ThreadPoolExecutor(2) as processes:
        for _ in processes.map(Schedule.tick, [one, other, one, other]):
            pass

    ran = [each for each in one.newest() if each.due.period.label == "2026-10"]
    assert [(each.due.at, each.dry, each.failure) for each in ran] == [(OPENS, False, "")]
    assert ran[0].outcome is not None
    assert (ran[0].outcome["drafts"], ran[0].outcome["total"]) == (1, "3.5")
    assert drafts(pool, city) == 1


def test_what_came_late_is_in_the_drafts_of_the_next_run(planned: Planned, city: City) -> None:
    schedule = planned(PLAN)
    for now in (OPENS, OPENS + timedelta(hours=1), CLOSES, CLOSES + timedelta(hours=1)):
        city.now = now
        schedule.tick()
        if now == OPENS:
            city.visits.append(visit("late", entered_at=NOON + timedelta(hours=2)))

    ran = [each for each in schedule.newest() if each.due.period.label == "2026-10"]
    assert [(each.due.at, each.outcome and each.outcome["total"]) for each in ran] == [
        (CLOSES, "7"),
        (OPENS, "3.5"),
    ]


def test_a_dry_run_tells_what_would_be_and_changes_nothing(
    planned: Planned, city: City, pool: ConnectionPool
) -> None:
    city.now = OPENS
    schedule = planned(replace(PLAN, mode=RunMode.DRY))

    schedule.tick()

    newest = schedule.newest()[0]
    assert newest.dry
    assert newest.outcome is not None
    assert newest.outcome["drafts"] == 1
    assert drafts(pool, city) == 0


def test_what_fails_is_told_and_tried_again_an_hour_later(planned: Planned, city: City) -> None:
    city.now = OPENS
    schedule, known = planned(PLAN), dict(city.operators)
    schedule.tick()
    city.now = CLOSES
    city.operators.clear()

    schedule.tick()
    failing = schedule.failing
    city.operators |= known
    city.now += timedelta(minutes=59)
    schedule.tick()
    still = schedule.failing
    city.now += timedelta(minutes=1)
    schedule.tick()

    assert (failing, still, schedule.failing) == (1, 1, 0)
    done, failed, *_ = (each for each in schedule.newest() if each.due.at == CLOSES)
    assert (done.failure, "not in the registry" in failed.failure) == ("", True)


def test_a_run_outlasts_the_servers_patience_with_whoever_is_idle_in_a_transaction(
    database_url: str, city: City
) -> None:
    city.now = OPENS
    city.visits.append(visit())

    naps = [1.0]

    def slow() -> dict[OperatorId, Operator]:
        time.sleep(naps.pop() if naps else 0)
        return city.operators

    patience = {"options": "-c idle_in_transaction_session_timeout=500"}
    with ConnectionPool(database_url, kwargs=patience, min_size=1, max_size=4) as pool:
        sources = replace(city.sources(), operators=slow)
        service = BillingService(pool, lambda: city.now, sources, accept, plan=PLAN)
        service.publish(demonstration(), by="council")
        service.schedule.tick()

        assert [each.failure for each in service.schedule.newest()] == [""] * len(due(PLAN, OPENS))
        with pool.connection() as first, pool.connection() as second:
            for each in (first, second, first):
                with turn(each) as taken:
                    assert taken


def test_a_month_that_loses_the_database_holds_up_no_other_and_is_tried_at_the_next_look(
    pool: ConnectionPool, city: City
) -> None:
    city.now = OPENS
    lost = True

    def visits(window: Window) -> list[Visit]:
        if lost and window.start == due(PLAN, OPENS)[0].period.window.start:
            msg = "the connection is lost"
            raise OperationalError(msg)
        return [each for each in city.visits if window.holds(each.entered_at)]

    sources = replace(city.sources(), visits=visits)
    schedule = BillingService(pool, lambda: city.now, sources, accept, plan=PLAN).schedule
    schedule.tick()
    first = schedule.failing, len(schedule.newest())
    lost = False
    schedule.tick()

    months = len(due(PLAN, OPENS))
    assert first == (1, months - 1)
    assert (schedule.failing, len(schedule.newest())) == (0, months)
