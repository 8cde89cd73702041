"""What would a use cost? The fees of the use applied for, as if it happened in full.

The same verb prices what happened and what is asked for, so a quote differs from the invoice
only by what the operator really does: the hours are those of the windows, the kilometres half
the outline of the way through the zone, which is the length of a narrow corridor. Each vehicle
named is priced as it is registered: by its class, its noise and what it runs on.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from billing.fees import price
from billing.metering import noise_of
from billing.model import Fee, Usage, UsageId, UsageSource
from billing.money import EXACT, NOTHING, ONE, product, rounded, total
from billing.occupying import NOT_YET, place_uses, use_of
from billing.prices import Tariff
from billing.pricing.book import Shelf
from billing.pricing.wording import described
from billing.taxing import tax_on
from billing.vat import Vat, VatCategory
from permits.model import Application, OperationVolume, PermitId, Quote, QuoteLine
from permits.offers import QuoteTax, Relief, ReliefKind
from permits.parties import Operator, Vehicle, VehicleId
from permits.rules.experimentation import ground_of
from zones.model import Zone
from zones.space.geometry import scale

MILLISECOND = timedelta(milliseconds=1)
# Of a use that names no vehicle one is priced, of which nothing is known.
NO_NAME = VehicleId("")


class _Asked(NamedTuple):
    """Who asks for what, with which vehicles; on the ground that grants it by rule, if on one."""

    application: Application
    operator: Operator
    ground: Zone | None
    vehicles: Sequence[Vehicle]


class Quoting:
    """The prices of an instant, to quote any number of applications by."""

    def __init__(self, tariffs: Sequence[Tariff], at: datetime, shelf: Shelf | None = None) -> None:
        self._tariffs = tariffs
        self._shelf = shelf or Shelf(tariffs)
        self._published = {(tariff.id, tariff.version): tariff for tariff in tariffs}
        self._at = at
        self._ways = _Ways()

    def __call__(
        self,
        application: Application,
        operator: Operator,
        zones: Sequence[Zone],
        vehicles: Sequence[Vehicle] = (),
    ) -> Quote:
        """Price one: a line a tariff version and zone, rounded as an invoice would be."""
        uses = (
            place_uses(application, operator, zones)
            if application.occupation
            else _uses(_Asked(application, operator, None, vehicles), zones, self._ways)
        )
        usages = [_examination(application, operator, self._at), *uses]
        ground = ground_of(application, operator, zones)
        free = frozenset({PermitId(NOT_YET)}) if ground else frozenset()
        fees = sorted(price(usages, self._tariffs, free, shelf=self._shelf), key=_key)
        asked = _Asked(application, operator, ground, vehicles)
        lines = tuple(
            _line(tuple(group), self._published[key[:2]], asked)
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


class Counter:
    """Hands out the prices of now; what is known of them is kept while they are the same."""

    def __init__(
        self, tariffs: Callable[[], Sequence[Tariff]], clock: Callable[[], datetime]
    ) -> None:
        self._tariffs = tariffs
        self._clock = clock
        self._kept: tuple[Sequence[Tariff], Shelf] = (), Shelf(())

    def prices(self) -> Quoting:
        """Return the prices of now."""
        tariffs = self._tariffs()
        known, shelf = self._kept
        if known is not tariffs:
            shelf = Shelf(tariffs)
            self._kept = tariffs, shelf
        return Quoting(tariffs, self._clock(), shelf)


def quote(
    application: Application,
    operator: Operator,
    zones: Sequence[Zone],
    tariffs: Sequence[Tariff],
    at: datetime,
    *,
    vehicles: Sequence[Vehicle] = (),
) -> Quote:
    """Price one application by the tariffs of an instant."""
    return Quoting(tariffs, at)(application, operator, zones, vehicles)


def _key(fee: Fee) -> tuple[str, int, str, str, Decimal]:
    return (
        fee.tariff,
        fee.tariff_version,
        fee.zone or "",
        fee.part,
        product(fee.unit_price, fee.factor),
    )


def _line(fees: tuple[Fee, ...], tariff: Tariff, asked: _Asked) -> QuoteLine:
    first = fees[0]
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
        reliefs=tuple(_reliefs(tariff, asked, first.factor)),
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


def _reliefs(tariff: Tariff, asked: _Asked, factor: Decimal) -> Iterator[Relief]:
    """Name the factors that were applied; one of 1 changes nothing."""
    if asked.ground:
        yield Relief(kind=ReliefKind.EXPERIMENTATION, of=asked.ground.name, factor=NOTHING)
    by_purpose = tariff.purpose_factors.get(asked.application.purpose, ONE)
    if by_purpose != ONE:
        purpose = asked.application.purpose.value
        yield Relief(kind=ReliefKind.PURPOSE, of=purpose, factor=by_purpose)
    by_size = tariff.size_factors.get(asked.operator.size, ONE)
    if by_size != ONE:
        yield Relief(kind=ReliefKind.SIZE, of=asked.operator.size.value, factor=by_size)
    for each in asked.vehicles:
        of_vehicle = _of_vehicle(tariff, each)
        if product(by_purpose, by_size, *(relief.factor for relief in of_vehicle)) == factor:
            # Of vehicles that come to the same price the first says how.
            yield from of_vehicle
            return


def _of_vehicle(tariff: Tariff, vehicle: Vehicle) -> list[Relief]:
    noise, energy = noise_of(vehicle), vehicle.energy_class
    stated = [
        (ReliefKind.NOISE, noise, tariff.noise_factors.get(noise, ONE) if noise else ONE),
        (ReliefKind.ENERGY, energy, tariff.energy_factors.get(energy, ONE) if energy else ONE),
    ]
    return [
        Relief(kind=kind, of=of.value, factor=factor)
        for kind, of, factor in stated
        if of is not None and factor != ONE
    ]


class _Ways:
    """How long the ways through zones are: one for all that recurs, or moves in time or height."""

    def __init__(self) -> None:
        # With what they are of: a name that is kept is given to nothing else.
        self._known: dict[tuple[int, int], tuple[BaseGeometry, Zone, int | None]] = {}

    def through(self, zones: Sequence[Zone], footprint: BaseGeometry) -> list[int | None]:
        """Return how long the way through each zone is, None where there is none."""
        names = [(id(footprint), id(zone)) for zone in zones]
        new = [zone for zone, name in zip(zones, names, strict=True) if name not in self._known]
        for zone, way_m in zip(new, _ways_m(footprint, new), strict=True):
            self._known[id(footprint), id(zone)] = footprint, zone, way_m
        return [self._known[name][2] for name in names]


def _uses(asked: _Asked, zones: Sequence[Zone], ways: _Ways) -> Iterator[Usage]:
    known = {each.id: each for each in asked.vehicles}
    driven = [(name, known.get(name)) for name in asked.application.vehicles or (NO_NAME,)]
    volumes = asked.application.volumes
    through = [ways.through(zones, volume.footprint) for volume in volumes]
    for row, zone in enumerate(zones):
        for place, volume in enumerate(volumes):
            way_m = through[place][row]
            if way_m is not None:
                for name, vehicle in driven:
                    key = f"{zone.id}|{place}|{name}"
                    yield _use(asked, zone, volume, way_m, key=key, vehicle=vehicle)


def _use(
    asked: _Asked,
    zone: Zone,
    volume: OperationVolume,
    way_m: int,
    *,
    key: str,
    vehicle: Vehicle | None,
) -> Usage:
    # Not a copy of `use_of`, changed: of each zone and vehicle there is one.
    application, start, end = asked.application, volume.start, volume.end
    return Usage(
        id=UsageId(NOT_YET),
        key=key,
        operator=asked.operator.id,
        vehicle="",
        layer=application.layer,
        zone=zone.id,
        zone_version=zone.version,
        permit=PermitId(NOT_YET),
        permit_version=None,
        purpose=application.purpose,
        size=asked.operator.size,
        source=UsageSource.VISIT,
        visit=None,
        at=start,
        ended_at=end,
        entries=1,
        certain_ms=(end - start) // MILLISECOND,
        distance_m=way_m,
        vehicle_class=vehicle.vehicle_class if vehicle else None,
        noise=noise_of(vehicle),
        energy_class=vehicle.energy_class if vehicle else None,
    )


def _ways_m(footprint: BaseGeometry, zones: Sequence[Zone]) -> list[int | None]:
    """Return how long the way through each zone is, None where there is none."""
    if not zones:
        return []
    areas = np.array([zone.footprint for zone in zones], dtype=np.object_)
    shapely.prepare(footprint)
    met = shapely.intersects(footprint, areas)
    # To tell that an operation is inside costs less than to cut it.
    inside = shapely.covered_by(footprint, areas)
    ways = shapely.intersection(footprint, areas[met & ~inside])
    lengths = iter(_lengths_m(ways).tolist())
    whole = _lengths_m(np.array([footprint], dtype=np.object_)).item() if inside.any() else None
    return [
        whole if within else next(lengths) if meets else None
        for meets, within in zip(met.tolist(), inside.tolist(), strict=True)
    ]


def _lengths_m(ways: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return half the outline of each way, in the plane of its middle's latitude."""
    latitudes = shapely.get_y(shapely.centroid(ways)).tolist()
    scales = np.array([scale(latitude) for latitude in latitudes]).reshape(-1, 2)
    degrees, which = shapely.get_coordinates(ways, return_index=True)
    outlines = shapely.length(shapely.set_coordinates(ways.copy(), degrees * scales[which]))
    return outlines.astype(np.int64) // 2


def _examination(application: Application, operator: Operator, at: datetime) -> Usage:
    """Return the one usage that granting is."""
    return replace(use_of(application, operator, key="", at=at, ended_at=at), entries=1)
