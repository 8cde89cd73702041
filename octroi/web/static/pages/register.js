// Which uses were granted, on which grounds, for how much?

import { el } from "../map/dom.js";
import { plain } from "../map/view.js";
import { plural } from "../plural.js";
import { words } from "./words.js";

const t = words();
const language = document.documentElement.lang;
const stamp = new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "Europe/Paris" });
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
  const state = entry.state === entry.decision ? [] : [" ", pill(entry.state)];
  return el("tr", {},
    el("th", { scope: "row" }, el("code", { title: entry.id }, entry.id.slice(0, 8)), el("small", {}, stamp.format(new Date(entry.decided_at)))),
    el("td", {}, entry.operator),
    el("td", {}, t(`map.layer.${entry.layer}`)),
    el("td", {}, t(`map.purpose.${entry.purpose}`)),
    el("td", {}, stamp.formatRange(new Date(entry.start), new Date(entry.end))),
    el("td", {}, pill(entry.decision), ...state),
    el("td", {}, ...grounds(entry)),
    el("td", { class: "money" }, fee(entry)));
}

function pill(state) {
  return el("span", { class: `decision ${state}` }, t(`map.permit.${state}`));
}

/** Say what stood against a use, else the acts it was granted under. */
function grounds({ grounds: asked, acts, decision }) {
  const against = asked.filter(({ outcome }) => decision !== "granted" && outcome !== "passed");
  const told = against.length ? against.map(({ text }) => text[language]) : acts.filter(Boolean);
  return [...new Set(told)].slice(0, 4).map((text) => el("p", {}, text));
}

function fee({ fee_total: total, currency }) {
  return total === null ? "" : new Intl.NumberFormat(language, { style: "currency", currency }).format(total);
}

/** Narrow what has been read by words; the server narrows by layer and decision. */
function sift() {
  const wanted = plain(form.elements.q.value);
  let count = 0;
  for (const each of body.rows) {
    each.hidden = !plain(each.textContent).includes(wanted);
    if (!each.hidden) count += 1;
  }
  shown.textContent = count ? t(`register.shown.${plural(language, count)}`, { n: count }) : t("register.none");
}

form.addEventListener("change", ({ target }) => target.name !== "q" && read(true));
form.addEventListener("input", ({ target }) => target.name === "q" && sift());
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => read(false));
read(true);
