"""What is wrong with a value is said in plain words, with what was sent."""

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from octroi.reasons import LONGEST, reason

JARGON = ("Input", "valid ", "permitted", "Value error", "dictionary", "parse")


class Layer(StrEnum):
    """Two of them."""

    AIR = "air"
    RIVER = "river"


class Round(BaseModel):
    """One shape."""

    type: Literal["Point"]


class Long(BaseModel):
    """Another."""

    type: Literal["LineString"]


class Thing(BaseModel):
    """A field of every kind that is sent to the city."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    layer: Layer = Layer.AIR
    word: Literal["m", "ft"] = "m"
    text: Annotated[str, Field(min_length=2, max_length=5, pattern="^[a-z]+$")] = "abc"
    count: Annotated[int, Field(ge=1, lt=9)] = 1
    height: Annotated[float, Field(gt=0, le=100)] = 1
    price: Decimal = Decimal(1)
    flag: bool = True
    many: Annotated[list[int], Field(min_length=1, max_length=2)] = []
    named: dict[str, int] = {}
    part: Round | None = None
    shape: Annotated[Round | Long, Field(discriminator="type")] = Round(type="Point")
    at: AwareDatetime | None = None
    day: date | None = None
    key: UUID | None = None
    own: str = ""

    @field_validator("own")
    @classmethod
    def _own(cls, value: str) -> str:
        if value:
            msg = "it has words of its own"
            raise ValueError(msg)
        return value


class Needed(BaseModel):
    """A field that has to be there."""

    size: int


CASES: list[tuple[str, object, str]] = [
    ("colour", 1, "there is no such field here"),
    ("layer", "moon", "expected 'air' or 'river', not 'moon'"),
    ("word", None, "expected 'm' or 'ft', not null"),
    ("text", 7, "expected a text, not 7"),
    ("text", "a", "expected 2 characters or more, not 'a'"),
    ("text", "x" * 99, f"expected 5 characters at most, not '{'x' * LONGEST}…'"),
    ("text", "A1", "expected a text of the form ^[a-z]+$, not 'A1'"),
    ("count", "many", "expected a whole number, not 'many'"),
    ("count", 1.5, "expected a whole number, not 1.5"),
    ("count", 0, "expected 1 or more, not 0"),
    ("count", 9, "expected less than 9, not 9"),
    ("height", "\ud800", "expected a text of whole characters, not '\\ud800'"),
    ("height", float("nan"), "expected a finite number, not nan"),
    ("height", 0, "expected more than 0, not 0"),
    ("height", 101, "expected 100 or less, not 101"),
    ("height", {}, "expected a number, not an object"),
    ("price", "dear", "expected a number, not 'dear'"),
    ("flag", [], "expected true or false, not a list"),
    ("many", {}, "expected a list, not an object"),
    ("many", [], "0 given, 1 or more expected"),
    ("many", [1, 2, 3], "more given than 2, which is the most"),
    ("named", True, "expected an object, not true"),
    ("part", "here", "expected an object, not 'here'"),
    ("shape", {"type": "Star"}, "expected 'type' to be 'Point', 'LineString', not 'Star'"),
    ("shape", {}, "'type' is required, and missing"),
    ("at", "noon", "expected an instant such as 2026-10-01T08:00:00+02:00, not 'noon'"),
    ("day", "soon", "expected a day such as 2026-10-01, not 'soon'"),
    ("key", "k", "expected a UUID, not 'k'"),
    ("own", "x", "it has words of its own"),
]


def found(model: type[BaseModel], body: dict[str, object]) -> dict[str, Any]:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(body)
    return dict(refused.value.errors()[0])


@pytest.mark.parametrize(("name", "value", "said"), CASES)
def test_a_wrong_value_is_told_in_plain_words(name: str, value: object, said: str) -> None:
    assert reason(found(Thing, {name: value})) == said


def test_a_missing_field_and_a_time_of_no_place_are_told() -> None:
    assert reason(found(Needed, {})) == "it is required, and missing"
    naive = reason(found(Thing, {"at": "2026-10-01T08:00:00"}))
    assert naive.endswith("with its timezone, not '2026-10-01T08:00:00'")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.sampled_from([*Thing.model_fields, "colour"]), anything)
def test_whatever_is_sent_the_answer_is_short_and_can_be_written(name: str, value: object) -> None:
    try:
        TypeAdapter(Thing).validate_python({name: value})
    except ValidationError as refused:
        for error in refused.errors():
            said = reason(dict(error))
            assert len(said) < 7 * LONGEST
            assert json.dumps(said, ensure_ascii=False).encode()
            assert not any(word in said for word in JARGON)
