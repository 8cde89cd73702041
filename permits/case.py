"""What do the rules look at? The application, who asks, and what is beside it."""

from dataclasses import dataclass, field
from datetime import datetime

from permits.kinds import DocumentKind
from permits.model import Application, OperationVolume, PermitId
from permits.parties import HeldDocument, Operator, Vehicle, VehicleId
from permits.waters import Waters
from zones.heights.vertical import Datum, paris_datum
from zones.model import Zone
from zones.periods import NO_SWITCHES, Switches


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A volume of a permit that is granted, and how many vehicles may be in it.

    In an occupation there are none.
    """

    permit: PermitId
    volume: OperationVolume
    vehicles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """A volume of a permit that is granted, and which of the applicant's vehicles it names."""

    permit: PermitId
    volume: OperationVolume
    vehicles: frozenset[VehicleId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the rules look at: the application, who asks, what it touches, and the instant.

    `zones` are the versions in force that the volumes touch in space, height and time, by the `law`
    at hand, counted by how often anything was published; `neighbours` the granted volumes of the
    layer that are near enough to matter, see `permits.beside.reaches`, `engagements` those of other
    permits of the vehicles named, wherever they are.
    `documents` are those of the operator and of the vehicles; `documents_needed` what the layer
    asks for. `waters` is where the city knows water to be, None where nobody told it.
    """

    application: Application
    operator: Operator
    vehicles: tuple[Vehicle, ...]
    zones: tuple[Zone, ...]
    now: datetime
    law: int = 0
    neighbours: tuple[Neighbour, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    datum: Datum = field(default_factory=paris_datum)
    switches: Switches = field(default_factory=lambda: NO_SWITCHES)
    documents: tuple[HeldDocument, ...] = ()
    documents_needed: frozenset[DocumentKind] = frozenset()
    waters: Waters | None = None
