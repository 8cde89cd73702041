"""How is it asked and told which zones hold at a place?"""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, Self

import numpy as np
from fastapi import Query
from pydantic import BaseModel, Field

from zones.columns import UNKNOWN_REFERENCE, Positions, Relation
from zones.demands import NO_RULES, VehicleClass
from zones.formats.properties import write_rules
from zones.model import HeightReference, Layer, Purpose, Restriction, Zone
from zones.precedence import Limit, Resolution
from zones.presence import Found, Standing, Whom
from zones.schemas.asking import At, KnownAt
from zones.schemas.wire import Wire
from zones.time.schedule import epoch_ms

LEAST_ACCURATE_M = 100_000.0
HIGHEST_M = 100_000.0


class HereQuery(Wire):
    """Which place and instant, for whom; accuracies are metres at 95 %, 0 is exact.

    Without `alt`, or without `alt_ref`, the height is unknown. Without `layer` all four answer.
    """

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    alt: Annotated[float | None, Field(ge=-HIGHEST_M, le=HIGHEST_M)] = None
    alt_ref: HeightReference | None = None
    h_acc: Annotated[float, Field(ge=0, le=LEAST_ACCURATE_M)] = 0.0
    v_acc: Annotated[float, Field(ge=0, le=LEAST_ACCURATE_M)] = 0.0
    at: At = None
    known_at: KnownAt = None
    layer: Layer | None = None
    purpose: Purpose | None = None
    vehicle_class: VehicleClass | None = None

    def to_position(self, at: datetime) -> Positions:
        """Return the place as a batch of one."""
        reference = UNKNOWN_REFERENCE if self.alt_ref is None else self.alt_ref.code
        return Positions(
            at_ms=np.array([epoch_ms(at)], dtype=np.int64),
            lon=np.array([self.lon]),
            lat=np.array([self.lat]),
            alt_m=np.array([np.nan if self.alt is None else self.alt]),
            alt_ref=np.array([reference], dtype=np.int8),
            h_acc_m=np.array([self.h_acc]),
            v_acc_m=np.array([self.v_acc]),
            layer=np.array([-1], dtype=np.int8),
        )

    def to_whom(self) -> Whom:
        """Return for whom it is asked."""
        return Whom(purpose=self.purpose, vehicle_class=self.vehicle_class)


Here = Annotated[HereQuery, Query()]


class CitedOut(BaseModel):
    """A zone version, its act, and what it says to who asks."""

    id: str
    version: int
    name: str
    act: str
    priority: int
    restriction: Restriction

    @classmethod
    def of(cls, zone: Zone, whom: Whom) -> Self:
        """Cite a zone."""
        return cls(
            id=zone.id,
            version=zone.version,
            name=zone.name,
            act=zone.act,
            priority=zone.priority,
            restriction=zone.restriction_for(whom.purpose, whom.vehicle_class),
        )


class PresenceOut(BaseModel):
    """A zone the place is, or may be, in; `margin_m` to its edge, absent when farther away."""

    zone: CitedOut
    relation: Literal["inside", "uncertain"]
    margin_m: float | None

    @classmethod
    def of(cls, found: Found, whom: Whom) -> Self:
        """Show a presence."""
        relation: Literal["inside", "uncertain"] = (
            "inside" if found.relation is Relation.INSIDE else "uncertain"
        )
        return cls(zone=CitedOut.of(found.zone, whom), relation=relation, margin_m=found.margin_m)


class LimitOut(BaseModel):
    """A demand that holds, as `rules` of a zone write it, and the zones that state it."""

    rule: str
    value: Any
    zones: list[CitedOut]

    @classmethod
    def of(cls, limit: Limit, whom: Whom) -> Self:
        """Show a limit."""
        stated: dict[str, Any] = {limit.name: limit.value}
        return cls(
            rule=limit.name,
            value=write_rules(replace(NO_RULES, **stated))[limit.name],
            zones=[CitedOut.of(each, whom) for each in limit.zones],
        )


class ResolutionOut(BaseModel):
    """What holds: who decided, who else applied, in order, and which were deliberately set aside.

    Where no zone decided, `restriction` is that of open space.
    """

    restriction: Restriction
    decided_by: CitedOut | None
    applied: list[CitedOut]
    overridden: list[CitedOut]
    limits: list[LimitOut]

    @classmethod
    def of(cls, resolution: Resolution, whom: Whom) -> Self:
        """Show what holds."""
        decided = resolution.decided_by
        return cls(
            restriction=resolution.restriction,
            decided_by=None if decided is None else CitedOut.of(decided, whom),
            applied=[CitedOut.of(each, whom) for each in resolution.applied],
            overridden=[CitedOut.of(each, whom) for each in resolution.overridden],
            limits=[LimitOut.of(each, whom) for each in resolution.limits],
        )


class StandingOut(BaseModel):
    """What holds in one layer: surely, and if the place is inside all it may be in."""

    layer: Layer
    presences: list[PresenceOut]
    surely: ResolutionOut
    if_inside_all: ResolutionOut

    @classmethod
    def of(cls, standing: Standing, whom: Whom) -> Self:
        """Show a layer."""
        return cls(
            layer=standing.layer,
            presences=[PresenceOut.of(each, whom) for each in standing.found],
            surely=ResolutionOut.of(standing.surely, whom),
            if_inside_all=ResolutionOut.of(standing.inside_all, whom),
        )


class HereOut(BaseModel):
    """What holds at a place and instant; layers do not meet, so each has an answer of its own."""

    at: datetime
    layers: list[StandingOut]
