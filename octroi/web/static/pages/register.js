// Which uses were granted, on which grounds, for how much?

import { el } from "../map/dom.js";
import { plain } from "../map/view.js";
import { words } from "./words.js";

const t = words();
const language = document.documentElement.lang;
const stamp = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "Europe/Paris" });
const form = document.getElementById("filters");
const body = document.getElementById("rows");
const more = document.getElementById("more");
const shown = document.getElementById("shown");
const problem = document.getElementById("problem");
let cursor = null;
let asked = 0;

async function read(fresh) {
  const turn = (asked += 1);
  const query = new URLSearchParams({ limit: "100" });
  for (const name of ["layer", "decision"]) if (form.elements[name].value) query.set(name, form.elements[name].value);
  if (!fresh && cursor) query.set("cursor", cursor);
  try {
    const response = await fetch(`/v1/register?${query}`);
    const page = await response.json();
    if (!response.ok) throw new Error(page.detail ?? `HTTP ${response.status}`);
    if (turn !== asked) return;
    if (fresh) body.replaceChildren();
    cursor = page.next ?? null;
    body.append(...page.items.map(row));
    more.hidden = !cursor;
    problem.hidden = true;
    sift();
  } catch (reason) {
    problem.textContent = t("register.failed", { reason: reason.message });
    problem.hidden = false;
  }
}

function row(entry) {
  const cells = [
    el("th", { scope: "row" }, el("code", { title: entry.id }, entry.reference || entry.id.slice(0, 8))),
    el("td", {}, entry.operator_name ?? entry.operator ?? ""),
    el("td", {}, t(`map.layer.${entry.layer}`)),
    el("td", {}, t(`map.purpose.${entry.purpose}`)),
    el("td", {}, span(entry)),
    el("td", {}, el("span", { class: `decision ${entry.decision}` }, t(`map.permit.${entry.decision}`))),
    el("td", {}, ...grounds(entry)),
    el("td", { class: "money" }, fee(entry)),
  ];
  return el("tr", {}, ...cells);
}

function span({ start, end }) {
  return start && end ? stamp.formatRange(new Date(start), new Date(end)) : "";
}

function grounds({ findings = [], decision }) {
  const wanted = decision === "granted" ? [] : ["objected", "conditional"];
  const told = findings.filter(({ outcome }) => wanted.includes(outcome)).map(({ text }) => text?.[language] ?? "");
  return [...new Set(told)].slice(0, 3).map((text) => el("p", {}, text));
}

function fee({ quote, total, currency }) {
  const amount = quote?.total ?? total;
  if (amount === undefined || amount === null) return "";
  return new Intl.NumberFormat(language, { style: "currency", currency: quote?.currency ?? currency ?? "EUR" }).format(amount);
}

/** Narrow what has been read by words; the server narrows by layer and decision. */
function sift() {
  const wanted = plain(form.elements.q.value);
  let count = 0;
  for (const each of body.rows) {
    each.hidden = !plain(each.textContent).includes(wanted);
    if (!each.hidden) count += 1;
  }
  shown.textContent = count ? t("register.shown", { n: count }) : t("register.none");
}

form.addEventListener("change", ({ target }) => target.name !== "q" && read(true));
form.addEventListener("input", ({ target }) => target.name === "q" && sift());
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => read(false));
read(true);
