"""What one rule found, as it is answered in both languages."""

from functools import lru_cache

from pydantic import BaseModel

from permits.model import Finding, Outcome
from permits.schemas.told import TextOut, sentence, told_params
from permits.texts.catalogue import code_of
from zones.model import ZoneId

Params = tuple[tuple[str, str], ...]
# What of a finding is told, plain: thousands are looked up a second.
Said = tuple[str, Outcome, bool, ZoneId | None, int | None, str, Params, Params]


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
        said = (
            finding.rule,
            finding.outcome,
            finding.human,
            finding.zone,
            finding.zone_version,
            finding.act,
            tuple(finding.params.items()),
            tuple(finding.withheld.items()) if officer else (),
        )
        return _found(said)


# Most of what rules find they find of almost everything.
@lru_cache(maxsize=8192)
def _found(said: Said) -> FindingOut:
    rule, outcome, human, zone, zone_version, act, params, withheld = said
    told = dict(params)
    finding = Finding(rule=rule, outcome=outcome, zone=zone, act=act, params=told)
    return FindingOut(
        rule=rule,
        outcome=outcome,
        human=human,
        zone=zone,
        zone_version=zone_version,
        act=act,
        params=told_params({**told, **dict(withheld)}),
        text=sentence(code_of(finding), told),
    )
