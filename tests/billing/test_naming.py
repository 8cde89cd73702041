"""Names are those of the standard library."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from billing.naming import named


@given(namespace=st.uuids(), name=st.text())
def test_a_name_is_what_everybody_else_makes_of_it(namespace: UUID, name: str) -> None:
    assert named(namespace, name) == uuid5(namespace, name)
