"""Who has just been registered may report at once."""

from octroi import clock
from octroi.records import Neighbours, records
from octroi.settings import Settings
from permits.parties import Operator, OperatorId, Sensor, SizeClass, Vehicle, VehicleId
from zones.model import Layer

GAMMA = OperatorId("gamma")


def test_whoever_is_registered_is_known_to_the_ingest_once_it_is_answered(
    database_url: str,
) -> None:
    settings = Settings(database_url=database_url)
    drone = Vehicle(operator=GAMMA, id=VehicleId("v1"), layer=Layer.AIR, kind="drone")
    judged = Neighbours(judged=True)
    with records(database_url, clock.now, settings, judged, secret=b"a secret") as parts:
        keeper = parts.keeper
        assert keeper.registry().operator(GAMMA) is None
        index = keeper.rulebook().index

        parts.registry.add_operator(
            Operator(id=GAMMA, name="Gamma", siren="000009019", size=SizeClass.SMALL)
        )
        assert keeper.registry().operator(GAMMA) is not None
        parts.registry.add_vehicle(drone)
        assert keeper.registry().vehicle(GAMMA, "v1") == drone
        parts.registry.add_sensor(Sensor(id="rx-1", name="Pont Neuf"))
        assert keeper.registry().is_sensor("rx-1")
        # What the zones came to is not made anew for that.
        assert keeper.rulebook().index is index
