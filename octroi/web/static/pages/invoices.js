// Which invoices may I see? The newest month first.

import { el } from "../map/dom.js";
import { day, money, read, t, table, told } from "./claims.js";
import { whole } from "./whole.js";

const page = document.getElementById("claim");
const COLUMNS = ["number", "period", "debtor", "state", "due", "total"].map((name) => t(`invoices.${name}`));
const more = el("button", { type: "button", id: "more" }, t("invoices.more"));
let next = "";

function row(invoice) {
  const { number, id, seller, due_on: due } = invoice;
  return [
    el("a", { href: `/invoices/${number ?? id}` }, number ?? id.slice(0, 8)),
    invoice.period, invoice.debtor.name, t(`invoices.state.${invoice.state}`),
    seller.demonstration ? "—" : day(due), [money(invoice.total, invoice.currency)],
  ];
}

async function show() {
  const found = await read(`/v1/invoices?limit=50${next && `&cursor=${next}`}`);
  next = found.next ?? "";
  more.hidden = !next;
  if (found.items.length) more.before(table(t("invoices.title"), COLUMNS, found.items.map(row)));
  else if (page.firstChild === more) more.before(el("p", {}, t("invoices.none")));
  page.hidden = false;
}

more.addEventListener("click", () => told(show));
page.append(more);
whole(told(show));
