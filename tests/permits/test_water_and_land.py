"""What floats needs water, what stands needs land: as far as the city knows which is which."""

from dataclasses import replace

import pytest
from httpx import Client
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, box, mapping
from shapely.geometry.base import BaseGeometry

from permits.answers.facts import facts
from permits.case import Case
from permits.cases import City
from permits.model import Finding, Outcome
from permits.occupations import Occupation, OccupationKind
from permits.rules.placing import place_fits
from permits.texts.catalogue import finding_texts
from permits.waters import BANK_M, Waters, waters_of
from tests.permits.cases import Asked, case, volume
from tests.permits.lives import Body, Headers
from zones.model import Layer

# A river from west to east, 111 m wide, and a basin north of it: 73.5 m to 0.001° of longitude.
RIVER = box(2.30, 48.850, 2.40, 48.851)
BASIN = box(2.34, 48.870, 2.36, 48.871)
WATERS = waters_of(MultiPolygon([RIVER, BASIN]), "eau.geojson")
NORTH_BANK = 48.851
DEG_M = 111_200.0
AFLOAT = box(2.350, 48.8502, 2.351, 48.8508)
ASHORE = box(2.350, 48.860, 2.351, 48.861)
FAR_AWAY = box(2.350, 48.80, 2.351, 48.81)


def about(
    place: BaseGeometry, layer: Layer, kind: OccupationKind | None = None, *, known: bool = True
) -> Case:
    asked = case(asked=Asked(layer=layer, volumes=(replace(volume(), footprint=place),)))
    standing = None if kind is None else Occupation(kind=kind, area_m2=100.0, length_m=10.0)
    application = replace(asked.application, vehicles=(), occupation=standing)
    return replace(asked, application=application, waters=WATERS if known else None)


def said(place: BaseGeometry, layer: Layer, kind: OccupationKind | None = None) -> Finding:
    return place_fits(about(place, layer, kind))


def quay(from_bank_m: float, *, wide_m: float = 10.0) -> BaseGeometry:
    """Return a strip along the north bank that begins so far from the water."""
    south = NORTH_BANK + from_bank_m / DEG_M
    return box(2.350, south, 2.351, south + wide_m / DEG_M)


@pytest.mark.parametrize(
    ("place", "outcome"),
    [
        (AFLOAT, Outcome.PASSED),
        (quay(BANK_M - 8), Outcome.PASSED),
        (quay(BANK_M - 3), Outcome.OBJECTED),
        (ASHORE, Outcome.OBJECTED),
        (FAR_AWAY, Outcome.NOT_APPLICABLE),
    ],
    ids=["afloat", "at the quay", "mostly ashore", "ashore", "beyond what is known"],
)
def test_nothing_is_moored_on_land(place: BaseGeometry, outcome: Outcome) -> None:
    assert said(place, Layer.RIVER, OccupationKind.MOORING).outcome is outcome


def test_a_boat_passes_where_some_water_is() -> None:
    across = LineString([(2.35, 48.845), (2.35, 48.860)]).buffer(0.0005)
    out_of_town = LineString([(2.35, 48.80), (2.35, 48.86)]).buffer(0.0005)

    assert said(across, Layer.RIVER).outcome is Outcome.PASSED
    assert said(out_of_town, Layer.RIVER).outcome is Outcome.PASSED
    assert said(ASHORE, Layer.RIVER).outcome is Outcome.OBJECTED


@pytest.mark.parametrize("kind", [OccupationKind.TERRACE, OccupationKind.FILM_SET])
def test_what_stands_in_the_water_waits_for_an_officer(kind: OccupationKind) -> None:
    afloat = said(AFLOAT, Layer.SURFACE, kind)

    assert (afloat.outcome, afloat.human) == (Outcome.CONDITIONAL, True)
    assert afloat.params["share_pct"] == "100"
    told = finding_texts(afloat)
    assert "100 % de l'emprise est dans l'eau" in told["fr"]
    assert "a bridge or a pontoon" in told["en"]
    for dry in (ASHORE, quay(-BANK_M)):
        assert said(dry, Layer.SURFACE, kind).outcome is Outcome.PASSED


@pytest.mark.parametrize("layer", [Layer.AIR, Layer.SUBSOIL, Layer.SURFACE])
def test_what_passes_over_or_under_the_water_is_not_asked(layer: Layer) -> None:
    assert said(AFLOAT, layer).outcome is Outcome.NOT_APPLICABLE


def test_what_is_not_known_is_said_not_to_be() -> None:
    unknown = about(ASHORE, Layer.RIVER, OccupationKind.MOORING, known=False)
    known = about(AFLOAT, Layer.RIVER, OccupationKind.MOORING)

    assert "is not known" in finding_texts(place_fits(unknown))["en"]
    assert "On ne sait" in finding_texts(place_fits(unknown))["fr"]
    found = {
        each.known: each.source
        for asked in (unknown, known)
        for each in facts(asked)
        if each.code == "water"
    }
    assert found == {False: "Octroi, aucune carte de l'eau ici", True: "eau.geojson"}


@given(from_bank_m=st.floats(-80, 80))
def test_along_the_bank_is_everything_that_half_of_it_reaches(from_bank_m: float) -> None:
    moored = said(quay(from_bank_m), Layer.RIVER, OccupationKind.MOORING)
    terrace = said(quay(from_bank_m), Layer.SURFACE, OccupationKind.TERRACE)

    middle_m = from_bank_m + 5
    if abs(middle_m - BANK_M) > 0.1:
        assert (moored.outcome is Outcome.PASSED) == (middle_m < BANK_M)
    if abs(middle_m + BANK_M) > 0.1 and middle_m > -70:
        assert (terrace.outcome is Outcome.PASSED) == (middle_m > -BANK_M)


@pytest.fixture
def waters() -> Waters:
    """Where the city of these tests knows water to be."""
    return WATERS


def test_a_mooring_on_land_is_refused_and_no_other_hour_is_offered(
    city: City, client: Client, operator: Headers, flight: Body
) -> None:
    assert city.waters is WATERS
    window = {each: flight["volumes"][0][each] for each in ("start", "end")}

    def moored(place: BaseGeometry) -> Body:
        kind = {"purpose": "leisure", "layer": "river", "occupation": {"kind": "mooring"}}
        return {**kind, "volumes": [{**window, "footprint": mapping(place)}]}

    told = client.post("/v1/permits", json=moored(ASHORE), headers=operator).json()

    assert told["decision"] == "refused"
    assert [each["rule"] for each in told["findings"] if each["outcome"] == "objected"] == [
        "place_fits"
    ]
    assert "its place, on land" in told["alternatives_note"]["en"]
    afloat = client.post("/v1/permits", json=moored(AFLOAT), headers=operator).json()
    assert afloat["decision"] == "granted"
