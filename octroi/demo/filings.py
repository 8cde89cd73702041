"""What do the demonstration's operators ask the city for, and what must it answer?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from octroi.demo.companies import AEROFRET, MEDIDRONE, TAUPE, VIGIE
from octroi.demo.crews import Crew
from octroi.demo.drafts import height
from octroi.demo.places import SOVEREIGN
from permits.model import Decision
from permits.parties import Operator, OperatorId
from zones.model import Layer, Purpose

PARIS = ZoneInfo("Europe/Paris")
MORNING_HOUR = 10
MOST_VEHICLES = 50  # in one application
# Within the heliport's circle, clear of the closed circle of the ministry that overlaps it.
BESIDE_HELIPORT = (2.26900, 48.83100)
# On the way from Necker to the Hôtel-Dieu, in the closed circle of the police headquarters.
IN_CARE_CORRIDOR = (2.34550, 48.85370)
# Free up to 120 metres for whoever asks.
OPEN_AIR = (2.36500, 48.86800)
GREAT_QUARRY = (2.33500, 48.83000)
CLOSED_QUARRY = (2.42080, 48.82750)
DEPTHS_M = (-15.0, -3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """An application as it is posted, and the decision that must come back.

    `flown` tells the applications behind which vehicles move from those told for their answer.
    """

    operator: OperatorId
    body: Mapping[str, Any]
    expected: Decision
    flown: bool

    def beginning(self, start: datetime) -> "Filing":
        """Return the same for volumes that begin at an instant."""
        volumes = [{**volume, "start": start.isoformat()} for volume in self.body["volumes"]]
        return replace(self, body={**self.body, "volumes": volumes})


def of_crew(crew: Crew, number: int, start: datetime, end: datetime) -> Iterator[Filing]:
    """Ask for what a crew is about to do, in as many applications as its size takes."""
    window = {"start": start.isoformat(), "end": end.isoformat()}
    vehicles = [one.vehicle.id for one in crew.characters]
    for part, first in enumerate(range(0, len(vehicles), MOST_VEHICLES), start=1):
        body = {
            "purpose": crew.purpose.value,
            "layer": crew.layer.value,
            "vehicles": vehicles[first : first + MOST_VEHICLES],
            "reference": f"{crew.operator}-{start:%Y%m%d}-{number:03d}-{part}",
            "volumes": [{**space, **window} for space in crew.spaces],
        }
        yield Filing(operator=crew.operator, body=body, expected=Decision.GRANTED, flown=True)


def set_pieces(now: datetime) -> Iterator[Filing]:
    """Yield applications for a morning: what a machine must not grant, and one it may.

    It is granted only for care, over closed air, where a corridor sets the prohibition aside; who
    asks for the same air again, comes second.
    """
    (elysee,) = (place for place in SOVEREIGN if place.id == "elysee")
    air, below = (Layer.AIR, (50.0, 90.0)), (Layer.SUBSOIL, DEPTHS_M)
    yield _piece(
        now, (VIGIE, "drone-01", Purpose.MEDIA), air, (elysee.lon, elysee.lat), Decision.REFUSED
    )
    yield _piece(
        now,
        (AEROFRET, "drone-03", Purpose.DELIVERY),
        (Layer.AIR, (100.0, 150.0)),
        OPEN_AIR,
        Decision.REFUSED,
    )
    # Insured no longer, see `octroi.demo.papers`; anybody else would be let.
    yield _piece(now, (VIGIE, "drone-04", Purpose.MEDIA), air, OPEN_AIR, Decision.REFUSED)
    yield _piece(
        now,
        (MEDIDRONE, "drone-05", Purpose.MEDICAL),
        air,
        BESIDE_HELIPORT,
        Decision.NEEDS_REVIEW,
    )
    care = (MEDIDRONE, "drone-05", Purpose.MEDICAL)
    yield _piece(now, care, air, IN_CARE_CORRIDOR, Decision.GRANTED)
    yield _piece(now, care, air, IN_CARE_CORRIDOR, Decision.REFUSED)
    yield _piece(
        now,
        (TAUPE, "machine-01", Purpose.WORKS),
        below,
        GREAT_QUARRY,
        Decision.NEEDS_REVIEW,
    )
    yield _piece(now, (TAUPE, "machine-01", Purpose.WORKS), below, CLOSED_QUARRY, Decision.REFUSED)


def _piece(
    now: datetime,
    who: tuple[Operator, str, Purpose],
    where: tuple[Layer, tuple[float, float]],
    centre: tuple[float, float],
    expected: Decision,
) -> Filing:
    """Ask for an hour of a circle of a hundred metres, at ten in Paris in two days.

    Who flies now may until tomorrow, and cannot be elsewhere meanwhile.
    """
    operator, vehicle, purpose = who
    layer, (lower, upper) = where
    morning = (now.astimezone(PARIS) + timedelta(days=2)).replace(
        hour=MORNING_HOUR, minute=0, second=0, microsecond=0
    )
    volume = {
        "footprint": {"type": "Point", "coordinates": list(centre), "radius_m": 100.0},
        "lower": height(lower),
        "upper": height(upper),
        "start": morning.isoformat(),
        "end": (morning + timedelta(hours=1)).isoformat(),
    }
    body = {
        "purpose": purpose.value,
        "layer": layer.value,
        "vehicles": [vehicle],
        "reference": f"{operator.id}-{morning:%Y%m%d}-{vehicle}-{expected.value}",
        "volumes": [volume],
    }
    return Filing(operator=operator.id, body=body, expected=expected, flown=False)
