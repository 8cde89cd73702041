"""What does a browser need to draw the live map?

Folium writes the map's element and its script once, at start-up; both are the same from build to
build, so that every worker of one release serves the same bytes. The outlines of the city are in
the script. No vehicle, zone or alert is: those come with the rights of whoever looks.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import folium
from branca.element import Figure, MacroElement
from folium.template import Template

from octroi.web.language import LANGUAGES, Language, texts

BASEMAP = Path(__file__).parent / "static" / "basemap" / "paris.json"
LEAFLET = "/static/vendor/leaflet-1.9.4"
PARIS = (48.8566, 2.347)
ZOOM = 13

# How long a silent vehicle still counts as seen: a moored boat's AIS speaks every three minutes.
STALE_AFTER_S: Mapping[str, int] = MappingProxyType(
    {"air": 30, "surface": 60, "river": 240, "subsoil": 120}
)
GONE_AFTER_S = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """The map's element, its script per language, and a name for this content."""

    html: str
    scripts: Mapping[Language, str]
    version: str


class LocalMap(folium.Map):
    """A folium map whose Leaflet is served by Octroi itself."""

    # Lists of its own: folium's add_js_link would write into the list all maps share.
    default_js = [("leaflet", f"{LEAFLET}/leaflet.js")]  # noqa: RUF012
    default_css = [("leaflet_css", f"{LEAFLET}/leaflet.css")]  # noqa: RUF012


class LiveLayer(MacroElement):
    """The layer of everything that moves or changes; our own script fills it."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "octroiMap.mount({{ this._parent.get_name() }}, {{ this.settings|tojson }});\n"
        "{% endmacro %}"
    )

    def __init__(self, settings: Mapping[str, object]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca leaves it untyped
        self._name = "LiveLayer"
        self._id = "live"
        self.settings = settings


def build(center: tuple[float, float] = PARIS, zoom: int = ZOOM) -> MapPage:
    """Build the live map's page parts in every language."""
    drawn = {language: _draw(language, center, zoom) for language in LANGUAGES}
    scripts = {language: script for language, (_, script) in drawn.items()}
    html = drawn[LANGUAGES[0]][0]
    content = "\0".join([html, *scripts.values()]).encode()
    return MapPage(
        html=html,
        scripts=MappingProxyType(scripts),
        version=hashlib.sha256(content).hexdigest()[:16],
    )


def _draw(language: Language, center: tuple[float, float], zoom: int) -> tuple[str, str]:
    city = LocalMap(
        list(center),
        zoom_start=zoom,
        tiles=None,
        min_zoom=10,
        max_zoom=19,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.5,
        world_copy_jump=False,
    )
    city._id = "live"  # noqa: SLF001  a random id would change the script at every start
    LiveLayer(_settings(language)).add_to(city)
    page = city.get_root()
    if not isinstance(page, Figure):
        msg = "folium drew the map outside a page"
        raise TypeError(msg)
    page.render()
    return page.html.render().strip(), page.script.render().strip() + "\n"


def _settings(language: Language) -> dict[str, object]:
    return {
        "language": language,
        "texts": {
            key.removeprefix("map."): text
            for key, text in texts(language).items()
            if key.startswith("map.")
        },
        "stale_after_s": dict(STALE_AFTER_S),
        "gone_after_s": GONE_AFTER_S,
        "basemap": json.loads(BASEMAP.read_text(encoding="utf-8")),
    }
