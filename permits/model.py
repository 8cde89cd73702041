"""The nouns of asking and granting: applications, decisions, permits, quotes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NewType
from uuid import UUID

from shapely.geometry.base import BaseGeometry

from permits.basis import Basis
from permits.occupations import Occupation
from permits.offers import Alternative, QuoteTax, Relief
from permits.parties import OperatorId, VehicleId
from permits.recurrence import Recurrence
from zones.model import UNBOUNDED, Band, Layer, Purpose, ZoneId
from zones.periods import InvalidWindow, Window

PermitId = NewType("PermitId", UUID)


class InvalidApplication(ValueError):
    """An application that cannot be decided; the message names the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationVolume:
    """A footprint, a height band and a window: where and when an operation takes place.

    `footprint` is an area in WGS84 longitude, latitude; circles and corridors arrive as areas.
    """

    footprint: BaseGeometry
    window: Window
    band: Band = UNBOUNDED

    def __post_init__(self) -> None:
        """Refuse a volume without an end in time: a permit always has one."""
        if self.window.start is None or self.window.end is None:
            msg = "a volume needs a start and an end"
            raise InvalidWindow(msg)

    @property
    def start(self) -> datetime:
        """Return the instant from which on the volume is used."""
        assert self.window.start is not None  # noqa: S101 - refused at its making
        return self.window.start

    @property
    def end(self) -> datetime:
        """Return the instant from which on the volume is no longer used."""
        assert self.window.end is not None  # noqa: S101 - refused at its making
        return self.window.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What an operator asks for: to move, or to occupy one place.

    `volumes` are all written out; `recurrences` say which of them a rule made.
    """

    operator: OperatorId
    purpose: Purpose
    layer: Layer
    vehicles: tuple[VehicleId, ...]
    volumes: tuple[OperationVolume, ...]
    reference: str = ""
    occupation: Occupation | None = None
    recurrences: tuple[Recurrence, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an application about nothing, or an occupation that drives."""
        if not self.volumes:
            msg = "volumes: an application needs at least one"
            raise InvalidApplication(msg)
        if self.occupation and self.vehicles:
            msg = "vehicles: an occupation has none"
            raise InvalidApplication(msg)

    @property
    def counted(self) -> int:
        """Return how many vehicles it brings to a zone: one at least, and none to occupy."""
        return 0 if self.occupation else max(1, len(set(self.vehicles)))


class Outcome(StrEnum):
    """What one rule says to a case."""

    PASSED = "passed"
    OBJECTED = "objected"
    CONDITIONAL = "conditional"
    NOT_APPLICABLE = "not_applicable"


class Decision(StrEnum):
    """The answer to an application."""

    GRANTED = "granted"
    REFUSED = "refused"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something the holder must keep to; texts come from the code."""

    code: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule found, with the zone version and legal act it rests on.

    `human` True means that only an officer may answer this; texts come from rule and outcome.
    `withheld` is for officers: it would tell an applicant about somebody else.
    """

    rule: str
    outcome: Outcome
    zone: ZoneId | None = None
    zone_version: int | None = None
    act: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    conditions: tuple[Condition, ...] = ()
    human: bool = False
    withheld: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """One expected fee; `amount` is unrounded, and without VAT where there is a rate of it.

    `list_price` is the price of a unit before the `reliefs` that made `unit_price` of it.
    """

    tariff: str
    tariff_version: int
    act: str
    text: Mapping[str, str]
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    zone: ZoneId | None = None
    list_price: Decimal | None = None
    reliefs: tuple[Relief, ...] = ()
    vat_rate_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a permitted use is expected to cost, with the tariff versions it rests on.

    `total` is with the `taxes`: a sum a rate of VAT, none where nothing is taxed.
    """

    currency: str
    total: Decimal
    lines: tuple[QuoteLine, ...] = ()
    taxes: tuple[QuoteTax, ...] = ()

    @property
    def net(self) -> Decimal:
        """Return what it costs without VAT."""
        return self.total - sum((each.tax for each in self.taxes), Decimal(0))


class PermitState(StrEnum):
    """Where a permit is in its life."""

    DRAFT = "draft"
    GRANTED = "granted"
    REFUSED = "refused"
    NEEDS_REVIEW = "needs_review"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Move(StrEnum):
    """What makes a version of a permit: the application itself, then what happens to it.

    `consent` and `dismiss` are what silence means; they and `expire` the city's clock does.
    """

    APPLY = "apply"
    DRAFT = "draft"
    SUBMIT = "submit"
    REVIEW = "review"
    GRANT = "grant"
    REFUSE = "refuse"
    CONSENT = "consent"
    DISMISS = "dismiss"
    ACTIVATE = "activate"
    END = "end"
    EXTEND = "extend"
    AMEND = "amend"
    HOLD = "hold"
    RELEASE = "release"
    RETRACT = "retract"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An extension or amendment that was not granted: what was asked, and why it was not.

    One that needs an officer waits for one, with all that granting it takes. `automated` is
    whether the machine decided it, `alternatives` what would have been granted instead.
    """

    move: Move
    asked_at: datetime
    application: Application
    decision: Decision
    findings: tuple[Finding, ...]
    conditions: tuple[Condition, ...]
    quote: Quote
    basis: Basis | None = None
    automated: bool = True
    alternatives: tuple[Alternative, ...] | None = None

    @property
    def waits(self) -> bool:
        """Tell whether an officer has to decide it."""
        return self.decision is Decision.NEEDS_REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """An application with its decision: one immutable version of its life.

    A draft has no decision, and was begun at `decided_at`. `attempt` is what this move asked for
    in vain, or what still waits for an officer; `hold` what the permit is on hold for.

    `decided_at` is when the decision was taken, `recorded_at` when this version was written down;
    `move`, `by` and `reason` say what made this version, who did it and why. `alternatives` are
    what would have been granted instead of what was refused, then, None where nobody looked;
    `basis` is what the decision of the machine rested on.
    """

    id: PermitId
    version: int
    application: Application
    state: PermitState
    decision: Decision | None
    automated: bool
    findings: tuple[Finding, ...]
    conditions: tuple[Condition, ...]
    quote: Quote
    decided_at: datetime
    recorded_at: datetime
    move: Move = Move.APPLY
    by: str = ""
    reason: str = ""
    activated_at: datetime | None = None
    attempt: Attempt | None = None
    hold: tuple[Finding, ...] = ()
    alternatives: tuple[Alternative, ...] | None = None
    basis: Basis | None = None
