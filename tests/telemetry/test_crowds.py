"""Who is one too many in a zone: counted as columns, and by the plain way."""

from hypothesis import given
from hypothesis import strategies as st

from permits.parties import OperatorId, VehicleId
from telemetry.lodging.crowds import COMPLIANT, UNCERTAIN, VIOLATION, crowded
from telemetry.lodging.lodgers import Lodgers, Lodging, Lodgings, Register
from telemetry.model import VehicleKey
from zones.model import ZoneId

ZTL, PARK = ZoneId("ztl"), ZoneId("park")
VEHICLES = [
    VehicleKey(OperatorId(operator), VehicleId(vehicle))
    for operator in ("ab", "abc")
    for vehicle in ("cd", "d", "é", "0")
]
instants = st.integers(0, 5)
lodgings = st.builds(
    Lodging,
    zone=st.sampled_from([ZTL, PARK]),
    version=st.just(1),
    since_ms=instants,
    last_ms=instants,
    surely_ms=st.none() | instants,
    seen_ms=st.none() | instants,
)
moves = st.lists(
    st.tuples(
        st.sampled_from(VEHICLES),
        st.lists(lodgings, max_size=2, unique_by=lambda each: each.zone),
    ),
    max_size=20,
)


def plainly(
    there: dict[VehicleKey, Lodgings], vehicle: VehicleKey, mine: Lodging, most: int, heard_ms: int
) -> int:
    surely = perhaps = 0
    for other, each in there.items():
        for theirs in each.stays:
            if theirs.zone != mine.zone or other == vehicle or theirs.last_ms < heard_ms:
                continue
            if mine.surely_ms is None or theirs.surely_ms is None:
                perhaps += mine.surely_ms is None or theirs.since_ms <= mine.surely_ms
            elif (theirs.surely_ms, other) < (mine.surely_ms, vehicle):
                perhaps += 1
                surely += theirs.seen_ms == theirs.last_ms and theirs.last_ms >= mine.surely_ms
    if most <= surely:
        return VIOLATION
    return UNCERTAIN if most <= perhaps else COMPLIANT


@given(moves, moves, st.integers(1, 4), instants)
def test_a_crowd_comes_to_what_looking_at_everybody_comes_to(
    earlier: list[tuple[VehicleKey, list[Lodging]]],
    batch: list[tuple[VehicleKey, list[Lodging]]],
    most: int,
    heard_ms: int,
) -> None:
    there = {vehicle: Lodgings(stays=tuple(stays)) for vehicle, stays in earlier}
    register = Register(Lodgers(there))
    for vehicle, stays in batch:
        for mine in stays:
            told = crowded(register, vehicle, mine, most, heard_ms)
            assert told == plainly(there, vehicle, mine, most, heard_ms)
        there[vehicle] = Lodgings(stays=tuple(stays))
        register.move(vehicle, there[vehicle])
