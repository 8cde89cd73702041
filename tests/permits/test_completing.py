"""What is known of somebody can grow, and never change."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from permits.parties import OperatorId, Vehicle, VehicleId
from permits.registry import completed, contradictions
from zones.demands import Equipment
from zones.model import Layer

FACTS = ("serial", "mass_kg", "length_m", "equipment")
drones = st.builds(
    Vehicle,
    operator=st.just(OperatorId("ailes")),
    id=st.just(VehicleId("drone-7")),
    layer=st.just(Layer.AIR),
    kind=st.just("drone"),
    serial=st.sampled_from([None, "DEMX3ABC", "DEMX3ABD"]),
    mass_kg=st.sampled_from([None, 1.0, 2.0]),
    length_m=st.sampled_from([None, 0.5]),
    equipment=st.sampled_from([None, frozenset[Equipment](), frozenset({Equipment.LIGHTS})]),
)


@given(before=drones, stated=drones)
def test_what_is_known_stays_and_what_is_stated_is_learned(
    before: Vehicle, stated: Vehicle
) -> None:
    after = completed(before, stated)

    both = {name: (getattr(before, name), getattr(stated, name)) for name in FACTS}
    wanted = [said if known is None else known for known, said in both.values()]
    assert [getattr(after, name) for name in FACTS] == wanted
    assert completed(after, stated) == after
    assert completed(after, before) == after


@given(before=drones, stated=drones)
def test_each_field_that_says_otherwise_is_named_and_no_other(
    before: Vehicle, stated: Vehicle
) -> None:
    both = {name: (getattr(before, name), getattr(stated, name)) for name in FACTS}
    otherwise = [name for name, each in both.items() if None not in each and each[0] != each[1]]

    assert [each.field for each in contradictions(before, stated)] == otherwise


@given(drone=drones)
def test_another_kind_of_vehicle_is_another_vehicle(drone: Vehicle) -> None:
    named = {each.name: getattr(drone, each.name) for each in fields(drone)}

    (fault,) = contradictions(drone, Vehicle(**{**named, "kind": "van"}))
    assert (fault.field, "drone" in fault.why) == ("kind", True)
