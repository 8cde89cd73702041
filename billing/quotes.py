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

from billing.fees import price
from billing.metering import noise_of
from billing.model import Fee, Usage, UsageId, UsageSource
from billing.money import EXACT, NOTHING, ONE, product, rounded, total
from billing.occupying import NOT_YET, place_uses, use_of
from billing.prices import Tariff
from billing.pricing.book import Shelf
from billing.pricing.wording import described
from billing.taxing import taxed
from billing.vat import OUTSIDE_VAT, Vat, VatCategory
from billing.ways import Ways
from permits.model import Application, OperationVolume, PermitId, Quote, QuoteLine
from permits.offers import QuoteTax, Relief, ReliefKind
from permits.parties import Operator, Vehicle, VehicleId
from permits.rules.experimentation import ground_of
from zones.model import Zone

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
        self._ways = Ways()

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
            else self._of_zones(_Asked(application, operator, None, vehicles), zones)
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

    def _of_zones(self, asked: _Asked, zones: Iterable[Zone]) -> Iterator[Usage]:
        """Return the uses of those zones that any tariff prices: no way through others is cut."""
        first, names = asked.application.volumes[0], asked.application.vehicles
        known = {each.id: each for each in asked.vehicles}
        classes = {each and each.vehicle_class: each for each in map(known.get, names)}
        some = list(classes.values()) or [None]
        priced = [
            zone
            for zone in zones
            if any(
                self._shelf.prices(_use(asked, zone, first, 0, key="", vehicle=each))
                for each in some
            )
        ]
        return _uses(asked, priced, self._ways)


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
    for each in taxed((_vat(line), rounded(line.amount)) for line in lines):
        yield QuoteTax(rate_percent=each.vat.rate_percent, taxable=each.taxable, tax=each.tax)


def _vat(line: QuoteLine) -> Vat:
    rate = line.vat_rate_percent
    return Vat(category=VatCategory.STANDARD, rate_percent=rate) if rate else OUTSIDE_VAT


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


def _uses(asked: _Asked, zones: Sequence[Zone], ways: Ways) -> Iterator[Usage]:
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


def _examination(application: Application, operator: Operator, at: datetime) -> Usage:
    """Return the one usage that granting is."""
    return replace(use_of(application, operator, key="", at=at, ended_at=at), entries=1)
