"""How long, and how far, must something be amiss before people hear of it, and in order to be over?

A table by reason, which a city changes by a recorded act. The figures of `PATIENCE` and where they
come from are in docs/alerts.md.
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType

from telemetry.model import Reason
from telemetry.told import Severity
from zones.model import Layer

LONGEST_S = 86_400.0
FARTHEST_M = 1_000.0
FASTEST_MPS = 100.0
LEAST_SILENCE_S = 10.0
SAME: Mapping[Layer, float] = MappingProxyType({})
LIMITS = MappingProxyType(
    {
        "raised_after_s": LONGEST_S,
        "cleared_after_s": LONGEST_S,
        "near_cleared_after_s": LONGEST_S,
        "escalated_after_s": LONGEST_S,
        "margin_m": FARTHEST_M,
        "margin_height_m": FARTHEST_M,
        "margin_mps": FASTEST_MPS,
    }
)


class InvalidPatience(ValueError):
    """A figure that no rule can have; the message names the field."""


def _within(name: str, value: float, most: float) -> None:
    if not (math.isfinite(value) and 0 <= value <= most):
        msg = f"{name}: {value:g} is not from 0 to {most:g}"
        raise InvalidPatience(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """When one kind of situation is told, when it is over, and when it is told to who is next.

    It is raised once it lasted for `raised_after_s`, 0 being at once, or for what
    `raised_after_layer_s` says of the vehicle's layer. It is over after
    `cleared_after_s` of compliance beyond the margins, across, in height and in speed, or after
    `near_cleared_after_s` of compliance within them.
    """

    severity: Severity
    raised_after_s: float = 1.0
    cleared_after_s: float = 10.0
    near_cleared_after_s: float = 600.0
    margin_m: float = 0.0
    margin_height_m: float = 0.0
    margin_mps: float = 0.0
    escalated_after_s: float = 900.0
    raised_after_layer_s: Mapping[Layer, float] = field(default_factory=lambda: SAME)

    def __post_init__(self) -> None:
        """Refuse what is no length of time, no distance and no speed."""
        for name, most in LIMITS.items():
            _within(name, getattr(self, name), most)
        for layer, value in self.raised_after_layer_s.items():
            _within(f"raised_after_layer_s.{layer}", value, LONGEST_S)
        if self.near_cleared_after_s < self.cleared_after_s:
            msg = "near_cleared_after_s: it is shorter than cleared_after_s"
            raise InvalidPatience(msg)

    def raised_after(self, layer: Layer) -> float:
        """Return for how many seconds it lasts in a layer before people are told."""
        return self.raised_after_layer_s.get(layer, self.raised_after_s)

    @property
    def margins(self) -> tuple[float, float, float]:
        """Return how far in order it has to be: across, in height, in speed."""
        return self.margin_m, self.margin_height_m, self.margin_mps


@dataclass(frozen=True, slots=True, kw_only=True)
class PatienceChange:
    """What a city decided for one reason: since when, by whom, by which act."""

    reason: Reason
    patience: Patience
    decided_at: datetime
    by: str
    act: str

    def __post_init__(self) -> None:
        """Refuse to call silence what is the pause between two positions."""
        waits_s = (self.patience.raised_after_s, *self.patience.raised_after_layer_s.values())
        if self.reason is Reason.SILENT and min(waits_s) < LEAST_SILENCE_S:
            msg = f"raised_after_s: silence lasts for {LEAST_SILENCE_S:g} s at least"
            raise InvalidPatience(msg)


_of_a_place = partial(Patience, margin_m=20.0, margin_height_m=5.0)
_of_a_stay = partial(
    Patience, severity=Severity.MEDIUM, cleared_after_s=30.0, escalated_after_s=3_600.0
)
PATIENCE: Mapping[Reason, Patience] = MappingProxyType(
    {reason: Patience(severity=Severity.MEDIUM) for reason in Reason}
    | {
        Reason.PROHIBITED: _of_a_place(
            severity=Severity.CRITICAL, raised_after_s=0.0, escalated_after_s=120.0
        ),
        Reason.NO_PERMIT: _of_a_place(severity=Severity.HIGH),
        Reason.UNREGISTERED: _of_a_place(severity=Severity.HIGH, raised_after_s=0.0),
        Reason.OUTSIDE_FOOTPRINT: _of_a_place(severity=Severity.HIGH),
        Reason.OUTSIDE_HEIGHT: _of_a_place(severity=Severity.HIGH),
        Reason.OUTSIDE_WINDOW: _of_a_place(severity=Severity.HIGH),
        Reason.REVOKED: _of_a_place(severity=Severity.HIGH),
        Reason.ON_HOLD: _of_a_place(severity=Severity.HIGH),
        Reason.ENDED: _of_a_place(severity=Severity.HIGH),
        Reason.SPEED: Patience(
            severity=Severity.MEDIUM,
            raised_after_s=3.0,
            near_cleared_after_s=60.0,
            margin_mps=1.0,
            escalated_after_s=3_600.0,
        ),
        Reason.DIRECTION: Patience(
            severity=Severity.MEDIUM,
            raised_after_s=10.0,
            near_cleared_after_s=60.0,
            escalated_after_s=3_600.0,
        ),
        # Over when it is told: it stays in sight for as long as somebody may yet look.
        Reason.TRANSIT: Patience(
            severity=Severity.MEDIUM,
            raised_after_s=0.0,
            cleared_after_s=600.0,
            escalated_after_s=3_600.0,
        ),
        Reason.DWELL: _of_a_stay(raised_after_s=60.0),
        Reason.CAPACITY: _of_a_stay(severity=Severity.HIGH, raised_after_s=30.0),
        Reason.MOVEMENTS: _of_a_stay(raised_after_s=30.0),
        Reason.EQUIPMENT: _of_a_stay(raised_after_s=10.0),
        Reason.SPEED_MIN: _of_a_stay(raised_after_s=30.0, near_cleared_after_s=60.0),
        Reason.NEAR_MISS: Patience(
            severity=Severity.CRITICAL,
            raised_after_s=0.0,
            near_cleared_after_s=10.0,
            escalated_after_s=120.0,
        ),
        Reason.DISAGREEMENT: Patience(
            severity=Severity.MEDIUM,
            raised_after_s=10.0,
            cleared_after_s=30.0,
            near_cleared_after_s=30.0,
        ),
        Reason.SILENT: Patience(
            severity=Severity.LOW,
            raised_after_s=120.0,
            raised_after_layer_s=MappingProxyType({Layer.AIR: 30.0, Layer.RIVER: 400.0}),
            cleared_after_s=0.0,
            near_cleared_after_s=0.0,
            escalated_after_s=1_800.0,
        ),
    }
)


def in_force(changes: Iterable[PatienceChange]) -> Mapping[Reason, Patience]:
    """Return the table with what the city decided, the latest decision of each reason."""
    decided = {each.reason: each.patience for each in sorted(changes, key=lambda c: c.decided_at)}
    return MappingProxyType({**PATIENCE, **decided})


def changed(patience: Patience, figures: Mapping[str, object]) -> Patience:
    """Return a rule with other figures, or say which of them is none."""
    return dataclasses.replace(patience, **figures)  # type: ignore[arg-type]  # read before
