"""How long has a vehicle been in a zone, how surely, and which visit does that make?

A stay is a visit that is not over. It is closed by an exit, by silence, by another version of its
zone, and at the end of a month in Paris, so that each visit belongs to one billing period.
"""

import functools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from permits.life.holdings import Holding
from permits.model import PermitId
from telemetry.model import ObservationId, VehicleKey, Visit, VisitId
from zones.columns import HOUR_MS
from zones.model import LAYERS, Purpose, Zone, ZoneId

PARIS = ZoneInfo("Europe/Paris")
_VISITS = uuid5(NAMESPACE_URL, "octroi:visit")

Span = tuple[int, int]


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """A presence in a zone so far; instants are epoch milliseconds, `layer` a `Layer.code`.

    `sure` tells whether the last fix was surely inside; `distance_m` counts certain stretches.
    `holds` tells whether `permit` allowed it, or is merely the one that was overstepped.
    A struct, where other nouns are dataclasses: every fix replaces one for each zone.
    """

    zone: ZoneId
    zone_version: int
    layer: int
    entered_ms: int
    until_ms: int
    first_observation: int
    last_observation: int
    sure: bool = False
    certain_ms: int = 0
    uncertain_ms: int = 0
    distance_m: float = 0.0
    observations: int = 0
    violations: int = 0
    permit: UUID | None = None
    permit_version: int | None = None
    purpose: Purpose | None = None
    holds: bool = False


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """What one verdict says about a stay: in which zone, how surely, and with which permit.

    `number` is the zone's in the rulebook; `holds` tells whether the permit allowed it.
    """

    number: int
    zone: Zone
    sure: bool
    violation: bool
    permit: Holding | None
    holds: bool


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Time spent inside between two fixes, as spans; `version` is the zone's from `since_ms` on."""

    spans: Sequence[Span]
    certain: bool
    speed_m_per_ms: float
    version: int
    since_ms: int


def lived(vehicle: VehicleKey, stay: Stay, stretch: Stretch) -> tuple[Stay, list[Visit]]:
    """Add a stretch to a stay, closing and reopening it wherever a new visit must begin."""
    visits = []
    spans = list(stretch.spans)
    end = spans[-1][1] if spans else stay.until_ms
    for cut in _cuts(stay, stretch, end):
        stay = _add(stay, [(a, min(b, cut)) for a, b in spans if a < cut], stretch, cut)
        visits.append(visit(vehicle, stay))
        spans = [(max(a, cut), b) for a, b in spans if b > cut]
        version = stretch.version if cut >= stretch.since_ms else stay.zone_version
        stay = _reopened(stay, cut, version)
    return _add(stay, spans, stretch, end), visits


def seen(stay: Stay, observation: int, presence: Presence) -> Stay:
    """Count an observation."""
    stay = replace(
        stay,
        observations=stay.observations + 1,
        violations=stay.violations + presence.violation,
        last_observation=observation,
        sure=presence.sure,
    )
    return permitted(stay, presence)


def permitted(stay: Stay, presence: Presence) -> Stay:
    """Name the permit; the first one that allowed the stay remains the visit's."""
    permit = presence.permit
    if permit is None or stay.holds or (permit.id == stay.permit and not presence.holds):
        return stay
    return replace(
        stay,
        permit=permit.id,
        permit_version=permit.version,
        purpose=permit.application.purpose,
        holds=presence.holds,
    )


def visit(vehicle: VehicleKey, stay: Stay) -> Visit:
    """Close a stay; the same stay always makes a visit of the same name."""
    name = f"{vehicle.uid}/{stay.zone}/{stay.zone_version}/{stay.entered_ms}"
    return Visit(
        id=VisitId(uuid5(_VISITS, name)),
        vehicle=vehicle,
        layer=LAYERS[stay.layer],
        zone=stay.zone,
        zone_version=stay.zone_version,
        permit=None if stay.permit is None else PermitId(stay.permit),
        permit_version=stay.permit_version,
        purpose=stay.purpose,
        entered_at=instant(stay.entered_ms),
        left_at=instant(stay.until_ms),
        certain_ms=stay.certain_ms,
        uncertain_ms=stay.uncertain_ms,
        distance_m=round(stay.distance_m),
        observations=stay.observations,
        violations=stay.violations,
        first_observation=ObservationId(stay.first_observation),
        last_observation=ObservationId(stay.last_observation),
    )


def instant(ms: int) -> datetime:
    """Return epoch milliseconds as an aware instant, exactly."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


@functools.lru_cache(maxsize=4096)
def next_month_ms(hour: int) -> int:
    """Return when the month in Paris ends that holds this hour, counted from the epoch.

    Months of Paris begin on whole hours of UTC, so that the hour decides.
    """
    local = instant(hour * HOUR_MS).astimezone(PARIS)
    year, month = (local.year, local.month + 1) if local.month < 12 else (local.year + 1, 1)  # noqa: PLR2004 - December
    return round(datetime(year, month, 1, tzinfo=PARIS).timestamp() * 1000)


def _cuts(stay: Stay, stretch: Stretch, end: int) -> list[int]:
    """Return where a new visit must begin, from the stay's last instant to the stretch's end.

    The month is that of the entry: who was seen last at its very end goes on in the next one.
    """
    month = next_month_ms(stay.entered_ms // HOUR_MS)
    changed = stretch.version != stay.zone_version
    if month >= end and not changed:
        return []
    cuts = {min(max(stretch.since_ms, stay.until_ms), end)} if changed else set()
    while month < end:
        cuts.add(month)
        month = next_month_ms(month // HOUR_MS)
    return sorted(cuts)


def _add(stay: Stay, spans: Sequence[Span], stretch: Stretch, end: int) -> Stay:
    spent = sum(b - a for a, b in spans)
    if not stretch.certain:
        return replace(stay, uncertain_ms=stay.uncertain_ms + spent, until_ms=end)
    return replace(
        stay,
        certain_ms=stay.certain_ms + spent,
        distance_m=stay.distance_m + spent * stretch.speed_m_per_ms,
        until_ms=end,
    )


def _reopened(stay: Stay, at_ms: int, version: int) -> Stay:
    """Go on in a new visit; its positions begin with the last one of the old."""
    return replace(
        stay,
        zone_version=version,
        entered_ms=at_ms,
        until_ms=at_ms,
        first_observation=stay.last_observation,
        certain_ms=0,
        uncertain_ms=0,
        distance_m=0.0,
        observations=0,
        violations=0,
    )
