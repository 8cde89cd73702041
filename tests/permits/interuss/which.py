"""Questions about what a zone does, who made it, and many at random."""

import random
from collections.abc import Iterator

from tests.permits.interuss.asking import Row, altitude, box, disc, flight, spot


def neither() -> Iterator[Row]:
    yield "a zone without a restriction", spot(2.350, 48.867)
    yield "a zone without one but with a speed", spot(2.335, 48.867)
    yield "a zone of the street", spot(2.380, 48.867)
    yield "no zone at all", spot(2.340, 48.880)
    yield "no zone, in a wide circle", flight(disc(2.345, 48.8815, 500))
    yield "closed, and nothing above", spot(2.303, 48.870)
    yield "closed, set aside by a lane", spot(2.307, 48.870)
    yield "a flight within the lane", flight(box(2.306, 48.866, 2.309, 48.874))
    yield "a flight out of the lane", flight(box(2.306, 48.866, 2.312, 48.874))
    yield "a circle within the lane", flight(disc(2.3075, 48.870, 100))
    yield "a circle out of the lane", flight(disc(2.3075, 48.870, 250))


def filtered() -> Iterator[Row]:
    parcels = spot(2.365, 48.867)
    for purpose in ("delivery", "medical", "media", "Part107"):
        yield f"as {purpose}", {**parcels, "operation_rule_set": purpose}
    airfield = spot(2.395, 48.867, altitude(100, "W84"))
    for source in ("DSAC Nord", "Ville de Paris", "FAA_LAANC"):
        yield f"from {source}", {**airfield, "restriction_source": source}
    for source in ("Arrêté A-1", "Ville de Paris", "DSAC Nord"):
        yield f"by {source}", {**spot(2.302, 48.845), "restriction_source": source}
    for kind in ("EUROCONTROL", "CORUS"):
        yield f"of class {kind}", {**airfield, "ed269": {"u_space_class": kind}}
    for acceptable in (["REQ_AUTHORISATION"], ["PROHIBITED", "CONDITIONAL"], []):
        yield (
            f"of {' or '.join(acceptable) or 'any kind'}",
            {
                **airfield,
                "ed269": {"acceptable_restrictions": acceptable},
            },
        )
    yield (
        "of two volumes one",
        {
            "volumes4d": [
                *flight(disc(2.340, 48.880, 50))["volumes4d"],
                *flight(disc(2.303, 48.870, 50))["volumes4d"],
            ]
        },
    )


def scattered() -> Iterator[Row]:
    """Yield circles and squares strewn over the zone with holes and the horseshoe."""
    chance = random.Random(2026)  # noqa: S311 - examples, no secrets
    for number in range(60):
        lon, lat = chance.uniform(2.298, 2.347), chance.uniform(48.839, 48.852)
        high = altitude(round(chance.uniform(0, 200), 1), "SFC")
        if number % 3 == 0:
            yield f"point {number}", spot(lon, lat, high)
        elif number % 3 == 1:
            yield f"circle {number}", flight(disc(lon, lat, chance.uniform(20, 250)), (None, high))
        else:
            east, north = lon + chance.uniform(2e-4, 3e-3), lat + chance.uniform(2e-4, 2e-3)
            yield f"square {number}", flight(box(lon, lat, east, north), (high, None))
