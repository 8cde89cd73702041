// Who is this vehicle, under which permit, and how fresh is what we know? Which zones lie here?

import { el, say } from "./dom.js";
import { COLOURS, glyph, swatch } from "./shapes.js";
import { sparkline } from "./sparkline.js";
import { grown, legend, lines } from "./track.js";
import { zoneFacts } from "./zonefacts.js";

const TRACK_MINUTES = 10;

export class Card {
  constructor({ api, words, fleet, view, alerts, layer, zoneLayer, complain }) {
    Object.assign(this, { api, words, fleet, view, alerts, layer, zoneLayer, complain });
    this.box = document.getElementById("card");
    this.opener = null;
    this.track = [];
    this.box.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
    for (const source of [fleet, alerts]) source.addEventListener("change", () => this.refresh());
    setInterval(() => this.refresh(), 1000);
  }

  t(key, values) {
    return this.words.t(key, values);
  }

  /** Open a vehicle's card; `opener` is where the focus goes back to. */
  async vehicle(uid, opener = null) {
    const vehicle = this.fleet.vehicles.get(uid);
    if (!vehicle) return this.complain(this.t("vehicle.gone", { vehicle: uid }));
    this.prepare(opener);
    this.uid = uid;
    this.view.change("selected", (view) => { view.selected = uid; view.following = false; });
    this.box.replaceChildren(
      this.head(glyph(vehicle.layer), vehicle.name, this.t(`layer.${vehicle.layer}`)),
      el("p", { class: "card-state" }),
      el("ul", { class: "card-alerts" }),
      el("dl", {}, ...["operator", "permit", "altitude", "speed", "received", "clock"].flatMap((name) => [
        el("dt", {}, this.t(`card.${name}`)), el("dd", { class: name }),
      ])),
      el("div", { class: "permit-summary", hidden: true }),
      el("figure", { class: "spark", hidden: true }),
      el("ul", { class: "voices", hidden: true }),
      el("div", { class: "actions" },
        el("button", { type: "button", class: "follow", "aria-pressed": "false", onclick: () => this.follow() }, this.t("follow")),
        el("a", { class: "button evidence", hidden: true }, this.t("evidence"))),
    );
    this.refresh();
    this.enter(opener);
    await this.load(vehicle);
  }

  /** List the zones over a point. */
  place(zones, opener = null) {
    this.prepare(opener);
    this.uid = null;
    this.view.change("selected", (view) => { view.selected = null; });
    const several = zones.length > 1;
    const title = several ? this.words.count("zones.here", zones.length) : zones[0].name;
    this.box.replaceChildren(
      this.head(several ? "" : glyph(zones[0].layer), title, ""),
      el("ul", { class: "card-zones" }, ...zones.map((zone) => this.zone(zone, several))),
    );
    this.zoneLayer.mark(zones[0]);
    this.enter(opener);
  }

  zone(zone, named) {
    const facts = zoneFacts(zone, this.words).flatMap(([name, lines]) => [
      el("dt", {}, this.t(`zone.${name}`)), el("dd", {}, ...lines.map((line) => el("p", {}, line))),
    ]);
    const kind = `${this.t(`layer.${zone.layer}`)} · ${this.t(`restriction.${zone.restriction}`)}`;
    return el("li", { onmouseenter: () => this.zoneLayer.mark(zone) },
      named ? el("strong", {}, glyph(zone.layer), zone.name) : null,
      el("p", { class: "zone-kind" }, swatch(zone.restriction, COLOURS[zone.layer]), kind),
      el("dl", {}, ...facts),
    );
  }

  prepare(opener) {
    if (opener) this.opener = opener;
    this.track = [];
    this.layer.track = null;
    this.zoneLayer.mark(null);
    this.box.hidden = false;
  }

  /** A card opened from the keyboard takes the focus; a click on the map leaves it there. */
  enter(opener) {
    if (opener) this.box.focus();
  }

  head(picture, title, subtitle) {
    return el("header", {}, picture,
      el("h2", { id: "card-title" }, title, el("small", {}, subtitle)),
      el("button", { type: "button", class: "shut", "aria-label": this.t("shut"), onclick: () => this.close() }, "✕"));
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.uid = null;
    this.layer.track = null;
    this.zoneLayer.mark(null);
    this.view.change("selected", (view) => { view.selected = null; view.following = false; });
    if (this.opener?.isConnected) this.opener.focus();
    this.opener = null;
  }

  follow() {
    this.view.change("selected", (view) => { view.following = !view.following; });
    this.box.querySelector(".follow").setAttribute("aria-pressed", String(this.view.following));
  }

