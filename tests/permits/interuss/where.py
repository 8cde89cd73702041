"""Questions about places and heights."""

from collections.abc import Iterator

from tests.permits.interuss.asking import Json, Row, altitude, box, disc, flight, spot


def holes() -> Iterator[Row]:
    yield "on the outer edge", spot(2.300, 48.845)
    yield "on a corner", spot(2.320, 48.850)
    yield "a hair outside the corner", spot(2.320000001, 48.850)
    yield "on the edge of a hole", spot(2.304, 48.845)
    yield "a hair into the hole", spot(2.304000001, 48.845)
    yield "in the square hole", spot(2.306, 48.845)
    yield "on the tip of the triangular hole", spot(2.315, 48.848)
    yield "above the tip of the triangular hole", spot(2.315, 48.8481)
    yield "between the two holes", spot(2.3105, 48.845)
    yield "a circle within the hole", flight(disc(2.3065, 48.845, 100))
    yield "a circle that leaves the hole", flight(disc(2.3065, 48.845, 250))
    yield "a square within the hole", flight(box(2.305, 48.844, 2.308, 48.846))
    yield "a square around the hole", flight(box(2.303, 48.842, 2.310, 48.8475))
    yield "a square around everything", flight(box(2.290, 48.835, 2.3215, 48.8525))
    yield "beside the zone", flight(box(2.290, 48.840, 2.2999, 48.850))
    yield "the mouth of the horseshoe", flight(box(2.332, 48.845, 2.338, 48.852))
    yield "across the horseshoe", flight(box(2.320, 48.851, 2.350, 48.853))
    yield "a leg of the horseshoe", flight(disc(2.3275, 48.848, 30))
    yield "a circle in the mouth, short of the legs", flight(disc(2.335, 48.847, 330))
    yield "a circle in the mouth, into the legs", flight(disc(2.335, 48.847, 400))


def circles() -> Iterator[Row]:
    for metres in (150.0, 390.0, 399.0, 401.0, 500.0):
        yield f"{metres:g} m north of a disc's middle", spot(2.360, 48.845 + metres / 111_208)
    yield "two discs that touch", flight(disc(2.370, 48.845, 340))
    yield "two discs that do not", flight(disc(2.370, 48.845, 330))
    yield "a disc in a disc", flight(disc(2.361, 48.845, 20))
    yield "a disc around a disc", flight(disc(2.3605, 48.8455, 900))
    yield "beside the quay", spot(2.375, 48.8440, altitude(250, "W84"))
    yield "on the quay", spot(2.375, 48.8425, altitude(250, "W84"))
    yield "round the quay's end", spot(2.39075, 48.840, altitude(250, "W84"))
    yield "past the quay's end", spot(2.3909, 48.840, altitude(250, "W84"))
    yield "a circle up to the quay", flight(disc(2.380, 48.847, 150))
    yield "a circle into the quay", flight(disc(2.380, 48.847, 175))


def ringed() -> Iterator[Row]:
    """Yield questions about circles with a hole, and about holes that are asked in circles."""
    middle = (2.405, 48.845)
    for metres in (0.0, 150.0, 198.0, 202.0, 350.0, 498.0, 502.0):
        yield f"{metres:g} m north of the islet", spot(2.405, 48.845 + metres / 111_208)
    for radius in (50.0, 198.0, 202.0, 499.0):
        yield f"{radius:g} m around the islet", flight(disc(*middle, radius))
    yield "a circle on the islet's shore", flight(disc(2.407, 48.845, 60))
    yield "a circle beside the islet's middle", flight(disc(2.406, 48.845, 60))
    yield "a square on the islet", flight(box(2.404, 48.844, 2.406, 48.846))
    yield "a square over the islet's shore", flight(box(2.404, 48.844, 2.408, 48.846))
    yield "a circle in the triangular hole", flight(disc(2.315, 48.8438, 80))
    yield "a circle over the triangular hole", flight(disc(2.315, 48.8438, 250))
    yield "a corner of the square hole", spot(2.309, 48.847)


def in_feet() -> Iterator[Row]:
    """Yield questions about limits in feet above ground, asked in feet and in metres."""
    tower, leg = (2.405, 48.857), (2.3265, 48.8415)
    for feet in (99.0, 100.0, 101.0, 399.0, 400.0, 401.0):
        yield f"{feet:g} ft at a tower of 100 to 400", spot(*tower, altitude(feet, "SFC", "FT"))
    for metres in (30.4, 30.5, 121.9, 122.0):
        yield f"{metres:g} m at a tower of 100 to 400 ft", spot(*tower, altitude(metres, "SFC"))
    for feet in (164.0, 165.0, 300.0, 301.0):
        yield f"{feet:g} ft where 50 m to 300 ft are asked", spot(*leg, altitude(feet, "SFC", "FT"))
    around = disc(*tower, 280)
    for low, high in ((0.0, 100.0), (0.0, 101.0), (400.0, 500.0), (399.0, 500.0)):
        limits = (altitude(low, "SFC", "FT"), altitude(high, "SFC", "FT"))
        yield f"{low:g} to {high:g} ft around the tower", flight(around, limits)
    for low, high in ((122.0, 150.0), (121.0, 150.0)):
        limits = (altitude(low, "SFC"), altitude(high, "SFC"))
        yield f"{low:g} to {high:g} m around the tower", flight(around, limits)
    yield "1000 ft above the ellipsoid", spot(*tower, altitude(1000, "W84", "FT"))
    yield "700 ft above the ellipsoid", spot(*tower, altitude(700, "W84", "FT"))


