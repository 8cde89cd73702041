"""Where are vehicles that other processes take in? A zone's crowd is counted over all of them.

Only where several share the intake. Each tells the others through the database, about once a
second, of its vehicles in zones that say how many may be inside or enter within an hour.
"""

from datetime import datetime

import numpy as np

from telemetry.lodging.lodgers import NOWHERE, Lodgers, Lodgings
from telemetry.model import VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.store.ingest import IngestStore
from zones.model import ZoneId


class Neighbours:
    """What this process told the others, and up to when it heard of theirs."""

    def __init__(self, store: IngestStore) -> None:
        self._store = store
        self._heard_to: datetime | None = None
        self._told: dict[VehicleKey, Lodgings] = {}

    def exchange(self, lodgers: Lodgers, rulebook: Rulebook) -> None:
        """Let the lodgers be joined by those of the others, and tell them of ours."""
        mine = self._store.share
        if mine.of == 1:
            return
        heard = self._store.told(self._heard_to)
        if self._heard_to is None:  # what we told before this process began
            ours = [key for key in heard.lodgings if mine.holds(key.operator)]
            self._told = {key: heard.lodgings[key] for key in ours if heard.lodgings[key].places}
        others = {key: each for key, each in heard.lodgings.items() if not mine.holds(key.operator)}
        lodgers.adopt(others)
        self._heard_to = heard.until
        changed = self._news(lodgers, _counting(rulebook))
        if changed:
            self._store.tell(changed)
            self._told |= changed
            self._told = {key: each for key, each in self._told.items() if each.places}

    def _news(self, lodgers: Lodgers, zones: frozenset[ZoneId]) -> dict[VehicleKey, Lodgings]:
        """Return where our vehicles are now of whom that was not told."""
        counted = {key for zone in zones for key in lodgers.of_zone(zone)}
        now = {
            key: _within(lodgers.of(key) or NOWHERE, zones)
            for key in counted
            if self._store.share.holds(key.operator)
        }
        over = {key: NOWHERE for key in self._told if key not in now}
        return over | {key: each for key, each in now.items() if self._told.get(key) != each}


def _counting(rulebook: Rulebook) -> frozenset[ZoneId]:
    """Return the zones that say how many may be inside, or enter."""
    terms = rulebook.terms
    if terms is None:
        return frozenset()
    counting = np.isfinite(terms.capacity) | np.isfinite(terms.movements)
    return frozenset(rulebook.zones[number].id for number in np.flatnonzero(counting).tolist())


def _within(lodgings: Lodgings, zones: frozenset[ZoneId]) -> Lodgings:
    return Lodgings(
        stays=tuple(stay for stay in lodgings.stays if stay.zone in zones),
        entries=tuple(entry for entry in lodgings.entries if entry.zone in zones),
    )
