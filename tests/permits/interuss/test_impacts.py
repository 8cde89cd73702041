"""What the map says a zone does is what the rules do with an application."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from permits.decisions import decide
from permits.interuss.impacts import ORDINARY, Impact, impact_of, zone_impact
from permits.model import Decision
from tests.permits.cases import NOW, Asked, case, volume, zone
from zones.demands import ZoneRules
from zones.model import Purpose, Restriction, Volume, Zone

HERE = (2.35, 48.85)


@st.composite
def zones(draw: st.DrawFn) -> tuple[Zone, ...]:
    """A few zones over the place, of which some cover it whole and others a part."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        west = draw(st.sampled_from([2.34, 2.355]))
        rules = ZoneRules(
            human_review=draw(st.booleans()),
            speed_max_mps=draw(st.sampled_from([None, 5.0])),
            transit=draw(st.booleans()),
        )
        found.append(
            zone(
                f"zone-{number}",
                draw(st.sampled_from(Restriction)),
                rules=rules,
                purposes=draw(
                    st.dictionaries(
                        st.sampled_from([ORDINARY, Purpose.MEDIA]),
                        st.sampled_from(Restriction),
                        max_size=1,
                    )
                ),
                priority=draw(st.integers(0, 2)),
                volumes=(Volume(footprint=box(west, 48.84, 2.37, 48.87)),),
            )
        )
    return tuple(found)


@settings(max_examples=40)
@given(zones())
def test_a_flight_is_granted_where_and_only_where_no_zone_blocks_it(city: tuple[Zone, ...]) -> None:
    flight = volume(start=NOW + timedelta(hours=1), at=HERE)
    answer = decide(case(*city, asked=Asked(purpose=ORDINARY, volumes=(flight,))))

    impacts = [zone_impact(each, city, ORDINARY, (flight,), NOW) for each in city]

    assert (answer.decision is Decision.GRANTED) == (Impact.BLOCK not in impacts)
    if answer.decision is Decision.GRANTED:
        advised = impact_of(answer.findings) is Impact.ADVISE
        assert advised == (Impact.ADVISE in impacts)


@settings(max_examples=40)
@given(zones())
def test_zones_above_make_what_a_zone_does_weaker_and_never_stronger(
    city: tuple[Zone, ...],
) -> None:
    flight = volume(start=NOW + timedelta(hours=1), at=HERE)

    for each in city:
        alone = zone_impact(each, (), ORDINARY, (flight,), NOW)
        beside = zone_impact(each, city, ORDINARY, (flight,), NOW)

        assert beside.rank >= alone.rank
