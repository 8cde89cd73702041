"""Which prices can be written in formats of others? Those of this installation, in its zones."""

from billing.lists import PriceLists
from octroi.records import Clock, Records
from zones.editions import to_zone


def price_lists(parts: Records, clock: Clock) -> PriceLists:
    """Return the price lists of an installation."""
    return PriceLists(
        parts.billing, lambda: [to_zone(each) for each in parts.zones.everything().editions], clock
    )
