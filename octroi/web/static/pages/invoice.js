// What was claimed of whom, line by line?

import { el } from "../map/dom.js";
import { day, facts, language, measured, money, number, percent, read, t, table, told } from "./claims.js";
import { whole } from "./whole.js";

const page = document.getElementById("claim");
const address = `/v1/invoices/${encodeURIComponent(page.dataset.number)}`;
const COLUMNS = ["line", "what", "quantity", "price", "factor", "amount"];
const TAXED_COLUMNS = ["line", "what", "quantity", "price.net", "factor", "vat", "amount.net"];

/** Fetch the paper, and have the browser keep it under its number. */
async function paper() {
  const response = await fetch(`${address}?lang=${language}`, { headers: { Accept: "application/pdf" } });
  if (!response.ok) throw new Error(t("invoices.failed", { reason: `HTTP ${response.status}` }));
  const file = URL.createObjectURL(await response.blob());
  el("a", { href: file, download: `${page.dataset.number}.pdf` }).click();
  setTimeout(() => URL.revokeObjectURL(file), 60_000);
}

/** Tell what is owed; of a taxed invoice first the sum without tax, and the tax of each rate. */
function sums({ net, taxes, total, currency }) {
  if (!taxes.length) return [[t("invoices.total"), money(total, currency)]];
  return [
    [t("invoice.net"), money(net, currency)],
    ...taxes.map((each) => [
      t("invoice.tax", { rate: percent(each.rate_percent), taxable: money(each.taxable, currency) }), money(each.tax, currency),
    ]),
    [t("invoice.gross"), money(total, currency)],
  ];
}

async function show() {
  const claim = await read(address);
  const lines = claim.lines.map((line) => [
    String(line.number),
    el("a", { href: `/invoices/${page.dataset.number}/lines/${line.number}` }, line.text[language]),
    [measured(line.quantity, line.unit)], [money(line.unit_price, claim.currency)],
    [number(line.factor)], ...(line.vat ? [[percent(line.vat.rate_percent)]] : []), [money(line.amount, claim.currency)],
  ]);
  const columns = (claim.taxes.length ? TAXED_COLUMNS : COLUMNS).map((name) => t(`invoice.${name}`));
  page.append(
    claim.seller.demonstration ? el("p", { class: "hint" }, t("invoice.demonstration")) : "",
    facts([
      [t("invoices.debtor"), claim.debtor.name],
      [t("invoices.period"), claim.period],
      [t("invoices.state"), t(`invoices.state.${claim.state}`)],
      [t("invoice.issued"), day(claim.issued_at)],
      [t("invoices.due"), claim.seller.demonstration ? "" : day(claim.due_on)],
      ...sums(claim),
      [t("invoice.supplements"), claim.supplements.join(", ")],
      [t("invoice.seal"), claim.hash && el("code", {}, claim.hash)],
    ]),
    el("p", {}, el("button", { type: "button", onclick: () => told(paper) }, t("invoice.pdf"))),
    table(t("invoice.title"), columns, lines));
  page.hidden = false;
}

whole(told(show));
