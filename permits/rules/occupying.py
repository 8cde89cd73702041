"""What is asked of those who occupy a place, dig or make noise there?"""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps

from permits.case import Case
from permits.model import Condition, Finding, OperationVolume, Outcome
from permits.occupations import Technique
from permits.rules.terms import condition_of
from permits.rules.zonewise import TITLE_NEEDED, Touched, touched
from zones.demands import PrecisionClass
from zones.model import Layer, Purpose
from zones.periods import HOLIDAY, Applicability, DailyPeriod
from zones.time.schedule import epoch_ms, transitions

NETWORKS = "Arrêté du 15 février 2012 modifié (NOR DEVP1116359A), art. 1 et 6"
DECLARED = "Code de l'environnement, art. R. 554-20 à R. 554-28"
WORKS_NOISE = (
    "Code de la santé publique, art. R. 1336-10 ; arrêté préfectoral n° 01-16855 du 29 octobre 2001"
)

HOUR_S = 3_600
EVERY_DAY = frozenset(range(7))
SATURDAY, SUNDAY = 5, 6
# From 22:00 to 07:00; on Saturdays until 08:00 and from 20:00; all of Sundays and public holidays.
QUIET = (
    Applicability(
        schedule=(
            DailyPeriod(days=EVERY_DAY, start=22 * HOUR_S, end=7 * HOUR_S),
            DailyPeriod(days=frozenset({SATURDAY}), start=7 * HOUR_S, end=8 * HOUR_S),
            DailyPeriod(days=frozenset({SATURDAY}), start=20 * HOUR_S, end=22 * HOUR_S),
            DailyPeriod(days=frozenset({SUNDAY, HOLIDAY}), start=0, end=0),
        )
    ),
)

# How far off its plan a network of the class may lie; of class C it is not known.
OFF_PLAN_M: Mapping[PrecisionClass, float] = {PrecisionClass.A: 0.5, PrecisionClass.B: 1.5}
# What is kept beside that, by how is dug: the city's own, a demonstration.
BESIDE_M: Mapping[Technique, float] = {
    Technique.MECHANICAL: 0.5,
    Technique.TRENCHLESS: 1.0,
    Technique.SUCTION: 0.2,
    Technique.MANUAL: 0.0,
}

AboutVehicles = Callable[[Case], tuple[Finding, ...]]


def of_vehicles(rule: AboutVehicles) -> AboutVehicles:
    """Ask a rule about vehicles only where there can be some: what stands still has none."""

    @wraps(rule)
    def asked(case: Case) -> tuple[Finding, ...]:
        occupation = case.application.occupation
        if occupation is None:
            return rule(case)
        params = {"occupation": occupation.kind.value}
        return (
            Finding(
                rule=rule.__name__, outcome=Outcome.NOT_APPLICABLE, act=TITLE_NEEDED, params=params
            ),
        )

    return asked


def occupation_titled(case: Case) -> Finding:
    """State what is occupied, and that nobody occupies public space without a title."""
    occupation = case.application.occupation
    if occupation is None:
        return Finding(rule="occupation_titled", outcome=Outcome.NOT_APPLICABLE, act=TITLE_NEEDED)
    return Finding(
        rule="occupation_titled",
        outcome=Outcome.PASSED,
        act=occupation.terms.act,
        params={
            "occupation": occupation.kind.value,
            "area_m2": f"{occupation.area_m2:g}",
            "length_m": f"{occupation.length_m:g}",
        },
    )


def quiet_hours(case: Case) -> Finding:
    """Let no noisy work begin that would all lie in quiet hours; other works pause in them."""
    if not _noisy(case):
        return Finding(rule="quiet_hours", outcome=Outcome.NOT_APPLICABLE, act=WORKS_NOISE)
    heard = case.application.layer is Layer.SURFACE
    quiet = [_quiet(volume) for volume in case.application.volumes]
    within = [
        each for each, (wholly, _) in zip(case.application.volumes, quiet, strict=True) if wholly
    ]
    if heard and within:
        params = {"start_at": within[0].start.isoformat(), "end_at": within[0].end.isoformat()}
        return Finding(rule="quiet_hours", outcome=Outcome.OBJECTED, act=WORKS_NOISE, params=params)
    if any(partly for _, partly in quiet):
        return Finding(
            rule="quiet_hours",
            outcome=Outcome.CONDITIONAL,
            act=WORKS_NOISE,
            conditions=(Condition(code="quiet_hours"),),
        )
    return Finding(rule="quiet_hours", outcome=Outcome.PASSED, act=WORKS_NOISE)


