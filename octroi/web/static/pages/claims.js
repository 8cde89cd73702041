// How are claims read and written? With the rights of the session, in the reader's language.

import { el } from "../map/dom.js";
import { words } from "./words.js";

export const t = words();
export const language = document.documentElement.lang;
const CITY = "Europe/Paris";
const STAMP = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium", timeZone: CITY });
const DAY = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: CITY });
const PLURAL = new Intl.PluralRules(language);
const NUMBER = new Intl.NumberFormat(language, { maximumFractionDigits: 8 });

export const stamp = (at) => STAMP.format(new Date(at));
export const day = (at) => (at ? DAY.format(new Date(at)) : "—");
export const number = (value) => NUMBER.format(value);
/** Write a rate that is told in percent. */
export const percent = (value) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 2 }).format(value / 100);
/** Write an amount or a price: with cents, and with more decimals where it has them. */
export const money = (value, currency) => new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: 8 }).format(value);

/** Write a quantity with its unit; up to a minimum or a cap that is money. */
export function measured(quantity, unit) {
  if (unit === "EUR") return money(quantity, unit);
  const form = PLURAL.select(quantity) === "one" ? "one" : "other";
  return `${number(quantity)} ${t(`unit.${unit}.${form}`)}`;
}

export const verdict = (found) => (found ? t(`line.verdict.${found}`) : "—");

/** Read an address of the API; what is not to be seen is told on the page. */
export async function read(address) {
  const response = await fetch(address);
  if (response.ok) return response.json();
  if (response.status === 401 || response.status === 403) {
    document.getElementById("enter").hidden = false;
    throw new Error(t("invoices.closed"));
  }
  if (response.status === 404 || response.status === 422) throw new Error(t("invoices.missing"));
  const body = await response.json().catch(() => ({}));
  throw new Error(t("invoices.failed", { reason: body.detail ?? `HTTP ${response.status}` }));
}

/** Do what fills the page, or say why it cannot be done. */
export async function told(work) {
  const problem = document.getElementById("problem");
  problem.hidden = true;
  try {
    await work();
  } catch (reason) {
    problem.textContent = reason.message;
    problem.hidden = false;
  }
}

/** Make a list of facts; those without a value are left out. */
export function facts(said) {
  return el("dl", {}, ...said.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** Make a table of rows of cells; a cell in a list is a number, written to the right. */
export function table(name, columns, rows) {
  const cell = (value) => (Array.isArray(value) ? el("td", { class: "number" }, ...value) : el("td", {}, value));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name },
    el("table", {},
      el("thead", {}, el("tr", {}, ...columns.map((column) => el("th", { scope: "col" }, column)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(cell))))));
}
