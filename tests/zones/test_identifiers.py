"""Names of at most seven characters: one's own where it fits, else one that never changes."""

from hypothesis import given
from hypothesis import strategies as st

from zones.formats.identifiers import LONGEST, identifiers
from zones.model import ZoneId

names = st.lists(st.text(min_size=1, max_size=12).map(ZoneId), unique=True, max_size=20)


@given(names)
def test_every_name_is_short_alone_and_the_same_in_any_order(given_names: list[ZoneId]) -> None:
    called = identifiers(given_names)

    assert called == identifiers(reversed(given_names))
    assert len(set(called.values())) == len(given_names)
    assert all(0 < len(word) <= LONGEST for word in called.values())


@given(names, names)
def test_a_short_name_is_kept_and_others_depend_on_nobody(
    some: list[ZoneId], more: list[ZoneId]
) -> None:
    alone, together = identifiers(some), identifiers([*some, *more])

    assert {name: together[name] for name in alone} == dict(alone)
    assert all(alone[name] == name for name in some if len(name) <= LONGEST and name.isascii())


def test_where_a_digest_is_taken_the_next_one_is_given() -> None:
    long = ZoneId("a name that is too long")
    taken = ZoneId(identifiers([long])[long])

    called = identifiers([long, taken])

    assert called[taken] == taken
    assert called[long] != taken
    assert len(called[long]) == LONGEST
