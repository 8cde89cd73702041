// What was decided, on which grounds, for where and when? One decision, as everybody may know it.

import { el } from "../map/dom.js";
import { teller } from "./entry.js";
import { whereabouts } from "./whereabouts.js";
import { whole } from "./whole.js";
import { words } from "./words.js";

const ORDER = ["objected", "conditional", "passed"];
const t = words();
const language = document.documentElement.lang;
const tell = teller(language, t);
const page = document.getElementById("decision");
const explained = new Set(page.dataset.rules.split(" "));
const problem = document.getElementById("problem");

async function read(address) {
  const response = await fetch(address);
  if (response.status === 404 || response.status === 422) throw new Error(t("decision.missing"));
  const body = await response.json();
  if (!response.ok) throw new Error(t("decision.failed", { reason: body.detail ?? `HTTP ${response.status}` }));
  return body;
}

function facts(entry) {
  const fee = tell.fee(entry);
  const said = [
    [t("register.decision"), el("span", {}, ...tell.pills(entry))],
    [t("register.operator"), entry.operator],
    [t("register.purpose"), tell.use(entry)],
    [t("register.layer"), t(`map.layer.${entry.layer}`)],
    [t("register.window"), tell.span(entry)],
    [t("register.fee"), fee],
    [t("decision.decided"), tell.stamp(entry.decided_at)],
    [t("decision.automated"), t(`decision.automated.${entry.automated}`)],
    [t("decision.number"), el("code", {}, entry.id)],
  ];
  return el("dl", {}, ...said.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** List what every rule found, what stands against the use first. */
function grounds(entry) {
  const sorted = [...entry.grounds].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  return el("ol", { class: "grounds" }, ...sorted.map(({ rule, outcome, text, act }) =>
    el("li", { "data-outcome": outcome },
      el("span", { class: "outcome" }, t(`decision.outcome.${outcome}`)),
      el("p", {}, text[language], " ", explained.has(rule) ? el("a", { class: "rule", href: `/rules/${rule}` }, t("decision.rule")) : null),
      act ? el("p", { class: "act" }, t("decision.act", { act })) : null)));
}

function show(entry, city) {
  const address = `/v1/register/${entry.id}`;
  page.append(
    el("div", { class: "sides" },
      facts(entry),
      el("figure", {}, whereabouts(city, entry.footprint, t("decision.city")), el("figcaption", {}, `${t("decision.city")} · ${city.attribution}`),
        entry.withheld_act ? el("p", { class: "act" }, t("decision.coarse", { act: entry.withheld_act })) : null)),
    el("h2", {}, t("decision.grounds")),
    grounds(entry),
    el("p", { class: "open" }, t("decision.open"), " ", el("a", { href: address }, el("code", {}, address))));
  page.hidden = false;
}

async function start() {
  try {
    const number = encodeURIComponent(page.dataset.number);
    show(...await Promise.all([read(`/v1/register/${number}`), read("/static/basemap/paris.json")]));
  } catch (reason) {
    problem.textContent = reason.message;
    problem.hidden = false;
  }
}

whole(start());
