"""The life of invoices over HTTP and from the command line, as operators and finance see it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import typer
from fastapi import FastAPI

from billing.api import router
from billing.life.disputes import sealed
from billing.service import BillingService
from octroi.cli.billing import commands
from octroi.problems import install
from permits.identity.guard import anyone, bearers, someone
from tests.billing.conftest import City
from tests.billing.samples import OCTOBER, permit, visit
from tests.billing.test_api import CALLERS, People, nobody, serving
from tests.billing.test_cli import said

NUMBER = "P-2026-000001"


@pytest.fixture
def people(swift: BillingService, city: City) -> Iterator[People]:
    city.visits, city.permits = [visit("a")], [permit()]
    app = FastAPI()
    install(app)
    app.include_router(router(swift, someone(anyone(bearers(CALLERS.get), nobody))))
    with serving(app) as url, httpx.Client(base_url=url) as client:
        yield People(client)


@pytest.fixture
def issued(swift: BillingService, city: City) -> str:
    city.visits, city.permits = [visit("a")], [permit()]
    swift.issue(swift.run(OCTOBER).drafts[0].id, by="f")
    return NUMBER


@pytest.fixture
def app(swift: BillingService, city: City) -> typer.Typer:
    city.visits, city.permits = [visit("a")], [permit()]

    @contextmanager
    def opened() -> Iterator[BillingService]:
        yield swift

    app = typer.Typer()
    app.add_typer(commands(opened), name="billing")
    return app


def test_a_draft_is_reviewed_and_an_impossible_move_names_those_that_are(people: People) -> None:
    run = people.post("/v1/billing/runs", {"period": "2026-10"}).json()
    where = f"/v1/invoices/{run['drafts'][0]['id']}"

    refused = people.post(f"{where}/approve", {})
    submitted = people.post(f"{where}/submit", {"reason": "Octobre"})
    approved = people.post(f"{where}/approve", {})
    listed = people.get("/v1/invoices?state=approved").json()["items"]
    back = people.post(f"{where}/return", {"reason": "Adresse"})

    assert refused.status_code == 409
    assert refused.json()["detail"].endswith("possible moves: submit")
    assert submitted.json()["state"] == "review"
    assert approved.json()["state"] == listed[0]["state"] == "approved"
    assert back.json()["state"] == "draft"
    told = people.get(f"{where}/history").json()["items"]
    assert [(each["move"], each["by"], each["reason"]) for each in told] == [
        ("submit", "treasury", "Octobre"),
        ("approve", "treasury", ""),
        ("return", "treasury", "Adresse"),
    ]
    assert people.post(f"{where}/return", {}, by="aladin").status_code == 403


def test_an_operator_disputes_its_line_and_finance_decides(people: People, issued: str) -> None:
    path = f"/v1/invoices/{issued}/dispute"
    before = people.get(f"/v1/invoices/{issued}/lines/1/evidence").json()

    strange = people.post(path, {"line": 1, "reason": "x"}, by="boreal")
    opened = people.post(path, {"line": 1, "reason": "Le drone était en panne"}, by="aladin")
    again = people.post(path, {"line": 1, "reason": "x"}, by="aladin")
    one = f"/v1/disputes/{opened.json()['id']}"
    proof = people.get(one, by="aladin").json()
    forbidden = people.post(f"{one}/confirm", {"reason": "x"}, by="aladin")
    ended = people.post(f"{one}/credit", {"reason": "Panne avérée", "amount": "1.50"})

    assert (strange.status_code, opened.status_code, again.status_code) == (404, 201, 409)
    assert (opened.json()["amount"], opened.json()["opened_by"]) == ("3.50", "aladin")
    assert proof["evidence"]["fees"] == before["fees"]
    assert people.get("/v1/disputes?open=true", by="boreal").json() == {"items": []}
    assert people.get(one, by="boreal").status_code == 404
    assert (forbidden.status_code, ended.status_code) == (403, 200)
    assert (ended.json()["outcome"], ended.json()["credit_note"]) == ("credited", "A-2026-000001")
    assert people.post(f"{one}/confirm", {"reason": "x"}).status_code == 409
    assert len(people.get("/v1/disputes", by="aladin").json()["items"]) == 1


def test_the_frozen_evidence_is_what_its_hash_is_of(
    swift: BillingService, people: People, issued: str
) -> None:
    path = f"/v1/invoices/{issued}/dispute"
    opened = people.post(path, {"line": 1, "reason": "x"}, by="aladin").json()

    (kept,) = swift.disputes.all()

    assert sealed(kept.evidence) == opened["evidence_hash"]
    assert json.loads(kept.evidence)["line"]["number"] == 1


def test_a_write_off_is_told_with_the_standing(people: People, issued: str) -> None:
    path = f"/v1/invoices/{issued}/write-off"
    body = {"kind": "remise", "act": "délibération 1", "reason": "Crue", "amount": "8.50"}

    gone = people.post(path, body)
    too_much = people.post(path, {**body, "amount": "30.01"})
    standing = people.get(f"/v1/invoices/{issued}/standing", by="aladin").json()

    assert (gone.status_code, gone.json()["amount"], too_much.status_code) == (201, "8.50", 422)
    assert (standing["written_off"], standing["due"], standing["state"]) == (
        "8.50",
        "30.00",
        "issued",
    )
    assert standing["limitation_on"] == "2030-11-02"
    shown = people.get(f"/v1/invoices/{issued}/write-offs", by="aladin").json()["items"]
    assert [each["act"] for each in shown] == ["délibération 1"]
    assert people.post(path, body, by="aladin").status_code == 403


def test_a_refund_is_told_with_the_standing(people: People, issued: str) -> None:
    path = f"/v1/invoices/{issued}/refund"
    statement = f"date,reference,amount,transaction\n2026-11-02,{issued},40.00,TX-1\n"
    people.post("/v1/payments", {"csv": statement})

    too_much = people.post(path, {"transaction": "VIR-1", "amount": "1.51"})
    strange = people.post(path, {"transaction": "VIR-1"}, by="aladin")
    back = people.post(path, {"transaction": "VIR-1"})
    again = people.post(path, {"transaction": "VIR-1"})
    standing = people.get(f"/v1/invoices/{issued}/standing", by="aladin").json()

    assert (back.json()["known"], again.status_code, again.json()["known"]) == (False, 200, True)
    assert (too_much.status_code, strange.status_code, back.status_code) == (422, 403, 201)
    assert "1.50 paid too much" in too_much.json()["detail"]
    assert (back.json()["amount"], back.json()["paid_on"]) == ("1.50", "2026-11-02")
    assert (standing["refunded"], standing["due"], standing["state"]) == ("1.50", "0.00", "paid")


def test_a_contradiction_is_listed_corrected_and_credited(
    people: People, issued: str, city: City
) -> None:
    city.visits = [visit("a", certain_ms=60_000)]
    people.post("/v1/billing/runs", {"period": "2026-10"})
    (found,) = people.get("/v1/usage/contradictions").json()["items"]

    corrected = people.post("/v1/usage/corrections", {"key": found["key"], "reason": "Recalé"})
    run = people.post("/v1/billing/runs", {"period": "2026-10"}).json()
    (draft,) = people.get("/v1/billing/credit-drafts").json()["items"]
    note = people.post(f"/v1/billing/credit-drafts/{draft['id']}/issue", {})
    again = people.post(f"/v1/billing/credit-drafts/{draft['id']}/issue", {})

    assert corrected.json()["replacement"]["certain_ms"] == 60_000
    assert run["drafts"][0]["supplements"] == [issued]
    assert run["credits"] == [draft]
    assert (note.status_code, note.json()["total"], note.json()["reason"]) == (
        201,
        "3.50",
        "Recalé",
    )
    assert again.status_code == 404
    assert people.get("/v1/usage/contradictions", by="aladin").status_code == 403


def test_the_command_line_moves_a_draft_and_a_dry_run_moves_nothing(app: typer.Typer) -> None:
    said(app, "billing", "run", "--period", "2026-10")
    dry = said(app, "billing", "submit", "--period", "2026-10", "--dry-run").stdout
    refused = said(app, "billing", "approve", "--period", "2026-10", code=1).stderr
    submitted = said(app, "billing", "submit", "--period", "2026-10").stdout
    said(app, "billing", "approve", "--period", "2026-10")
    would = said(app, "billing", "issue", "--period", "2026-10", "--dry-run").stdout
    listed = said(app, "billing", "list").stdout
    said(app, "billing", "issue", "--period", "2026-10")
    history = said(app, "billing", "history", NUMBER).stdout

    assert dry.startswith("would be: ")
    assert "possible moves: submit" in refused
    assert submitted.rstrip().endswith("review")
    assert NUMBER in would
    assert "approved" in listed
    assert NUMBER not in listed
    assert [line.split()[1] for line in history.splitlines()[1:]] == ["submit", "approve", "issue"]
    said(app, "billing", "submit", code=2)


def test_the_command_line_disputes_answers_and_writes_off(
    app: typer.Typer, swift: BillingService
) -> None:
    swift.issue(swift.run(OCTOBER).drafts[0].id, by="f")

    said(app, "billing", "dispute", NUMBER, "1", "--reason", "Courrier", "--dry-run")
    assert swift.disputes.all() == ()
    opened = said(app, "billing", "dispute", NUMBER, "1", "--reason", "Courrier").stdout
    (ident,) = re.findall(r"dispute (\S+):", opened)
    assert "Courrier" in said(app, "billing", "disputes").stdout
    ended = said(app, "billing", "answer", ident, "--credit", "--reason", "Avéré").stdout
    act = ["--kind", "non_valeur", "--act", "délibération 1", "--reason", "Liquidation"]
    said(app, "billing", "write-off", NUMBER, *act, "--amount", "x", code=1)
    gone = said(app, "billing", "write-off", NUMBER, *act).stdout

    assert ended == f"{NUMBER}/1: credited by A-2026-000001\n"
    assert gone == f"{NUMBER}: €35.00 written off (non_valeur)\n"
    assert said(app, "billing", "disputes", "--all").stdout.count(ident) == 1


def test_the_command_line_corrects_and_credits(
    app: typer.Typer, swift: BillingService, city: City
) -> None:
    swift.issue(swift.run(OCTOBER).drafts[0].id, by="f")
    city.visits = [visit("a", certain_ms=60_000)]
    said(app, "billing", "run", "--period", "2026-10")
    key = f"visit/{visit('a').id}"

    assert key in said(app, "billing", "contradictions").stdout
    said(app, "billing", "correct", key, "--reason", "Recalé", "--dry-run")
    corrected = said(app, "billing", "correct", key, "--reason", "Recalé").stdout
    run = said(app, "billing", "run", "--period", "2026-10").stdout
    (draft,) = swift.corrections.credit_drafts()
    note = said(app, "billing", "credit-drafts", "--issue", str(draft.id)).stdout

    assert f"{key}/corrected/1" in corrected
    assert str(draft.id) in run
    assert note == f"A-2026-000001: €3.50 of {NUMBER}\n"
    assert str(draft.id) not in said(app, "billing", "credit-drafts").stdout
