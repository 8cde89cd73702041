"""What becomes of fees, and what is told when something does not agree."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.canonical import NotCanonical, canonical
from billing.explaining import formula
from billing.fees import price
from billing.invoices import (
    AlreadyIssued,
    MixedFees,
    UnknownTariff,
    draft,
    issue,
    seal,
)
from billing.metering import meter
from billing.model import Fee, Invoice
from billing.prices import InvalidTariff, TariffKind
from billing.verification import faults
from tests.billing.samples import ALADIN, BOREAL, NOVEMBER, OCTOBER, OPERATORS, tariff, visit
from zones.periods import Window

MINUTE = tariff()


def fees() -> tuple[Fee, ...]:
    return price(meter([visit()], (), OPERATORS, Window()), [MINUTE])


def issued(number: str = "P-2026-000001", previous: str = "") -> Invoice:
    return issue(draft(fees(), ALADIN, OCTOBER, [MINUTE]), number, previous, NOVEMBER)


def reasons(*invoices: Invoice, last: int = 1, head: str | None = None) -> str:
    end = invoices[-1].hash if head is None else head
    found = faults(invoices, (), {("P", 2026): last}, {"P": end})
    return "; ".join(fault.reason for fault in found)


def test_an_issued_invoice_is_not_issued_again() -> None:
    with pytest.raises(AlreadyIssued, match="P-2026-000001"):
        issue(issued(), "P-2026-000002", "", NOVEMBER)


def test_an_invoice_is_due_thirty_days_after_its_day_in_the_city() -> None:
    late = issue(
        draft(fees(), ALADIN, OCTOBER, [MINUTE]),
        "P-2026-000001",
        "",
        NOVEMBER.replace(hour=23, minute=30),
    )

    assert late.due_on == date(2026, 12, 3)


def test_fees_of_others_or_other_money_share_no_invoice() -> None:
    with pytest.raises(MixedFees, match="aladin"):
        draft(fees(), BOREAL, OCTOBER, [MINUTE])
    with pytest.raises(MixedFees, match="one currency"):
        draft([*fees(), replace(fees()[0], currency="CHF")], ALADIN, OCTOBER, [MINUTE])


def test_a_fee_without_a_published_tariff_is_not_billed() -> None:
    with pytest.raises(UnknownTariff, match="air-minute version 1"):
        draft(fees(), ALADIN, OCTOBER, [])


def test_the_id_of_a_draft_follows_its_content() -> None:
    both = price(meter([visit(), visit("b")], (), OPERATORS, Window()), [MINUTE])
    one, two = (draft(each, ALADIN, OCTOBER, [MINUTE]) for each in (fees(), both))

    assert one.id != two.id
    assert one == draft([*fees(), *fees()], ALADIN, OCTOBER, [MINUTE])


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (TariffKind.PER_ENTRY, "1 = 1 entry"),
        (TariffKind.PER_STARTED_MINUTE, "⌈600,000 ms ÷ 60,000⌉ = 10 min"),
        (TariffKind.PER_HOUR, "⌊600,000 ms ÷ 360⌋ ÷ 10,000 = 0.1666 h"),
        (TariffKind.PER_KM, "4,000 m ÷ 1,000 = 4 km"),
    ],
)
def test_a_formula_tells_the_numbers(kind: TariffKind, told: str) -> None:
    (used,) = meter([visit()], (), OPERATORS, Window())

    (due,) = price([used], [tariff(kind=kind)])

    assert formula(due, used, tariff(kind=kind)).startswith(told)


def test_what_agrees_is_without_fault() -> None:
    first = issued()
    second = issued("P-2026-000002", first.hash)

    assert reasons(first, second, last=2) == ""


def test_every_disagreement_is_told() -> None:
    first = issued()
    second = issued("P-2026-000002", first.hash)
    early = replace(second, issued_at=NOVEMBER - timedelta(days=1))
    line = replace(first.lines[0], amount=Decimal("9.99"))

    assert "missing" in reasons(first, last=2)
    assert "never taken" in reasons(first, second, last=1)
    assert "does not follow" in reasons(first, issued("P-2026-000002", "other"), last=2)
    assert "does not end" in reasons(first, head="other")
    assert "before the one before" in reasons(first, early, last=2)
    assert "not its product" in reasons(replace(first, lines=(line,)))
    assert "not the sum" in reasons(replace(first, total=Decimal(1)))


def test_the_seal_covers_the_debtor_the_lines_and_the_one_before() -> None:
    one = issued()

    changed = (
        replace(one, debtor=replace(ALADIN, address="elsewhere")),
        replace(one, previous_hash="other"),
        replace(one, lines=()),
        replace(one, seller=replace(one.seller, demonstration=False)),
    )

    assert len({seal(each) for each in (one, *changed)}) == 5


def test_what_has_no_single_spelling_is_not_hashed() -> None:
    with pytest.raises(NotCanonical, match="float"):
        canonical({"amount": 0.1})
    assert (
        canonical({"b": date(2026, 1, 1), "a": Decimal("1.10")}) == b'{"a":"1.1","b":"2026-01-01"}'
    )


def test_a_tariff_without_its_act_does_not_exist() -> None:
    with pytest.raises(InvalidTariff, match="act"):
        tariff(act=" ")
