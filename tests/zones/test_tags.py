"""Entity tags are numbers of versions, quoted, perhaps weakened on the way, or bare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zones.tags import InvalidTag, from_if_match, from_tag, to_tag


@given(number=st.integers(0, 10**18 - 1))
def test_a_tag_is_read_as_it_was_written_weakened_or_bare(number: int) -> None:
    for said in (to_tag(number), f"W/{to_tag(number)}", str(number), f" {to_tag(number)} "):
        assert from_tag(said) == from_if_match(said, of="zone") == number


@given(said=st.text().filter(lambda text: text.strip() != "*" and not text.strip().isdecimal()))
def test_what_is_no_tag_is_refused_by_its_header(said: str) -> None:
    if from_tag(said) is None:
        with pytest.raises(InvalidTag, match=r"^If-Match: .*no ETag of a permit"):
            from_if_match(said, of="permit")


@pytest.mark.parametrize("said", [None, "*", " * "])
def test_no_tag_and_a_star_rest_on_no_version(said: str | None) -> None:
    assert from_if_match(said, of="zone") is None
