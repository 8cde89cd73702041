"""What would a zone do to a flight planned there: block it, advise it, or neither?

Asked of the very rules that decide applications: whatever blocks on the map is refused when
planned, and whatever advises comes with the permit.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from permits.case import Case
from permits.model import Application, Finding, OperationVolume, Outcome
from permits.parties import Operator, OperatorId, SizeClass
from permits.rules.asked import default_to_ask
from permits.rules.zonewise import human_review, speed_cap, transit, zone_demands, zone_restriction
from zones.model import Layer, Purpose, Zone

Asking = Callable[[Case], tuple[Finding, ...]]

RULES: Sequence[Asking] = (zone_restriction, human_review, speed_cap, transit, zone_demands)
# What a flight is for where the tests do not say.
ORDINARY = Purpose.DELIVERY
SOMEBODY = Operator(id=OperatorId(""), name="", siren="", size=SizeClass.LARGE)


class Impact(StrEnum):
    """What findings do to a flight; the first is the strongest."""

    BLOCK = "Block"
    ADVISE = "Advise"
    NOTHING = "Nothing"

    @property
    def rank(self) -> int:
        """Return its place among them: zones above one can only make it weaker."""
        return list(Impact).index(self)


def impact_of(findings: Iterable[Finding]) -> Impact:
    """Tell what findings do to a flight; one that only an officer can let through is blocked.

    That a zone had to be asked, and allowed it, is an advice: it names the zone and its act.
    """
    kept = tuple(findings)
    if any(each.outcome is Outcome.OBJECTED or each.human for each in kept):
        return Impact.BLOCK
    return Impact.ADVISE if advice_of(kept) else Impact.NOTHING


def advice_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings by which a flight is advised: they name a zone that it goes through."""
    return tuple(each for each in findings if _advises(each))


def zone_impact(
    zone: Zone,
    others: Sequence[Zone],
    purpose: Purpose,
    volumes: tuple[OperationVolume, ...],
    now: datetime,
) -> Impact:
    """Tell what a zone, beside others that may set it aside, does to a flight through volumes."""
    above = (
        each
        for each in others
        if each.priority > zone.priority and each.footprint.intersects(zone.footprint)
    )
    application = Application(
        operator=SOMEBODY.id, purpose=purpose, layer=Layer.AIR, vehicles=(), volumes=volumes
    )
    case = Case(
        application=application,
        operator=SOMEBODY,
        vehicles=(),
        zones=(zone, *above),
        now=now,
    )
    found = (finding for rule in RULES for finding in rule(case))
    return impact_of(
        each for each in found if (each.zone, each.zone_version) == (zone.id, zone.version)
    )


def _advises(finding: Finding) -> bool:
    if finding.rule == default_to_ask.__name__:
        # Every flight is activated: that says nothing about this one.
        return False
    asked = finding.rule == zone_restriction.__name__ and finding.outcome is Outcome.PASSED
    return asked or finding.outcome is Outcome.CONDITIONAL
