import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from zones.formats.reading import UnreadableZones, parse, read_document
from zones.model import Layer, Restriction
from zones.time.schedule import epoch_ms, in_force

DATA = Path(__file__).parent.parent / "data"


def test_an_ed269_document_becomes_zones_of_the_air() -> None:
    zones, defects = read_document(parse((DATA / "ed269-switzerland.json").read_text()), "swiss")

    assert not defects
    assert [zone.id for zone in zones] == ["LSXX"]
    assert zones[0].layer is Layer.AIR
    assert zones[0].restriction is Restriction.REQ_AUTHORISATION
    assert zones[0].volumes[0].band.lower is not None
    assert zones[0].volumes[0].band.upper is None
    assert zones[0].applicability == ()


def test_a_collection_holds_a_zone_of_two_layers_and_one_of_one() -> None:
    zones, defects = read_document(parse((DATA / "ed318-collection.json").read_text()), "sample")

    assert not defects
    assert [zone.id for zone in zones] == ["NFZ6547", "ABC1234"]
    assert [[v.band.upper.value_m for v in zone.volumes if v.band.upper] for zone in zones] == [
        [150, 50],
        [150],
    ]


def test_an_ed318_circle_is_a_circle_on_the_ground() -> None:
    zones, _ = read_document(parse((DATA / "ed318-collection.json").read_text()), "sample")
    west, south, east, north = zones[1].footprint.bounds

    assert (north - south) * 111_200 == pytest.approx(7_000, rel=0.002)
    assert (east - west) * 71_460 == pytest.approx(7_000, rel=0.002)


def test_an_ed318_schedule_is_evaluated_not_only_published() -> None:
    zones, _ = read_document(parse((DATA / "ed318-collection.json").read_text()), "sample")
    instants = [datetime(2019, 3, 5, hour, 30, tzinfo=UTC) for hour in (15, 16, 17)]

    held = in_force(zones[0], np.array([epoch_ms(each) for each in instants]))

    assert held.tolist() == [False, True, False]


def test_feet_and_the_older_spelling_are_understood_in_a_published_file() -> None:
    text = (DATA / "ed318-zurich-as-published.json").read_text()

    zones, defects = read_document(parse(text), "zurich")

    assert not defects
    assert zones[0].restriction is Restriction.REQ_AUTHORISATION
    assert zones[0].volumes[0].band.upper is not None
    assert zones[0].volumes[0].band.upper.value_m == pytest.approx(120, abs=0.001)


def test_a_defect_names_its_feature_and_costs_the_others_nothing() -> None:
    document = json.loads((DATA / "ed318-collection.json").read_text())
    document["features"][0]["properties"]["type"] = "SOMETIMES"

    zones, defects = read_document(parse(json.dumps(document)), "sample")

    assert [zone.id for zone in zones] == ["ABC1234"]
    assert defects[0].feature == "NFZ6547"
    assert "SOMETIMES" in defects[0].reason


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"a": NaN}', "[" * 100_000])
def test_what_is_no_document_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(UnreadableZones):
        read_document(parse(text), "broken")
