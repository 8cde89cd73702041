"""What one process publishes or switches, every other knows within a second."""

import time

import pytest
from psycopg_pool import ConnectionPool

from octroi import clock
from octroi.changes import Changes
from octroi.rulebooks import RulebookKeeper, Sources
from permits.registry import Registry
from tests.zones.publications import HOUR, named
from zones.heights.vertical import paris_datum
from zones.service import ZoneService
from zones.switching import Order, SwitchService


@pytest.fixture
def keeper(pool: ConnectionPool) -> RulebookKeeper:
    """What another process keeps in memory."""

    zones, switches = (
        ZoneService(pool, clock.now, notice_days=1),
        SwitchService(pool, clock.now, told=print),
    )
    return RulebookKeeper(
        Sources(
            published=zones.revision,
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
