// Which layers, heights and restrictions are shown, and how many things there are of each?

import { el, say } from "./dom.js";
import { EVERY, LAYERS, RESTRICTIONS, glyph, swatch } from "./shapes.js";
import { NO_CEILING } from "./view.js";

export class Filters {
  constructor({ view, fleet, zones, words }) {
    Object.assign(this, { view, fleet, zones, words });
    this.cells = new Map();
    this.rows(document.getElementById("layers"));
    this.ceiling(document.getElementById("ceiling"));
    this.legend(document.getElementById("legend-body"));
    for (const source of [fleet, zones, view]) source.addEventListener("change", () => this.count());
    this.count();
  }

  rows(table) {
    const t = (key) => this.words.t(key);
    for (const layer of LAYERS) {
      table.append(
        el("div", { class: "layer", role: "group", "aria-label": t(`layer.${layer}`) },
          glyph(layer),
          el("span", { class: "layer-name" }, t(`layer.${layer}`)),
          this.toggle(`vehicles.${layer}`, this.view.vehicleLayers, layer, t("vehicles")),
          this.toggle(`zones.${layer}`, this.view.zoneLayers, layer, t("zones")),
        ),
      );
    }
  }

  toggle(cell, chosen, value, label) {
    const flip = (event) => this.view.change("filter", () =>
      (event.target.checked ? chosen.add(value) : chosen.delete(value)));
    const count = el("span", { class: "count" }, "–");
    this.cells.set(cell, count);
    return el("label", { class: "toggle" },
      el("input", { type: "checkbox", checked: true, onchange: flip, autocomplete: "off" }),
      el("span", { class: "visually-hidden" }, `${label} `),
      count,
    );
  }

  ceiling(holder) {
    const said = el("output", { for: "ceiling-range" });
    const tell = (value) => say(said, value >= NO_CEILING ? this.words.t("ceiling.none") : `${value} m`);
    const range = el("input", {
      type: "range", id: "ceiling-range", min: 0, max: NO_CEILING, step: 10, value: NO_CEILING,
      autocomplete: "off",
      oninput: ({ target }) => {
        tell(Number(target.value));
        this.view.change("filter", (view) => { view.ceiling = Number(target.value); });
      },
    });
    tell(NO_CEILING);
    holder.append(el("label", { for: "ceiling-range" }, this.words.t("ceiling"), " ", said), range);
  }

  legend(body) {
    const t = (key) => this.words.t(key);
    const states = ["alert", "watch", "unregistered", "stale"].map((status) =>
      el("li", {}, glyph("air", status), t(`status.${status}`)));
    const restrictions = RESTRICTIONS.map((restriction) => {
      const flip = ({ target }) => this.view.change("filter", (view) =>
        (target.checked ? view.restrictions.add(restriction) : view.restrictions.delete(restriction)));
      const count = el("span", { class: "count" });
      this.cells.set(`restriction.${restriction}`, count);
      return el("li", {}, el("label", {},
        el("input", { type: "checkbox", checked: true, onchange: flip, autocomplete: "off" }),
        swatch(restriction), t(`restriction.${restriction}`), count));
    });
    const tails = el("label", {}, el("input", {
      type: "checkbox", checked: true, autocomplete: "off",
      onchange: ({ target }) => this.view.change("filter", (view) => { view.tails = target.checked; }),
    }), t("tails"));
    body.append(
      el("ul", {}, ...states),
      el("ul", { "aria-label": t("zones") }, ...restrictions),
      el("p", { class: "hint" }, t("legend.large")),
      tails,
    );
  }

  count() {
    const numbers = {};
    const add = (cell) => { numbers[cell] = (numbers[cell] ?? 0) + 1; };
    for (const vehicle of this.fleet.vehicles.values()) add(`vehicles.${vehicle.layer}`);
    for (const zone of this.zones.all.values()) {
      for (const layer of zone.layer === EVERY ? LAYERS : [zone.layer]) add(`zones.${layer}`);
      add(`restriction.${zone.restriction}`);
    }
    for (const [cell, node] of this.cells) say(node, this.words.number(numbers[cell] ?? 0));
  }
}
