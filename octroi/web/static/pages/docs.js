// What can this server do? A plain list made from its own OpenAPI description.

import { el } from "../map/dom.js";
import { whole } from "./whole.js";
import { words } from "./words.js";

const t = words();
const VERBS = ["get", "post", "put", "patch", "delete"];

const DEEPEST = 3;
let schemas = {};

const called = (schema) => schema.$ref.split("/").at(-1);
const choicesOf = (schema) => (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== "null");

/** Return what a value may be; words are listed, objects called by their name. */
function name(schema) {
  if (!schema) return "";
  if (schema.$ref) return schemas[called(schema)]?.enum?.join(" | ") ?? called(schema);
  if (schema.type === "array") return `${name(schema.items)}[]`;
  const choices = choicesOf(schema);
  if (choices) return choices.map(name).join(" | ");
  return schema.enum ? schema.enum.join(" | ") : (schema.const ?? schema.format ?? schema.type ?? "");
}

/** Return the objects a value may be, also inside a list or among alternatives. */
function objects(schema) {
  if (!schema) return [];
  if (schema.$ref) return [schemas[called(schema)]].filter((found) => found?.properties);
  if (schema.type === "array") return objects(schema.items);
  return choicesOf(schema)?.flatMap(objects) ?? (schema.properties ? [schema] : []);
}

/** Set what stands in backticks as code. */
function said(text) {
  return (text ?? "").split("`").map((part, n) => (n % 2 ? el("code", {}, part) : part));
}

function row(label, type, note) {
  return el("tr", {}, el("th", { scope: "row" }, el("code", {}, label)), el("td", {}, el("code", {}, type)), el("td", {}, ...said(note)));
}

function table(title, rows) {
  return rows.length ? el("section", {}, el("h3", {}, title), el("table", {}, el("tbody", {}, ...rows))) : null;
}

function operation(path, verb, { summary, description, parameters = [], requestBody, responses }) {
  const bodies = Object.entries(requestBody?.content ?? {});
  const fields = bodies.flatMap(([kind, { schema }]) => [row(kind, name(schema), ""), ...properties(schema)]);
  const answers = Object.entries(responses ?? {}).map(([status, { description: meaning, content }]) =>
    row(status, Object.values(content ?? {}).map(({ schema }) => name(schema)).filter(Boolean).join(", "), meaning));
  const asked = parameters.map((each) => row(each.name, name(each.schema), [each.required && t("docs.required"), each.description].filter(Boolean).join(" – ")));
  return el("details", { class: "operation", "data-find": `${verb} ${path} ${summary}`.toLowerCase() },
    el("summary", {}, el("b", { class: `verb ${verb}` }, verb.toUpperCase()), el("code", {}, path), el("span", { lang: "en" }, ...said(description?.split("\n")[0] ?? summary))),
    table(t("docs.parameters"), asked), table(t("docs.body"), fields), table(t("docs.answers"), answers));
}

/** Return a row for each member, and for the members of those that are objects. */
function properties(schema, above = "", depth = 0) {
  return objects(schema).flatMap((found) => {
    const needed = new Set(found.required ?? []);
    return Object.entries(found.properties).flatMap(([key, each]) => [
      row(above + key, name(each), needed.has(key) ? t("docs.required") : ""),
      ...(depth < DEEPEST ? properties(each, `${above}${key}.`, depth + 1) : []),
    ]);
  });
}

function show(api) {
  schemas = api.components?.schemas ?? {};
  const list = document.getElementById("paths");
  for (const [path, item] of Object.entries(api.paths)) {
    for (const verb of VERBS) if (item[verb]) list.append(operation(path, verb, item[verb]));
  }
  document.getElementById("filters").addEventListener("input", ({ target }) => {
    const wanted = target.value.toLowerCase();
    for (const each of list.children) each.hidden = !each.dataset.find.includes(wanted);
  });
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
}

async function start() {
  try {
    const response = await fetch("/openapi.json");
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    show(await response.json());
  } catch (reason) {
    const problem = document.getElementById("problem");
    problem.textContent = t("docs.failed", { reason: reason.message });
    problem.hidden = false;
  }
}

whole(start());
