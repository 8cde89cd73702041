"""Which zones is this place in at this instant, layer by layer, and what holds there?

The same index answers as for observations, and the same order decides. What holds surely rests on
the zones the place surely is in; what would hold inside all that it may be in is said beside.
"""

from dataclasses import dataclass, replace

import numpy as np

from zones.columns import Positions, Relation
from zones.demands import VehicleClass
from zones.index import ZoneIndex
from zones.model import LAYERS, Layer, Purpose, Zone
from zones.precedence import Resolution, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A zone that a place is, or may be, in; `margin_m` None: farther from its edge than known."""

    zone: Zone
    relation: Relation
    margin_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds at a place in one layer; `found` in the order of the index."""

    layer: Layer
    found: tuple[Found, ...]
    surely: Resolution
    inside_all: Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """For whom it is asked; None is unknown."""

    purpose: Purpose | None = None
    vehicle_class: VehicleClass | None = None


def standings(
    index: ZoneIndex,
    position: Positions,
    layers: tuple[Layer, ...] = LAYERS,
    whom: Whom | None = None,
) -> tuple[Standing, ...]:
    """Tell for one position what holds in each layer; a batch of one, asked once a layer."""
    batch = _in_each(position, layers)
    presences = index.covering(batch)
    columns = (presences.position, presences.zone, presences.relation, presences.margin_m)
    found: list[list[Found]] = [[] for _ in layers]
    for row, zone, relation, margin_m in zip(*(each.tolist() for each in columns), strict=True):
        found[row].append(
            Found(
                zone=index.zones[zone],
                relation=Relation(relation),
                margin_m=None if np.isnan(margin_m) else margin_m,
            )
        )
    asking = whom or Whom()
    return tuple(_standing(*each, asking) for each in zip(layers, found, strict=True))


def _standing(layer: Layer, found: list[Found], whom: Whom) -> Standing:
    sure = [each.zone for each in found if each.relation is Relation.INSIDE]
    return Standing(
        layer=layer,
        found=tuple(found),
        surely=resolve(sure, whom.purpose, whom.vehicle_class),
        inside_all=resolve([each.zone for each in found], whom.purpose, whom.vehicle_class),
    )


def _in_each(position: Positions, layers: tuple[Layer, ...]) -> Positions:
    rows = np.zeros(len(layers), dtype=np.intp)
    repeated = {
        name: getattr(position, name)[rows]
        for name in ("at_ms", "lon", "lat", "alt_m", "alt_ref", "h_acc_m", "v_acc_m")
    }
    return replace(
        position, **repeated, layer=np.array([each.code for each in layers], dtype=np.int8)
    )
