"""Who is in the demonstration without anyone having registered them?"""

import numpy as np
from shapely.geometry import LineString

from octroi.demo.companies import RX_AUSTERLITZ, RX_EIFFEL
from octroi.demo.crews import Character, Misdeed, Voice, between
from octroi.demo.geography import metres
from octroi.demo.motion import Path, shuttle
from octroi.demo.routes import cut
from octroi.demo.waterway import axis
from permits.parties import OperatorId, Vehicle, VehicleId
from zones.model import Layer

NOBODY = OperatorId("unregistered")
STRANGE_SERIAL = "DEMXC999999999999"
STRANGE_MMSI = 226_999_999
DRONE_RUN = ((2.28850, 48.86260), (2.29700, 48.85550))
BOAT_RUN = (0.17, 0.40)


def strangers(rng: np.random.Generator) -> tuple[Character, ...]:
    """Draw a drone by the Eiffel tower and a boat by Austerlitz, known by number only."""
    return _drone(rng), _boat(rng)


def _drone(rng: np.random.Generator) -> Character:
    path = Path.of(LineString([metres(*one) for one in DRONE_RUN]))
    return Character(
        vehicle=Vehicle(
            operator=NOBODY,
            id=VehicleId(STRANGE_SERIAL),
            layer=Layer.AIR,
            kind="drone",
            serial=STRANGE_SERIAL,
        ),
        path=path,
        timetable=shuttle(path.length_m, between(rng, 7.0, 11.0), 15.0),
        sender=RX_EIFFEL.id,
        height_m=55.0,
        voice=Voice.REMOTE_ID,
        h_acc_m=3.0,
        v_acc_m=10.0,
        misdeed=Misdeed.UNREGISTERED,
    )


def _boat(rng: np.random.Generator) -> Character:
    course = axis()
    path = Path.of(cut(course, *(fraction * course.length for fraction in BOAT_RUN)))
    return Character(
        vehicle=Vehicle(
            operator=NOBODY,
            id=VehicleId(str(STRANGE_MMSI)),
            layer=Layer.RIVER,
            kind="boat",
            mmsi=STRANGE_MMSI,
        ),
        path=path,
        timetable=shuttle(path.length_m, between(rng, 2.2, 2.8), 30.0),
        sender=RX_AUSTERLITZ.id,
        side_m=-6.0,
        voice=Voice.AIS,
        period_s=6.0,
        h_acc_m=10.0,
        misdeed=Misdeed.UNREGISTERED,
    )
