"""An application is read strictly: every fault names its field, and nothing is guessed."""

import json
import math
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from permits.schemas.applications import AdviceIn, ApplicationIn
from permits.schemas.registry import OperatorIn
from tests.permits.cases import SOON
from zones.model import HeightReference
from zones.space.geometry import area_m2

Path = tuple[str | int, ...]
SQUARE = [[[2.35, 48.85], [2.36, 48.85], [2.36, 48.86], [2.35, 48.85]]]
FLIGHT: dict[str, Any] = {
    "purpose": "delivery",
    "layer": "air",
    "vehicles": ["drone-7"],
    "volumes": [
        {
            "footprint": {"type": "Polygon", "coordinates": SQUARE},
            "lower": {"value": 30, "unit": "m", "reference": "AGL"},
            "upper": {"value": 80, "unit": "m", "reference": "AGL"},
            "start": "2026-12-01T09:00:00+01:00",
            "end": "2026-12-01T10:00:00+01:00",
        }
    ],
}
VOLUME: Path = ("volumes", 0)
FOOTPRINT: Path = (*VOLUME, "footprint")
UPPER: Path = (*VOLUME, "upper")
GONE = object()


def changed(path: Path, value: object) -> dict[str, Any]:
    body = deepcopy(FLIGHT)
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return body


def faults(body: object) -> list[Path]:
    with pytest.raises(ValidationError) as refusal:
        ApplicationIn.model_validate(body)
    return [error["loc"] for error in refusal.value.errors()]


def ring(lon: object) -> list[Any]:
    """A square that is right in all but, perhaps, its first longitude."""
    return [[[lon, 48.85], [2.36, 48.85], [2.36, 48.86], [lon, 48.85]]]


BOW_TIE = [[[2.35, 48.85], [2.36, 48.86], [2.36, 48.85], [2.35, 48.86], [2.35, 48.85]]]
SWAPPED = [[[148.85, 2.35], [148.86, 2.36], [148.85, 120.0], [148.85, 2.35]]]
WRONG: list[tuple[Path, object]] = [
    (("purpose",), "fun"),
    (("purpose",), GONE),
    (("layer",), "space"),
    (("colour",), "red"),
    (("vehicles",), []),
    (("vehicles",), "drone-7"),
    (("vehicles",), ["drone-7", "drone-7"]),
    (("vehicles",), [f"drone-{n}" for n in range(51)]),
    (("vehicles", 0), "a/b"),
    (("vehicles", 0), "#"),
    (("vehicles", 0), 7),
    (("reference",), "x" * 201),
    (("reference",), "NUL \x00"),
    (("reference",), "half \ud800"),
    (("volumes",), []),
    (("volumes",), [FLIGHT["volumes"][0]] * 21),
    ((*VOLUME, "start"), "2026-12-01T09:00:00"),
    ((*VOLUME, "start"), 1_800_000_000),
    ((*VOLUME, "start"), "1800000000000000"),
    ((*VOLUME, "start"), "9999-12-31T23:59:59-12:00"),
    ((*VOLUME, "start"), True),
    ((*VOLUME, "end"), "2026-12-01T09:00:00+01:00"),
    ((*VOLUME, "end"), "2026-12-01T08:30:00+01:00"),
    ((*VOLUME, "end"), GONE),
    ((*UPPER, "value"), math.nan),
    ((*UPPER, "value"), math.inf),
    ((*UPPER, "value"), True),
    ((*UPPER, "value"), "80"),
    ((*UPPER, "value"), 10**400),
    ((*UPPER, "value"), 1e9),
    ((*UPPER, "unit"), "cubit"),
    ((*UPPER, "reference"), "MSL"),
    ((*UPPER, "reference"), GONE),
    (UPPER, {"value": 20, "unit": "m", "reference": "AGL"}),
    ((*FOOTPRINT, "type"), "Circle"),
    ((*FOOTPRINT, "coordinates"), []),
    ((*FOOTPRINT, "coordinates"), "here"),
    ((*FOOTPRINT, "coordinates"), ring(math.nan)),
    ((*FOOTPRINT, "coordinates"), ring(lon=True)),
    ((*FOOTPRINT, "coordinates"), ring("2.35")),
    ((*FOOTPRINT, "coordinates"), ring(10**400)),
    ((*FOOTPRINT, "coordinates"), BOW_TIE),
    ((*FOOTPRINT, "coordinates"), SWAPPED),
    ((*FOOTPRINT, "coordinates"), [[[[[[1.0]]]]]]),
    ((*FOOTPRINT, "coordinates"), [[[2.35, 48.85]] * 20_000]),
    ((*FOOTPRINT, "radius_m"), 50),
    ((*FOOTPRINT, "crs"), "EPSG:2154"),
    (FOOTPRINT, {"type": "Point", "coordinates": [2.35, 48.85]}),
    (FOOTPRINT, {"type": "Point", "coordinates": [2.35, 48.85], "radius_m": 0}),
    (FOOTPRINT, {"type": "Point", "coordinates": [2.35, 48.85], "radius_m": True}),
    (FOOTPRINT, {"type": "Point", "coordinates": [2.35], "radius_m": 50}),
    (FOOTPRINT, {"type": "LineString", "coordinates": SQUARE[0]}),
    (FOOTPRINT, {"type": "LineString", "coordinates": SQUARE[0], "half_width_m": -1}),
    (FOOTPRINT, None),
]


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_every_fault_names_its_field(path: Path, value: object) -> None:
    named = faults(changed(path, value))

    # The field itself, what it lies in, or what lies in it; never another one.
    assert named
    for loc in named:
        shorter = min(len(loc), len(path))
        assert loc[:shorter] == path[:shorter]
        assert len(loc) >= min(len(path), len(FOOTPRINT))


