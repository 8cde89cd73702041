"""Writes price lists in the formats of others, and publishes theirs: whole, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.exchange.formats import PriceFormat, lost, read, write
from billing.exchange.reading import Given
from billing.exchange.saying import Read, Written
from billing.publishing import publishable
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.versions import valid_at
from zones.formats.mds import identity, speaks_of
from zones.formats.mds_geography import GEOGRAPHY
from zones.model import Zone


class Unsayable(Exception):
    """A list that says more than tariffs do, and was to be published as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A price list of others, with what it does not say: the act, and zones of prices without any.

    What our tariffs do not say of it has to be accepted, or nothing is published.
    """

    document: Mapping[str, Any]
    form: PriceFormat
    act: str = ""
    zones: Sequence[str] = ()
    accept_losses: bool = False


class PriceLists:
    """The city's prices, to write and to take in; `zones` are those that are the law now."""

    def __init__(
        self,
        billing: BillingService,
        zones: Callable[[], Sequence[Zone]],
        clock: Callable[[], datetime],
    ) -> None:
        self._billing = billing
        self._zones = zones
        self._clock = clock

    def written(self, form: PriceFormat, at: datetime | None = None) -> Written:
        """Write the prices of an instant, else those of now and of later."""
        now, versions = self._clock(), self._billing.tariffs()
        held = (
            [each for each in versions if each.valid.end is None or each.valid.end > now]
            if at is None
            else valid_at(versions, at)
        )
        return write(held, self._zones(), form, now)

    def take(self, offer: Offer, *, by: str, dry_run: bool = False) -> Read:
        """Publish a list, or refuse it by name; with `dry_run` only tell what it comes to."""
        found = read(offer.document, offer.form, self._given(offer))
        if found.unsaid and not (offer.accept_losses or dry_run):
            msg = f"accept_losses: tariffs do not say all of it: {lost(found.unsaid)}"
            raise Unsayable(msg)
        if not dry_run:
            return Read(tariffs=self._billing.publish(found.tariffs, by=by), unsaid=found.unsaid)
        issued = self._billing.invoices(InvoiceFilter(state="issued", limit=1))
        new = publishable(
            found.tariffs,
            self._billing.tariffs(),
            seller=self._billing.seller,
            billed_until=issued[0].period.window.end if issued else None,
            now=self._clock(),
        )
        return Read(tariffs=new, unsaid=found.unsaid)

    def _given(self, offer: Offer) -> Given:
        spoken = [zone for zone in self._zones() if speaks_of(zone)]
        return Given(
            act=offer.act,
            geographies={identity(zone, GEOGRAPHY): zone.id for zone in spoken},
            zones=offer.zones,
            known=self._billing.tariffs(),
        )
