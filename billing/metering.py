"""What did operators use in a period? Certain presence, from visits; and permits granted.

A usage belongs, whole, to the period in which it began, so that splitting a period never changes
what is owed; telemetry already ends visits at a month's end. Usage is a fact, permit or not;
whether a fee follows is the tariff's business.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from billing.canonical import digest
from billing.model import Usage, UsageId, UsageSource
from billing.naming import named
from billing.occupying import held, place_use
from billing.periods import period_of
from billing.prices import NOISE_LIMITS_DB, NoiseClass
from permits.model import Decision, Permit, PermitId
from permits.parties import Operator, OperatorId, Vehicle
from telemetry.model import VehicleKey, Visit, VisitId
from zones.model import Zone, ZoneId
from zones.periods import Window
from zones.streets import Streets

USAGES = UUID("6f1d3c52-6d3f-5d0e-9a57-0c70a1b0e001")
NO_VEHICLES: Mapping[VehicleKey, Vehicle] = MappingProxyType({})
REGISTERED = frozenset({"size", "vehicle_class", "noise", "energy_class", "occupied"})
LOADS = frozenset({"cargo_kg", "passengers", "calls"})  # said of those that have some
SAID = tuple(field.name for field in fields(Usage) if field.name not in REGISTERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Usage sorted by what is already known of its keys; conflicting keys are never billed."""

    new: tuple[Usage, ...]
    known: tuple[Usage, ...]
    conflicts: tuple[Usage, ...]


def meter(
    visits: Iterable[Visit],
    permits: Iterable[Permit],
    operators: Mapping[OperatorId, Operator],
    period: Window,
    occupying: Iterable[Permit] = (),
    *,
    vehicles: Mapping[VehicleKey, Vehicle] = NO_VEHICLES,
    streets: Sequence[Zone] = (),
) -> tuple[Usage, ...]:
    """Turn what began in the period into usage, once each, in the order of its keys.

    `occupying` are the latest versions of permits that were granted to occupy a place, `vehicles`
    those registered, `streets` the zones that state a category of streets.
    """
    all_visits, known_streets = tuple(visits), Streets(streets)
    exits = {(visit.vehicle, visit.zone, visit.left_at) for visit in all_visits}
    used = (
        _of_visit(visit, operators[visit.vehicle.operator], vehicles, _entries(visit, exits))
        for visit in all_visits
        if visit.certain_ms > 0
        and period.holds(visit.entered_at)
        and visit.vehicle.operator in operators
    )
    granted = (
        _of_permit(permit, operators[permit.application.operator])
        for permit in _first_grants(permits)
        if period.holds(permit.decided_at) and permit.application.operator in operators
    )
    places = (
        usage
        for permit in occupying
        if permit.application.operator in operators
        for usage in _of_place(
            permit, operators[permit.application.operator], period, known_streets
        )
    )
    return _distinct((*used, *granted, *places))


def fingerprint(usage: Usage) -> str:
    """Return what two usages of one key must share: all that the visit said.

    Not what the registry says of operator and vehicle on the day of the run: the first is kept. A
    permit is charged for once, when it is first granted; a later confirmation says nothing new.
    """
    if usage.source is UsageSource.PERMIT:
        return digest([usage.key, usage.operator])
    said = {name: getattr(usage, name) for name in SAID}
    if usage.source is UsageSource.DECLARED and usage.occupied is not None:
        # An officer measured it: no permit says it again.
        said["occupied"] = asdict(usage.occupied)
    return digest({name: value for name, value in said.items() if value or name not in LOADS})


def visit_key(visit: VisitId) -> str:
    """Return the permanent key of what is metered from a visit."""
    return f"visit/{visit}"


def settle(usages: Iterable[Usage], known: Mapping[str, str]) -> Settled:
    """Sort usage into new, known and contradicting, given the fingerprints of known keys."""
    contents: dict[str, dict[str, Usage]] = {}
    for usage in usages:
        contents.setdefault(usage.key, {})[fingerprint(usage)] = usage
    new: list[Usage] = []
    same: list[Usage] = []
    conflicts: list[Usage] = []
    for key, versions in sorted(contents.items()):
        if set(versions) == {known.get(key)}:
            same += versions.values()
        elif key in known or len(versions) > 1:
            conflicts += [each for print_, each in versions.items() if print_ != known.get(key)]
        else:
            new += versions.values()
    return Settled(new=tuple(new), known=tuple(same), conflicts=tuple(conflicts))


