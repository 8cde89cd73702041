"""Which prices are there to apply, made ready once for many usages?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from billing.model import Usage
from billing.prices import TIMED, Tariff
from billing.pricing.applying import applies, factor
from billing.pricing.counting import Counted, counted, time_units, whole_time_units
from billing.pricing.hours import Hours, hours_of
from billing.pricing.parts import Part, parts, plain_part
from zones.periods import Window
from zones.time.schedule import epoch_ms

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of so many kinds of usage it is kept which tariffs price them: a city has as many as zones.
MOST_KINDS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A tariff with the hours it is due in, those of its surcharges, and its one part if plain."""

    tariff: Tariff
    valid: Window
    hours: Hours | None
    surcharged: tuple[Hours | None, ...]
    plain: Part | None
    factors: dict[object, Decimal] = field(default_factory=dict, compare=False)

    def counted(self, usage: Usage) -> Counted | None:
        """Count a usage in the tariff's hours; None where nothing of it is due."""
        found = counted(usage, self.tariff.kind)
        if usage.occupied is not None:
            # No month or year of the occupation began in the period: nothing is due for it.
            return found if found.quantity else None
        if self.hours is None:
            return found
        if self.tariff.kind in TIMED:
            certain_ms = self.hours.certain_ms(usage)
            return Counted(time_units(certain_ms, self.tariff.kind)) if certain_ms else None
        return found if self.hours.begun_in(usage) else None

    def parts(self, usage: Usage, found: Counted) -> tuple[Part, ...]:
        """Return the parts of the price of a usage, before the factors."""
        if self.plain is not None:
            return (self.plain._replace(quantity=found.quantity),)
        added = [self._added(hours, usage, found) for hours in self.surcharged]
        return parts(self.tariff, found, added)

    def factor(self, usage: Usage) -> Decimal:
        """Return the factor of a usage, reckoned once for all that are alike."""
        stated = (usage.purpose, usage.size, usage.noise, usage.energy_class)
        alike = (*stated, usage.permit is None)
        if alike not in self.factors:
            self.factors[alike] = factor(self.tariff, usage)
        return self.factors[alike]

    def _added(self, hours: Hours | None, usage: Usage, found: Counted) -> Decimal:
        """Return how much of a usage certainly fell in the hours of a surcharge."""
        kind = self.tariff.kind
        if hours is None or kind not in TIMED:
            return found.size if hours is None or hours.begun_in(usage) else Decimal(0)
        return min(found.size, whole_time_units(hours.certain_ms(usage), kind))


class Shelf:
    """Some tariffs, with what is known of them whatever the usage: kept as long as they are."""

    def __init__(self, tariffs: Sequence[Tariff]) -> None:
        self._tariffs = sorted(tariffs, key=lambda each: (each.id, each.version))
        self._ready: dict[int, Ready] = {}
        self._alike: dict[object, tuple[int, ...]] = {}

    def prices(self, usage: Usage) -> bool:
        """Tell whether any tariff prices a usage, at some hour."""
        return bool(self.applying(usage, _alike(usage)))

    def applying(self, usage: Usage, alike: object) -> tuple[int, ...]:
        """Return where the tariffs are that price all usages alike, in the order of their ids."""
        found = self._alike.get(alike)
        if found is None:
            found = tuple(
                place for place, tariff in enumerate(self._tariffs) if applies(tariff, usage)
            )
            if len(self._alike) >= MOST_KINDS:
                self._alike.clear()
            self._alike[alike] = found
        return found

    def ready(self, place: int, start_ms: int, end_ms: int) -> Ready:
        """Return a tariff made ready, once for all where no calendar tells when it is due."""
        if place not in self._ready:
            made = ready(self._tariffs[place], start_ms, end_ms)
            if made.hours is not None or any(made.surcharged):
                return made
            self._ready[place] = made
        return self._ready[place]


class Book:
    """Some tariffs, made ready for the span of some usages."""

    def __init__(self, shelf: Shelf, usages: Sequence[Usage]) -> None:
        self._start_ms = epoch_ms(min((usage.at for usage in usages), default=EPOCH))
        self._end_ms = epoch_ms(max((usage.ended_at for usage in usages), default=EPOCH))
        self._shelf = shelf
        self._ready: dict[int, Ready] = {}
        self._alike: dict[object, list[Ready]] = {}

    def of(self, usage: Usage) -> list[Ready]:
        """Return the tariffs that are the price of a usage, in the order of their ids."""
        alike = _alike(usage)
        found = self._alike.get(alike)
        if found is None:
            found = [self._readied(place) for place in self._shelf.applying(usage, alike)]
            self._alike[alike] = found
        return [each for each in found if each.valid.holds(usage.at)]

    def _readied(self, place: int) -> Ready:
        """Return a tariff made ready, once: most apply to none of the usages."""
        if place not in self._ready:
            self._ready[place] = self._shelf.ready(place, self._start_ms, self._end_ms)
        return self._ready[place]


def _alike(usage: Usage) -> object:
    """Return all of a usage that tells which tariffs price it."""
    return (
        usage.source,
        (usage.occupied.kind, usage.occupied.street) if usage.occupied else None,
        usage.layer,
        usage.zone,
        usage.permit is None,
        usage.purpose,
        usage.vehicle_class,
    )


def ready(tariff: Tariff, start_ms: int, end_ms: int) -> Ready:
    """Make a tariff ready for usages within a span."""
    return Ready(
        tariff=tariff,
        valid=_in_utc(tariff.valid),
        hours=hours_of(tariff.calendar, start_ms, end_ms),
        plain=plain_part(tariff),
        surcharged=tuple(hours_of(each.calendar, start_ms, end_ms) for each in tariff.surcharges),
    )


def _in_utc(window: Window) -> Window:
    """Return a window with its limits in UTC: instants are, and compare four times as fast so."""
    start, end = window.start, window.end
    return Window(
        start=start.astimezone(UTC) if start else None, end=end.astimezone(UTC) if end else None
    )
