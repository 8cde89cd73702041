"""Billing over HTTP, as finance, operators and strangers see it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from billing import tariff_api
from billing.api import router
from billing.lists import PriceLists
from billing.service import BillingService
from octroi.problems import install
from permits.identity.guard import anyone, bearers, someone
from permits.parties import Caller, Role
from tests.billing.conftest import City
from tests.billing.samples import permit, visit
from tests.zones.space import zone
from zones.model import Layer, Zone

CALLERS = {
    "finance": Caller(role=Role.FINANCE, name="treasury"),
    "rules": Caller(role=Role.RULEMAKER, name="council"),
    "inspector": Caller(role=Role.INSPECTOR, name="eye"),
    "aladin": Caller(role=Role.OPERATOR, name="aladin"),
    "boreal": Caller(role=Role.OPERATOR, name="boreal"),
}


def street() -> Zone:
    return zone("surface-rivoli", layer=Layer.SURFACE)


class People:
    """Callers of the API, each by name."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str, by: str = "finance", **headers: str) -> Any:  # noqa: ANN401 - httpx
        return self.client.get(path, headers={"Authorization": f"Bearer {by}", **headers})

    def post(self, path: str, body: object, by: str = "finance", **headers: str) -> Any:  # noqa: ANN401 - httpx
        given = {"Authorization": f"Bearer {by}", **headers}
        return self.client.post(path, json=body, headers=given)


def nobody(token: str, *, looks_only: bool) -> None:
    """Know no session."""
    del token, looks_only


@pytest.fixture
def people(service: BillingService, city: City) -> Iterator[People]:
    city.visits = [visit("a"), visit("b")]
    city.permits = [permit()]
    with asked(service, city) as found:
        yield found


