"""Whatever is wrong with a document is said: reading one never fails."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.zones.lawful import json_values
from zones.formats.reading import find
from zones.formats.writing import WrittenFormat, write_document

DATA = Path(__file__).parent.parent / "data"
DOCUMENTS = {
    "ed269": DATA / "ed269-switzerland.json",
    "ed318": DATA / "ed318" / "Example_Collection.json",
    "extended": DATA / "ed318" / "Example_GeoZone_with_extension.json",
}
Way = tuple[str | int, ...]


def ways(value: object, way: Way = ()) -> Iterator[Way]:
    """Yield the way to every value of a document."""
    yield way
    inner: dict[Any, Any] = dict(enumerate(value)) if isinstance(value, list) else {}
    for name, each in (value if isinstance(value, dict) else inner).items():
        yield from ways(each, (*way, name))


def with_value(document: Any, way: Way, value: object) -> Any:  # noqa: ANN401 - a document
    changed = copy.deepcopy(document)
    place = changed
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value
    return changed


@pytest.mark.parametrize("name", list(DOCUMENTS))
@given(st.data())
@settings(phases=[Phase.generate])
def test_a_document_with_anything_anywhere_is_read_and_what_is_taken_can_be_written(
    name: str, data: st.DataObject
) -> None:
    document = json.loads(DOCUMENTS[name].read_text())
    way = data.draw(st.sampled_from([each for each in ways(document) if each]))
    broken = with_value(document, way, data.draw(json_values))

    found = find(broken, name)

    assert all(defect.sentence for defect in found.defects)
    assert all(remark.sentence for remark in found.remarks)
    for written_format in WrittenFormat:
        json.dumps(write_document(found.zones, written_format).document)


def test_geometries_that_are_no_list_are_a_defect_of_their_feature() -> None:
    document = json.loads(DOCUMENTS["ed318"].read_text())
    broken = with_value(document, ("features", 0, "geometry", "geometries"), {"a": {}})

    (defect, *others) = find(broken, "ed318").defects

    assert (defect.path, others) == ("geometry.geometries", [])
