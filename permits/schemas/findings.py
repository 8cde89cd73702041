"""What one rule found, as it is answered in both languages."""

from functools import lru_cache
from typing import NamedTuple

from pydantic import BaseModel

from permits.model import Finding, Outcome
from permits.schemas.told import TextOut, sentence, told_params
from permits.texts.catalogue import code_of
from zones.model import ZoneId


class FindingOut(BaseModel):
    """What one rule found; `human` where it leaves the decision to an officer."""

    rule: str
    outcome: Outcome
    human: bool
    zone: str | None
    zone_version: int | None
    act: str
    params: dict[str, str]
    text: TextOut

    @staticmethod
    def of(finding: Finding, *, officer: bool = False) -> "FindingOut":
        """Tell a finding; an officer also learns what is withheld from others."""
        return _found(
            _Said(
                rule=finding.rule,
                outcome=finding.outcome,
                human=finding.human,
                zone=finding.zone,
                zone_version=finding.zone_version,
                act=finding.act,
                params=tuple(finding.params.items()),
                withheld=tuple(finding.withheld.items()) if officer else (),
            )
        )


class _Said(NamedTuple):
    """What of a finding is told."""

    rule: str
    outcome: Outcome
    human: bool
    zone: ZoneId | None
    zone_version: int | None
    act: str
    params: tuple[tuple[str, str], ...]
    withheld: tuple[tuple[str, str], ...]


# Most of what rules find they find of almost everything.
@lru_cache(maxsize=4096)
def _found(said: _Said) -> FindingOut:
    params = dict(said.params)
    finding = Finding(
        rule=said.rule, outcome=said.outcome, zone=said.zone, act=said.act, params=params
    )
    return FindingOut(
        rule=said.rule,
        outcome=said.outcome,
        human=said.human,
        zone=said.zone,
        zone_version=said.zone_version,
        act=said.act,
        params=told_params({**params, **dict(said.withheld)}),
        text=sentence(code_of(finding), params),
    )
