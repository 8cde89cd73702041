"""The pages are complete, keep to themselves, and are the same from build to build."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from octroi.sessions import COOKIE
from octroi.web import api, register
from octroi.web.language import LANGUAGES, Language, choose, texts
from octroi.web.page import build
from permits.parties import Caller, Role
from zones.demands import Equipment, VehicleClass, ZoneRules

KEY = "a-good-key"
TOKEN = "a-session"  # noqa: S105
INSPECTOR = Caller(role=Role.INSPECTOR, name="inspection")
PAGE = build()
KNOWN = UUID("30615bfc-190f-41c7-8509-5d23ea225951")
PUBLIC = ["/", "/register", f"/register/{KNOWN}", "/rules", "/docs", "/login"]
TEXT_ASSETS = (".js", ".css", ".svg", ".json", ".html")
# Names that are never fetched: XML name spaces, and Leaflet's own credit, which is switched off.
NAMES = ("http://www.w3.org/", "https://leafletjs.com", "http://leafletjs.com")


def _app(opened: str | None) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(
        api.router(
            api.LiveMap(page=PAGE, first=lambda caller: f'{{"for": "{caller.name}"}}'.encode()),
            lambda key: TOKEN if key == KEY else None,
            lambda token: INSPECTOR if token == TOKEN else None,
            lambda: opened,
            "fr",
        )
    )
    app.include_router(register.router(lambda number: number == KNOWN, "fr"))
    app.mount("/static", api.static_app())
    return app


@contextmanager
def _served(opened: str | None = None) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(_app(opened), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with _served() as url:
        yield url


@pytest.fixture
def visitor(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def inspector(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, cookies={COOKIE: TOKEN}) as client:
        yield client


class Page(HTMLParser):
    """What a page says about itself, and what it asks the browser to load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.language = ""
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.language = given.get("lang") or self.language if tag == "html" else self.language
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        if tag in {"script", "img"}:
            self.loads.append(given.get("src") or "")
        if tag == "link":
            self.loads.append(given.get("href") or "")
        self.ids += [given["id"] or ""] if "id" in given else []


