// Where was it? A small map: the zone as it was then, and the positions at both ends of visits.

import { drawBasemap } from "../map/basemap.js";
import { el } from "../map/dom.js";
import { zone as read } from "../map/zones.js";
import { stamp, verdict } from "./claims.js";

/* global L */
const ZONE = { color: "#a1060f", weight: 2, fillOpacity: 0.08, interactive: false };
const TRACK = { color: "#12263a", weight: 2, interactive: false };
const CERTAIN = { radius: 4, weight: 1.5, color: "#12263a", fillColor: "#0b5cad", fillOpacity: 1 };
const UNSURE = { ...CERTAIN, fillColor: "#ffffff", dashArray: "2 2" };
const ACCURACY = { weight: 0.5, color: "#0b5cad", fillOpacity: 0.08, interactive: false };

export class Ground {
  constructor(element, city) {
    this.map = L.map(element, { attributionControl: false, zoomSnap: 0.5, minZoom: 10, maxZoom: 19 }).setView([48.8566, 2.347], 12);
    drawBasemap(this.map, city);
    this.seen = L.featureGroup().addTo(this.map);
  }

  /** Draw the version of the zone that the uses were judged by. */
  async zone(id, fees) {
    const used = new Set(fees.map(({ usage }) => usage.zone_version));
    const response = id ? await fetch(`/v1/zones/${encodeURIComponent(id)}/versions`) : null;
    if (!response?.ok) return;
    const { features } = await response.json();
    const found = features.filter(({ properties }) => used.has(properties.version));
    const place = ([lon, lat]) => [lat, lon];
    const shapes = found.flatMap((each) => read(each).shapes).map((rings) => rings.map((ring) => ring.map(place)));
    L.polygon(shapes, ZONE).addTo(this.map);
  }

  /** Draw the positions of uses; tell whether the map shows any by now. */
  add(fees) {
    for (const { usage, visit } of fees) this.#visit(usage, visit?.positions ?? []);
    const shown = this.seen.getLayers().length > 0;
    if (shown) this.map.fitBounds(this.seen.getBounds().pad(0.2), { maxZoom: 17 });
    return shown;
  }

  #visit(usage, positions) {
    const places = positions.map(({ lat, lon }) => [lat, lon]);
    if (places.length > 1) L.polyline(places, TRACK).addTo(this.seen);
    for (const each of positions) {
      const place = [each.lat, each.lon];
      L.circle(place, { radius: each.h_acc_m, ...ACCURACY }).addTo(this.seen);
      const said = el("div", {}, el("strong", {}, usage.vehicle), el("br"), `${stamp(each.at)} · ± ${each.h_acc_m} m`, el("br"), verdict(each.verdict));
      L.circleMarker(place, each.verdict === "uncertain" ? UNSURE : CERTAIN).bindPopup(() => said).addTo(this.seen);
    }
  }
}
