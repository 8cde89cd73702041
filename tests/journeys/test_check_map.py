"""The map of a checked track, opened from the disk as whoever is mailed it does."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from typer.testing import CliRunner

from octroi.cli import application

pytestmark = pytest.mark.slow

DEMO = Path(__file__).parents[2] / "octroi/demo/data"
HEADER = "vehicle,at,lon,lat,alt,alt_ref,h_acc,v_acc\n"
WALK = "".join(
    f"<i>walker</i>,2026-12-01T09:00:{second:02d}+01:00,2.3458,{48.8560 + second * 5e-5:.6f},,,8,\n"
    for second in range(60)
)


def chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("Chromium is missing; install it with: sudo apt-get install -y chromium")
    return found


def checked(track: Path, page: Path) -> str:
    track.write_text(HEADER + WALK)
    answer = CliRunner().invoke(
        application(["check"]),
        ["check", str(track), "--zones", str(DEMO / "voies_deau.geojson"), "--map", str(page)],
    )
    assert answer.exit_code == 0
    return answer.stdout


def test_the_map_opens_from_a_file_asks_for_nothing_and_tells_each_position(
    tmp_path: Path,
) -> None:
    page = tmp_path / "map.html"
    answer = checked(tmp_path / "walk.csv", page)
    requests: list[str] = []
    complaints: list[str] = []

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1280, "height": 800})
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text))
        tab.goto(page.as_uri())
        legend = tab.locator(".legend").inner_text()
        spot = tab.evaluate(
            "() => { const map = window[Object.keys(window).find((name) => /^map_/.test(name))];"
            " map.setView([48.8560, 2.3458], 19, { animate: false });"
            " return map.latLngToContainerPoint([48.8560, 2.3458]); }"
        )
        tab.mouse.click(spot["x"], spot["y"])
        facts = tab.locator(".facts").inner_text()
        tab.screenshot(path=tmp_path / "map.png")
        browser.close()

    inside = answer.count(",inside\n")
    assert requests == [page.as_uri()]
    assert complaints == []
    assert f"inside\n{inside}" in legend
    assert "<i>walker</i>" in facts
    assert "2026-12-01T09:00:00+01:00" in facts
    assert "row 2 of the track" in facts
