"""What did somebody use who occupied a place without title? As much as if it had been granted.

No permit says how long it lasted, so an officer does; what is due is an indemnity by reference to
the tariff that would have applied (CE 421407).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dateutil.relativedelta import relativedelta
from shapely.geometry.base import BaseGeometry

from billing.metering import USAGES
from billing.model import Usage, UsageId, UsageSource
from billing.naming import named
from billing.occupying import place_uses
from billing.periods import period_of
from billing.stating import InvalidStatement
from permits.model import Application, OperationVolume
from permits.occupations import TERMS, Occupation, OccupationKind, area_of, length_of
from permits.parties import Operator, OperatorId
from zones.model import Layer, Purpose, Zone
from zones.periods import Window

LAPSES = relativedelta(years=5)  # CG3P, art. L. 2321-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Untitled:
    """An occupation without title, as an officer found it; `reference` names it for good."""

    operator: OperatorId
    reference: str
    layer: Layer
    kind: OccupationKind
    footprint: BaseGeometry
    start: datetime
    end: datetime


def untitled_uses(
    found: Untitled, operator: Operator, streets: Sequence[Zone]
) -> tuple[Usage, ...]:
    """Return its uses, one a month, under the keys that its reference gives them."""
    application = Application(
        operator=operator.id,
        purpose=Purpose.WORKS,
        layer=found.layer,
        vehicles=(),
        volumes=(
            OperationVolume(
                footprint=found.footprint, window=Window(start=found.start, end=found.end)
            ),
        ),
        occupation=Occupation(
            kind=found.kind,
            area_m2=area_of(found.footprint),
            length_m=length_of(found.footprint),
        ),
    )
    return tuple(_told(found, use) for use in place_uses(application, operator, streets))


def _told(found: Untitled, use: Usage) -> Usage:
    """Return a use of a place that nobody granted, for a purpose that nobody stated."""
    key = f"untitled/{found.operator}/{found.reference}/{period_of(use.at).label}"
    middle = found.footprint.representative_point()
    held = use.occupied and replace(use.occupied, place=f"{middle.y:.5f}, {middle.x:.5f}")
    return replace(
        use,
        id=UsageId(named(USAGES, key)),
        key=key,
        permit=None,
        purpose=None,
        source=UsageSource.DECLARED,
        occupied=held,
    )


def require_whole(found: Untitled, now: datetime) -> None:
    """Refuse what cannot have been, or is due no more."""
    if found.layer not in TERMS[found.kind].layers:
        msg = f"layer: a {found.kind} is not of the layer {found.layer}"
        raise InvalidStatement(msg)
    if found.end <= found.start:
        msg = "end: it is not after the start"
        raise InvalidStatement(msg)
    if found.end > now:
        msg = "end: what is told has happened, this is still to come"
        raise InvalidStatement(msg)
    if found.start < now - LAPSES:
        msg = "start: what is due lapses after five years (CG3P, art. L. 2321-4)"
        raise InvalidStatement(msg)
