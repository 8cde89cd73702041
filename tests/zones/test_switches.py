"""Switches that zones hang on, and what changes next."""

from datetime import UTC, datetime

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from tests.zones.publications import HOUR, MIDNIGHT, NOON, A, Watch, collection, feature, zone
from zones.editions import AsOf
from zones.model import ZoneId
from zones.notice import TooEarly
from zones.periods import Window
from zones.service import Ending, ZoneService
from zones.switching import Order, SwitchService


@pytest.fixture
def switches(pool: ConnectionPool, watch: Watch) -> SwitchService:
    return SwitchService(pool, watch, told=lambda: None)


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