def _distinct(usages: Iterable[Usage]) -> tuple[Usage, ...]:
    """Return usage in the order of its keys, or of its content; what came twice, once."""
    alike: dict[str, list[Usage]] = {}
    for usage in usages:
        known = alike.setdefault(usage.key, [])
        if usage not in known:
            known.append(usage)
    return tuple(
        usage
        for key in sorted(alike)
        for usage in (sorted(alike[key], key=fingerprint) if alike[key][1:] else alike[key])
    )


def _first_grants(permits: Iterable[Permit]) -> Iterable[Permit]:
    """Keep of each permit the version that granted it: later ones change its life, not its fee."""
    first: dict[PermitId, Permit] = {}
    for permit in permits:
        if permit.decision is Decision.GRANTED:
            kept = first.setdefault(permit.id, permit)
            if permit.version < kept.version:
                first[permit.id] = permit
    return first.values()


def _entries(visit: Visit, exits: AbstractSet[tuple[VehicleKey, ZoneId, datetime]]) -> int:
    """Count an entry, unless the visit only goes on: after a month's end or a new zone version."""
    at = visit.entered_at
    on_the_hour = not (at.minute or at.second or at.microsecond)
    month_began = on_the_hour and at == period_of(at).window.start
    goes_on = (visit.vehicle, visit.zone, visit.entered_at) in exits
    return 0 if month_began or goes_on else 1


def _of_visit(
    visit: Visit, operator: Operator, vehicles: Mapping[VehicleKey, Vehicle], entries: int
) -> Usage:
    key, vehicle = visit_key(visit.id), vehicles.get(visit.vehicle)
    return Usage(
        id=UsageId(named(USAGES, key)),
        key=key,
        operator=operator.id,
        vehicle=visit.vehicle.vehicle,
        layer=visit.layer,
        zone=visit.zone,
        zone_version=visit.zone_version,
        permit=visit.permit,
        permit_version=visit.permit_version,
        purpose=visit.purpose,
        size=operator.size,
        source=UsageSource.VISIT,
        visit=visit.id,
        at=visit.entered_at,
        ended_at=visit.left_at,
        entries=entries,
        certain_ms=visit.certain_ms,
        distance_m=visit.distance_m,
        vehicle_class=vehicle.vehicle_class if vehicle else None,
        noise=noise_of(vehicle),
        energy_class=vehicle.energy_class if vehicle else None,
    )


def noise_of(vehicle: Vehicle | None) -> NoiseClass | None:
    """Return the noise class of a vehicle; one that nobody stated is not known."""
    if vehicle is None or vehicle.noise_db is None:
        return None
    fitting = (each for each, limit in NOISE_LIMITS_DB.items() if vehicle.noise_db <= limit)
    return next(fitting, NoiseClass.LOUD)


def _of_place(
    permit: Permit, operator: Operator, period: Window, streets: Streets
) -> Iterator[Usage]:
    """Yield the one usage of a permit's place in a period, where it held it at all."""
    use = place_use(permit.application, operator, held(permit), period, streets)
    if use is not None:
        key = f"permit/{permit.id}/occupied/{period_of(use.at).label}"
        ident = UsageId(named(USAGES, key))
        yield replace(use, id=ident, key=key, permit=permit.id, permit_version=permit.version)


def _of_permit(permit: Permit, operator: Operator) -> Usage:
    key = f"permit/{permit.id}"
    return Usage(
        id=UsageId(named(USAGES, key)),
        key=key,
        operator=operator.id,
        vehicle=", ".join(permit.application.vehicles),
        layer=permit.application.layer,
        zone=None,
        zone_version=None,
        permit=permit.id,
        permit_version=permit.version,
        purpose=permit.application.purpose,
        size=operator.size,
        source=UsageSource.PERMIT,
        visit=None,
        at=permit.decided_at,
        ended_at=permit.decided_at,
        entries=1,
        certain_ms=0,
        distance_m=0,
    )
