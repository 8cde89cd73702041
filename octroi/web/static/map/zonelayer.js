// How are zones drawn so that two hundred at once leave the city readable?

/* global L */
import { hatches, zoneStyle } from "./shapes.js";

const UPWARDS = ["subsoil", "surface", "river", "air"];

const PANE = "octroi-zones";

export class ZoneLayer {
  constructor(map, zones, view) {
    this.map = map;
    this.zones = zones;
    this.view = view;
    this.drawn = new Map();
    const pane = map.createPane(PANE);
    pane.style.zIndex = 400;
    pane.style.pointerEvents = "none";
    this.renderer = L.svg({ pane: PANE, padding: 0.4 }).addTo(map);
    this.renderer.getPane().querySelector("svg").prepend(hatches());
    this.marked = L.polygon([], { ...this.base(), fill: false, weight: 4, opacity: 1, className: "marked" });
    zones.addEventListener("change", () => this.draw());
    view.addEventListener("change", () => this.draw());
    map.on("zoomend", () => this.scale());
    this.scale();
  }

  base() {
    return { renderer: this.renderer, pane: PANE, interactive: false, smoothFactor: 0.5 };
  }

  draw() {
    for (const zone of this.zones.all.values()) {
      const wanted = this.view.showsZone(zone);
      const polygon = this.drawn.get(zone.id);
      if (wanted && !polygon) this.add(zone);
      if (!wanted && polygon) {
        polygon.remove();
        this.drawn.delete(zone.id);
      }
    }
    this.stack();
  }

  /** Lay the layers over each other as they are in the city, and small zones over large ones. */
  stack() {
    const height = ({ layer }) => UPWARDS.indexOf(layer);
    const drawn = [...this.zones.all.values()].filter(({ id }) => this.drawn.has(id));
    drawn.sort((a, b) => height(a) - height(b) || b.area - a.area);
    for (const { id } of drawn) this.drawn.get(id).bringToFront();
  }

  add(zone) {
    const options = { ...this.base(), ...zoneStyle(zone) };
    this.drawn.set(zone.id, L.polygon(corners(zone), options).addTo(this.map));
  }

  /** Outline one zone heavily, or none. */
  mark(zone) {
    this.marked.remove();
    if (!zone) return;
    this.marked.setStyle({ color: zoneStyle(zone).color });
    this.marked.setLatLngs(corners(zone)).addTo(this.map);
  }

  /** From far away hatches grow together: show them fainter. */
  scale() {
    const pane = this.map.getPane(PANE);
    pane.classList.toggle("far", this.map.getZoom() < 14);
  }
}

function corners({ shapes }) {
  return shapes.map((rings) => rings.map((ring) => ring.map(([lon, lat]) => [lat, lon])));
}
