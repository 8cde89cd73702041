"""Anything that JSON can hold, and every place in a document to put it."""

from typing import Any

from hypothesis import strategies as st

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda each: (
        st.lists(each, max_size=2) | st.dictionaries(st.text(max_size=4), each, max_size=2)
    ),
    max_leaves=3,
)


def places(document: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - a document
    """Return the way to every member of a document."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(document, dict):
        inner = list(document.items())
    elif isinstance(document, list):
        inner = list(enumerate(document))
    return [found for name, each in inner for found in ((*way, name), *places(each, (*way, name)))]
