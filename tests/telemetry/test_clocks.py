"""How far vehicles' clocks are from the city's."""

from dataclasses import replace

import numpy as np
from psycopg_pool import ConnectionPool

from permits.parties import OperatorId, VehicleId
from telemetry.intake.clocks import Clocks
from telemetry.model import VehicleKey
from tests.telemetry.asking import City
from tests.telemetry.city_builders import DRONE, Seen, batch

BOAT = VehicleKey(OperatorId("bateaux"), VehicleId("boat-1"))


def heard(clocks: Clocks, *late: tuple[VehicleKey, float, float], believed: bool = True) -> None:
    seen = batch(*(Seen(vehicle=key, s=s) for key, s, _ in late))
    behind = np.array([round(each * 1000) for *_, each in late], np.int64)
    said = replace(seen.positions, at_ms=seen.positions.at_ms - behind)
    heard_then = replace(seen, positions=said, received_at_ms=seen.positions.at_ms)
    clocks.add(heard_then, np.full(len(late), believed))


def told(clocks: Clocks) -> dict[VehicleKey, tuple[int, int]]:
    return {each.vehicle: (each.behind_ms, each.positions) for each in clocks.readings()}


def test_the_freshest_position_of_the_last_minutes_tells_how_far_a_clock_is_off() -> None:
    clocks = Clocks()
    heard(clocks, (DRONE, 0, 2.5), (DRONE, 1, 0.2), (BOAT, 0, -4))
    heard(clocks, (DRONE, 2, 9))

    assert told(clocks) == {BOAT: (-4000, 1), DRONE: (200, 3)}
    assert [each.vehicle for each in clocks.readings()] == [BOAT, DRONE]

    heard(clocks, (DRONE, 400, 7))
    assert told(clocks)[DRONE] == (200, 4)
    heard(clocks, (DRONE, 800, 7))
    assert told(clocks) == {DRONE: (7000, 2)}


def test_one_impossible_time_says_nothing_of_a_clock_that_is_right() -> None:
    clocks = Clocks()
    heard(clocks, (DRONE, 0, -2_275_464_568), believed=False)
    heard(clocks, (DRONE, 1, 0.2))
    heard(clocks, (DRONE, 2, -2_275_464_567), (DRONE, 3, 99_999), believed=False)

    assert told(clocks) == {DRONE: (200, 4)}


def test_a_clock_that_is_never_believed_is_told_by_what_is_nearest() -> None:
    clocks = Clocks()
    heard(clocks, (DRONE, 0, -60.5), (DRONE, 1, -60), (DRONE, 2, -2_275_464_568), believed=False)
    heard(clocks, (DRONE, 3, -61), believed=False)

    assert told(clocks) == {DRONE: (-60_000, 4)}


def test_an_operator_reads_its_own_clocks(pool: ConnectionPool) -> None:
    city = City(pool)
    heard(city.clocks, (DRONE, 0, 1.5), (BOAT, 0, -4))

    mine = city.get("/v1/clocks", f"operator:{DRONE.operator}")["clocks"]

    assert mine == [{**DRONE._asdict(), "behind_s": 1.5, "positions": 1}]
    assert len(city.get("/v1/clocks")["clocks"]) == 2
    assert city.get("/v1/clocks?vehicle=boat-1")["clocks"][0]["behind_s"] == -4
    assert city.status("GET", "/v1/clocks?operator=bateaux", "operator:ailes") == 403
