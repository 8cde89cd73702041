"""A treasurer and an operator open an invoice, and see where a line comes from."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright
from psycopg_pool import ConnectionPool

from billing.api import router as billing
from billing.service import BillingService
from billing.tariffs import demonstration
from octroi.problems import install
from octroi.sessions import COOKIE, Sessions
from octroi.web import api, invoices
from octroi.web.page import build
from permits.identity.guard import anyone, bearers, someone
from tests.billing.conftest import City, accept
from tests.billing.samples import OCTOBER, permit, visit
from tests.billing.taxed import REDUCED, TWENTY
from tests.billing.test_api import CALLERS
from tests.octroi.served import served
from tests.octroi.test_web_map import chromium

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LINE = "/invoices/P-2026-000001/lines/1"


class Treasury:
    """The site of a city that claimed once, and who is signed in to it."""

    def __init__(self, service: BillingService) -> None:
        for draft in service.run(OCTOBER).drafts:
            service.issue(draft.id, by="treasury")
        self.sessions = Sessions(CALLERS.get, lambda: NOON)
        who = someone(anyone(bearers(CALLERS.get), self.sessions.caller))
        self.app = FastAPI()
        install(self.app)
        self.app.include_router(billing(service, who))
        self.app.include_router(invoices.router(self.sessions.caller, "fr"))
        shown = api.LiveMap(page=build(), first=lambda _caller: b"{}")
        self.app.include_router(
            api.router(shown, self.sessions.sign_in, self.sessions.caller, lambda: None, "fr")
        )
        self.app.mount("/static", api.static_app())


@pytest.fixture
def site(pool: ConnectionPool) -> Iterator[httpx.Client]:
    city = City(visits=[visit("a"), visit("b")], permits=[permit()])
    service = BillingService(pool, lambda: city.now, city.sources(), accept)
    service.publish(demonstration(), by="council")
    with served(Treasury(service).app) as client:
        yield client


@pytest.fixture
def taxed_site(pool: ConnectionPool) -> Iterator[httpx.Client]:
    """A city that sells flights and their permits, at two rates."""
    city = City(visits=[visit("a")], permits=[permit()])
    service = BillingService(pool, lambda: city.now, city.sources(), accept)
    rates = {"air-minute": TWENTY, "air-permit": REDUCED}
    priced = [replace(each, vat=rates.get(each.id, each.vat)) for each in demonstration()]
    service.publish(priced, by="council")
    with served(Treasury(service).app) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield launched
        launched.close()


def signed_in(browser: Browser, site: httpx.Client, key: str, lang: str) -> Page:
    """Open the line's page without a session, sign in there, and come back to it."""
    page = browser.new_page(locale=lang)
    page.goto(f"{site.base_url}{LINE}?lang={lang}")
    page.locator("input[name=key]").fill(key)
    page.get_by_role("button").first.click()
    expect(page.locator("#claim")).to_be_attached()
    return page


@pytest.mark.slow
def test_an_operator_goes_from_the_address_on_paper_to_the_positions_and_the_whole_invoice(
    site: httpx.Client, browser: Browser
) -> None:
    page = signed_in(browser, site, "aladin", "fr")
    complaints: list[str] = []
    outside: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: outside.append(asked.url))
    page.reload()

    expect(page.locator("h1")).to_have_text("Ligne 1 de la facture P-2026-000001")
    expect(page.locator(".ground path.leaflet-interactive").first).to_be_attached()
    expect(page.locator(".uses > li")).to_have_count(2)
    expect(page.locator(".uses")).to_contain_text("drone-7")
    expect(page.locator("tbody td").nth(2)).to_have_text("conforme")
    expect(page.locator(".formula")).to_contain_text("€")
    expect(page.locator("#claim")).to_contain_text("Tribunal administratif de Paris")
    page.get_by_role("link", name="Facture P-2026-000001").click()
    expect(page.locator("#claim")).to_contain_text("aucun paiement")
    expect(page.locator("tbody tr", has_text="Instruction")).to_contain_text("1 autorisation")
    with page.expect_download() as got:
        page.get_by_role("button", name="PDF").click()
    page.get_by_role("link", name="← Factures").click()
    expect(page.locator("tbody tr")).to_have_count(1)

    assert got.value.suggested_filename == "P-2026-000001.pdf"
    assert [each for each in complaints if "404" not in each] == []
    assert all(each.startswith((str(site.base_url), "blob:")) for each in outside)
    page.close()


@pytest.mark.slow
def test_a_taxed_invoice_shows_rates_and_sums_with_and_without_tax(
    taxed_site: httpx.Client, browser: Browser
) -> None:
    page = signed_in(browser, taxed_site, "aladin", "fr")
    expect(page.locator("#claim")).to_contain_text("Montant HT")
    expect(page.locator("#claim")).to_contain_text("20\N{NO-BREAK SPACE}%")
    page.get_by_role("link", name="Facture P-2026-000001").click()

    expect(page.locator("tbody td").nth(5)).to_have_text("20 %", use_inner_text=True)
    told = page.locator("dl").inner_text()

    heads = page.locator("thead th").all_inner_texts()
    assert heads[3:] == ["Prix unitaire HT", "Coefficient", "TVA", "Montant HT"]
    for word in ("Total HT", "38,50 €", "TVA 20 % sur 3,50 €", "0,70 €", "TVA 5,5 % sur 35,00 €"):
        assert word in " ".join(told.split()), word
    assert "Total TTC 41,13 €" in " ".join(told.split())
    page.close()


@pytest.mark.slow
def test_what_is_anothers_is_not_there_and_who_may_not_see_money_is_told_so(
    site: httpx.Client, browser: Browser
) -> None:
    for key, said in (("boreal", "or it is not yours"), ("inspector", "Sign in with the key")):
        page = signed_in(browser, site, key, "en")

        expect(page.locator("#problem")).to_contain_text(said)
        expect(page.locator("#claim")).to_be_hidden()
        page.close()


@pytest.mark.parametrize("path", ["/invoices", "/invoices/P-2026-000001", LINE])
def test_pages_of_money_ask_for_a_key_and_lead_back(site: httpx.Client, path: str) -> None:
    asked = site.get(path)
    back = site.post("/login", data={"key": "aladin", "next": path})
    opened = site.get(path, headers={"Cookie": f"{COOKIE}={back.cookies[COOKIE]}"})

    assert asked.headers["location"] == f"/login?next={path}"
    assert back.headers["location"] == path
    assert opened.status_code == 200
    assert opened.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("target", ["/invoices/../map", "//evil.example", "/invoices/P/lines/x"])
def test_signing_in_leads_to_no_other_page(site: httpx.Client, target: str) -> None:
    back = site.post("/login", data={"key": "aladin", "next": target})

    assert back.headers["location"] == "/map"