@contextmanager
def asked(service: BillingService, city: City) -> Iterator[People]:
    """Serve a city's billing to its people."""
    app = FastAPI()
    install(app)
    who = someone(anyone(bearers(CALLERS.get), nobody))
    app.include_router(router(service, who))
    lists = PriceLists(service, lambda: [street()], lambda: city.now)
    app.include_router(tariff_api.router(service, lists, who))
    with serving(app) as url, httpx.Client(base_url=url) as client:
        yield People(client)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(app, log_level="critical", ws="none", http="h11", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def number(people: People) -> str:
    (draft,) = people.post("/v1/billing/runs", {"period": "2026-10"}).json()["drafts"]
    issued = people.post(f"/v1/invoices/{draft['id']}/issue", {}, **{"Idempotency-Key": "k"})
    assert issued.status_code == 200
    return str(issued.json()["number"])


def test_a_month_is_run_and_its_draft_issued(people: People) -> None:
    run = people.post("/v1/billing/runs", {"period": "2026-10"}).json()
    draft = run["drafts"][0]

    issued = people.post(f"/v1/invoices/{draft['id']}/issue", {}).json()

    assert (run["usages_new"], run["conflicts"], draft["state"]) == (3, [], "draft")
    assert (issued["state"], issued["number"], issued["total"]) == (
        "issued",
        "P-2026-000001",
        "42.00",
    )


def test_an_invoice_comes_as_json_pdf_or_csv(people: People, number: str) -> None:
    path = f"/v1/invoices/{number}"

    as_json = people.get(path, by="aladin")
    as_pdf = people.get(f"{path}?lang=en", by="aladin", Accept="application/pdf")
    as_csv = people.get(path, by="aladin", Accept="text/csv, application/json;q=0.5")
    refused = people.get(path, by="aladin", Accept="image/png")

    assert as_json.json()["debtor"]["id"] == "aladin"
    assert people.get(f"/v1/invoices/{as_json.json()['id']}").json() == as_json.json()
    assert as_pdf.content.startswith(b"%PDF")
    assert as_csv.text.splitlines()[1].startswith("P-2026-000001,2026-11-02T09:00:00Z,2026-12-02,")
    assert refused.status_code == 406


def test_the_pdf_speaks_as_the_reader_does_unless_a_language_is_named(
    people: People, number: str
) -> None:
    def paper(query: str, **accepted: str) -> httpx.Response:
        path = f"/v1/invoices/{number}{query}"
        answer = people.get(path, Accept="application/pdf", **accepted)
        assert isinstance(answer, httpx.Response)
        return answer

    english = {"Accept-Language": "en-GB,en;q=0.9,fr;q=0.8"}
    spoken = [
        paper(""),
        paper("", **{"Accept-Language": "de"}),
        paper("?lang=fr", **english),
        paper("", **english),
        paper("?lang=en", **{"Accept-Language": "fr"}),
    ]

    assert [each.headers["Content-Language"] for each in spoken] == ["fr", "fr", "fr", "en", "en"]
    assert [b"/Lang (en)" in each.content for each in spoken] == [False] * 3 + [True] * 2
    assert "Accept-Language" in spoken[0].headers["Vary"]


def test_another_s_invoice_is_not_there(people: People, number: str) -> None:
    for path in (f"/v1/invoices/{number}", f"/v1/invoices/{number}/lines/1/evidence"):
        assert people.get(path, by="boreal").status_code == 404
        assert people.get(path, by="inspector").status_code == 403

    assert people.get("/v1/invoices", by="boreal").json() == {"items": [], "next": None}
    assert people.get("/v1/invoices?operator=aladin", by="boreal").status_code == 403
    assert people.get("/v1/usage", by="boreal").json()["items"] == []
    assert "P-2026" not in people.get("/v1/exports/csv?period=2026-10", by="boreal").text


def test_a_draft_is_not_yet_a_claim_and_hidden_from_its_debtor(people: People) -> None:
    (draft,) = people.post("/v1/billing/runs", {"period": "2026-10"}).json()["drafts"]

    assert people.get(f"/v1/invoices/{draft['id']}", by="aladin").status_code == 404
    assert people.get("/v1/invoices?state=draft", by="aladin").json()["items"] == []
    assert len(people.get("/v1/invoices?state=draft").json()["items"]) == 1


def test_only_finance_bills(people: People, number: str) -> None:
    invoice = people.get(f"/v1/invoices/{number}").json()

    assert people.post("/v1/billing/runs", {"period": "2026-10"}, by="aladin").status_code == 403
    issue = f"/v1/invoices/{invoice['id']}/issue"
    assert people.post(issue, {}, by="aladin").status_code == 403
    assert people.client.post(issue, json={}).status_code == 401


def test_issuing_twice_is_refused_unless_it_is_the_same_request(
    people: People, number: str
) -> None:
    issue = f"/v1/invoices/{people.get(f'/v1/invoices/{number}').json()['id']}/issue"

    again = people.post(issue, {}, **{"Idempotency-Key": "k"})
    other = people.post(issue, {})

    assert again.json()["number"] == number
    assert other.status_code == 409
    assert "credit note" in other.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"period": "2026-13"}, 422, "period"),
        ({"period": "2026-11"}, 409, "not over"),
        ({"period": "10/2026"}, 422, "YYYY-MM"),
        ({}, 422, "/period"),
        ({"period": "2026-10", "force": True}, 422, "/force"),
    ],
)
def test_a_run_of_no_finished_month_is_refused_by_name(
    people: People, body: dict[str, Any], status: int, named: str
) -> None:
    answer = people.post("/v1/billing/runs", body)

    assert answer.status_code == status
    assert named in answer.json()["detail"]


def test_a_line_is_walked_back_to_positions(people: People, number: str) -> None:
    found = people.get(f"/v1/invoices/{number}/lines/1/evidence", by="aladin").json()

    fee = found["fees"][0]
    assert (found["line"]["tariff"], found["fees_in_line"]) == ("air-minute", 2)
    assert fee["tariff"]["act"].startswith("démonstration")
    assert fee["usage"]["zone_version"] == 1
    position = fee["visit"]["positions"][0]
    assert (position["lat"], position["verdict"], position["rulebook_version"]) == (
        48.851,
        "compliant",
        3,
    )
    grant = people.get(f"/v1/invoices/{number}/lines/2/evidence").json()["fees"][0]
    assert grant["permit"]["decision"] == "granted"
    assert people.get(f"/v1/invoices/{number}/lines/9/evidence").status_code == 404


def test_usage_is_listed_with_what_it_cost(people: People, number: str) -> None:
    first = people.get("/v1/usage?limit=2&period=2026-10&layer=air", by="aladin").json()
    rest = people.get(f"/v1/usage?limit=2&cursor={first['next']}", by="aladin").json()

    assert len(first["items"]) == 2
    assert len(rest["items"]) == 1
    assert rest["next"] is None
    assert first["items"][0]["fees"][0]["amount"] in {"3.50", "35.00"}
    assert number


