"""What would a use cost? The fees of the use applied for, as if it happened in full.

The same verb prices what happened and what is asked for, so a quote differs from the invoice
only by what the operator really does: the hours are those of the windows, the kilometres half
the outline of the way through the zone, which is the length of a narrow corridor.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby

from billing.fees import price
from billing.model import Fee, Usage, UsageId, UsageSource
from billing.money import NOTHING, ONE, product, rounded, total
from billing.occupying import NOT_YET, place_uses
from billing.prices import Tariff
from billing.pricing.wording import described
from permits.model import Application, OperationVolume, PermitId, Quote, QuoteLine
from permits.offers import Relief, ReliefKind
from permits.parties import Operator
from permits.rules.experimentation import ground_of
from zones.model import Zone
from zones.space.geometry import in_plane

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relieved:
    """A tariff and the reliefs that it, or a ground, grants unasked."""

    tariff: Tariff
    reliefs: tuple[Relief, ...]


def quote(
    application: Application,
    operator: Operator,
    zones: Sequence[Zone],
    tariffs: Sequence[Tariff],
    at: datetime,
) -> Quote:
    """Price an application: one line a tariff version and zone, rounded as an invoice would be."""
    uses = (
        place_uses(application, operator)
        if application.occupation
        else _uses(application, operator, zones)
    )
    usages = [_examination(application, operator, at), *uses]
    published = {(tariff.id, tariff.version): tariff for tariff in tariffs}
    ground = ground_of(application, operator, zones)
    free = frozenset({PermitId(NOT_YET)}) if ground else frozenset()
    fees = sorted(price(usages, tariffs, free), key=_key)
    lines = tuple(
        _line(tuple(group), _relieved(published[tariff, version], application, operator, ground))
        for (tariff, version, *_), group in groupby(fees, key=_key)
    )
    return Quote(
        currency=fees[0].currency if fees else "EUR",
        total=total(rounded(line.amount) for line in lines),
        lines=lines,
    )


def _key(fee: Fee) -> tuple[str, int, str, str, Decimal]:
    return (
        fee.tariff,
        fee.tariff_version,
        fee.zone or "",
        fee.part,
        product(fee.unit_price, fee.factor),
    )


def _line(fees: tuple[Fee, ...], relieved: Relieved) -> QuoteLine:
    first, tariff = fees[0], relieved.tariff
    return QuoteLine(
        tariff=tariff.id,
        tariff_version=tariff.version,
        act=tariff.act,
        text=described(tariff, first),
        quantity=total(fee.quantity for fee in fees),
        unit=first.unit,
        unit_price=product(first.unit_price, first.factor),
        amount=total(fee.amount for fee in fees),
        zone=first.zone,
        list_price=first.unit_price,
        reliefs=relieved.reliefs,
    )


def _relieved(
    tariff: Tariff, application: Application, operator: Operator, ground: Zone | None
) -> Relieved:
    """Name the factors that were applied; one of 1 changes nothing."""
    reliefs: list[Relief] = []
    if ground:
        kind = ReliefKind.EXPERIMENTATION
        reliefs.append(Relief(kind=kind, of=ground.name, factor=NOTHING))
    by_purpose = tariff.purpose_factors.get(application.purpose, ONE)
    if by_purpose != ONE:
        kind = ReliefKind.PURPOSE
        reliefs.append(Relief(kind=kind, of=application.purpose.value, factor=by_purpose))
    by_size = tariff.size_factors.get(operator.size, ONE)
    if by_size != ONE:
        reliefs.append(Relief(kind=ReliefKind.SIZE, of=operator.size.value, factor=by_size))
    return Relieved(tariff=tariff, reliefs=tuple(reliefs))


def _uses(application: Application, operator: Operator, zones: Iterable[Zone]) -> Iterator[Usage]:
    vehicles = application.vehicles or ("",)
    for zone in zones:
        # Volumes that recur share one footprint: its way through the zone is measured once.
        ways: dict[int, int | None] = {}
        for place, volume in enumerate(application.volumes):
            area = id(volume.footprint)
            way_m = ways[area] if area in ways else ways.setdefault(area, _way_m(volume, zone))
            if way_m is not None:
                use = _use(application, operator, zone, volume, way_m)
                for vehicle in vehicles:
                    yield replace(use, key=f"{zone.id}|{place}|{vehicle}")


def _use(
    application: Application, operator: Operator, zone: Zone, volume: OperationVolume, way_m: int
) -> Usage:
    start, end = volume.window.start, volume.window.end
    assert start is not None and end is not None  # noqa: S101, PT018 - a volume has both
    return Usage(
        id=UsageId(NOT_YET),
        key="",
        operator=operator.id,
        vehicle="",
        layer=application.layer,
        zone=zone.id,
        zone_version=zone.version,
        permit=PermitId(NOT_YET),
        permit_version=None,
        purpose=application.purpose,
        size=operator.size,
        source=UsageSource.VISIT,
        visit=None,
        at=start,
        ended_at=end,
        entries=1,
        certain_ms=(end - start) // MILLISECOND,
        distance_m=way_m,
    )


def _way_m(volume: OperationVolume, zone: Zone) -> int | None:
    """Return how long the way through the zone is, None where there is none."""
    if not volume.footprint.intersects(zone.footprint):
        return None
    way = volume.footprint.intersection(zone.footprint)
    return int(in_plane(way, way.centroid.y).length) // 2


def _examination(application: Application, operator: Operator, at: datetime) -> Usage:
    """Return the one usage that granting is."""
    return Usage(
        id=UsageId(NOT_YET),
        key="",
        operator=operator.id,
        vehicle="",
        layer=application.layer,
        zone=None,
        zone_version=None,
        permit=PermitId(NOT_YET),
        permit_version=None,
        purpose=application.purpose,
        size=operator.size,
        source=UsageSource.PERMIT,
        visit=None,
        at=at,
        ended_at=at,
        entries=1,
        certain_ms=0,
        distance_m=0,
    )
