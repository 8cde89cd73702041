// What can this server do? A plain list made from its own OpenAPI description.

import { el } from "../map/dom.js";
import { words } from "./words.js";

const t = words();
const VERBS = ["get", "post", "put", "patch", "delete"];

function name(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.type === "array") return `${name(schema.items)}[]`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(name).filter((each) => each !== "null").join(" | ");
  return schema.enum ? schema.enum.join(" | ") : (schema.const ?? schema.format ?? schema.type ?? "");
}

function row(label, type, note) {
  return el("tr", {}, el("th", { scope: "row" }, el("code", {}, label)), el("td", {}, el("code", {}, type)), el("td", {}, note ?? ""));
}

function table(title, rows) {
  return rows.length ? el("section", {}, el("h3", {}, title), el("table", {}, el("tbody", {}, ...rows))) : null;
}

function operation(api, path, verb, { summary, description, parameters = [], requestBody, responses }) {
  const bodies = Object.entries(requestBody?.content ?? {});
  const fields = bodies.flatMap(([kind, { schema }]) => [row(kind, name(schema), ""), ...properties(api, schema)]);
  const answers = Object.entries(responses ?? {}).map(([status, { description: said, content }]) =>
    row(status, Object.values(content ?? {}).map(({ schema }) => name(schema)).filter(Boolean).join(", "), said));
  const said = parameters.map((each) => row(each.name, name(each.schema), [each.required && t("docs.required"), each.description].filter(Boolean).join(" – ")));
  return el("details", { class: "operation", "data-find": `${verb} ${path} ${summary}`.toLowerCase() },
    el("summary", {}, el("b", { class: `verb ${verb}` }, verb.toUpperCase()), el("code", {}, path), el("span", {}, description?.split("\n")[0] ?? summary ?? "")),
    table(t("docs.parameters"), said), table(t("docs.body"), fields), table(t("docs.answers"), answers));
}

function properties(api, schema) {
  const found = schema?.$ref ? api.components?.schemas?.[name(schema)] : schema;
  const needed = new Set(found?.required ?? []);
  return Object.entries(found?.properties ?? {}).map(([key, each]) => row(key, name(each), needed.has(key) ? t("docs.required") : ""));
}

function show(api) {
  const list = document.getElementById("paths");
  for (const [path, item] of Object.entries(api.paths)) {
    for (const verb of VERBS) if (item[verb]) list.append(operation(api, path, verb, item[verb]));
  }
  document.getElementById("filters").addEventListener("input", ({ target }) => {
    const wanted = target.value.toLowerCase();
    for (const each of list.children) each.hidden = !each.dataset.find.includes(wanted);
  });
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
}

try {
  const response = await fetch("/openapi.json");
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  show(await response.json());
} catch (reason) {
  const problem = document.getElementById("problem");
  problem.textContent = t("docs.failed", { reason: reason.message });
  problem.hidden = false;
}
