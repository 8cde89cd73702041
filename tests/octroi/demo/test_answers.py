"""The city answers the demonstration's applications as its story wants."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import shapely
from shapely.geometry import shape

from octroi.demo.cast import Cast, cast
from octroi.demo.companies import UAS_NUMBERS
from octroi.demo.geography import WATERS, to_metres
from octroi.demo.papers import LAPSED, papers
from octroi.settings import load
from octroi.surroundings import water_of
from permits.case import Case, Engagement, Neighbour
from permits.decisions import decide
from permits.identifiers import uas_number
from permits.kinds import DocumentKind
from permits.model import Application, Decision, PermitId
from permits.parties import HeldDocument, OperatorId, VehicleId
from permits.schemas.applications import ApplicationIn
from permits.schemas.documents import DocumentIn
from tests.octroi.demo.drawing import END, START, area_of
from zones.catalogue import Catalogue
from zones.formats.reading import read_document
from zones.model import Layer, Zone

INSURED = frozenset({DocumentKind.INSURANCE})


def test_spaces_of_different_operators_do_not_meet(company: Cast) -> None:
    asked = [
        (crew, area_of(one["footprint"]), one.get("lower", {}).get("value"))
        for crew in company.crews
        for one in crew.spaces
    ]
    for index, (crew, area, lower) in enumerate(asked):
        for other, its_area, its_lower in asked[index + 1 :]:
            rivals = crew.operator != other.operator and crew.layer is other.layer

            assert not (rivals and lower == its_lower and area.intersects(its_area)), (
                crew.operator,
                other.operator,
            )


def test_flown_permits_keep_clear_of_closed_air(city: dict[str, Any], company: Cast) -> None:
    closed = shapely.union_all(
        [
            to_metres(shape(one["geometry"]))
            for one in city["features"]
            if one["properties"]["layer"] == "air"
            and one["id"] != "air-p23"
            and (
                one["properties"]["restriction"] == "PROHIBITED"
                or one["properties"]["rules"].get("human_review")
            )
        ]
    )
    flown = [crew for crew in company.crews if crew.layer is Layer.AIR and crew.spaces]

    assert flown
    for crew in flown:
        assert not area_of(crew.spaces[0]["footprint"]).intersects(closed)


def test_applications_have_the_form_that_is_posted(company: Cast) -> None:
    own = {(one.operator, one.id) for one in company.vehicles}
    decisions = Counter(one.expected for one in company.filings)
    for one in company.filings:
        assert set(one.body) == {"purpose", "layer", "vehicles", "reference", "volumes"}
        assert all((one.operator, vehicle) in own for vehicle in one.body["vehicles"])
        for volume in one.body["volumes"]:
            begin, end = (datetime.fromisoformat(volume[key]) for key in ("start", "end"))

            assert START <= begin < end
            assert (begin, end) == (START, END) or not one.flown

    assert len({one.body["reference"] for one in company.filings}) == len(company.filings)
    assert decisions[Decision.REFUSED] >= 2
    assert decisions[Decision.NEEDS_REVIEW] >= 2
    assert decisions[Decision.GRANTED] > decisions[Decision.REFUSED]


def test_the_city_answers_each_application_as_the_story_wants(city: dict[str, Any]) -> None:
    published, defects = read_document(city, "paris")
    catalogue = Catalogue(published)
    large = cast(3, 900, START, END, city)

    assert defects == []
    held: tuple[Neighbour, ...] = ()
    promised: list[tuple[PermitId, Application]] = []
    waters = water_of(load(water=WATERS))
    for one in large.filings:
        asked = ApplicationIn.model_validate(dict(one.body)).to_application(one.operator)
        case = Case(
            application=asked,
            operator=next(o for o in large.operators if o.id == one.operator),
            vehicles=tuple(v for v in large.vehicles if v.id in asked.vehicles),
            zones=_touched(catalogue, asked),
            now=START,
            documents=_documents(large, one.operator, asked.vehicles),
            documents_needed=INSURED if asked.layer is Layer.AIR else frozenset(),
            neighbours=held if asked.layer is Layer.AIR else (),
            engagements=_engaged(promised, asked),
            waters=waters,
        )

        assert decide(case).decision is one.expected, one.body["reference"]
        if one.expected is Decision.GRANTED:
            promised.append((PermitId(uuid4()), asked))
            held += tuple(
                Neighbour(permit=PermitId(uuid4()), volume=each, vehicles=len(asked.vehicles))
                for each in asked.volumes
                if asked.layer is Layer.AIR
            )


def test_the_only_drone_without_insurance_is_refused_for_nothing_else(company: Cast) -> None:
    lapsed = [one for one in papers(company.vehicles, START) if one.vehicle == LAPSED]
    asking = [one for one in company.filings if one.body["vehicles"] == [LAPSED]]

    assert [datetime.fromisoformat(one.body["valid_until"]) < START for one in lapsed] == [True]
    assert [one.expected for one in asking] == [Decision.REFUSED]


def test_every_drone_operators_number_checks_itself() -> None:
    assert all(uas_number(number) for number in UAS_NUMBERS.values())


def _engaged(
    promised: Sequence[tuple[PermitId, Application]], asked: Application
) -> tuple[Engagement, ...]:
    """Return what was granted before to vehicles that are named again."""
    return tuple(
        Engagement(permit=permit, volume=volume, vehicles=named)
        for permit, other in promised
        if other.operator == asked.operator
        and (named := frozenset(asked.vehicles) & frozenset(other.vehicles))
        for volume in other.volumes
    )


def _documents(
    company: Cast, operator: OperatorId, vehicles: tuple[VehicleId, ...]
) -> tuple[HeldDocument, ...]:
    return tuple(
        DocumentIn.model_validate(dict(one.body)).to_document(
            operator, one.vehicle, by=operator, at=START
        )
        for one in papers(company.vehicles, START)
        if one.operator == operator and one.vehicle in {None, *vehicles}
    )


def _touched(catalogue: Catalogue, asked: Application) -> tuple[Zone, ...]:
    found = {
        zone.id: zone
        for volume in asked.volumes
        for zone in catalogue.touching(
            volume.footprint, layer=asked.layer, band=volume.band, window=volume.window
        )
    }
    return tuple(found.values())
