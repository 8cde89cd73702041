// The live map: joins the parts. Folium's script calls `octroiMap.mount` with its map.

/* global L */
import { Alerts } from "./alerts.js";
import { Api } from "./api.js";
import { drawBasemap } from "./basemap.js";
import { Card } from "./card.js";
import { say } from "./dom.js";
import { Filters } from "./filters.js";
import { Fleet } from "./fleet.js";
import { FleetLayer } from "./fleetlayer.js";
import { VehicleList, ZoneList, tabs } from "./lists.js";
import { pointer } from "./pointer.js";
import { LiveStream } from "./stream.js";
import { View, plain } from "./view.js";
import { Words } from "./words.js";
import { ZoneLayer } from "./zonelayer.js";
import { Zones } from "./zones.js";

const TOAST_MS = 6000;

function complain(text) {
  const toast = document.getElementById("toast");
  say(toast, text);
  toast.hidden = false;
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
}

/** Put everything that lives on folium's map. */
function mount(map, settings) {
  const words = new Words(settings.language, settings.texts);
  const api = new Api();
  const view = new View();
  const fleet = new Fleet(settings.stale_after_s, settings.gone_after_s);
  const zones = new Zones();
  const names = drawBasemap(map, settings.basemap);
  const zoneLayer = new ZoneLayer(map, zones, view);
  const layer = new FleetLayer({ fleet, view, zones, names }).addTo(map);
  const parts = { api, words, fleet, view, zones, map, layer, zoneLayer, complain };

  const alerts = new Alerts({ ...parts, show: (alert) => show(alert) });
  const card = new Card({ ...parts, alerts });
  const choose = (uid, opener) => { card.vehicle(uid, opener); center(uid); };
  const vehicles = new VehicleList({ ...parts, choose });
  const zoneList = new ZoneList({ ...parts, choose: (id, opener) => frame(id, opener) });
  new Filters(parts);
  const openTab = tabs(document.getElementById("tabs"), () => { vehicles.draw(); zoneList.draw(); });

  function center(uid) {
    const vehicle = fleet.vehicles.get(uid);
    if (vehicle) map.setView([vehicle.lat, vehicle.lon], Math.max(map.getZoom(), 14));
  }

  function frame(id, opener) {
    const zone = zones.all.get(id);
    const [west, south, east, north] = zone.box;
    map.fitBounds([[south, west], [north, east]], { maxZoom: 16, padding: [40, 40] });
    card.place([zone], opener);
  }

  /** Go to where the vehicle is now, or where the alert was last seen. */
  function show(alert) {
    const vehicle = fleet.vehicles.get(`${alert.operator}/${alert.vehicle}`);
    const { lat, lon } = vehicle ?? alert;
    const zone = zones.all.get(alert.zone);
    map.setView([lat, lon], Math.max(map.getZoom(), 15));
    if (vehicle) card.vehicle(vehicle.uid, document.activeElement);
    else if (zone) card.place([zone], document.activeElement);
    if (zone) zoneLayer.mark(zone);
  }

  furnish(map, words);
  search(view, fleet, openTab, choose);
  pointer({ ...parts, card });
  const stream = listen({ fleet, alerts, card, api, words });
  follow(map, fleet, view);
  keepPlace(map);
  tick(words, fleet, layer);
  phone(map);

  const first = globalThis.octroiFirst;
  if (first) {
    zones.publish(first.zones);
    fleet.snapshot(first.live);
    alerts.snapshot(first.live.alerts);
    alerts.drawNow();
    layer.paint();
  } else complain(words.t("first.failed"));
  begin(stream, first);
}

/** What is known is drawn when the page is loaded; only then the news is asked for. */
function begin(stream, first) {
  stream.number = first?.live.number ?? null;
  if (document.readyState === "complete") stream.open();
  else addEventListener("load", () => stream.open(), { once: true });
}

function furnish(map, words) {
  const wide = matchMedia("(min-width: 800px)").matches;
  L.control.zoom({
    position: wide ? "topleft" : "topright",
    zoomInTitle: words.t("zoom.in"), zoomOutTitle: words.t("zoom.out"),
  }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
}

function search(view, fleet, openTab, choose) {
  const form = document.getElementById("search");
  const look = (text) => view.change("search", () => { view.search = plain(text); });
  form.addEventListener("input", () => {
    look(form.elements.q.value);
    if (view.search) openTab("vehicles");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look(form.elements.q.value);
    const found = [...fleet.vehicles.values()].filter((each) => view.findsVehicle(each));
    openTab("vehicles");
    if (view.search && found.length) choose(found[0].uid, form.elements.q);
  });
}

function listen({ fleet, alerts, card, api, words }) {
  const stream = new LiveStream(api);
  const chip = document.getElementById("stream");
  const tell = (state) => {
    chip.dataset.state = state;
    say(chip.querySelector("span"), words.t(`stream.${state}`));
    document.body.classList.toggle("interrupted", state === "interrupted");
  };
  stream.addEventListener("state", ({ detail }) => tell(detail));
  stream.addEventListener("open", () => card.again());
  stream.addEventListener("snapshot", ({ detail }) => {
    fleet.snapshot(detail);
    alerts.snapshot(detail.alerts);
  });
  stream.addEventListener("operators", ({ detail }) => fleet.meet(detail));
  stream.addEventListener("positions", ({ detail }) => fleet.positions(detail));
  stream.addEventListener("alert", ({ detail }) => alerts.hear(detail));
  return stream;
}

function follow(map, fleet, view) {
  fleet.addEventListener("change", () => {
    const vehicle = view.following && fleet.vehicles.get(view.selected);
    if (vehicle) map.panTo([vehicle.lat, vehicle.lon], { animate: true, duration: 0.8, easeLinearity: 1 });
  });
}

/** Keep the place in the address, so that it survives a reload and can be sent to a colleague. */
function keepPlace(map) {
  const [zoom, lat, lon] = location.hash.slice(1).split("/").map(Number);
  if ([zoom, lat, lon].every(Number.isFinite)) map.setView([lat, lon], zoom, { animate: false });
  else if (map.getSize().x < 600) map.setView([48.859, 2.336], 11.5, { animate: false });
  map.on("moveend", () => {
    const { lat: y, lng: x } = map.getCenter();
    const place = `#${map.getZoom()}/${y.toFixed(4)}/${x.toFixed(4)}`;
    history.replaceState(null, "", place);
    for (const link of document.querySelectorAll(".languages a")) link.hash = place;
  });
}

function tick(words, fleet, layer) {
  const clock = document.getElementById("clock");
  const beat = () => {
    say(clock, words.clock(fleet.now()));
    fleet.forget();
    layer.wake();
  };
  beat();
  setInterval(beat, 1000);
}

/** On a phone alerts come before filters, in the order of reading and of the keyboard alike. */
function phone(map) {
  const narrow = matchMedia("(max-width: 799px)");
  const legend = document.getElementById("legend");
  const arrange = () => {
    const aside = document.getElementById("side");
    const filters = document.getElementById("filters");
    if (narrow.matches) aside.append(filters);
    else aside.prepend(filters);
    legend.open = !narrow.matches;
    map.invalidateSize();
  };
  narrow.addEventListener("change", arrange);
  arrange();
}

globalThis.octroiMap = { mount };
