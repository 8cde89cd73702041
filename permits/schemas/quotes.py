"""A quote as it is answered, with the reliefs that it holds and nobody had to ask for."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel

from permits.model import Quote, QuoteLine
from permits.offers import Relief, ReliefKind
from permits.schemas.told import TextOut, money, sentence


class ReliefOut(BaseModel):
    """A factor that the tariff applies by itself, for the purpose or the size of the company.

    Above 1 it is a surcharge.
    """

    kind: ReliefKind
    of: str
    factor: str
    text: TextOut

    @classmethod
    def of_relief(cls, relief: Relief) -> Self:
        """Tell a relief."""
        code: Literal["relief", "surcharge"] = (
            "surcharge" if relief.factor > Decimal(1) else "relief"
        )
        params = {relief.kind.value: relief.of, "factor": f"{relief.factor:f}"}
        return cls(
            kind=relief.kind,
            of=relief.of,
            factor=f"{relief.factor:f}",
            text=sentence(f"{code}.{relief.kind.value}", params),
        )


class QuoteTaxOut(BaseModel):
    """The VAT of one rate: on the sum of its lines, rounded once."""

    rate_percent: str
    taxable: str
    tax: str


class QuoteLineOut(BaseModel):
    """One expected fee; `list_price` becomes `unit_price` by the reliefs, which the act grants.

    `amount` is without VAT, of which `vat_rate_percent` is the rate where the price is taxed.
    """

    tariff: str
    tariff_version: int
    act: str
    text: dict[str, str]
    zone: str | None
    quantity: str
    unit: str
    list_price: str
    reliefs: list[ReliefOut]
    unit_price: str
    amount: str
    vat_rate_percent: str | None

    @classmethod
    def of(cls, line: QuoteLine) -> Self:
        """Tell a line."""
        list_price = line.unit_price if line.list_price is None else line.list_price
        return cls(
            tariff=line.tariff,
            tariff_version=line.tariff_version,
            act=line.act,
            text=dict(line.text),
            zone=line.zone,
            quantity=f"{line.quantity:f}",
            unit=line.unit,
            list_price=f"{list_price:f}",
            reliefs=[ReliefOut.of_relief(each) for each in line.reliefs],
            unit_price=f"{line.unit_price:f}",
            amount=f"{line.amount:f}",
            vat_rate_percent=f"{line.vat_rate_percent:f}" if line.vat_rate_percent else None,
        )


class QuoteOut(BaseModel):
    """What the use is expected to cost; money is text, exact to the last digit.

    `total` is `net` and the `taxes` on it, none where all of it is outside of VAT. `note` says what
    the amount means: of a refusal, nothing is due.
    """

    currency: str
    net: str
    taxes: list[QuoteTaxOut]
    total: str
    note: TextOut
    tariff_versions: list[str]
    lines: list[QuoteLineOut]

    @classmethod
    def of(cls, quote: Quote, *, refused: bool = False) -> Self:
        """Tell a quote, of what was refused as what it would have cost."""
        versions = {f"{line.tariff}@{line.tariff_version}" for line in quote.lines}
        return cls(
            currency=quote.currency,
            net=money(quote.net),
            taxes=[
                QuoteTaxOut(
                    rate_percent=f"{each.rate_percent:f}",
                    taxable=money(each.taxable),
                    tax=money(each.tax),
                )
                for each in quote.taxes
            ],
            total=money(quote.total),
            note=_note(quote, refused=refused),
            tariff_versions=sorted(versions),
            lines=[QuoteLineOut.of(line) for line in quote.lines],
        )


def joined(sentences: Sequence[TextOut]) -> TextOut:
    """Return sentences as one text in each language."""
    return TextOut(
        fr=" ".join(each.fr for each in sentences), en=" ".join(each.en for each in sentences)
    )


def taxed(quote: Quote) -> list[TextOut]:
    """Tell how much of a quote is VAT, where some is."""
    tax = sum((each.tax for each in quote.taxes), Decimal(0))
    params = {"total": money(tax), "currency": quote.currency}
    return [sentence("quote.taxed", params)] if quote.taxes else []


def _note(quote: Quote, *, refused: bool) -> TextOut:
    code = "quote.not_due" if refused else "quote.expected"
    return joined([*taxed(quote), sentence(code)])
