// How are all vehicles drawn, moved and found under the pointer? On one canvas, all at once.

/* global L */
import { mercator, shown } from "./fleet.js";
import { FONT, Labels } from "./labels.js";
import { ALARM, COLOURS, QUIET } from "./shapes.js";
import { atlas, surround } from "./sprites.js";

const FRAME_MS = 80;
const SLOWEST_MS = 1000;
const SHARE = 5;
const MOST_GLIDING = 500;
const REACH_PX = 16;
const NAMED_FROM = { PROHIBITED: 13.5, REQ_AUTHORISATION: 14 };
const LOUD = { alert: true, unregistered: true };
const RANKS = { stale: 0, ok: 1, watch: 2, unregistered: 3, alert: 4 };

export const FleetLayer = L.Layer.extend({
  initialize({ fleet, view, zones, names }) {
    Object.assign(this, { fleet, view, zones, names, spots: [], track: null, hovered: null, last: 0, pace: FRAME_MS });
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
  },

  onAdd(map) {
    this.map = map;
    const pane = map.createPane("octroi-fleet");
    pane.style.zIndex = 660;
    pane.style.pointerEvents = "none";
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", pane);
    this.canvas.setAttribute("aria-hidden", "true");
    this.pen = this.canvas.getContext("2d");
    this.labels = new Labels(this.pen);
    map.on("move resize zoomend viewreset", this.paint, this);
    map.on("zoomanim", this.zooming, this);
    for (const source of [this.fleet, this.view, this.zones]) {
      source.addEventListener("change", () => this.wake());
    }
    this.paint();
  },

  zooming({ zoom, center }) {
    const scale = this.map.getZoomScale(zoom);
    const corner = this.map._latLngBoundsToNewLayerBounds(this.map.getBounds(), zoom, center).min;
    L.DomUtil.setTransform(this.canvas, corner, scale);
  },

  /** Draw soon, and go on while anything glides: the rarer, the longer this machine takes a frame. */
  wake() {
    if (this.due) return;
    const rest = Math.max(0, this.last + this.pace - performance.now());
    this.due = setTimeout(() => requestAnimationFrame(() => this.drawFrame()), rest);
  },

  drawFrame() {
    const begun = performance.now();
    const gliding = this.paint();
    // This runs only after the browser has handed the frame over, which without a GPU is the slow part.
    setTimeout(() => {
      this.pace = Math.min(SLOWEST_MS, Math.max(FRAME_MS, SHARE * (performance.now() - begun)));
      this.due = null;
      if (gliding) this.wake();
    });
  },

  paint() {
    this.last = performance.now();
    this.measure();
    this.labels.clear(this.size);
    const vehicles = [...this.fleet.vehicles.values()].filter((each) => this.view.showsVehicle(each));
    const gliding = this.locate(vehicles);
    const captions = this.captions();
    for (const spot of this.spots) this.labels.block(spot.x, spot.y, 7 * this.scale);
    this.nameZones();
    this.namePlaces();
    this.trails();
    for (const spot of this.spots) this.vehicle(spot);
    for (const draw of captions) draw();
    return gliding;
  },

  measure() {
    const { map, canvas, pen } = this;
    const size = map.getSize();
    const density = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(size.x * density), Math.round(size.y * density)];
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    L.DomUtil.setTransform(canvas, map.containerPointToLayerPoint([0, 0]), 1);
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, size.x, size.y);
    this.size = size;
    this.world = 256 * 2 ** map.getZoom();
    const corner = map.containerPointToLatLng([0, 0]);
    this.corner = mercator(corner.lng, corner.lat);
    this.scale = Math.min(1.1, Math.max(0.5, 0.4 + (map.getZoom() - 10) * 0.15));
    if (this.sprites?.scale !== this.scale || this.sprites.density !== density) {
      this.sprites = { ...atlas(this.scale, density), scale: this.scale, density };
    }
  },

  pixel(x, y) {
    return [(x - this.corner[0]) * this.world, (y - this.corner[1]) * this.world];
  },

  /** Find every vehicle's place on the screen, the quiet ones first so that alerts lie on top. */
  locate(vehicles) {
    const now = performance.now();
    const moving = vehicles.length <= MOST_GLIDING && !this.still.matches;
    let gliding = false;
    this.spots = vehicles.map((vehicle) => {
      const place = moving ? shown(vehicle, now) : [vehicle.x, vehicle.y];
      gliding ||= moving && now < vehicle.glideStart + vehicle.glideMs;
      const [x, y] = this.pixel(...place);
      return { vehicle, x, y, look: this.fleet.look(vehicle) };
    });
    this.spots = this.spots.filter(({ x, y }) => x > -40 && y > -40 && x < this.size.x + 40 && y < this.size.y + 40);
    this.spots.sort((a, b) => RANKS[a.look] - RANKS[b.look]);
    return gliding;
  },

  vehicle({ vehicle, x, y, look }) {
    const { pen, sprites, scale } = this;
    pen.globalAlpha = this.view.findsVehicle(vehicle) ? 1 : 0.18;
    surround(pen, x, y, look, scale);
    const turn = vehicle.layer === "subsoil" ? 0 : (((vehicle.heading ?? 90) - 90) * Math.PI) / 180;
    const flat = look === "stale" || this.fleet.silent(vehicle) ? "stale" : look;
    const [sx, sy] = sprites.place(vehicle.layer, flat in { stale: 1, unregistered: 1 } ? flat : "ok");
    const half = sprites.size / 2;
    pen.save();
    pen.translate(x, y);
    pen.rotate(turn);
    pen.drawImage(sprites.image, sx, sy, sprites.cell, sprites.cell, -half, -half, sprites.size, sprites.size);
    pen.restore();
    if (vehicle.uid === this.view.selected) this.frameSelected(x, y);
    pen.globalAlpha = 1;
  },

  frameSelected(x, y) {
    const { pen } = this;
    const half = Math.max(13, 19 * this.scale);
    for (const [colour, width] of [["#fff", 4.5], ["#111", 2]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.setLineDash([half * 0.8, half * 1.2]);
      pen.lineDashOffset = half * 0.4;
      pen.strokeRect(x - half, y - half, half * 2, half * 2);
    }
    pen.setLineDash([]);
    pen.lineDashOffset = 0;
  },

  trails() {
    const { pen } = this;
    pen.lineJoin = "round";
    pen.lineCap = "round";
    if (this.view.tails && this.map.getZoom() >= 12) {
      for (const { vehicle, x, y, look } of this.spots) this.tail(vehicle, x, y, look);
    }
    for (const { points, colour, dash } of this.track ?? []) {
      const placed = points.map(([px, py]) => this.pixel(px, py));
      this.line(placed, "#fff", 5, 0.9);
      pen.setLineDash(dash);
      this.line(placed, colour, dash.length ? 3.2 : 2.4, 0.9);
      pen.setLineDash([]);
    }
    pen.globalAlpha = 1;
    pen.lineCap = "butt";
  },

  /** One tail for each who says where it is; the older half is fainter: it shows where a vehicle came from. */
  tail(vehicle, x, y, look) {
    if (!this.view.findsVehicle(vehicle)) return;
    const colour = look === "stale" ? QUIET : COLOURS[vehicle.layer];
    for (const sender of new Set(vehicle.tail.map((point) => point[3]))) {
      const said = vehicle.tail.filter((point) => point[3] === sender);
      const points = said.map(([px, py]) => this.pixel(px, py));
      if (sender === vehicle.sender) points.splice(-1, 1, [x, y]);
      if (points.length < 2) continue;
      const half = Math.floor(points.length / 2);
      this.line(points.slice(0, half + 1), colour, 2 * this.scale, 0.18);
      this.line(points.slice(half), colour, 2.4 * this.scale, 0.42);
    }
  },

  line(points, colour, width, alpha) {
    const { pen } = this;
    pen.globalAlpha = alpha;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.stroke();
  },

  /** Names of vehicles that matter take their room first, but are written last. */
  captions() {
    const named = this.spots.filter(({ vehicle, look }) =>
      (look in LOUD && this.view.findsVehicle(vehicle)) || vehicle.uid === this.view.selected || vehicle.uid === this.hovered);
    const most = this.map.getZoom() < 13 ? 8 : 40;
    for (const spot of named) this.labels.block(spot.x, spot.y, 12 * this.scale);
    return named.reverse().slice(0, most).map((spot) => this.caption(spot)).filter(Boolean);
  },

  caption({ vehicle, x, y, look }) {
    const away = 18 * Math.max(this.scale, 0.8);
    const places = (width) => [
      [x + away + width / 2, y], [x - away - width / 2, y], [x, y - away - 8], [x, y + away + 8],
    ];
    const colour = look in LOUD ? ALARM : "#14202e";
    return this.labels.plate(vehicle.name, places, { font: `700 12px ${FONT}`, colour });
  },

  /** Where one has to ask first is named from farther away than where one may go. */
  nameZones() {
    const zoom = this.map.getZoom();
    const near = (zone) => zoom >= (zone.restriction in NAMED_FROM ? NAMED_FROM[zone.restriction] : 15.5);
    const wanted = [...this.zones.all.values()]
      .filter((zone) => near(zone) && zone.label && zone.title && !zone.large && this.view.showsZone(zone))
      .sort((a, b) => a.area - b.area);
    const font = `11.5px ${FONT}`;
    for (const { title, label, layer } of wanted) {
      const [x, y] = this.pixel(...mercator(label.lon, label.lat));
      const inside = (label.width / 360) * this.world;
      const fits = inside > this.labels.width(font, title) * 0.7;
      if (!fits || x < 0 || y < 0 || x > this.size.x || y > this.size.y) continue;
      const style = { font, colour: "#14202e", border: COLOURS[layer] };
      this.labels.plate(title, () => [[x, y], [x, y - 20], [x, y + 20]], style)?.();
    }
  },

  namePlaces() {
    const zoom = this.map.getZoom();
    const write = (list, font, colour) => {
      for (const { text, label } of list) {
        const [x, y] = this.pixel(...mercator(...label));
        if (x > 0 && y > 0 && x < this.size.x && y < this.size.y) this.labels.name(text, x, y, { font, colour });
      }
    };
    write(this.names.districts, `700 ${zoom < 12 ? 11 : 13}px ${FONT}`, "#7a7363");
    if (zoom >= 14) write(this.names.places, `italic 12px ${FONT}`, "#6b6659");
  },

  /** Return the vehicle nearest to a point of the map's window, if one is near. */
  near({ x, y }) {
    let best = null;
    let least = REACH_PX;
    for (const spot of this.spots) {
      const distance = Math.hypot(spot.x - x, spot.y - y);
      if (distance <= least) [best, least] = [spot.vehicle, distance];
    }
    return best;
  },
});
