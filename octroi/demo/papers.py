"""Who in the demonstration is insured? Everybody who flies, but one drone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from octroi.demo.companies import AEROFRET, MEDIDRONE, VIGIE
from permits.kinds import DocumentKind
from permits.parties import OperatorId, Vehicle, VehicleId
from zones.model import Layer

INSURER = "Assurances de la Démonstration (fictives)"
INSURED_FOR = timedelta(days=700)
INSURED_SINCE = timedelta(days=400)
# Its insurance ended so long ago that it was not renewed by mistake.
LAPSED, LAPSED_FOR = VehicleId("drone-04"), timedelta(days=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document as its operator attaches it, and for whom: all of its vehicles, or one."""

    operator: OperatorId
    vehicle: VehicleId | None = None
    body: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Return where it is attached."""
        of = f"operators/{self.operator}"
        if self.vehicle is not None:
            of = f"vehicles/{self.operator}/{self.vehicle}"
        return f"/v1/{of}/documents"


def papers(vehicles: Iterable[Vehicle], now: datetime) -> Iterator[Paper]:
    """Insure two fleets as a whole, and the drones of a small company one by one."""
    for number, fleet in enumerate((AEROFRET, MEDIDRONE), start=1):
        yield Paper(operator=fleet.id, body=_insurance(f"FLOTTE-{number}", now))
    for vehicle in vehicles:
        if vehicle.operator == VIGIE.id and vehicle.layer is Layer.AIR:
            body = _insurance(f"VIGIE-{vehicle.id}", now)
            if vehicle.id == LAPSED:
                body["valid_until"] = (now - LAPSED_FOR).isoformat()
            yield Paper(operator=VIGIE.id, vehicle=vehicle.id, body=body)


def _insurance(number: str, now: datetime) -> dict[str, Any]:
    start = now - INSURED_SINCE
    return {
        "kind": DocumentKind.INSURANCE.value,
        "number": number,
        "issuer": INSURER,
        "valid_from": start.isoformat(),
        "valid_until": (start + INSURED_FOR).isoformat(),
    }
