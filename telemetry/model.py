"""The nouns of movement: batches of observations, verdicts and visits."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, NewType
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from permits.model import PermitId
from permits.parties import OperatorId, VehicleId
from zones.columns import Codes, Floats, Indices, Positions
from zones.model import HeightReference, Layer, Purpose, ZoneId

VisitId = NewType("VisitId", UUID)
ObservationId = NewType("ObservationId", int)

UNREGISTERED = OperatorId("unregistered")


class VehicleKey(NamedTuple):
    """Whose vehicle: the operator and its own name for it, as in the MQTT topic."""

    operator: OperatorId
    vehicle: VehicleId

    @property
    def uid(self) -> str:
        """Return the name that pages and events use."""
        return f"{self.operator}/{self.vehicle}"


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """One position as its format states it, before it is known whose it is.

    `vehicle`, `mmsi` or `serial` say what moved, as far as the format knows; None is unknown.
    Accuracies are the given ones or the format's stated default. `at_text` is the instant as it
    was written, where it was text. `line` is where in the source; `said` what names it beside its
    content, where the format says more than a fix does, as AIS its slot. A struct, as all that is
    made anew for each observation: a frozen dataclass takes several times as long to make.
    """

    lon: float
    lat: float
    at_ms: int | None
    at_text: str = ""
    h_acc_m: float
    v_acc_m: float
    alt_m: float | None = None
    alt_ref: HeightReference | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    vehicle: str | None = None
    mmsi: int | None = None
    serial: str | None = None
    layer: Layer | None = None
    boot: str = ""
    seq: int = -1
    said: bytes = b""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """What could not be read, where, and why; `boot` and `seq` when at least they were legible.

    `carrier` names the message it came in, where that may be an earlier one.
    """

    reason: str
    line: int = 0
    boot: str = ""
    seq: int | None = None
    carrier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """A batch of observations as columns of one length.

    `vehicle` indexes `vehicles`; `speed_mps` over ground and `heading_deg` from true north are NaN
    when unknown. `boot`, which indexes `boots`, and `seq` name an observation within its vehicle;
    formats without them have an empty boot and seq -1. `sender` indexes `senders`, who sent it: the
    vehicle's operator, or the city's sensor that heard it.
    """

    vehicles: tuple[VehicleKey, ...]
    vehicle: Indices
    positions: Positions
    speed_mps: Floats
    heading_deg: Floats
    boots: tuple[str, ...]
    boot: Indices
    seq: NDArray[np.int64]
    senders: tuple[str, ...]
    sender: Indices
    received_at_ms: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of observations."""
        return len(self.vehicle)

    def take(self, rows: NDArray[np.intp]) -> "Observations":
        """Return these rows, in this order; who they point to stays numbered as it is."""
        where = self.positions
        return Observations(
            vehicles=self.vehicles,
            vehicle=self.vehicle[rows],
            positions=Positions(
                at_ms=where.at_ms[rows],
                lon=where.lon[rows],
                lat=where.lat[rows],
                alt_m=where.alt_m[rows],
                alt_ref=where.alt_ref[rows],
                h_acc_m=where.h_acc_m[rows],
                v_acc_m=where.v_acc_m[rows],
                layer=where.layer[rows],
            ),
            speed_mps=self.speed_mps[rows],
            heading_deg=self.heading_deg[rows],
            boots=self.boots,
            boot=self.boot[rows],
            seq=self.seq[rows],
            senders=self.senders,
            sender=self.sender[rows],
            received_at_ms=self.received_at_ms[rows],
        )


NO_OBSERVATIONS = Observations(
    vehicles=(),
    vehicle=np.empty(0, np.int32),
    positions=Positions(
        at_ms=np.empty(0, np.int64),
        lon=np.empty(0, np.float64),
        lat=np.empty(0, np.float64),
        alt_m=np.empty(0, np.float64),
        alt_ref=np.empty(0, np.int8),
        h_acc_m=np.empty(0, np.float64),
        v_acc_m=np.empty(0, np.float64),
        layer=np.empty(0, np.int8),
    ),
    speed_mps=np.empty(0, np.float64),
    heading_deg=np.empty(0, np.float64),
    boots=(),
    boot=np.empty(0, np.int32),
    seq=np.empty(0, np.int64),
    senders=(),
    sender=np.empty(0, np.int32),
    received_at_ms=np.empty(0, np.int64),
)


class VerdictKind(IntEnum):
    """What an observation means for one zone in force."""

    COMPLIANT = 1
    VIOLATION = 2
    UNCERTAIN = 3


class Reason(IntEnum):
    """Why a verdict is not plainly compliant; `OVERRIDDEN` is, as a zone of higher priority says.

    The numbers are stored: new members only at the end.
    """

    NONE = 0
    PROHIBITED = 1
    NO_PERMIT = 2
    OUTSIDE_FOOTPRINT = 3
    OUTSIDE_HEIGHT = 4
    OUTSIDE_WINDOW = 5
    SPEED = 6
    UNREGISTERED = 7
    SILENT = 8
    OVERRIDDEN = 9
    NEAR_MISS = 10
    DISAGREEMENT = 11
    DIRECTION = 12
    TRANSIT = 13
    DWELL = 14
    CAPACITY = 15
    MOVEMENTS = 16
    EQUIPMENT = 17
    SPEED_MIN = 18
    REVOKED = 19
    ON_HOLD = 20
    ENDED = 21

    @property
    def code(self) -> str:
        """Return the reason as texts and the API name it."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Verdicts as columns: one row for each observation and zone in force it is, or may be, in.

    `observation` and `zone` index the batch and the rulebook's zones, `permit` the rulebook's
    permits or -1; `kind` is a `VerdictKind`, `reason` a `Reason`, `margin_m` as in `Presences`.
    `margin_s` is how many seconds it is within a limit of time, below 0 beyond it, NaN where the
    reason is none of time. Of a zone just left, where that is judged, `relation` is `LEFT`.
    """

    observation: Indices
    zone: Indices
    relation: Codes
    kind: Codes
    reason: Codes
    permit: Indices
    margin_m: Floats
    margin_s: Floats

    def __len__(self) -> int:
        """Return the number of verdicts."""
        return len(self.observation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One continuous presence of a vehicle in a zone, from entry to exit.

    `entered_at` and `left_at` are interpolated crossings where there was a fix outside. Only
    `certain_ms` can be billed. `first_observation` and `last_observation` bound its positions.
    """

    id: VisitId
    vehicle: VehicleKey
    layer: Layer
    zone: ZoneId
    zone_version: int
    permit: PermitId | None
    permit_version: int | None
    purpose: Purpose | None
    entered_at: datetime
    left_at: datetime
    certain_ms: int
    uncertain_ms: int
    distance_m: int
    observations: int
    violations: int
    first_observation: ObservationId
    last_observation: ObservationId
