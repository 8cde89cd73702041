// Which uses were granted, on which grounds, for how much?

import { el } from "../map/dom.js";
import { plain } from "../map/view.js";
import { plural } from "../plural.js";
import { teller } from "./entry.js";
import { whole } from "./whole.js";
import { words } from "./words.js";

const t = words();
const language = document.documentElement.lang;
const tell = teller(language, t);
const FEW = 2;
const PAGE = 40;
const MOST_SEARCHED = 1000;
const form = document.getElementById("filters");
const body = document.getElementById("rows");
const more = document.getElementById("more");
const table = document.getElementById("table");
const shown = document.getElementById("shown");
const problem = document.getElementById("problem");
let cursor = null;
let asked = 0;

async function read(fresh) {
  const turn = (asked += 1);
  const query = new URLSearchParams({ limit: String(PAGE) });
  for (const name of ["layer", "purpose", "decision", "state", "operator"]) if (form.elements[name].value) query.set(name, form.elements[name].value);
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
    shown.textContent = "";
    problem.textContent = t("register.failed", { reason: reason.message });
    problem.hidden = false;
  }
}

function row(entry) {
  const cell = (name, ...content) => el("td", { role: "cell", class: `cell-${name}`, "data-name": t(`register.${name}`) }, ...content);
  const page = `/register/${encodeURIComponent(entry.id)}`;
  return el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader" },
      el("a", { href: page, title: entry.id }, el("code", {}, entry.id.slice(0, 8))),
      el("small", {}, tell.stamp(entry.decided_at))),
    cell("operator", entry.operator),
    cell("layer", t(`map.layer.${entry.layer}`)),
    cell("purpose", tell.use(entry)),
    cell("window", tell.span(entry)),
    cell("decision", ...tell.pills(entry)),
    cell("grounds", ...grounds(entry, page)),
    cell("fee", tell.fee(entry)));
}

/** Say what stood against a use, else the acts it was granted under; the rest is on its page. */
function grounds({ grounds: asked, acts, decision }, page) {
  const against = ["objected", "conditional"].flatMap((wanted) => asked.filter(({ outcome }) => outcome === wanted));
  const told = [...new Set(decision === "granted" ? acts.filter(Boolean) : against.map(({ text }) => text[language]))];
  const left = told.length - FEW;
  const rest = left > 0 ? [el("a", { href: page }, t(`register.more_grounds.${plural(language, left)}`, { n: left }))] : [];
  return [...told.slice(0, FEW).map((text) => el("p", {}, text)), ...rest];
}

/** Narrow by words what has been read, and read on for them; the server narrows by the rest. */
function sift() {
  const wanted = plain(form.elements.q.value);
  let count = 0;
  for (const each of body.rows) {
    each.hidden = !plain(each.textContent).includes(wanted);
    if (!each.hidden) count += 1;
  }
  table.hidden = count === 0;
  if (wanted && cursor && body.rows.length < MOST_SEARCHED) read(false);
  shown.textContent = count ? t(`register.shown.${plural(language, count)}`, { n: count }) : t("register.none");
}

form.addEventListener("change", ({ target }) => target.name !== "q" && read(true));
form.addEventListener("input", ({ target }) => target.name === "q" && sift());
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => read(false));
whole(read(true));
