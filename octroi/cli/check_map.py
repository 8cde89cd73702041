"""What does the result of a check look like on a map? One file, which asks nobody for anything.

Folium draws the page; Leaflet, the outlines of Paris and our script are written into it, and its
policy forbids it every request, so that it can be opened, mailed and kept as it is.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import folium
import numpy as np
import shapely
from branca.element import Element, Figure, MacroElement
from folium.template import Template
from shapely.geometry import mapping

from octroi.cli.check_explain import height_words
from octroi.cli.check_reading import UnreadableFile
from telemetry.formats.stretch import Stretch, legible
from zones.columns import Presences
from zones.model import Band, Zone

STATIC = Path(__file__).parents[1] / "web" / "static"
LEAFLET = STATIC / "vendor" / "leaflet-1.9.4"
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
# A browser draws so many without stuttering; of longer tracks every second, fourth, … is drawn.
MOST_POSITIONS = 20_000
MOST_ZONES = 3_000
MARGIN_DEG = 0.01
DECIMALS = 6
NOWHERE = (np.inf, np.inf, -np.inf, -np.inf)
PARIS = (2.2241, 48.8156, 2.4698, 48.9022)

Row = tuple[int, str, int, float, float, int, list[tuple[int, int]]]


class Inlined(folium.Map):
    """A folium map that links to nothing."""

    # Lists of its own: folium's add_js_link would write into the list all maps share.
    default_js = []  # noqa: RUF012
    default_css = []  # noqa: RUF012


class Checked(MacroElement):
    """The layer of the result; our own script draws it."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "octroiCheck.mount({{ this._parent.get_name() }}, {{ this.data }});\n"
        "{% endmacro %}"
    )

    def __init__(self, data: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca leaves it untyped
        self._name = "Checked"
        self._id = "check"
        self.data = data


class Drawing:
    """What is to be drawn of a track, taken stretch by stretch, never more than a page holds."""

    def __init__(self, title: str, zones: Sequence[Zone]) -> None:
        self._title = title
        self._zones = zones
        self._rows: list[tuple[int, Row]] = []
        self._vehicles: dict[str, int] = {}
        self._counts = np.zeros(3, dtype=np.int64)
        self._step = 1
        self._met = False
        self._bounds = NOWHERE

    def add(self, stretch: Stretch, presences: Presences) -> None:
        """Take the positions of one stretch."""
        if not len(stretch):
            return
        relation = np.zeros(len(stretch), dtype=np.int64)
        # Of several zones the surest relation: written last.
        for each in (2, 1):
            relation[presences.position[presences.relation == each]] = each
        before = int(self._counts.sum())
        self._counts += np.bincount(relation, minlength=3)
        inside = relation > 0
        if inside.any() and not self._met:
            # Who looks wants to see the zones: strays far from them do not set the view.
            self._met, self._bounds = True, NOWHERE
        seen = inside if self._met else np.ones(len(stretch), dtype=bool)
        if seen.any():
            self._reach(stretch.positions.lon[seen], stretch.positions.lat[seen])
        ordinals = np.arange(before, before + len(stretch))
        kept = np.flatnonzero(ordinals % self._step == 0)
        rows = self._taken(stretch, presences, relation, kept)
        self._rows += zip(ordinals[kept].tolist(), rows, strict=True)
        while len(self._rows) > MOST_POSITIONS:
            self._step *= 2
            self._rows = [each for each in self._rows if each[0] % self._step == 0]

    def write(self, out: Path) -> None:
        """Write the page; raise UnreadableFile when that fails."""
        try:
            out.write_text(_page(self._data()), encoding="utf-8")
        except OSError as broken:
            msg = f"{out}: {broken.strerror or broken}"
            raise UnreadableFile(msg) from broken

    def _reach(self, lon: np.ndarray[Any, Any], lat: np.ndarray[Any, Any]) -> None:
        west, south, east, north = self._bounds
        self._bounds = (
            min(west, float(lon.min())),
            min(south, float(lat.min())),
            max(east, float(lon.max())),
            max(north, float(lat.max())),
        )

    def _taken(
        self,
        stretch: Stretch,
        presences: Presences,
        relation: np.ndarray[Any, Any],
        kept: np.ndarray[Any, Any],
    ) -> list[Row]:
        starts = np.searchsorted(presences.position, kept).tolist()
        ends = np.searchsorted(presences.position, kept, side="right").tolist()
        zone, said = presences.zone.tolist(), presences.relation.tolist()
        return [
            (
                self._vehicles.setdefault(stretch.vehicle[row].as_py(), len(self._vehicles)),
                stretch.at[row].as_py(),
                int(stretch.line[row]),
                round(float(stretch.positions.lon[row]), DECIMALS + 1),
                round(float(stretch.positions.lat[row]), DECIMALS + 1),
                int(relation[row]),
                list(zip(zone[start:end], said[start:end], strict=True)),
            )
            for row, start, end in zip(kept.tolist(), starts, ends, strict=True)
        ]

    def _data(self) -> dict[str, object]:
        shown, left = self._near()
        rows = [row for _, row in self._rows]
        met = {zone for row in rows for zone, _ in row[-1]}
        west, south, east, north = self._frame()
        return {
            "title": legible(self._title),
            "bounds": [[south, west], [north, east]],
            "base": _base(self._frame()),
            "vehicles": list(self._vehicles),
            "positions": rows,
            "counts": self._counts.tolist(),
            "names": {which: legible(self._zones[which].id) for which in sorted(met)},
            "zones": [_drawn(zone) for zone in shown],
            "notes": list(self._notes(left)),
        }

    def _frame(self) -> tuple[float, float, float, float]:
        if self._counts.any():
            return self._bounds
        found = shapely.total_bounds([zone.footprint for zone in self._zones]).tolist()
        return found[0], found[1], found[2], found[3]

    def _near(self) -> tuple[list[Zone], int]:
        """Return the zones to draw, and how many near ones are left out."""
        west, south, east, north = self._frame()
        box = shapely.box(
            west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG
        )
        footprints = np.array([zone.footprint for zone in self._zones], dtype=object)
        near = np.flatnonzero(shapely.intersects(footprints, box)).tolist()
        return [self._zones[which] for which in near[:MOST_ZONES]], max(len(near) - MOST_ZONES, 0)

    def _notes(self, left: int) -> list[str]:
        notes = []
        if self._step > 1:
            notes.append(f"One of every {self._step} positions is drawn; the counts are of all.")
        if left:
            notes.append(f"{left:,} zones near the track are not drawn.")
        if not self._counts.any():
            notes.append("No position could be read.")
        return notes


def _drawn(zone: Zone) -> dict[str, object]:
    return {
        "id": legible(zone.id),
        "name": legible(zone.name) if zone.name != zone.id else "",
        "version": zone.version,
        "restriction": zone.restriction,
        "layer": zone.layer or "every",
        "heights": "; ".join(dict.fromkeys(_heights(volume.band) for volume in zone.volumes)),
        "act": legible(zone.act),
        "geometry": mapping(
            shapely.transform(zone.footprint, lambda degrees: degrees.round(DECIMALS))
        ),
    }


def _heights(band: Band) -> str:
    words = [
        f"{word} {height_words(limit)}"
        for word, limit in (("from", band.lower), ("up to", band.upper))
        if limit
    ]
    return " ".join(words) or "no limit"


def _base(frame: tuple[float, float, float, float]) -> object:
    if not shapely.box(*frame).intersects(shapely.box(*PARIS)):
        return None
    return json.loads((STATIC / "basemap" / "paris.json").read_text(encoding="utf-8"))


def _page(data: Mapping[str, object]) -> str:
    city = Inlined(tiles=None, prefer_canvas=True, max_zoom=20, control_scale=True)
    city._id = "check"  # noqa: SLF001  a random id would make every page another
    Checked(_script_safe(json.dumps(data, ensure_ascii=False, sort_keys=True))).add_to(city)
    page = city.get_root()
    if not isinstance(page, Figure):
        msg = "folium drew the map outside a page"
        raise TypeError(msg)
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        "<title>octroi check</title>",
        f"<style>{_inlined_css()}</style>",
        f"<style>{(STATIC / 'check' / 'map.css').read_text(encoding='utf-8')}</style>",
        f"<script>{(LEAFLET / 'leaflet.js').read_text(encoding='utf-8')}</script>",
        f"<script>{(STATIC / 'check' / 'map.js').read_text(encoding='utf-8')}</script>",
    )
    for number, part in enumerate(head):
        page.header.add_child(Element(_verbatim(part)), name=f"octroi-{number}")
    rendered: str = page.render()
    return rendered


def _script_safe(text: str) -> str:
    """Return JSON in which no text can end the script that holds it, or look like a template."""
    for mark in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    # Branca takes what it has drawn for a template once more. Only texts hold these pairs.
    return re.sub(r"\{(?=[{%#])", r"\\u007b", text)


def _verbatim(text: str) -> str:
    # Elements are templates: what looks like one is none.
    return "{% raw %}" + text + "{% endraw %}"


def _inlined_css() -> str:
    """Return Leaflet's style sheet with its pictures in it."""
    css = (LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\((images/[\w.-]+)\)", _as_data, css)


def _as_data(link: re.Match[str]) -> str:
    picture = base64.b64encode((LEAFLET / link[1]).read_bytes()).decode()
    return f"url(data:image/png;base64,{picture})"
