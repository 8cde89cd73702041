"""Any tariff that its act could state, and any usage it could meet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid5

from hypothesis import assume
from hypothesis import strategies as st

from billing.metering import meter
from billing.model import Occupied, Usage, UsageId, UsageSource
from billing.money import plain
from billing.prices import LOADED, MOVING, OCCUPYING, InvalidTariff, NoiseClass, Slicing, TariffKind
from billing.tariffs import read, write
from permits.kinds import EnergyClass
from permits.occupations import OccupationKind
from permits.parties import SizeClass
from tests.billing.samples import NAMES, OPERATORS, permit_id, tariff, visit
from zones.demands import StreetCategory
from zones.model import Purpose
from zones.periods import Window

FIRST = datetime(2026, 10, 20, tzinfo=UTC)  # the clocks change on the 25th
HOURS = ("00", "06", "07", "10", "20", "22")
LIMITS = ("minimum", "cap_visit", "cap_day", "cap_period")
SOME_DAYS = st.sampled_from([["ANY"], ["MON", "TUE", "WED"], ["SAT", "SUN"]])
CENTS = st.integers(0, 10_000).map(lambda cents: plain(Decimal(cents).scaleb(-2)))
PURPOSES = (Purpose.DELIVERY, Purpose.DELIVERY, Purpose.RESEARCH, Purpose.EMERGENCY, None)
SIZES = (SizeClass.MEDIUM, SizeClass.MEDIUM, SizeClass.MEDIUM, SizeClass.MICRO)
PRESENT = (MOVING - LOADED) | OCCUPYING
STREETS = st.sampled_from([["hc"], ["4", "none"]])
SELDOM = st.sampled_from([False, False, True])
(PLAIN,) = meter([visit()], (), OPERATORS, Window())


@st.composite
def calendars(draw: st.DrawFn) -> list[dict[str, Any]]:
    opens, closes = draw(st.sampled_from([(a, b) for a in HOURS for b in HOURS if a != b]))
    hours = {"startTime": f"{opens}:00:00", "endTime": f"{closes}:00:00"}
    return [{"schedule": [{"day": draw(SOME_DAYS), **hours}]}]


@st.composite
def slices(draw: st.DrawFn) -> list[dict[str, Any]]:
    limits = sorted(draw(st.sets(st.integers(1, 40), max_size=4)))
    starts, ends = [0, *limits], [*map(str, limits), None]
    return [
        {"start": str(start), "end": end, "unit_price": draw(CENTS)}
        for start, end in zip(starts, ends, strict=True)
    ]


@st.composite
def limits(draw: st.DrawFn, *, moving: bool) -> list[str | None]:
    """Return a minimum and the caps of a use, a day and a month, each at least the one before."""
    amounts = sorted(draw(st.lists(st.integers(0, 30_000), min_size=4, max_size=4)))
    stated = draw(st.lists(SELDOM, min_size=4, max_size=4))
    kept = [stated[0], stated[1], stated[2] and moving, stated[3]]
    return [
        plain(Decimal(amount).scaleb(-2)) if said else None
        for amount, said in zip(amounts, kept, strict=True)
    ]


def maybe(strategy: st.SearchStrategy[Any], otherwise: object = None) -> st.SearchStrategy[Any]:
    return st.just(otherwise) | strategy


@st.composite
def documents(draw: st.DrawFn, /, ident: str = "any", **fixed: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Return a tariff as it is published."""
    kind = fixed.pop("kind", None) or draw(st.sampled_from(TariffKind))
    parts = draw(maybe(slices(), []))
    moving = kind in MOVING
    night = {"text": {"fr": "nuit", "en": "night"}, "rate": "0.5", "calendar": draw(calendars())}
    index = {"name": "TP01", "base": "110.5", "value": "128.3", "decimals": 3}
    document = {
        **write(tariff(ident, kind=kind, layer=None)),
        "unit_price": parts[0]["unit_price"] if parts else draw(CENTS),
        "slices": parts,
        "slicing": draw(st.sampled_from(Slicing)).value,
        "first_free": draw(maybe(st.integers(0, 30).map(str), "0")),
        "fixed": draw(maybe(CENTS, "0")),
        "surcharges": [night] if moving and not parts and draw(st.booleans()) else [],
        "calendar": draw(calendars()) if moving and draw(st.booleans()) else [],
        "index": draw(maybe(st.just(index))),
        **dict(zip(LIMITS, draw(limits(moving=moving)), strict=True)),
        "without_title": draw(maybe(st.just("1.5"))) if kind in PRESENT else None,
        "purpose_factors": {"emergency": "0", "research": "0.5"},
        "size_factors": {"micro": "0.25"},
        "noise_factors": {"loud": "2"} if moving else {},
        "energy_factors": {"electric": "0.5", "crit_air_3": "1.25"} if moving else {},
        "street_categories": [] if kind not in OCCUPYING else draw(maybe(STREETS, [])),
        **fixed,
    }
    try:
        read(document)
    except InvalidTariff:
        assume(condition=False)
    return document


