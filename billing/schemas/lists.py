"""What do price lists in the formats of others look like on the wire?"""

from typing import Annotated, Any, Self

from pydantic import Field

from billing.exchange.formats import PriceFormat
from billing.exchange.saying import Read, Unsaid, Written
from billing.lists import Offer
from billing.schemas.tariffs import TariffWire
from billing.schemas.wire import Wire


class UnsaidOut(Wire):
    """What a format does not say of a tariff, or tariffs do not say of a document."""

    tariff: str
    path: str
    reason: str

    @classmethod
    def of(cls, unsaid: Unsaid) -> Self:
        """Write one."""
        return cls(tariff=unsaid.tariff, path=unsaid.path, reason=unsaid.reason)


class ListOut(Wire):
    """A document in a format, how many tariff versions are in it, and what it does not say."""

    document: dict[str, Any]
    tariffs: int
    unsaid: list[UnsaidOut]

    @classmethod
    def of(cls, written: Written) -> Self:
        """Write one."""
        return cls(
            document=dict(written.document),
            tariffs=written.tariffs,
            unsaid=[UnsaidOut.of(each) for each in written.unsaid],
        )


class ListIn(Wire):
    """A document in a format, under a legal act, which no format of others names.

    `zones` are ids, or prefixes that end in a hyphen: of the prices that name no published zone.
    What tariffs do not say of it is refused unless `accept_losses`; `dry_run` publishes nothing.
    """

    document: dict[str, Any]
    format: PriceFormat
    act: Annotated[str, Field(max_length=400)] = ""
    zones: Annotated[list[str], Field(max_length=1000, default_factory=list)]
    accept_losses: bool = False
    dry_run: bool = False

    def to_offer(self) -> Offer:
        """Return the noun."""
        return Offer(
            document=self.document,
            form=self.format,
            act=self.act,
            zones=tuple(self.zones),
            accept_losses=self.accept_losses,
        )


class TakenOut(Wire):
    """The tariff versions that a list came to and that are new, and what they do not say of it."""

    published: bool
    items: list[TariffWire]
    unsaid: list[UnsaidOut]

    @classmethod
    def of(cls, taken: Read, *, published: bool) -> Self:
        """Write one."""
        return cls(
            published=published,
            items=[TariffWire.of(each) for each in taken.tariffs],
            unsaid=[UnsaidOut.of(each) for each in taken.unsaid],
        )
