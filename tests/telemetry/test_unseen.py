"""What of many batches is kept until somebody looks at the map?"""

from hypothesis import given
from hypothesis import strategies as st

from telemetry.watched.feed import Glance, glances
from telemetry.watched.live_batch import LiveBatch
from telemetry.watched.unseen import Unseen
from tests.telemetry.city_builders import DRONE, Seen
from tests.telemetry.news import BOAT, STRANGER, news

SIGHTINGS = st.lists(
    st.lists(
        st.builds(
            Seen,
            x=st.integers(-300, 300),
            s=st.integers(0, 60),
            vehicle=st.sampled_from([DRONE, BOAT, STRANGER]),
        ),
        min_size=1,
        max_size=5,
    ),
    max_size=8,
)


def one_by_one(batches: list[LiveBatch]) -> dict[str, Glance]:
    shown: dict[str, Glance] = {}
    for batch in batches:
        for glance in glances(batch):
            known = shown.get(glance.row.uid)
            if known is None or known.row.at_ms <= glance.row.at_ms:
                shown[glance.row.uid] = glance
    return shown


@given(seen=SIGHTINGS, room=st.integers(1, 12))
def test_what_is_put_by_shows_each_vehicle_once_as_if_somebody_had_looked_all_along(
    seen: list[list[Seen]], room: int
) -> None:
    batches = [news(*each) for each in seen]
    unseen = Unseen(most_rows=room)
    for batch in batches:
        unseen.add(batch)

    taken = [glance for part in unseen.take() for glance in glances(part)]

    assert {each.row.uid: each for each in taken} == one_by_one(batches)
    assert len(taken) == len({each.row.uid for each in taken})
    assert unseen.take() == []


def test_a_night_in_which_nobody_looks_keeps_a_vehicle_once() -> None:
    unseen = Unseen(most_rows=10)
    for s in range(1_000):
        unseen.add(news(Seen(s=s), Seen(s=s, vehicle=BOAT)))

    assert sum(len(part.observations) for part in unseen.take()) == 2