def ceilings() -> Iterator[Row]:
    inside = (2.302, 48.845)
    for metres in (0.0, 119.9, 120.0, 120.1, 500.0):
        yield f"{metres:g} m above ground below 120", spot(*inside, altitude(metres, "SFC"))
    for feet in (393.0, 394.0):
        yield f"{feet:g} ft above ground below 120 m", spot(*inside, altitude(feet, "SFC", "FT"))
    # The ground lies between 26 and 131 m, the sea 44.6 m above the ellipsoid.
    for metres in (150.0, 250.0, 290.0, 300.0, 400.0):
        yield f"{metres:g} m above the ellipsoid", spot(*inside, altitude(metres, "W84"))
    for feet in (900.0, 1000.0):
        yield f"{feet:g} ft above the ellipsoid", spot(*inside, altitude(feet, "W84", "FT"))
    yield from bands(box(2.3005, 48.8405, 2.3015, 48.8415))
    yield from between_limits(box(2.326, 48.841, 2.327, 48.842))
    yield from over_references()


def villages() -> Iterator[Row]:
    """Yield questions about a place outside Paris, far enough from what is not known there."""
    inside = (2.045, 49.095)
    for metres in (100.0, 101.0):
        yield f"{metres:g} m above a village", spot(*inside, altitude(metres, "SFC"))
    for metres in (60.0, 170.0, 1000.0, 5000.0):
        yield f"{metres:g} m above the ellipsoid there", spot(*inside, altitude(metres, "W84"))
    around = box(2.030, 49.085, 2.070, 49.105)
    for low, high in ((5000.0, 5100.0), (60.0, 5000.0), (600.0, 700.0)):
        limits = (altitude(low, "W84"), altitude(high, "W84"))
        yield f"{low:g} to {high:g} m above the ellipsoid around it", flight(around, limits)
    yield "from 16400 ft on above it", flight(around, (altitude(16400, "W84", "FT"), None))


def bands(square: Json) -> Iterator[Row]:
    for low, high in ((120.0, 150.0), (119.0, 150.0), (0.0, 30.0)):
        limits = (altitude(low, "SFC"), altitude(high, "SFC"))
        yield f"{low:g} to {high:g} m above ground", flight(square, limits)
    yield "from 400 ft on", flight(square, (altitude(400, "SFC", "FT"), None))
    yield "from 390 ft on", flight(square, (altitude(390, "SFC", "FT"), None))
    yield "from 350 m above the ellipsoid on", flight(square, (altitude(350, "W84"), None))
    yield "from 260 m above the ellipsoid on", flight(square, (altitude(260, "W84"), None))


def between_limits(leg: Json) -> Iterator[Row]:
    for low, high in ((0.0, 50.0), (0.0, 51.0), (91.0, 91.4), (91.5, 100.0)):
        limits = (altitude(low, "SFC"), altitude(high, "SFC"))
        yield f"{low:g} to {high:g} m where 50 m to 300 ft are asked", flight(leg, limits)
    yield "up to 100 m above the ellipsoid", flight(leg, (None, altitude(100, "W84")))
    yield "up to 160 m above the ellipsoid", flight(leg, (None, altitude(160, "W84")))


def over_references() -> Iterator[Row]:
    middle, quay = (2.360, 48.845), (2.375, 48.8425)
    for metres in (280.0, 290.0, 300.0):
        yield (
            f"{metres:g} m above the ellipsoid, 250 above the sea",
            spot(*middle, altitude(metres, "W84")),
        )
    for metres in (100.0, 200.0, 260.0):
        yield (
            f"{metres:g} m above ground, 250 above the sea",
            spot(*middle, altitude(metres, "SFC")),
        )
    for feet in (650.0, 657.0, 1000.0, 1001.0):
        yield (
            f"{feet:g} ft on the quay of 200 m to 1000 ft",
            spot(*quay, altitude(feet, "W84", "FT")),
        )
    for metres in (10.0, 100.0, 300.0):
        yield f"{metres:g} m above the quay's ground", spot(*quay, altitude(metres, "SFC"))
