"""Who moves in the demonstration, on whose account, under which application, and who misbehaves?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from octroi.demo import crews_air, crews_river, crews_street, crews_subsoil
from octroi.demo.companies import OPERATORS, SENSORS
from octroi.demo.crews import SENTENCES, Character, Crew
from octroi.demo.filings import Filing, of_crew, set_pieces
from octroi.demo.strangers import strangers
from permits.parties import Operator, Sensor, Vehicle
from zones.model import Layer

# The fewest that tell every story; a smaller fleet is enlarged to them.
_FEWEST = {Layer.AIR: 6, Layer.SURFACE: 5, Layer.RIVER: 5, Layer.SUBSOIL: 2}
_SHARES = {Layer.SURFACE: 0.33, Layer.RIVER: 0.15, Layer.SUBSOIL: 0.12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everyone in the demonstration: those who register, and those who are only heard."""

    operators: tuple[Operator, ...]
    sensors: tuple[Sensor, ...]
    crews: tuple[Crew, ...]
    strangers: tuple[Character, ...]
    filings: tuple[Filing, ...]

    @property
    def characters(self) -> tuple[Character, ...]:
        """Return all that move, registered or not."""
        return (*(one for crew in self.crews for one in crew.characters), *self.strangers)

    @property
    def vehicles(self) -> tuple[Vehicle, ...]:
        """Return the vehicles to register."""
        return tuple(one.vehicle for crew in self.crews for one in crew.characters)

    @property
    def misdeeds(self) -> Mapping[str, Mapping[str, str]]:
        """Return what each rule breaker does, in French and English, by vehicle."""
        return {one.vehicle.id: SENTENCES[one.misdeed] for one in self.characters if one.misdeed}


def cast(
    seed: int, vehicles: int, start: datetime, end: datetime, zones: Mapping[str, Any]
) -> Cast:
    """Draw a cast whose applications cover its operations from start to end."""
    rng = np.random.default_rng([seed, 1])
    numbers = shares(vehicles)
    crews = (
        *crews_air.crews(rng, numbers[Layer.AIR], zones),
        *crews_street.crews(rng, numbers[Layer.SURFACE]),
        *crews_river.crews(rng, numbers[Layer.RIVER]),
        *crews_subsoil.crews(rng, numbers[Layer.SUBSOIL], zones),
    )
    asking = [crew for crew in crews if crew.spaces]
    asked = [
        filing
        for number, crew in enumerate(asking, start=1)
        for filing in of_crew(crew, number, start, end)
    ]
    return Cast(
        operators=OPERATORS,
        sensors=SENSORS,
        crews=crews,
        strangers=strangers(rng),
        filings=(*asked, *set_pieces(start)),
    )


def shares(vehicles: int) -> Mapping[Layer, int]:
    """Share a number of vehicles out over the layers; the air takes the rest."""
    total = max(vehicles, sum(_FEWEST.values()))
    drawn = {layer: max(int(total * share), _FEWEST[layer]) for layer, share in _SHARES.items()}
    return {**drawn, Layer.AIR: total - sum(drawn.values())}
