"""What does the whole question cost: layer, validity, calendar, heights and accuracy at once?

Zones as a city has them: half of them always in force, the others by weekly hours, from sunrise to
sunset, or for a season; three in four with heights over ground, sea level or ellipsoid. Positions
as vehicles report them over one day, each of one layer, with its accuracies. Each filter throws
away a part, and the share that is left after each is printed beside the rate.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from bench.zones.contenders.ours import zones_of
from bench.zones.measuring import Rate, Runner, rates
from bench.zones.points import Generator, ordinary
from bench.zones.sets import Areas
from zones.columns import MISSING, Positions, Relation
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import LAYERS, Band, Height, HeightReference, Layer, Volume, Zone
from zones.periods import Applicability, DailyPeriod, DayEvent, Window

DAY = datetime(2026, 6, 17, tzinfo=UTC)  # a Wednesday
DAY_MS = 86_400_000
AGL, AMSL, WGS84 = HeightReference.AGL, HeightReference.AMSL, HeightReference.WGS84
LAYER_SHARES = (0.3, 0.2, 0.4, 0.1)  # surface, subsoil, air, river
WEEK, WORKING_DAYS = frozenset(range(7)), frozenset(range(5))
CALENDARS: tuple[tuple[Applicability, ...], ...] = (
    (),
    (),
    (),
    (),
    (Applicability(schedule=(DailyPeriod(days=WORKING_DAYS, start=7 * 3600, end=19 * 3600),)),),
    (Applicability(schedule=(DailyPeriod(days=WEEK, start=22 * 3600, end=6 * 3600),)),),
    (Applicability(schedule=(DailyPeriod(days=WEEK, start=DayEvent.SR, end=DayEvent.SS),)),),
    (Applicability(window=Window(start=DAY - timedelta(days=60), end=DAY + timedelta(hours=12))),),
)
BANDS = {
    Layer.SURFACE: (Band(), Band(upper=Height(value_m=5, reference=AGL))),
    Layer.RIVER: (Band(), Band(upper=Height(value_m=40, reference=AMSL))),
    Layer.SUBSOIL: (
        Band(lower=Height(value_m=-35, reference=AGL), upper=Height(value_m=-3, reference=AGL)),
        Band(upper=Height(value_m=20, reference=AMSL)),
    ),
    Layer.AIR: (
        Band(lower=Height(value_m=0, reference=AGL), upper=Height(value_m=60, reference=AGL)),
        Band(lower=Height(value_m=50, reference=AGL), upper=Height(value_m=150, reference=AGL)),
        Band(lower=Height(value_m=100, reference=AMSL), upper=Height(value_m=300, reference=AMSL)),
        Band(lower=Height(value_m=150, reference=WGS84)),
    ),
}
HEIGHTS_M = {  # above ground, from and to
    Layer.SURFACE: (0.0, 2.0),
    Layer.RIVER: (0.0, 5.0),
    Layer.SUBSOIL: (-40.0, 0.0),
    Layer.AIR: (0.0, 150.0),
}
GROUND_M = {AGL: 0.0, AMSL: 45.0, WGS84: 89.6}  # of Paris, roughly, above each reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Demanding:
    """The rate of the whole question, and how many pairs of point and zone each filter leaves."""

    rates: dict[int, Rate | None]
    footprint: int
    own_layer: int
    in_force: int
    at_height: int
    with_accuracy: int
    uncertain: int
    points: int


def city(areas: Areas, random: Generator) -> list[Zone]:
    """Return areas as zones with layers, calendars and heights."""
    layers = random.choice(len(LAYERS), len(areas), p=LAYER_SHARES)
    return [
        _zone(zone, LAYERS[layer], random)
        for zone, layer in zip(zones_of(areas), layers, strict=True)
    ]


def traffic(random: Generator, count: int) -> Positions:
    """Return positions of vehicles over one day, anywhere in the box."""
    lon, lat = ordinary(random, count)
    layer = random.choice(len(LAYERS), count, p=LAYER_SHARES)
    low, high = np.array([HEIGHTS_M[one] for one in LAYERS])[layer].T
    references = np.array([AGL.code, AMSL.code, WGS84.code])
    grounds = np.array([GROUND_M[AGL], GROUND_M[AMSL], GROUND_M[WGS84]])
    which = random.integers(0, 3, count)
    return Positions(
        at_ms=int(DAY.timestamp() * 1000) + np.sort(random.integers(0, DAY_MS, count)),
        lon=lon,
        lat=lat,
        alt_m=random.uniform(low, high) + grounds[which],
        alt_ref=references[which].astype(np.int8),
        h_acc_m=random.uniform(2.0, 15.0, count),
        v_acc_m=random.uniform(2.0, 10.0, count),
        layer=layer.astype(np.int8),
    )


def demanding(
    areas: Areas,
    random: Generator,
    batches: tuple[int, ...],
    *,
    budget_s: float,
    step: Callable[[str], None],
) -> Demanding:
    """Measure the whole question, filter by filter and at full."""
    step("layers, calendars, heights and accuracy")
    index = ZoneIndex(city(areas, random), paris_datum())
    positions = traffic(random, max(batches) * 2)
    runner = Runner(ask=lambda rows: index.covering(_cut(positions, rows)))
    found = {
        batch: rates(
            {"": runner}, len(positions), batch, rounds=5, budget_s=budget_s, step=lambda _: None
        ).get("")
        for batch in batches
    }
    step("how selective each filter is")
    return _filters(index, positions, found)


def _filters(index: ZoneIndex, positions: Positions, found: dict[int, Rate | None]) -> Demanding:
    every = np.full(len(positions), -1, dtype=np.int8)
    timeless = np.full(len(positions), MISSING, dtype=np.int64)
    exact, nowhere = np.zeros(len(positions)), np.full(len(positions), np.nan)
    anchored = replace(positions, h_acc_m=exact)
    flat = replace(anchored, alt_m=nowhere)
    always = replace(flat, at_ms=timeless)
    whole = index.covering(positions)
    return Demanding(
        rates=found,
        footprint=len(index.covering(replace(always, layer=every))),
        own_layer=len(index.covering(always)),
        in_force=len(index.covering(flat)),
        at_height=len(index.covering(anchored)),
        with_accuracy=len(whole),
        uncertain=int(np.count_nonzero(whole.relation == Relation.UNCERTAIN)),
        points=len(positions),
    )


def _zone(zone: Zone, layer: Layer, random: Generator) -> Zone:
    bands = BANDS[layer] if random.random() < 0.75 else (Band(),)
    band = bands[random.integers(len(bands))]
    return replace(
        zone,
        layer=layer,
        volumes=(Volume(footprint=zone.footprint, band=band),),
        applicability=CALENDARS[random.integers(len(CALENDARS))],
    )


def _cut(positions: Positions, rows: slice) -> Positions:
    return Positions(
        at_ms=positions.at_ms[rows],
        lon=positions.lon[rows],
        lat=positions.lat[rows],
        alt_m=positions.alt_m[rows],
        alt_ref=positions.alt_ref[rows],
        h_acc_m=positions.h_acc_m[rows],
        v_acc_m=positions.v_acc_m[rows],
        layer=positions.layer[rows],
    )
