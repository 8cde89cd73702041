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

from shapely.geometry.base import BaseGeometry

from billing.fees import price
from billing.model import Fee, Usage, UsageSource
from billing.money import EXACT, NOTHING, ONE, product, rounded, total
from billing.occupying import NOT_YET, place_uses, use_of
from billing.prices import Tariff
from billing.pricing.wording import described
from billing.taxing import tax_on
from billing.vat import Vat, VatCategory
from permits.model import Application, OperationVolume, PermitId, Quote, QuoteLine
from permits.offers import QuoteTax, Relief, ReliefKind
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


class Quoting:
    """The prices of an instant, to quote any number of applications by."""

    def __init__(self, tariffs: Sequence[Tariff], at: datetime) -> None:
        self._tariffs = tariffs
        self._published = {(tariff.id, tariff.version): tariff for tariff in tariffs}
        self._at = at
        self._ways = _Ways()

    def __call__(
        self, application: Application, operator: Operator, zones: Sequence[Zone]
    ) -> Quote:
        """Price one: a line a tariff version and zone, rounded as an invoice would be."""
        uses = (
            place_uses(application, operator, zones)
            if application.occupation
            else _uses(application, operator, zones, self._ways)
        )
        usages = [_examination(application, operator, self._at), *uses]
        ground = ground_of(application, operator, zones)
        free = frozenset({PermitId(NOT_YET)}) if ground else frozenset()
        fees = sorted(price(usages, self._tariffs, free), key=_key)
        lines = tuple(
            _line(tuple(group), _relieved(self._published[key[:2]], application, operator, ground))
            for key, group in groupby(fees, key=_key)
        )
        taxes = tuple(_taxes(lines))
        return Quote(
            currency=fees[0].currency if fees else "EUR",
            total=EXACT.add(
                total(rounded(line.amount) for line in lines), total(each.tax for each in taxes)
            ),
            lines=lines,
            taxes=taxes,
        )


def quote(
    application: Application,
    operator: Operator,
    zones: Sequence[Zone],
    tariffs: Sequence[Tariff],
    at: datetime,
) -> Quote:
    """Price one application by the tariffs of an instant."""
    return Quoting(tariffs, at)(application, operator, zones)


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
        vat_rate_percent=tariff.vat.rate_percent if tariff.vat.taxed else None,
    )


def _taxes(lines: Iterable[QuoteLine]) -> Iterator[QuoteTax]:
    """Yield the tax of each rate, as an invoice of these lines would have it."""
    nets: dict[Decimal, Decimal] = {}
    for line in lines:
        if line.vat_rate_percent:
            before = nets.get(line.vat_rate_percent, NOTHING)
            nets[line.vat_rate_percent] = EXACT.add(before, rounded(line.amount))
    for rate, net in sorted(nets.items(), reverse=True):
        vat = Vat(category=VatCategory.STANDARD, rate_percent=rate)
        yield QuoteTax(rate_percent=rate, taxable=net, tax=tax_on(net, vat))


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


class _Ways:
    """How long the ways through zones are: one for all that recurs, or moves in time or height."""

    def __init__(self) -> None:
        # With what they are of: a name that is kept is given to nothing else.
        self._known: dict[tuple[int, int], tuple[BaseGeometry, Zone, int | None]] = {}

    def through(self, zone: Zone, footprint: BaseGeometry) -> int | None:
        """Return how long the way is, None where there is none."""
        name = id(footprint), id(zone)
        if name not in self._known:
            self._known[name] = footprint, zone, _way_m(footprint, zone)
        return self._known[name][2]


def _uses(
    application: Application, operator: Operator, zones: Iterable[Zone], ways: _Ways
) -> Iterator[Usage]:
    vehicles = application.vehicles or ("",)
    for zone in zones:
        for place, volume in enumerate(application.volumes):
            way_m = ways.through(zone, volume.footprint)
            if way_m is not None:
                use = _use(application, operator, zone, volume, way_m)
                for vehicle in vehicles:
                    yield replace(use, key=f"{zone.id}|{place}|{vehicle}")


def _use(
    application: Application, operator: Operator, zone: Zone, volume: OperationVolume, way_m: int
) -> Usage:
    start, end = volume.window.start, volume.window.end
    assert start is not None and end is not None  # noqa: S101, PT018 - a volume has both
    return replace(
        use_of(application, operator, key="", at=start, ended_at=end),
        zone=zone.id,
        zone_version=zone.version,
        source=UsageSource.VISIT,
        entries=1,
        certain_ms=(end - start) // MILLISECOND,
        distance_m=way_m,
    )


def _way_m(footprint: BaseGeometry, zone: Zone) -> int | None:
    """Return how long the way through the zone is, None where there is none."""
    if not footprint.intersects(zone.footprint):
        return None
    # Most operations are small beside a zone: to tell that one is inside costs next to nothing.
    inside = footprint.covered_by(zone.footprint)
    way = footprint if inside else footprint.intersection(zone.footprint)
    return int(in_plane(way, way.centroid.y).length) // 2


def _examination(application: Application, operator: Operator, at: datetime) -> Usage:
    """Return the one usage that granting is."""
    return replace(use_of(application, operator, key="", at=at, ended_at=at), entries=1)