def test_a_body_that_is_no_object_is_refused() -> None:
    bodies: tuple[object, ...] = (None, [], "permit", 7)
    for body in bodies:
        assert faults(body) == [()]


@given(
    path=st.sampled_from([path for path, _ in WRONG if path != ("colour",)]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_any_value_in_any_field_is_read_or_refused_and_breaks_nothing(
    path: Path, value: object
) -> None:
    try:
        body = changed(path, value)
    except (KeyError, TypeError):
        return
    try:
        read = ApplicationIn.model_validate(body)
    except ValidationError:
        return
    assert read.to_application("ailes").volumes


def test_a_ring_with_a_number_where_a_number_belongs_is_read() -> None:
    body = changed((*FOOTPRINT, "coordinates"), ring(1))

    assert ApplicationIn.model_validate(body).volumes


def test_feet_become_metres() -> None:
    body = changed(UPPER, {"value": 400, "unit": "ft", "reference": "AMSL"})

    [volume] = ApplicationIn.model_validate(body).to_application("ailes").volumes

    assert volume.band.upper is not None
    assert volume.band.upper.value_m == pytest.approx(121.92)
    assert volume.band.upper.reference is HeightReference.AMSL


def test_a_circle_and_a_corridor_arrive_as_areas() -> None:
    circle = {"type": "Point", "coordinates": [2.35, 48.85], "radius_m": 100}
    line = {"type": "LineString", "coordinates": [[2.35, 48.85], [2.36, 48.85]], "half_width_m": 50}

    areas = [
        ApplicationIn.model_validate(changed(FOOTPRINT, shape)).volumes[0].footprint.to_area()
        for shape in (circle, line)
    ]

    assert area_m2(areas[0]) == pytest.approx(math.pi * 100**2, rel=0.01)
    assert area_m2(areas[1]) == pytest.approx(734 * 100 + math.pi * 50**2, rel=0.01)


def route(**widths: object) -> dict[str, object]:
    line = [[2.35, 48.85], [2.36, 48.85], [2.36, 48.86]]
    return changed(FOOTPRINT, {"type": "LineString", "coordinates": line, **widths})


def test_each_leg_of_a_route_may_have_its_own_width() -> None:
    narrowing, wide, narrow = (
        ApplicationIn.model_validate(route(**widths)).volumes[0].footprint.to_area()
        for widths in (
            {"half_widths_m": [50, 20]},
            {"half_width_m": 50},
            {"half_widths_m": [20, 20]},
        )
    )
    same = ApplicationIn.model_validate(route(half_width_m=20)).volumes[0].footprint.to_area()

    # 734 m at 50 m to each side, then 1,112 m at 20 m, and half a circle at each end.
    ends = math.pi * (50**2 + 20**2) / 2
    assert area_m2(narrowing) == pytest.approx(734 * 100 + 1112 * 40 + ends, rel=0.02)
    assert narrowing.geom_type == "Polygon"
    # Each width is drawn in a plane of its own: within a decimetre.
    assert wide.buffer(1e-6).covers(narrowing)
    assert narrowing.buffer(1e-6).covers(narrow)
    assert area_m2(narrow) == pytest.approx(area_m2(same), rel=1e-4)


@pytest.mark.parametrize(
    ("widths", "place", "why"),
    [
        ({"half_widths_m": [50]}, ("half_widths_m",), "1 widths for the 2 legs"),
        ({"half_widths_m": [50, 20], "half_width_m": 50}, ("half_widths_m",), "state one"),
        ({"half_widths_m": [50, -1]}, ("half_widths_m", 1), "greater than 0"),
        ({"half_widths_m": []}, ("half_widths_m",), "at least 1"),
        ({"half_widths_m": [50] * 201}, ("half_widths_m",), "at most 200"),
        ({}, ("half_width_m",), "half_width_m belongs to a LineString"),
    ],
)
def test_widths_that_are_not_those_of_the_legs_are_refused(
    widths: dict[str, object], place: tuple[str | int, ...], why: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        ApplicationIn.model_validate(route(**widths))

    [error] = refused.value.errors()
    assert error["loc"] == ("volumes", 0, "footprint", *place)
    assert why in error["msg"]


def test_heights_may_be_left_out() -> None:
    body = changed(UPPER, None)

    [volume] = ApplicationIn.model_validate(body).to_application("ailes").volumes

    assert volume.band.upper is None


def test_advice_needs_no_vehicles() -> None:
    assert AdviceIn.model_validate(changed(("vehicles",), GONE)).vehicles == []


def test_an_instant_keeps_its_meaning() -> None:
    body = changed((*VOLUME, "end"), SOON.isoformat())
    body["volumes"][0]["start"] = "2026-12-01T08:00:00+01:00"

    [volume] = ApplicationIn.model_validate(body).to_application("ailes").volumes

    assert volume.end == SOON
    assert json.dumps(body)


@pytest.mark.parametrize(
    ("siren", "right"),
    [
        ("732829320", True),
        ("732829321", False),
        ("73282932", False),
        ("7328293200", False),
        ("73282932²", False),
        ("", True),
    ],
)
def test_a_siren_checks_itself(siren: str, right: bool) -> None:  # noqa: FBT001 - a table's column
    body = {"id": "ailes", "name": "Ailes", "siren": siren, "size": "small"}

    if right:
        assert OperatorIn.model_validate(body).to_operator().siren == siren
    else:
        with pytest.raises(ValidationError, match="not a SIREN"):
            OperatorIn.model_validate(body)


@pytest.mark.parametrize("widths", [{"half_widths_m": [10, 20]}, {"half_width_m": 10}])
def test_a_leg_of_no_length_is_refused(widths: dict[str, object]) -> None:
    here = [2.35, 48.85]
    line = [here, here, [2.36, 48.85]] if "half_widths_m" in widths else [here, here]
    body = changed(FOOTPRINT, {"type": "LineString", "coordinates": line, **widths})

    with pytest.raises(ValidationError, match="no length"):
        ApplicationIn.model_validate(body)


@pytest.mark.parametrize("widths", [{"half_widths_m": [10, 20, 10]}, {"half_width_m": 10}])
@pytest.mark.parametrize("wrong", [["x", 48.85], [2.36, 98.85], 3, [2.355, 48.85]])
def test_what_is_wrong_with_a_route_is_told_by_its_place_in_the_line(
    widths: dict[str, object], wrong: object
) -> None:
    line = [[2.35, 48.85], [2.355, 48.85], wrong, [2.36, 48.86]]
    if widths == {"half_width_m": 10} and wrong == line[1]:
        line = [wrong, wrong]
    body = changed(FOOTPRINT, {"type": "LineString", "coordinates": line, **widths})

    with pytest.raises(ValidationError) as refused:
        ApplicationIn.model_validate(body)

    [error] = refused.value.errors()
    numbers = () if len(line) == len([wrong, wrong]) else (2,)
    assert error["loc"] == ("volumes", 0, "footprint", "coordinates", *numbers)
