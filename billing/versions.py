"""Which version of a tariff is the price? One at each instant, told by the act's dates."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import combinations, groupby

from billing.prices import Tariff
from zones.periods import Window


class OverlappingTariffs(ValueError):
    """Two versions of one tariff that would both be the price at some instant."""


def require_distinct(tariffs: Iterable[Tariff]) -> None:
    """Refuse two versions of one tariff that share an instant or a number."""
    for ident, versions in groupby(sorted(tariffs, key=_name), key=lambda tariff: tariff.id):
        for one, other in combinations(versions, 2):
            if one.version == other.version or one.valid.overlaps(other.valid):
                msg = f"{ident}: versions {one.version} and {other.version} overlap"
                raise OverlappingTariffs(msg)


def valid_at(tariffs: Iterable[Tariff], instant: datetime) -> tuple[Tariff, ...]:
    """Return the versions that are the price at an instant, in the order of their ids."""
    found = (tariff for tariff in tariffs if tariff.valid.holds(instant))
    return tuple(sorted(found, key=lambda tariff: tariff.id))


def followed(tariffs: Iterable[Tariff]) -> tuple[Tariff, ...]:
    """Return versions as they were published, each without an end ended by the next of its id."""
    ended: list[Tariff] = []
    for tariff in sorted(tariffs, key=_name, reverse=True):
        after = ended[-1].valid.start if ended and ended[-1].id == tariff.id else None
        ended.append(_ended(tariff, after))
    return tuple(reversed(ended))


def _name(tariff: Tariff) -> tuple[str, int]:
    return tariff.id, tariff.version


def _ended(tariff: Tariff, after: datetime | None) -> Tariff:
    start, end = tariff.valid.start, tariff.valid.end
    if after is None or end is not None or (start is not None and start >= after):
        return tariff
    return replace(tariff, valid=Window(start=start, end=after))