def test_a_month_is_exported_with_a_row_a_line(people: People, number: str) -> None:
    answer = people.get("/v1/exports/csv?period=2026-10")

    assert answer.headers["content-type"].startswith("text/csv")
    assert [row.split(",")[0] for row in answer.text.splitlines()] == ["number", number, number]
    dictionary = answer.links["describedby"]["url"]
    described = [each["column"] for each in people.get(dictionary).json()["lines"]]
    assert described == answer.text.splitlines()[0].split(",")
    assert "lines,number,numéro de" in people.get(dictionary, Accept="text/csv").text
    assert people.get(dictionary, Accept="image/png").status_code == 406
    empty = people.get("/v1/exports/fec?period=2026-10")
    assert "months that have some: 2026-11" in empty.headers["Octroi-Remark"]


def test_tariffs_are_public_and_published_by_the_council_alone(people: People) -> None:
    listed = people.client.get("/v1/tariffs?at=2026-10-14T12:00:00Z").json()["items"]
    river = next(each for each in listed if each["id"] == "river-km")
    begins = "2027-01-01"
    dearer = {**river, "version": 2, "unit_price": "1.00", "valid": {"start": begins}}

    assert people.post("/v1/tariffs", dearer).status_code == 403
    assert people.post("/v1/tariffs", dearer, by="rules").status_code == 201
    clash = people.post("/v1/tariffs", {**dearer, "version": 3}, by="rules")
    assert clash.status_code == 409
    assert "river-km: versions 2 and 3 overlap" in clash.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("act", " ", "act"),
        ("unit_price", "-1", "unit_price"),
        ("unit_price", "NaN", "unit_price"),
        ("unit_price", "0.0000001", "unit_price"),
        ("unit_price", 1.5, "unit_price"),
        ("kind", "per_moon", "kind"),
        ("currency", "ZZZ", "currency"),
        ("text", {"fr": "x"}, "text"),
        ("purpose_factors", {"piracy": "1"}, "purpose_factors"),
        ("size_factors", {"micro": "x"}, "/size_factors/micro"),
        ("valid", {"start": "soon"}, "valid"),
        ("valid", {"start": "2027-02-01", "end": "2027-01-01"}, "valid"),
        ("layer", "moon", "layer"),
    ],
)
def test_a_tariff_that_cannot_be_applied_is_refused_by_field(
    people: People, field: str, value: object, named: str
) -> None:
    published = people.client.get("/v1/tariffs").json()

    answer = people.post(
        "/v1/tariffs", {**published["items"][0], "id": "new", field: value}, by="rules"
    )

    assert answer.status_code == 422
    assert named in answer.json()["detail"]
    assert people.client.get("/v1/tariffs").json() == published


def test_what_is_not_there_is_a_problem(people: People) -> None:
    for path in (
        "/v1/invoices/P-2026-999999",
        "/v1/invoices/%00",
        "/v1/invoices/x/lines/1/evidence",
    ):
        answer = people.get(path)
        assert answer.status_code in {404, 422}
        assert answer.headers["content-type"] == "application/problem+json"


def test_an_inspector_tells_what_stood_without_title_and_a_wrong_word_changes_nothing(
    people: People,
) -> None:
    ring = [[2.35, 48.85], [2.3501, 48.85], [2.3501, 48.8501], [2.35, 48.8501], [2.35, 48.85]]
    found = {
        "operator": "aladin",
        "reference": "pv-12",
        "kind": "terrace",
        "footprint": {"type": "Polygon", "coordinates": [ring]},
        "start": "2026-10-02T08:00:00+02:00",
        "end": "2026-10-20T20:00:00+02:00",
    }
    bow = [ring[0], ring[2], ring[1], ring[3], ring[0]]

    told = people.post("/v1/usage/untitled", found, by="inspector")
    refused = [
        people.post("/v1/usage/untitled", found | wrong, by=by)
        for wrong, by in (
            ({}, "aladin"),
            ({"operator": "nobody"}, "finance"),
            ({"footprint": {"type": "Polygon", "coordinates": [bow]}}, "finance"),
            ({"end": "2026-11-20T20:00:00+01:00"}, "finance"),
            ({"end": "2026-10-21T20:00:00+02:00"}, "finance"),
        )
    ]

    assert told.status_code == 201, told.text
    (use,) = told.json()["items"]
    assert (use["permit"], use["purpose"], use["occupied"]["kind"]) == (None, None, "terrace")
    assert [each.status_code for each in refused] == [403, 422, 422, 422, 409]
    assert "footprint" in refused[2].text
    (draft,) = people.post("/v1/billing/runs", {"period": "2026-10"}).json()["drafts"]
    assert "indemnity without title" in [each["text"]["en"] for each in draft["lines"]][-1]
    assert people.get("/v1/billing/runs").json() == {"mode": "none", "next_at": None, "items": []}
    assert people.get("/v1/billing/runs", by="aladin").status_code == 403
