"""Whatever is written where a tariff has something else is refused by name, or is a tariff."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.prices import InvalidTariff
from billing.tariffs import demonstration, read, references, write
from tests.billing.junk import JUNK, places
from tests.billing.samples import tariff

WHOLE = (*demonstration(), *references())
STRANGE = JUNK | st.sampled_from(["1e400", "1e-400", "-0", "NaN", "Infinity", "9" * 30])


@given(st.sampled_from(WHOLE), st.data(), STRANGE)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_place_of_a_member_is_read_or_refused_by_name(
    one: Any,  # noqa: ANN401 - a tariff
    data: st.DataObject,
    junk: Any,  # noqa: ANN401 - anything JSON
) -> None:
    document = write(one)
    *way, last = data.draw(st.sampled_from(places(document)))
    holder: Any = document
    for name in way:
        holder = holder[name]
    holder[last] = junk

    with suppress(InvalidTariff):
        found = read(document)
        assert read(write(found)) == found


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"unit_price": "1e400"}, "unit_price: 1e400 is not below 1,000,000,000,000"),
        ({"currency": ["EUR"]}, r"currency: \['EUR'\] is not one the city bills in"),
    ],
)
def test_what_once_was_no_refusal_is_one(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidTariff, match=reason):
        read({**write(tariff()), **changes})
