"""Which price applies to which use."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, Inexact
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import billing
from billing.fees import price
from billing.metering import meter
from billing.model import Usage
from billing.money import EXACT, cents, plain, product, rounded, total
from billing.periods import InvalidPeriod, is_over, midnight, month, parse, period_of
from billing.prices import InvalidTariff, TariffKind
from billing.pricing.applying import covers
from billing.pricing.counting import quantity
from billing.tariffs import demonstration, load, read, references, write
from billing.versions import OverlappingTariffs, require_distinct, valid_at
from permits.model import Decision
from tests.billing.samples import NOON, OCTOBER, OPERATORS, permit, tariff, visit
from zones.model import Purpose, ZoneId
from zones.periods import Window

PARIS = ZoneInfo("Europe/Paris")


def usage(**given_fields: Any) -> Usage:  # noqa: ANN401 - any field
    return meter([visit(**given_fields)], (), OPERATORS, Window())[0]


def test_the_demonstration_reads_as_it_is_written() -> None:
    assert all(read(write(each)) == each for each in demonstration())
    assert all(read(write(each)) == each for each in references())
    kinds = {each.kind for each in (*demonstration(), *references())}
    assert kinds == set(TariffKind)


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        (TariffKind.PER_ENTRY, "1"),
        (TariffKind.PER_STARTED_MINUTE, "2"),
        (TariffKind.PER_HOUR, "0.0166"),
        (TariffKind.PER_KM, "1.234"),
        (TariffKind.PER_PERMIT, "1"),
    ],
)
def test_a_quantity_is_what_its_kind_counts(kind: TariffKind, counted: str) -> None:
    used = usage(certain_ms=60_001, distance_m=1_234)

    assert quantity(used, kind) == Decimal(counted)


def test_a_minute_begins_with_its_first_millisecond_and_not_before() -> None:
    assert quantity(usage(certain_ms=60_000), TariffKind.PER_STARTED_MINUTE) == 1


def test_presence_without_a_permit_owes_only_where_the_tariff_asks_everyone() -> None:
    stray = usage(permit=None, permit_version=None, purpose=None)
    asked, everyone = tariff("asked"), tariff("everyone", permit_required=False)

    assert [fee.tariff for fee in price([stray], [asked, everyone])] == ["everyone"]


def test_a_prefix_ends_in_a_hyphen_and_an_id_is_whole() -> None:
    metro = tariff(zones=("subsoil-metro-1", "surface-quartier-"))

    assert covers(metro, ZoneId("subsoil-metro-1"))
    assert not covers(metro, ZoneId("subsoil-metro-12"))
    assert covers(metro, ZoneId("surface-quartier-80"))
    assert not covers(metro, None)


def test_a_tariff_for_some_purposes_leaves_the_others() -> None:
    works = tariff(purposes=frozenset({Purpose.WORKS}))

    assert price([usage()], [works]) == ()
    assert len(price([usage(purpose=Purpose.WORKS)], [works])) == 1


def test_the_price_changes_at_the_instant_the_act_says() -> None:
    begins = midnight(date(2026, 11, 1))
    old = tariff(valid=Window(start=midnight(date(2025, 1, 1)), end=begins))
    new = tariff(version=2, unit_price=Decimal(1), valid=Window(start=begins))
    instants = [begins - timedelta(microseconds=1), begins]

    priced = [price([usage(entered_at=at)], [old, new])[0].tariff_version for at in instants]

    assert priced == [1, 2]
    assert [valid_at([new, old], at)[0].version for at in instants] == [1, 2]


def test_a_grant_costs_once_and_a_refusal_nothing() -> None:
    again = permit(version=3, decided_at=NOON)
    refused = permit("other", decision=Decision.REFUSED)

    (used,) = meter((), [again, permit(), refused], OPERATORS, OCTOBER.window)

    assert used.permit_version == 1


def test_a_visit_that_goes_on_counts_no_second_entry() -> None:
    first = visit("a")
    second = visit("b", entered_at=first.left_at, zone_version=2)
    november = visit("c", entered_at=month(2026, 11).window.start)

    entries = {
        used.visit: used.entries
        for used in meter([second, first, november], (), OPERATORS, Window())
    }

    assert entries == {first.id: 1, second.id: 0, november.id: 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"tariffs": "none"},
        {"tariffs": ["text"]},
        {"tariffs": [{**write(tariff()), "vat": "20"}]},
        {"tariffs": [{**write(tariff()), "version": "1"}]},
        {"tariffs": [{**write(tariff()), "version": 0}]},
        {"tariffs": [{**write(tariff()), "zones": "air-paris"}]},
        {"tariffs": [{**write(tariff()), "permit_required": "no"}]},
        {"tariffs": [{**write(tariff()), "size_factors": []}]},
        {"tariffs": [{**write(tariff()), "size_factors": {"micro": "0.12345"}}]},
        {"tariffs": [{**write(tariff()), "unit_price": "Infinity"}]},
        {"tariffs": [{**write(tariff()), "valid": None}]},
        {"tariffs": [{**write(tariff()), "kind": "per_permit", "zones": ["air-paris"]}]},
    ],
)
def test_a_set_with_a_defect_is_refused_whole_and_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidTariff, match="tariffs"):
        load(wrong)


def test_versions_that_overlap_are_refused() -> None:
    with pytest.raises(OverlappingTariffs, match="versions 1 and 2 overlap"):
        require_distinct([tariff(), tariff(version=2)])
    with pytest.raises(OverlappingTariffs):
        load({"tariffs": [write(tariff()), write(tariff())]})


@given(st.decimals("-1000", "1000", places=4))
def test_rounding_is_half_up_and_never_off_by_more_than_half_a_cent(exact: Decimal) -> None:
    assert abs(rounded(exact) - exact) <= Decimal("0.005")
    assert rounded(Decimal("0.005")) == Decimal("0.01")
    assert Decimal(plain(exact)) == exact


def test_a_lost_digit_raises() -> None:
    with pytest.raises(Inexact):
        EXACT.divide(Decimal(1), Decimal(3))
    with pytest.raises(Inexact):
        cents(Decimal("0.005"))
    assert product(Decimal("0.1"), Decimal("0.1")) + total([]) == Decimal("0.01")


@pytest.mark.parametrize(
    ("label", "hours"), [("2026-03", 31 * 24 - 1), ("2026-10", 31 * 24 + 1), ("2026-12", 31 * 24)]
)
def test_months_have_the_hours_of_the_city(label: str, hours: int) -> None:
    window = parse(label).window
    assert window.start is not None
    assert window.end is not None

    assert window.end.astimezone(UTC) - window.start.astimezone(UTC) == timedelta(hours=hours)
    assert window.end == period_of(window.end).window.start
    assert parse(label).label == label


@given(st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_every_instant_is_in_exactly_one_period(at: datetime) -> None:
    period = period_of(at)

    assert period.window.holds(at)
    assert not is_over(period, at)
    assert period.label == at.astimezone(PARIS).strftime("%Y-%m")


@pytest.mark.parametrize(
    "label", ["2026-1", "2026-00", "\N{FULLWIDTH DIGIT TWO}026-10", "", "2026-10-01", "1999-12"]
)
def test_what_is_no_month_is_refused(label: str) -> None:
    with pytest.raises(InvalidPeriod, match="YYYY-MM"):
        parse(label)


def floats(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.expr):
            continue
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"
        divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        paths = ast.unparse(node).startswith(("DATA", "FONTS", "Path"))
        if literal or called or (divided and not paths):
            yield node.lineno


def test_there_is_no_float_under_billing() -> None:
    package = Path(billing.__file__).parent
    found = {str(path): list(floats(path)) for path in package.rglob("*.py")}

    assert {path: lines for path, lines in found.items() if lines} == {}