  refresh() {
    const vehicle = this.fleet.vehicles.get(this.uid);
    if (this.box.hidden || !vehicle) return;
    const look = this.fleet.look(vehicle);
    const set = (name, text) => say(this.box.querySelector(name), text);
    const state = this.box.querySelector(".card-state");
    state.dataset.look = look;
    say(state, this.t(`status.${look}`));
    set("dd.operator", this.words.operator(vehicle.owner));
    this.box.querySelector("dd.operator").title = vehicle.operator;
    // A height above the ellipsoid says nothing to who looks at a street.
    const told = vehicle.layer === "surface" && vehicle.altRef !== "AGL" ? null : vehicle.alt;
    set("dd.altitude", this.words.height(told, vehicle.altRef));
    set("dd.speed", this.words.speed(vehicle.speed));
    set("dd.received", this.t("ago", { age: this.words.age(this.fleet.now() - vehicle.at) }));
    this.permit(this.box.querySelector("dd.permit"), vehicle.permit);
    this.listAlerts();
    this.grow(vehicle);
  }

  permit(cell, id) {
    if (cell.dataset.permit === String(id)) return;
    cell.dataset.permit = String(id);
    if (!id) return cell.replaceChildren(el("em", {}, this.t("permit.none")));
    const open = (event) => { event.preventDefault(); this.summary(id); };
    cell.replaceChildren(el("a", { href: `/v1/permits/${encodeURIComponent(id)}`, onclick: open, title: id }, id.length > 13 ? `${id.slice(0, 8)}…` : id));
  }

  /** Fold the permit's purpose, windows and conditions out, or in again. */
  async summary(id) {
    const box = this.box.querySelector(".permit-summary");
    if (!box.hidden) { box.hidden = true; return; }
    try {
      const permit = await this.api.get(`/v1/permits/${encodeURIComponent(id)}`);
      const windows = permit.volumes.map(({ start, end }) => this.words.span(start, end));
      const conditions = (permit.conditions ?? []).map(({ text }) => text?.[this.words.language]);
      const facts = [this.t(`purpose.${permit.purpose}`), permit.reference, ...new Set(windows), ...conditions];
      box.replaceChildren(
        el("strong", {}, this.t(`permit.${permit.state}`)),
        ...facts.filter(Boolean).map((fact) => el("p", {}, fact)));
      box.hidden = false;
    } catch (problem) {
      this.complain(problem.message);
    }
  }

  listAlerts() {
    const own = this.alerts.of(this.uid);
    const list = this.box.querySelector(".card-alerts");
    const said = own.map((alert) => [this.alerts.text(alert), ...this.alerts.unsaid(alert, [alert.zone_name])].join(" – "));
    if (list.dataset.said !== said.join("|")) {
      list.dataset.said = said.join("|");
      list.replaceChildren(...said.slice(0, 3).map((text) => el("li", {}, text)));
    }
    const link = this.box.querySelector(".evidence");
    link.hidden = !own.length;
    if (own.length) link.href = `/v1/alerts/${encodeURIComponent(own[0].id)}/evidence`;
  }

  /** Say how far its clock is from the city's, once that is known. */
  async clock({ uid, operator, name }) {
    const query = new URLSearchParams({ operator, vehicle: name });
    const { clocks: [clock] } = await this.api.get(`/v1/clocks?${query}`);
    if (uid !== this.uid) return;
    const way = clock?.behind_s < 0 ? "ahead" : "behind";
    const off = clock && this.words.number(Math.round(Math.abs(clock.behind_s) * 10) / 10);
    say(this.box.querySelector("dd.clock"), clock ? this.t(`clock.${way}`, { n: off }) : "—");
  }

  async load(vehicle) {
    try {
      await this.loadTrack(vehicle);
      if (vehicle.uid === this.uid) await this.clock(vehicle);
    } catch (problem) {
      this.complain(problem.message);
    }
  }

  async loadTrack({ uid, operator, name }) {
    const path = `/v1/vehicles/${encodeURIComponent(operator)}/${encodeURIComponent(name)}/track?minutes=${TRACK_MINUTES}`;
    const { positions } = await this.api.get(path);
    if (uid !== this.uid) return;
    this.track = positions;
    this.refresh();
  }

  /** Load the track again after the stream was away: of what it missed it tells the newest alone. */
  again() {
    const vehicle = this.fleet.vehicles.get(this.uid);
    // A lost answer is no reason to complain: the stream goes on.
    if (vehicle && this.track.length) this.loadTrack(vehicle).catch(() => {});
  }

  /** Add what has been heard since the track was loaded. */
  grow(vehicle) {
    if (!this.track.length) return;
    grown(this.track, vehicle);
    const { operator, layer } = vehicle;
    this.layer.track = lines(this.track, operator, layer);
    this.layer.wake();
    sparkline(this.box.querySelector(".spark"), this.track, vehicle, this.words);
    legend(this.box.querySelector(".voices"), this.track, operator, layer, this.words);
  }
}

