"""What stands still is quoted and billed by its size and time, from the permit, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from billing.explaining import formula
from billing.fees import price
from billing.judging.court import Court
from billing.metering import meter
from billing.model import Usage
from billing.periods import CITY, month
from billing.prices import InvalidTariff, Tariff
from billing.quotes import quote
from billing.running import Sources
from billing.service import BillingService
from billing.tariffs import demonstration, read, write
from permits.model import Application, OperationVolume, Permit, PermitState
from permits.occupations import Occupation, OccupationKind
from tests.billing.samples import ALADIN, OPERATORS, SQUARE, permit, zone
from zones.demands import StreetCategory
from zones.model import Layer, Purpose, Zone, ZoneId
from zones.periods import Window

TARIFFS = demonstration()
published = {each.id: each for each in TARIFFS}


def paris(year: int, number: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, number, day, hour, tzinfo=CITY)


def place(
    kind: OccupationKind, start: datetime, end: datetime, *more: tuple[datetime, datetime]
) -> Application:
    layer = Layer.RIVER if kind is OccupationKind.MOORING else Layer.SURFACE
    return Application(
        operator=ALADIN.id,
        purpose=Purpose.LEISURE,
        layer=layer,
        vehicles=(),
        volumes=tuple(
            OperationVolume(footprint=SQUARE, window=Window(start=opens, end=closes))
            for opens, closes in ((start, end), *more)
        ),
        occupation=Occupation(kind=kind, area_m2=20.2, length_m=99.5),
    )


def granted(asked: Application, **named: Any) -> Permit:  # noqa: ANN401 - any field
    start = min(each.start for each in asked.volumes)
    decided = start - timedelta(days=10)
    return replace(permit(), application=asked, decided_at=decided, recorded_at=decided, **named)


def bill(asked: Permit, year: int, number: int) -> list[tuple[str, Decimal]]:
    usages = metered(asked, year, number)
    return [(fee.tariff, fee.quantity) for fee in price(usages, TARIFFS)]


def metered(
    asked: Permit, year: int, number: int, streets: Sequence[Zone] = ()
) -> tuple[Usage, ...]:
    window = month(year, number).window
    return meter((), (), OPERATORS, window, (asked,), streets=streets)


def test_a_terrace_owes_its_begun_square_metres_for_each_month_begun() -> None:
    terrace = granted(place(OccupationKind.TERRACE, paris(2026, 4, 10), paris(2026, 6, 11)))

    assert bill(terrace, 2026, 3) == []
    assert bill(terrace, 2026, 4) == [("occupation-terrace", Decimal(21))]
    assert bill(terrace, 2026, 5) == [("occupation-terrace", Decimal(21))]
    assert bill(terrace, 2026, 6) == [("occupation-terrace", Decimal(21))]  # of the third a day
    assert bill(terrace, 2026, 7) == []


def test_a_terrace_owes_by_the_category_of_its_street_as_it_is_when_the_month_begins() -> None:
    terrace = granted(place(OccupationKind.TERRACE, paris(2026, 4, 1), paris(2026, 6, 1)))
    quarter = zone("quarter", layer=Layer.SURFACE, street_category=StreetCategory.THIRD)
    until, avenue = paris(2026, 5, 1), replace(quarter, street_category=StreetCategory.TOP)
    before = replace(quarter, valid=Window(end=until))
    after = replace(avenue, version=2, valid=Window(start=until))
    aloft = replace(avenue, id=ZoneId("aloft"), layer=Layer.AIR)

    told = [
        (fee.tariff, fee.zone, usage.zone_version, formula(fee, usage, published[fee.tariff]))
        for number in (4, 5)
        for usage in metered(terrace, 2026, number, streets=(aloft, before, after))
        for fee in price([usage], TARIFFS)
    ]
    (quoted, _) = quote(
        terrace.application, ALADIN, (before, after), TARIFFS, terrace.decided_at
    ).lines

    assert [each[:3] for each in told] == [
        ("occupation-terrace-3", "quarter", 1),
        ("occupation-terrace-hc", "quarter", 2),
    ]
    assert told[0][3].startswith("street category 3 (zone quarter version 1); ")
    assert (quoted.tariff, quoted.zone) == ("occupation-terrace-3", "quarter")


def test_a_film_set_owes_each_day_of_the_calendar_once() -> None:
    windows = [(paris(2026, 10, 24, 22), paris(2026, 10, 25, 4))]
    windows += [(paris(2026, 10, 25, 20), paris(2026, 10, 25, 23))]
    windows += [(paris(2026, 10, 31, 20), paris(2026, 11, 1, 0))]
    film = granted(place(OccupationKind.FILM_SET, *windows[0], *windows[1:]))

    assert bill(film, 2026, 10) == [("occupation-day", Decimal(21 * 3))]
    assert bill(film, 2026, 11) == []


def test_a_duct_owes_its_metres_once_a_year_in_the_month_the_year_begins() -> None:
    duct = granted(place(OccupationKind.DUCT, paris(2026, 2, 28), paris(2028, 3, 1)))

    due = {
        (year, number): bill(duct, year, number)
        for year in (2026, 2027, 2028)
        for number in range(1, 13)
    }

    assert [each for each, fees in due.items() if fees] == [(2026, 2), (2027, 2), (2028, 2)]
    assert due[2027, 2] == [("occupation-duct", Decimal(100))]


def test_what_ends_early_owes_nothing_from_then_on() -> None:
    asked = place(OccupationKind.TERRACE, paris(2026, 4, 10), paris(2026, 8, 10))
    revoked = replace(granted(asked), state=PermitState.REVOKED, recorded_at=paris(2026, 5, 9, 12))

    assert bill(revoked, 2026, 4)
    assert bill(revoked, 2026, 5) == []


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - Paris, below
    days=st.integers(1, 400),
    cuts=st.lists(st.integers(1, 399), max_size=3),
    kind=st.sampled_from(OccupationKind),
)
def test_the_months_together_owe_what_was_quoted_and_however_the_place_is_cut(
    start: datetime, days: int, cuts: list[int], kind: OccupationKind
) -> None:
    begin = start.replace(microsecond=0, tzinfo=CITY)
    limits = sorted({0, days, *(each for each in cuts if each < days)})
    windows = [
        (begin + timedelta(days=one), begin + timedelta(days=other))
        for one, other in pairwise(limits)
    ]
    whole, cut = place(kind, windows[0][0], windows[-1][1]), place(kind, *windows[0], *windows[1:])

    owed = [
        fee
        for number in range(27)
        for fee in price(metered(granted(cut), 2026 + number // 12, number % 12 + 1), TARIFFS)
    ]
    quoted = quote(whole, ALADIN, (), TARIFFS, begin)

    occupied = [line.amount for line in quoted.lines if line.tariff.startswith("occupation-")]
    assert sum(fee.amount for fee in owed) == sum(occupied) > 0


def test_an_occupation_is_billed_once_and_its_line_leads_back_to_the_permit(
    pool: ConnectionPool,
    court: Court,
) -> None:
    terrace = granted(place(OccupationKind.TERRACE, paris(2026, 10, 2), paris(2026, 10, 20)))
    sources = Sources(
        visits=lambda _window: (),
        permits=lambda _window: (),
        operators=lambda: OPERATORS,
        evidence=lambda _visits, _most: {},
        occupying=lambda _window: (terrace,),
    )
    service = BillingService(pool, lambda: paris(2026, 11, 3), sources, court.judge)
    service.publish(tuple(each for each in TARIFFS if each.id == "occupation-terrace"), by="test")

    first, again = service.run(month(2026, 10)), service.run(month(2026, 10))

    assert (first.usages_new, again.usages_new, again.usages_known) == (1, 0, 1)
    [draft] = again.drafts
    issued = service.issue(draft.id, by="test")
    assert issued.total == Decimal("136.50")  # 21 m² at 6.50
    [fee] = service.explain(issued.number or "", 1).fees
    assert fee.permit == terrace
    assert "1 month begun = 21 m²-months; " in fee.formula["en"]
    assert "1 mois commencé = 21 m²-mois ; " in fee.formula["fr"]


def terrace_tariff(**changed: Any) -> Tariff:  # noqa: ANN401 - any field
    [found] = [each for each in TARIFFS if each.id == "occupation-terrace"]
    return read({**write(found), **changed})


def test_a_tariff_of_occupations_is_read_as_it_is_written() -> None:
    assert terrace_tariff().occupations == {OccupationKind.TERRACE}
    with pytest.raises(InvalidTariff, match=r"^occupations: 'garden'"):
        terrace_tariff(occupations=["garden"])
    with pytest.raises(InvalidTariff, match=r"^occupations: per_entry"):
        terrace_tariff(kind="per_entry")
    with pytest.raises(InvalidTariff, match=r"^zones: "):
        terrace_tariff(zones=["surface-ztl"])
