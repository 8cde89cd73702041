// On what does a line of an invoice rest? Its formula, its uses, and where they were.

import { el } from "../map/dom.js";
import { day, facts, language, measured, money, number, percent, read, stamp, t, table, told, verdict } from "./claims.js";
import { Ground } from "./ground.js";
import { whole } from "./whole.js";

const page = document.getElementById("claim");
const claimed = `/v1/invoices/${encodeURIComponent(page.dataset.number)}`;
const address = `${claimed}/lines/${page.dataset.line}/evidence`;
const AT_ONCE = 10;
const uses = el("ol", { class: "uses" });
const count = el("p", { class: "hint", role: "status" });
const more = el("button", { type: "button" }, t("line.more"));
let shown = 0;
let ground;

/** Write how long something was: hours, minutes, seconds. */
function lasting(ms) {
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map((each, place) => (place < 2 ? Math.floor(each) : each));
  return [hours && `${hours} h`, minutes && `${minutes} min`, `${number(seconds)} s`].filter(Boolean).join(" ");
}

const version = (value) => t("line.version", { version: value });

function about(claim, { line, formula }) {
  return [
    facts([
      [t("invoice.what"), line.text[language]],
      [t("line.zone"), line.zone && [`${line.zone_name} (${line.zone})`, ...line.zone_versions.map(version)].join(", ")],
      [t("line.vehicle"), line.vehicles.join(", ")],
      [t("line.span"), line.first_at && `${stamp(line.first_at)} – ${stamp(line.last_at)}`],
      [t("line.permit"), line.permit && el("code", {}, line.permit)],
      [t("line.tariff"), `${line.tariff}, ${version(line.tariff_version)}`],
      [t("line.act"), line.act],
      [t("invoice.quantity"), measured(line.quantity, line.unit)],
      [t(line.vat ? "invoice.amount.net" : "invoice.amount"), money(line.amount, claim.currency)],
      [t("invoice.vat"), line.vat && percent(line.vat.rate_percent)],
    ]),
    el("h2", {}, t("line.formula")), el("p", { class: "formula" }, formula[language]),
  ];
}

function rests({ usage, permit, visit }) {
  const rules = [...new Set((visit?.positions ?? []).map((each) => each.rulebook_version).filter((each) => each !== null))];
  const said = [
    usage.zone_version !== null && t("line.ruled", { version: usage.zone_version }),
    rules.length > 0 && t("line.rules", { version: rules.join(", ") }),
    permit && t("line.granted", { version: permit.version, day: day(permit.decided_at) }),
  ];
  return said.filter(Boolean).join(" · ");
}

function seen(visit) {
  const rows = visit.positions.map((each) => [
    stamp(each.at), `${each.lat.toFixed(6)}, ${each.lon.toFixed(6)} (± ${number(each.h_acc_m)})`, verdict(each.verdict),
  ]);
  const summary = t("line.positions", { count: number(visit.observations), distance: number(visit.distance_m) });
  return el("details", {}, el("summary", {}, summary), table(summary, [t("line.at"), t("line.place"), t("line.verdict")], rows));
}

function use(fee) {
  const { usage, visit } = fee;
  const free = visit?.uncertain_ms ? ` · ${t("line.free", { time: lasting(visit.uncertain_ms) })}` : "";
  return el("li", {},
    facts([
      [t("line.vehicle"), usage.vehicle],
      [t("line.place"), usage.occupied?.place],
      [t("line.span"), `${stamp(usage.at)} – ${stamp(usage.ended_at)}`],
      [t("line.present"), visit && lasting(usage.certain_ms) + free],
      [t("line.rests"), rests(fee)],
      [t("line.formula"), fee.formula[language]],
    ]),
    visit?.positions.length ? seen(visit) : null);
}

async function add() {
  const found = await read(`${address}?limit=${AT_ONCE}&skip=${shown}`);
  uses.append(...found.fees.map(use));
  shown += found.fees.length;
  count.textContent = t("line.shown", { shown: number(shown), count: number(found.fees_in_line) });
  more.hidden = shown >= found.fees_in_line;
  return found;
}

async function addShown() {
  ground.add((await add()).fees);
}

async function show() {
  const [claim, city] = [await read(claimed), await read("/static/basemap/paris.json")];
  const found = await add();
  const map = el("div", { class: "ground", role: "img", "aria-label": t("line.map") });
  const none = el("p", { hidden: true }, t("line.nowhere"));
  const figure = el("figure", {}, map, el("figcaption", {}, `${t("line.map")} · ${city.attribution}`));
  const { seller } = claim;
  const ours = (field) => (language === "en" && seller[`${field}_en`]) || seller[field];
  page.append(...about(claim, found), figure, none,
    el("h2", {}, t("line.uses")), count, uses, more,
    el("h2", {}, t("line.object")),
    el("p", {}, t("line.object.text", { contact: ours("contact"), court: ours("court"), number: page.dataset.number })),
    el("p", { class: "open" }, t("line.open"), " ", el("a", { href: address }, el("code", {}, address))));
  page.hidden = false;
  ground = new Ground(map, city);
  await ground.zone(found.line.zone, found.fees);
  none.hidden = ground.add(found.fees);
  figure.hidden = !none.hidden;
}

more.addEventListener("click", () => told(addShown));
whole(told(show));