@pytest.mark.parametrize("path", [*PUBLIC, "/map"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_names_its_language_and_title_and_keeps_scripts_outside(
    inspector: httpx.Client, path: str, language: str
) -> None:
    answer = inspector.get(f"{path}?lang={language}")

    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.language == language
    assert re.search(r"<title>.+ \u2013 Octroi</title>", answer.text)
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in answer.text
    assert {"header", "main", "h1"} <= set(page.tags) or path == "/login"
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize(
    "asked",
    [
        "state=garbage",
        "layer=sky",
        "purpose=<b>",
        "decision=GRANTED",
        "colour=red",
        "q=" + "x" * 81,
    ],
)
def test_a_register_filtered_by_what_it_is_not_filtered_by_is_refused_by_name(
    visitor: httpx.Client, asked: str
) -> None:
    answer = visitor.get(f"/register?lang=en&{asked}")

    page, shown = Page(answer.text), unescape(answer.text)
    assert answer.status_code == 422
    assert texts("en")["filter.missing"] in shown
    assert asked[:64] in shown
    assert "b" not in page.tags


def test_a_register_is_shown_narrowed_as_its_address_asks(visitor: httpx.Client) -> None:
    answer = visitor.get("/register?layer=air&decision=refused&purpose=&state=revoked&q=van")

    assert answer.status_code == 200
    for said in (
        'value="air" selected',
        'value="refused" selected',
        'name="state" value="revoked"',
        'value="van"',
    ):
        assert said in answer.text
    assert answer.text.count(" selected") == 2


@pytest.mark.parametrize(
    "path",
    ["/register/30615bfc-190f-41c7-8509-5d23ea225952", "/register/<b>", "/register/1", "/rules/x"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_register_holds_is_told_to_be_missing_in_the_readers_language(
    visitor: httpx.Client, path: str, language: Language
) -> None:
    answer = visitor.get(f"{path}?lang={language}")

    page, told = Page(answer.text), texts(language)
    said = told["decision.missing" if "register" in path else "rules.missing"]
    assert (answer.status_code, page.language) == (404, language)
    assert told["missing.title"] in unescape(answer.text)
    assert said in unescape(answer.text)
    assert page.inline == []
    assert "b" not in page.tags


@pytest.mark.parametrize("path", [*PUBLIC, "/map"])
def test_every_page_forbids_whatever_is_not_served_here(inspector: httpx.Client, path: str) -> None:
    policy = inspector.get(path).headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", [*PUBLIC, "/map"])
def test_whatever_a_page_loads_is_served_by_octroi_itself(
    inspector: httpx.Client, path: str
) -> None:
    loads = Page(inspector.get(path).text).loads

    assert loads
    for address in loads:
        assert address.startswith("/")
        assert inspector.get(address).status_code == 200, address


@pytest.mark.parametrize("path", [*PUBLIC, "/map", "/map/init.js"])
def test_no_page_and_no_script_names_another_host(inspector: httpx.Client, path: str) -> None:
    assert _foreign(inspector.get(path).text) == []


def test_no_asset_names_another_host() -> None:
    assets = [each for each in api.STATIC.rglob("*") if each.suffix in TEXT_ASSETS]

    assert len(assets) > 20
    for asset in assets:
        assert _foreign(asset.read_text(encoding="utf-8")) == [], asset


def _foreign(text: str) -> list[str]:
    said = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [url for url in re.findall(r"https?://[^\s\"'`)]+", said) if not url.startswith(NAMES)]


def test_every_module_a_script_imports_is_there() -> None:
    for script in api.STATIC.rglob("*.js"):
        for name in re.findall(r'from "(\.[^"]+)"', script.read_text(encoding="utf-8")):
            assert (script.parent / name).resolve().is_file(), f"{script}: {name}"


def test_no_script_turns_data_into_markup() -> None:
    dangerous = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(")
    ours = [each for each in api.STATIC.rglob("*.js") if "vendor" not in each.parts]

    assert ours
    assert [str(each) for each in ours if dangerous.search(each.read_text(encoding="utf-8"))] == []


def test_two_builds_of_the_map_are_the_same() -> None:
    assert build() == PAGE


def test_the_map_script_starts_our_layer_on_foliums_map_and_holds_no_data() -> None:
    for language, script in PAGE.scripts.items():
        assert "var map_live = L.map(" in script
        assert "octroiMap.mount(map_live, " in script
        assert f'"language": "{language}"' in script


def test_the_script_may_be_kept_only_under_its_own_version(inspector: httpx.Client) -> None:
    known = inspector.get(f"/map/init.js?lang=fr&v={PAGE.version}")
    unknown = inspector.get("/map/init.js?lang=fr&v=other")

    assert "immutable" in known.headers["Cache-Control"]
    assert unknown.headers["Cache-Control"] == "no-cache"
    assert known.headers["Content-Type"].startswith("text/javascript")


def test_both_languages_say_the_same_things() -> None:
    assert texts("fr").keys() == texts("en").keys()
    for key, french in texts("fr").items():
        holes = re.compile(r"\{\w+\}")
        assert sorted(holes.findall(french)) == sorted(holes.findall(texts("en")[key])), key


def test_every_text_a_script_asks_for_exists() -> None:
    keys = {key.removeprefix("map.") for key in texts("fr")}
    asked = re.compile(r'\bt\("([a-z_.]+)"')
    for script in (api.STATIC / "map").glob("*.js"):
        for key in asked.findall(script.read_text(encoding="utf-8")):
            assert key in keys, f"{script.name}: {key}"


def test_the_card_of_a_zone_has_a_word_for_all_that_a_zone_can_say() -> None:
    speeds = {"speed_min_mps", "speed_max_mps"}  # told together, as numbers
    demands = {f"zone.demand.{each.name}" for each in fields(ZoneRules) if each.name not in speeds}
    words = {f"class.{each}" for each in VehicleClass} | {f"equipment.{each}" for each in Equipment}

    said = {key.removesuffix(".one") for key in texts("fr")}
    assert {f"map.{key}" for key in demands | words} <= said


def test_a_visitor_is_asked_for_a_key_before_seeing_the_map(visitor: httpx.Client) -> None:
    answer = visitor.get("/map")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/map"
    assert "set-cookie" not in answer.headers


def test_what_stands_on_the_map_is_told_with_the_page_and_to_nobody_else(
    visitor: httpx.Client, inspector: httpx.Client
) -> None:
    told = inspector.get("/map/first.js")

    assert told.text == 'globalThis.octroiFirst = {"for": "inspection"};\n'
    assert told.headers["Cache-Control"] == "no-store"
    assert told.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert visitor.get("/map/first.js").status_code == 401


def test_a_text_that_counts_has_a_singular_and_a_plural() -> None:
    for key in texts("fr"):
        stem, _, number = key.rpartition(".")
        if number in {"one", "many"}:
            assert {f"{stem}.one", f"{stem}.many"} <= texts("fr").keys()


def test_an_open_map_lends_a_session() -> None:
    with _served(opened=TOKEN) as url, httpx.Client(base_url=url) as client:
        answer = client.get("/map")

        assert answer.status_code == 200
        assert client.cookies[COOKIE] == TOKEN


def test_a_good_key_opens_a_session_no_script_can_read(visitor: httpx.Client) -> None:
    answer = visitor.post("/login", data={"key": f" {KEY} ", "next": "/map"})

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/map"
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert visitor.get("/map").status_code == 200


def test_a_wrong_key_is_told_so_and_opens_nothing(visitor: httpx.Client) -> None:
    answer = visitor.post("/login?lang=en", data={"key": "<b>wrong</b>", "next": "/map"})

    assert answer.status_code == 401
    assert "opens no session" in answer.text
    assert "<b>" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", ""]
)
def test_signing_in_never_leads_to_another_site(visitor: httpx.Client, target: str) -> None:
    assert visitor.post("/login", data={"key": KEY, "next": target}).headers["Location"] == "/map"


def test_a_form_sent_by_another_site_is_refused(visitor: httpx.Client) -> None:
    answer = visitor.post("/login", data={"key": KEY}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_signing_out_forgets_the_session(inspector: httpx.Client) -> None:
    answer = inspector.post("/logout")

    assert answer.status_code == 303
    assert f'{COOKIE}=""' in answer.headers["Set-Cookie"]


def test_a_language_asked_for_is_remembered(visitor: httpx.Client) -> None:
    visitor.get("/?lang=en")

    assert 'lang="en"' in visitor.get("/", headers={"Accept-Language": "fr"}).text


def test_the_browsers_language_is_used_in_its_order_of_preference() -> None:
    assert choose(None, None, "de, en;q=0.5, fr;q=0.8", "en") == "fr"
    assert choose(None, None, "en-GB,en;q=0.9", "fr") == "en"
    assert choose(None, None, "de, fr;q=0", "en") == "en"


@given(st.none() | st.text(), st.none() | st.text(), st.text(), st.text())
def test_some_language_is_always_spoken(
    asked: str | None, remembered: str | None, accepted: str, default: str
) -> None:
    assert choose(asked, remembered, accepted, default) in LANGUAGES


def test_the_base_map_is_small_and_names_its_source() -> None:
    basemap = Path(api.STATIC / "basemap" / "paris.json")

    assert basemap.stat().st_size < 60_000
    assert "ODbL" in basemap.read_text(encoding="utf-8")
