"""The nouns of what a zone demands: of whom, how fast, how heavy, how loud, how near.

And of what its streets are, which no one inside is asked, but pays for.
"""

from dataclasses import dataclass
from enum import StrEnum


class VehicleClass(StrEnum):
    """What kind of vehicle it is, where a zone's rule depends on it."""

    DRONE = "drone"
    ROBOT = "robot"
    CARGO_BIKE = "cargo_bike"
    CAR = "car"
    VAN = "van"
    TRUCK = "truck"
    MACHINE = "machine"
    PLEASURE_CRAFT = "pleasure_craft"
    PASSENGER_BOAT = "passenger_boat"
    CARGO_BOAT = "cargo_boat"
    CONVOY = "convoy"

    @property
    def code(self) -> int:
        """Return the class's number in column batches; -1 there means unknown."""
        return VEHICLE_CLASSES.index(self)


VEHICLE_CLASSES = tuple(VehicleClass)


class Equipment(StrEnum):
    """What a vehicle has to carry, and have switched on."""

    REMOTE_ID = "remote_id"
    GEO_AWARENESS = "geo_awareness"
    TRANSPONDER = "transponder"
    PARACHUTE = "parachute"
    AIS = "ais"
    VHF = "vhf"
    LIGHTS = "lights"


class StreetCategory(StrEnum):
    """How sought after a street is, by the nomenclature that the council's tariffs follow."""

    TOP = "hc"
    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    FOURTH = "4"
    NONE = "none"


class PrecisionClass(StrEnum):
    """How well the place of a network is known (arrêté of 15 February 2012, article 1).

    A: within 0.40 m, 0.50 m where flexible. B: within 1.50 m. C: worse, or unknown.
    """

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """Courses over ground from one to another, clockwise, in degrees from true north."""

    start_deg: float
    end_deg: float

    def holds(self, course_deg: float) -> bool:
        """Tell whether a course lies in the sector; both limits do."""
        return (course_deg - self.start_deg) % 360.0 <= (self.end_deg - self.start_deg) % 360.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRules:
    """What a zone demands of those inside, beside its restriction; None demands nothing.

    Speeds are over ground. `direction` is the course a vehicle has to keep. `length_max_m` and
    `mass_max_kg` bound the vehicle, `capacity` the vehicles inside at once and
    `movements_per_hour` those entering. `separation_m` and `separation_vertical_m` are kept from
    every other vehicle. `dwell_min_s` is how long a stay has to be for it not to be transit, and
    `transit` False forbids crossing without one; `dwell_max_s` is the longest stay.
    `noise_max_db` is the guaranteed sound power level (regulation (EU) 2019/945, annex part 15).
    `precision` is the class that networks here are known by, or have to be, `clearance_m` how far
    digging keeps from them. `human_review` True means that an authorisation is given by an officer,
    never by the machine alone. `experimentation` True makes it an experimentation ground: the
    research of small companies is granted there by rule.
    """

    speed_min_mps: float | None = None
    speed_max_mps: float | None = None
    direction: Sector | None = None
    length_max_m: float | None = None
    mass_max_kg: float | None = None
    capacity: int | None = None
    movements_per_hour: int | None = None
    separation_m: float | None = None
    separation_vertical_m: float | None = None
    dwell_min_s: float | None = None
    dwell_max_s: float | None = None
    transit: bool = True
    noise_max_db: float | None = None
    equipment: frozenset[Equipment] = frozenset()
    precision: PrecisionClass | None = None
    clearance_m: float | None = None
    human_review: bool = False
    experimentation: bool = False


NO_RULES = ZoneRules()
