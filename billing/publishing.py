"""May these prices be published? Never for a time that is billed, or that has gone by.

No act is retroactive (Conseil d'État, 25 June 1948, Société du journal L'Aurore: of a tariff). A
document may yet take over a price that was the law before Octroi knew it: it says on which day its
act was `published`, which is never after the price takes effect.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from billing.model import Seller
from billing.prices import Tariff
from billing.taxing import NoVatId
from billing.versions import OverlappingTariffs, require_distinct


class RetroactiveTariff(ValueError):
    """A price for a time that has gone by, is already billed, or was already priced otherwise."""


class SkippedVersion(ValueError):
    """A version whose number is not the next of its tariff: somebody would look for the others."""


def publishable(
    tariffs: Iterable[Tariff],
    known: Sequence[Tariff],
    *,
    seller: Seller,
    billed_until: datetime | None,
    now: datetime,
) -> tuple[Tariff, ...]:
    """Return what is new in a set, in order of publication, or refuse the set."""
    new = tuple(tariff for tariff in tariffs if not _published(tariff, known))
    require_distinct(new)
    _require_in_turn(new, known)
    for tariff in new:
        _refuse_untaxable(tariff, seller)
        _refuse_retroactive(tariff, known, billed_until=billed_until, now=now)
    return tuple(sorted(new, key=lambda tariff: (tariff.id, tariff.version)))


def _require_in_turn(new: Sequence[Tariff], known: Sequence[Tariff]) -> None:
    """Refuse numbers that leave out some: the first version is 1, each other one the next."""
    last: dict[str, int] = {}
    for each in known:
        last[each.id] = max(each.version, last.get(each.id, 0))
    for each in sorted(new, key=_number):
        following = last.get(each.id, 0) + 1
        if each.version > following:
            msg = f"version: the next of {each.id} is {following}, not {each.version}"
            raise SkippedVersion(msg)
        last[each.id] = max(each.version, following)


def _published(tariff: Tariff, known: Sequence[Tariff]) -> bool:
    """Tell whether this very version is known; its end may have been set since."""
    same = [each for each in known if (each.id, each.version) == (tariff.id, tariff.version)]
    if not same:
        return False
    if replace(same[0], valid=tariff.valid) != tariff or same[0].valid.start != tariff.valid.start:
        msg = f"{tariff.id}: version {tariff.version} is published with other content"
        raise OverlappingTariffs(msg)
    return True


def _refuse_untaxable(tariff: Tariff, seller: Seller) -> None:
    """Refuse a taxed price that no claim could be made of: one with tax names a VAT id."""
    if tariff.vat.taxed and not seller.vat_id:
        msg = (
            f"vat: {tariff.id} version {tariff.version} is taxed and {seller.name} names no VAT id "
            "(vat_id in the file of OCTROI_SELLER): nobody could be invoiced for it"
        )
        raise NoVatId(msg)


def _refuse_out_of_order(tariff: Tariff, known: Tariff) -> None:
    """Refuse a later number with an earlier beginning, or the other way round."""
    one, other = sorted((tariff, known), key=_number)
    if one.valid.start and other.valid.start and other.valid.start < one.valid.start:
        msg = f"valid: {tariff.id} version {other.version} begins before version {one.version}"
        raise RetroactiveTariff(msg)


def _number(tariff: Tariff) -> int:
    return tariff.version


def _refuse_retroactive(
    tariff: Tariff, known: Sequence[Tariff], *, billed_until: datetime | None, now: datetime
) -> None:
    start = tariff.valid.start or now
    for each in known:
        if each.id != tariff.id:
            continue
        if not each.valid.overlaps(tariff.valid):
            _refuse_out_of_order(tariff, each)
            continue
        if each.valid.end is not None or start <= (each.valid.start or start):
            msg = f"{tariff.id}: versions {each.version} and {tariff.version} overlap"
            raise OverlappingTariffs(msg)
        if start < now:
            msg = f"valid: {tariff.id} has a price until {now.isoformat()}; begin later"
            raise RetroactiveTariff(msg)
    if billed_until is not None and start < billed_until:
        msg = f"valid: {tariff.id} version {tariff.version} begins in a period already billed"
        raise RetroactiveTariff(msg)
    _refuse_unannounced(tariff, now=now)


def _refuse_unannounced(tariff: Tariff, *, now: datetime) -> None:
    """Refuse a price for time gone by whose document names no day on which its act was public."""
    start = tariff.valid.start
    if tariff.published is None and (start is None or start < now):
        msg = (
            f"valid: {tariff.id} version {tariff.version} begins before it is published, and no"
            " tariff is retroactive; begin later, or tell in `published` on which day its act was,"
            " if it was the law before"
        )
        raise RetroactiveTariff(msg)