def networks_declared(case: Case) -> Finding:
    """Have networks declared and located first where is dug and no zone says how well known."""
    if not _digs(case):
        return Finding(rule="networks_declared", outcome=Outcome.NOT_APPLICABLE, act=DECLARED)
    if any("precision" in each.demands for each in touched(case)):
        return Finding(rule="networks_declared", outcome=Outcome.PASSED, act=DECLARED)
    return Finding(
        rule="networks_declared",
        outcome=Outcome.CONDITIONAL,
        act=DECLARED,
        conditions=(Condition(code="networks_declared"), Condition(code="networks_located")),
    )


def networks_clear(case: Case) -> tuple[Finding, ...]:
    """Keep what is dug clear of networks, as well as their place is known."""
    return tuple(_in_zones(case)) or (
        Finding(rule="networks_clear", outcome=Outcome.NOT_APPLICABLE, act=NETWORKS),
    )


def _noisy(case: Case) -> bool:
    asked = case.application
    if asked.purpose is Purpose.EMERGENCY:
        return False
    if asked.occupation:
        return asked.occupation.terms.noisy
    return asked.purpose is Purpose.WORKS and asked.layer is not Layer.AIR


def _quiet(volume: OperationVolume) -> tuple[bool, bool]:
    """Tell whether a volume lies wholly, and whether partly, in quiet hours."""
    begun, flips = transitions(QUIET, epoch_ms(volume.start), epoch_ms(volume.end))
    return begun and not len(flips), begun or bool(len(flips))


def _digs(case: Case) -> bool:
    asked = case.application
    if asked.occupation:
        return asked.occupation.terms.digs
    return asked.layer is Layer.SUBSOIL and asked.purpose is Purpose.WORKS


def _in_zones(case: Case) -> Iterator[Finding]:
    """Answer for each zone that says how well networks are known, or how far to keep from them."""
    for each in touched(case):
        if each.demands.keys() & {"precision", "clearance_m"}:
            yield _beside_networks(each, case)


def _beside_networks(each: Touched, case: Case) -> Finding:
    zone, demands = each.zone, dict(each.demands)
    cited = {
        "zone": zone.id,
        "zone_name": zone.name,
        "zone_version": str(zone.version),
        "act": zone.act,
    }
    precision = demands.get("precision")
    conditions: list[Condition] = []
    if isinstance(precision, PrecisionClass):
        conditions.append(condition_of("precision", precision, cited))
        if _digs(case):
            demands |= _kept(precision, demands.get("clearance_m"), case)
            conditions += _first_located(precision, cited)
    if "clearance_m" in demands:
        conditions.append(condition_of("clearance_m", demands["clearance_m"], cited))
    return Finding(
        rule="networks_clear",
        outcome=Outcome.CONDITIONAL,
        zone=zone.id,
        zone_version=zone.version,
        act=NETWORKS,
        params={"zone_name": zone.name, "precision": str(precision or "")},
        conditions=tuple(conditions),
    )


def _kept(precision: PrecisionClass, stated: object, case: Case) -> dict[str, float]:
    """Return what digging keeps from networks of a class; of class C nobody can say before."""
    occupation = case.application.occupation
    technique = occupation.technique if occupation else Technique.MECHANICAL
    asked = float(stated) if isinstance(stated, int | float) else 0.0
    if precision not in OFF_PLAN_M:
        return {"clearance_m": asked} if asked else {}
    return {"clearance_m": max(asked, OFF_PLAN_M[precision] + BESIDE_M[technique])}


def _first_located(precision: PrecisionClass, cited: Mapping[str, str]) -> list[Condition]:
    """Return what is due before digging where the plans are not of class A."""
    if precision is PrecisionClass.A:
        return []
    params = {**cited, "precision": precision.value}
    return [Condition(code="investigation", params=params)]
