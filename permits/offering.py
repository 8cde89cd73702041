"""Looks for what to offer instead of a refusal: fetch what any move could meet, ask the verb."""

from dataclasses import replace

from psycopg_pool import ConnectionPool

from permits.answers.alternatives import Offer, alternatives, worth_looking
from permits.answers.grid import Grid, near, whole
from permits.case import Case
from permits.cases import City, Quoted, beside
from permits.decisions import Answer
from permits.life.standing import without
from permits.model import OperationVolume, Permit
from permits.offers import Alternative
from permits.store.reading import reading
from zones.model import UNBOUNDED, Zone
from zones.periods import Window


class Offers:
    """Finds what an operator who is refused could have instead."""

    def __init__(self, pool: ConnectionPool, city: City) -> None:
        self._pool = pool
        self._city = city

    def instead(
        self, case: Case, answer: Answer, quoted: Quoted, of: Permit | None = None
    ) -> tuple[Alternative, ...] | None:
        """Return what would be granted instead, the nearest first, each as it is quoted.

        None stands for not known: too much would have to be asked. What is asked `of` a permit is
        asked without itself beside it.
        """
        if not worth_looking(answer.decision, answer.findings, case.application):
            return ()
        for part in (near, whole):
            grid = part(case.application)
            wide = self._widened(case, grid)
            wide = without(wide, of) if of else wide
            found = alternatives(wide, grid)
            if found is None:
                return None
            if found:
                return tuple(_priced(offer, quoted) for offer in found)
        return ()

    def _widened(self, case: Case, grid: Grid) -> Case:
        """Return the case with every zone and neighbour that a move on the grid could meet."""
        asked = case.application
        reached = tuple(_reaching(volume, grid) for volume in asked.volumes)
        met: dict[tuple[str, int], Zone] = {
            (zone.id, zone.version): zone
            for volume in dict.fromkeys(reached)
            for zone in self._city.zones_touching(volume, asked.layer)
        }
        zones = tuple(met[key] for key in sorted(met))
        around = replace(case, application=replace(asked, volumes=reached), zones=zones)
        with reading(self._pool) as connection:
            return replace(beside(connection, around), application=asked)


def _priced(offer: Offer, quoted: Quoted) -> Alternative:
    quote = quoted(offer.case)
    return Alternative(shift=offer.shift, currency=quote.currency, total=quote.total)


def _reaching(volume: OperationVolume, grid: Grid) -> OperationVolume:
    window = Window(start=volume.start - grid.reach, end=volume.end + grid.reach)
    return replace(volume, window=window, band=UNBOUNDED)
