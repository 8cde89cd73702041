// What lies under the pointer, and what does a click on the map choose?

import { el, say } from "./dom.js";

const PATIENCE_MS = 150;

export function pointer({ map, view, zones, layer, zoneLayer, words, card }) {
  const tip = el("div", { class: "tip", hidden: true }, el("strong"), el("span"));
  map.getContainer().append(tip);
  let waiting = null;

  map.on("click", ({ containerPoint, latlng }) => {
    clearTimeout(waiting);
    tip.hidden = true;
    const vehicle = layer.near(containerPoint);
    if (vehicle) return card.vehicle(vehicle.uid);
    const here = zones.at(latlng.lng, latlng.lat, view);
    if (here.length) card.place(here);
    else card.close();
  });

  map.on("dragstart", () => view.following && view.change("selected", () => { view.following = false; }));

  map.on("mousemove", ({ containerPoint, latlng }) => {
    const vehicle = layer.near(containerPoint);
    map.getContainer().classList.toggle("over", Boolean(vehicle));
    if (layer.hovered !== (vehicle?.uid ?? null)) {
      layer.hovered = vehicle?.uid ?? null;
      layer.wake();
    }
    tip.hidden = true;
    clearTimeout(waiting);
    if (!vehicle) waiting = setTimeout(() => tell(containerPoint, latlng), PATIENCE_MS);
  });

  map.on("mouseout movestart zoomstart", () => {
    clearTimeout(waiting);
    tip.hidden = true;
    if (card.box.hidden) zoneLayer.mark(null);
  });

  function tell(point, latlng) {
    const here = zones.at(latlng.lng, latlng.lat, view);
    const zone = [...here].sort((a, b) => a.area - b.area)[0];
    if (card.box.hidden) zoneLayer.mark(zone ?? null);
    if (!zone) return;
    const others = here.length > 1 ? ` · +${here.length - 1}` : "";
    const upper = zone.upper ? ` · ≤ ${words.limit(zone.upper)}` : "";
    say(tip.firstChild, zone.name);
    say(tip.lastChild, words.t(`restriction.${zone.restriction}`) + upper + others);
    const size = map.getSize();
    tip.style.left = `${Math.min(point.x + 14, size.x - 250)}px`;
    tip.style.top = `${Math.min(point.y + 16, size.y - 60)}px`;
    tip.hidden = false;
  }
}
