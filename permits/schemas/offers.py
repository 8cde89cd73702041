"""What is offered instead of a refusal, as it is answered: ready to be asked for, in words too."""

from typing import Any, Protocol, Self

from pydantic import BaseModel

from permits.answers.alternatives import MOST_VOLUMES, fixed
from permits.answers.grid import shifted
from permits.documents import volume_document
from permits.model import Application, Decision, Finding
from permits.offers import Alternative, Shift
from permits.schemas.told import TextOut, money, sentence

HOUR_MIN = 60


class AlternativeOut(BaseModel):
    """Another hour or height that would be granted; its `volumes` can be applied with as they are.

    `shift_min` is how far in time, below zero where it is earlier; `rise_m` how far in height,
    below zero where it is lower.
    """

    shift_min: int
    rise_m: float
    text: TextOut
    volumes: list[dict[str, Any]]
    currency: str
    total: str

    @classmethod
    def of(cls, alternative: Alternative, asked: Application) -> Self:
        """Tell an alternative to what was asked."""
        shift = alternative.shift
        return cls(
            shift_min=shift.minutes,
            rise_m=shift.rise_m,
            text=sentence(_code(shift), _params(shift)),
            volumes=[volume_document(each) for each in shifted(asked, shift).volumes],
            currency=alternative.currency,
            total=money(alternative.total),
        )


class Answered(Protocol):
    """What was decided, and what is offered instead."""

    @property
    def decision(self) -> Decision | None:
        """Return the decision."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return every finding."""

    @property
    def alternatives(self) -> tuple[Alternative, ...] | None:
        """Return what is offered; None where nobody looked."""

    @property
    def application(self) -> Application:
        """Return what was asked."""


def remark(answered: Answered) -> TextOut | None:
    """Say what the alternatives to a refusal are worth, or why there are none."""
    if answered.decision is not Decision.REFUSED or answered.alternatives is None:
        return None
    params: dict[str, str] = {}
    if answered.alternatives:
        code = "offered"
    elif rules := fixed(answered.findings):
        code, params = "fixed", {"rests_on": ", ".join(rules)}
    elif len(answered.application.volumes) > MOST_VOLUMES:
        code, params = "too_many", {"most": str(MOST_VOLUMES)}
    else:
        code = "none"
    return sentence(f"alternatives.{code}", params)


def _code(shift: Shift) -> str:
    ways = []
    if shift.minutes:
        ways.append("later" if shift.minutes > 0 else "earlier")
    if shift.rise_m:
        ways.append("higher" if shift.rise_m > 0 else "lower")
    return "shift." + "_".join(ways)


def _params(shift: Shift) -> dict[str, str]:
    hours, minutes = divmod(abs(shift.minutes), HOUR_MIN)
    span = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return {"span": " ".join(span), "rise_m": f"{abs(shift.rise_m):g}"}
