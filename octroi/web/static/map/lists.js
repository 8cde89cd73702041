// How does someone reach every vehicle and every zone without a pointer?

import { el, keep, say } from "./dom.js";
import { glyph } from "./shapes.js";

const MOST = 200;
const ORDER = { alert: 0, unregistered: 1, watch: 2, ok: 3, stale: 4 };

class List {
  constructor(id, { words, view, choose }) {
    Object.assign(this, { words, view, choose });
    this.list = document.getElementById(id);
    this.rest = document.getElementById(`${id}-rest`);
    this.panel = this.list.closest("[role=tabpanel]");
  }

  draw() {
    if (this.panel.hidden) return;
    const found = this.items();
    keep(this.list, found.slice(0, MOST), (item) => this.key(item), (item) => this.row(item), (row, item) => this.fill(row, item));
    const left = found.length - MOST;
    say(this.rest, found.length ? (left > 0 ? this.words.count("list.rest", left) : "") : this.words.t("list.none"));
  }

  row(item) {
    const press = (event) => this.choose(this.key(item), event.currentTarget);
    return el("li", {}, el("button", { type: "button", onclick: press },
      el("span", { class: "picture" }),
      el("span", { class: "row-name" }), el("span", { class: "row-state" }),
      el("span", { class: "row-more" }), el("span", { class: "row-end" })));
  }

  set(row, name, text) {
    say(row.querySelector(`.${name}`), text);
  }
}

export class VehicleList extends List {
  constructor(parts) {
    super("vehicles", parts);
    this.fleet = parts.fleet;
    setInterval(() => this.draw(), 1000);
    this.view.addEventListener("change", () => this.draw());
  }

  key({ uid }) {
    return uid;
  }

  items() {
    const rank = (vehicle) => ORDER[this.fleet.look(vehicle)];
    return [...this.fleet.vehicles.values()]
      .filter((each) => this.view.showsVehicle(each) && this.view.findsVehicle(each))
      .sort((a, b) => rank(a) - rank(b) || a.uid.localeCompare(b.uid));
  }

  fill(row, vehicle) {
    const look = this.fleet.look(vehicle);
    const picture = row.querySelector(".picture");
    if (picture.dataset.look !== look) {
      picture.dataset.look = look;
      picture.replaceChildren(glyph(vehicle.layer, look));
    }
    row.dataset.look = look;
    this.set(row, "row-name", vehicle.name);
    this.set(row, "row-state", this.words.t(`status.${look}`));
    this.set(row, "row-more", this.words.operator(vehicle.owner));
    row.querySelector(".row-more").title = vehicle.operator;
    this.set(row, "row-end", this.words.age(this.fleet.now() - vehicle.at));
    row.firstElementChild.setAttribute("aria-pressed", String(vehicle.uid === this.view.selected));
  }
}

export class ZoneList extends List {
  constructor(parts) {
    super("zones-list", parts);
    this.zones = parts.zones;
    for (const source of [this.view, this.zones]) source.addEventListener("change", () => this.draw());
  }

  key({ id }) {
    return id;
  }

  items() {
    return [...this.zones.all.values()]
      .filter((each) => this.view.showsZone(each) && this.view.finds(each.name, String(each.id)))
      .sort((a, b) => a.name.localeCompare(b.name, this.words.language, { numeric: true }));
  }

  fill(row, zone) {
    const picture = row.querySelector(".picture");
    if (!picture.firstChild) picture.append(glyph(zone.layer));
    this.set(row, "row-name", zone.name);
    this.set(row, "row-more", this.words.t(`restriction.${zone.restriction}`));
    this.set(row, "row-end", zone.upper ? `≤ ${this.words.limit(zone.upper)}` : "");
  }
}

/** Make tabs that arrow keys walk through. */
export function tabs(bar, shown) {
  const all = [...bar.querySelectorAll("[role=tab]")];
  const open = (tab, focus) => {
    for (const each of all) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")).hidden = !chosen;
    }
    if (focus) tab.focus();
    shown();
  };
  bar.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) open(tab, false);
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    open(next, true);
  });
  return (name) => open(all.find((tab) => tab.id === `tab-${name}`), false);
}