@st.composite
def occupations(draw: st.DrawFn) -> Occupied:
    months, years, seasons = (draw(st.integers(0, 2)) for _ in range(3))
    return Occupied(
        kind=OccupationKind.TERRACE,
        area_m2=draw(st.integers(1, 60)),
        length_m=draw(st.integers(1, 60)),
        days=draw(st.integers(1, 31)),
        street=draw(st.sampled_from([StreetCategory.TOP, StreetCategory.NONE])),
        months=months,
        years=years,
        seasons=seasons,
    )


@st.composite
def usages(draw: st.DrawFn, source: UsageSource | None = None, *, held: bool = False) -> Usage:
    """Return a use of anything, or of one source, of any length in two weeks."""
    name = str(draw(st.uuids()))
    at = FIRST + timedelta(milliseconds=draw(st.integers(0, 14 * 86_400_000)))
    lasted_ms = draw(st.integers(1, 60_000_000))
    source = source or draw(st.sampled_from(UsageSource))
    return replace(
        PLAIN,
        id=UsageId(uuid5(NAMES, name)),
        key=name,
        source=source,
        vehicle="two" if draw(SELDOM) else "one",
        permit=None if draw(SELDOM) else permit_id(),
        purpose=draw(
            st.sampled_from([None, Purpose.DELIVERY, Purpose.EMERGENCY, Purpose.RESEARCH])
        ),
        size=draw(st.sampled_from(SIZES)),
        noise=NoiseClass.LOUD if draw(SELDOM) else None,
        energy_class=draw(st.sampled_from([None, EnergyClass.ELECTRIC, EnergyClass.CRIT_AIR_3])),
        at=at,
        ended_at=at + timedelta(milliseconds=lasted_ms),
        entries=draw(st.integers(0, 1)),
        certain_ms=draw(st.integers(0, lasted_ms)),
        distance_m=draw(st.integers(0, 100_000)),
        cargo_kg=draw(st.integers(0, 900_000)),
        passengers=draw(st.integers(0, 200)),
        calls=draw(st.integers(0, 5_000)),
        occupied=draw(occupations()) if held else None,
    )


def usages_for(kind: TariffKind) -> st.SearchStrategy[list[Usage]]:
    """Return some uses of what a kind counts."""
    one = usages(UsageSource.VISIT)
    if kind in OCCUPYING:
        one = usages(UsageSource.PERMIT, held=True)
    elif kind in LOADED:
        one = usages(UsageSource.DECLARED)
    elif kind is TariffKind.PER_PERMIT:
        one = usages(UsageSource.PERMIT)
    elif kind is TariffKind.PER_API_CALL:
        one = usages(UsageSource.DATA)
    return st.lists(one, max_size=6, unique_by=lambda usage: usage.key)


@st.composite
def markets(draw: st.DrawFn) -> tuple[list[Usage], list[dict[str, Any]]]:
    """Return two tariffs of one kind, and uses of what it counts."""
    kind = draw(st.sampled_from(TariffKind))
    published = [draw(documents("one", kind=kind)), draw(documents("two", kind=kind))]
    return draw(usages_for(kind)), published
