"""Zones with everything a zone may have, for the laws of its formats."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests.zones.space import areas
from zones.demands import Equipment, PrecisionClass, Sector, StreetCategory, VehicleClass, ZoneRules
from zones.formats.properties import COUNTS, MEASURES
from zones.model import (
    UNBOUNDED,
    Band,
    Circle,
    Corridor,
    Height,
    HeightReference,
    Layer,
    Purpose,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from zones.periods import HOLIDAY, Applicability, DailyPeriod, DayEvent, Window
from zones.space.geometry import footprint

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
references = st.sampled_from(HeightReference)
heights = st.builds(Height, value_m=st.floats(-100, 500), reference=references)
bands = st.one_of(
    st.just(UNBOUNDED),
    st.builds(Band, lower=heights),
    st.builds(Band, upper=heights),
    st.tuples(heights, heights).map(
        lambda two: Band(
            lower=min(two, key=lambda each: each.value_m),
            upper=max(two, key=lambda each: each.value_m),
        )
    ),
)
clocks = st.integers(0, 86_400)
limits = st.one_of(clocks, st.sampled_from(DayEvent))
days = st.frozensets(st.integers(0, HOLIDAY), min_size=1)
periods = st.one_of(
    st.builds(DailyPeriod, days=days, start=limits, end=limits),
    st.builds(
        DailyPeriod,
        days=days,
        start=clocks,
        end=clocks,
        offset_s=st.sampled_from([0, 3600, -12600]),
    ),
)
starts = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
windows = st.one_of(
    st.just(Window()),
    st.builds(Window, start=starts),
    starts.map(lambda start: Window(start=start, end=start + timedelta(days=1))),
)
days_off = starts.map(lambda start: Window(start=start, end=start + timedelta(days=2)))
calendars = st.lists(
    st.builds(
        Applicability,
        window=windows,
        schedule=st.lists(periods, max_size=2).map(tuple),
        exceptions=st.lists(days_off, max_size=2).map(tuple),
        except_holidays=st.booleans(),
        switch=st.sampled_from([None, "crue"]),
    ),
    max_size=2,
).map(tuple)


lengths = st.none() | st.floats(0, 1000)
counts = st.none() | st.integers(0, 1000)
courses = st.floats(0, 360)


def in_order(drawn: ZoneRules) -> ZoneRules:
    """Let no least speed lie above the greatest, and no shortest stay above the longest."""
    for lower, upper in (("speed_min_mps", "speed_max_mps"), ("dwell_min_s", "dwell_max_s")):
        least, most = getattr(drawn, lower), getattr(drawn, upper)
        if least is not None and most is not None and least > most:
            drawn = replace(drawn, **{lower: most, upper: least})
    return drawn


rules = st.builds(
    ZoneRules,
    **dict.fromkeys(MEASURES, lengths),
    **dict.fromkeys(COUNTS, counts),
    direction=st.none() | st.builds(Sector, start_deg=courses, end_deg=courses),
    transit=st.booleans(),
    human_review=st.booleans(),
    equipment=st.frozensets(st.sampled_from(Equipment)),
    precision=st.none() | st.sampled_from(PrecisionClass),
).map(in_order)
restrictions = st.sampled_from(Restriction)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(-1e9, 1e9) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=5,
)
members = st.dictionaries(texts, json_values, min_size=1, max_size=2)
places = st.tuples(st.floats(2.3, 2.4), st.floats(48.8, 48.9))
circles = st.builds(Circle, centre=places, radius_m=st.floats(1, 5000))
corridors = st.builds(
    Corridor,
    lines=st.lists(
        st.lists(places, min_size=2, max_size=3, unique=True).map(tuple), min_size=1, max_size=2
    ).map(tuple),
    half_width_m=st.floats(5, 100),
)


def drawn_volume(drawn: Circle | Corridor, band: Band) -> Volume:
    if isinstance(drawn, Circle):
        geometry = {"type": "Point", "coordinates": drawn.centre}
        return Volume(
            footprint=footprint(geometry, {"radius_m": drawn.radius_m}), band=band, drawn=drawn
        )
    geometry = {"type": "MultiLineString", "coordinates": drawn.lines}
    area = footprint(geometry, {"half_width_m": drawn.half_width_m})
    return Volume(footprint=area, band=band, drawn=drawn)


volumes = st.one_of(
    st.builds(Volume, footprint=areas(), band=bands),
    st.builds(drawn_volume, st.one_of(circles, corridors), bands),
)
zones = st.builds(
    Zone,
    id=texts.filter(lambda text: bool(text) and text.isprintable()).map(ZoneId),
    version=st.integers(1, 99),
    name=texts,
    layer=st.sampled_from([*Layer, None]),
    restriction=restrictions,
    volumes=st.lists(volumes, min_size=1, max_size=3).map(tuple),
    applicability=calendars,
    rules=rules,
    purposes=st.dictionaries(st.sampled_from(Purpose), restrictions),
    classes=st.dictionaries(st.sampled_from(VehicleClass), restrictions),
    priority=st.integers(-100, 100),
    street_category=st.sampled_from([None, StreetCategory.TOP, StreetCategory.NONE]),
    act=texts,
    valid=windows,
    notes=st.dictionaries(texts, texts, max_size=2),
    carried=st.dictionaries(st.sampled_from(["ed318", "ed269"]), members),
)
flying = zones.flatmap(
    lambda law: st.sampled_from([Layer.AIR, None]).map(lambda layer: replace(law, layer=layer))
)
