// What must a human look at, and what have they done about it?

import { el, keep, say } from "./dom.js";

export const SIGNS = { critical: "▲", high: "◆", medium: "■", low: "●" };
const SEVERITIES = ["critical", "high", "medium", "low"];
const FIRST = 30;

export class Alerts extends EventTarget {
  constructor({ api, words, fleet, show, complain }) {
    super();
    Object.assign(this, { api, words, fleet, show, complain });
    this.all = new Map();
    this.limit = FIRST;
    this.list = document.getElementById("alerts");
    this.more = document.getElementById("alerts-more");
    this.title = document.getElementById("alerts-title");
    this.spoken = document.getElementById("spoken");
    this.more.addEventListener("click", () => { this.limit = Infinity; this.draw(); });
  }

  snapshot(alerts) {
    this.all = new Map(alerts.map((alert) => [alert.id, alert]));
    this.draw();
  }

  hear(alert) {
    const fresh = !this.all.has(alert.id);
    this.put(alert);
    if (fresh && alert.state === "open") {
      say(this.spoken, `${this.words.t(`severity.${alert.severity}`)}: ${this.named(alert)}`);
    }
  }

  put(alert) {
    if (alert.state === "closed") this.all.delete(alert.id);
    else this.all.set(alert.id, alert);
    this.draw();
  }

  of(uid) {
    return this.sorted().filter((alert) => `${alert.operator}/${alert.vehicle}` === uid);
  }

  sorted() {
    const rank = (alert) => (alert.state === "open" ? 0 : 10) + SEVERITIES.indexOf(alert.severity);
    return [...this.all.values()].sort((a, b) =>
      rank(a) - rank(b) || new Date(b.opened_at) - new Date(a.opened_at));
  }

  text(alert) {
    return alert.text?.[this.words.language] ?? alert.reason;
  }

  /** Return the alert's sentence, with the vehicle where it does not name it. */
  named(alert) {
    return [this.text(alert), ...this.unsaid(alert, [alert.vehicle])].join(", ");
  }

  /** Return the names that the alert's sentence does not say already. */
  unsaid(alert, names) {
    return names.filter((name) => name && !this.text(alert).includes(name));
  }

  /** Draw at the next frame, however many alerts came in this one. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.drawNow();
    });
  }

  drawNow() {
    const sorted = this.sorted();
    const open = sorted.filter(({ state }) => state === "open").length;
    say(this.title, this.words.t("alerts.title"));
    const badge = document.getElementById("alerts-open");
    badge.hidden = open === 0;
    say(badge, this.words.t("alerts.open", { n: open }));
    keep(this.list, sorted.slice(0, this.limit), ({ id }) => id, ({ id }) => this.row(id), (row, alert) => this.fill(row, alert));
    document.getElementById("alerts-none").hidden = sorted.length > 0;
    this.more.hidden = sorted.length <= this.limit;
    say(this.more, this.words.count("alerts.more", sorted.length - this.limit));
    this.dispatchEvent(new Event("change"));
  }

  row(id) {
    const part = (name, tag = "span") => el(tag, { class: name });
    const button = (verb, press) => el("button", { type: "button", class: verb, onclick: press }, this.words.t(verb));
    const alert = () => this.all.get(id);
    return el("li", { class: "alert" },
      el("div", { class: "alert-head" }, part("severity"), part("when", "time")),
      part("what", "strong"), part("where", "p"),
      el("div", { class: "actions" },
        button("see", () => this.show(alert())),
        button("acknowledge", (event) => this.act(event, alert(), "acknowledge")),
        button("assign", (event) => this.ask(event.target.closest("li"), alert())),
        button("close", (event) => this.settle(event.target.closest("li"), alert()))),
    );
  }

  fill(row, alert) {
    const t = (key) => this.words.t(key);
    const risen = alert.level ? ` · ${this.words.t("alert.risen", { n: alert.level })}` : "";
    const state = risen + (alert.state === "open" ? "" : ` · ${t(`alert.${alert.state}`)}`);
    row.dataset.severity = alert.severity;
    row.dataset.state = alert.state;
    const set = (name, text) => say(row.querySelector(`.${name}`), text);
    set("severity", `${SIGNS[alert.severity]} ${t(`severity.${alert.severity}`)}${state}`);
    set("when", this.words.moment(alert.opened_at, this.fleet.now()));
    set("what", this.text(alert));
    const times = alert.count > 1 ? `×\u00a0${this.words.number(alert.count)}` : null;
    const owner = this.words.operator(this.fleet.owner(alert.operator));
    const names = this.unsaid(alert, [alert.vehicle, owner, alert.zone_name]);
    row.querySelector(".where").title = alert.operator;
    set("where", [...names, times, alert.assignee && `→\u00a0${alert.assignee}`].filter(Boolean).join(" · "));
    row.querySelector(".acknowledge").hidden = alert.state !== "open";
    for (const button of row.querySelectorAll(".actions button")) {
      button.setAttribute("aria-label", `${button.textContent} – ${this.named(alert)}`);
    }
  }

  /** Ask inside the alert itself whom it is for. */
  ask(row, alert) {
    const field = { name: "assignee", required: true, maxlength: 80, autocomplete: "name" };
    this.form(row, "assign", field, { ok: "assign.ok" }, (event, said) =>
      this.act(event, alert, "assign", { assignee: said }));
  }

  /** Ask inside the alert itself how it ends, and what to remember of it. */
  settle(row, alert) {
    const answers = { resolved: "alert.resolved", dismissed: "alert.dismissed" };
    this.form(row, "close", { name: "note", maxlength: 2000 }, answers, (event, note) =>
      this.act(event, alert, "close", { outcome: event.submitter.value, note }));
  }

  form(row, opener, field, answers, send) {
    row.querySelector("form")?.remove();
    const input = el("input", { ...field, "aria-label": this.words.t(field.name) });
    const done = () => { form.remove(); row.querySelector(`.${opener}`)?.focus(); };
    const buttons = Object.entries(answers).map(([value, key]) =>
      el("button", { type: "submit", value }, this.words.t(key)));
    const form = el("form", {
      class: "assign-form",
      onsubmit: (event) => {
        event.preventDefault();
        send(event, input.value.trim()).then(done);
      },
      onkeydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); done(); } },
    }, input, ...buttons);
    input.placeholder = this.words.t(field.name);
    row.append(form);
    input.focus();
  }

  async act(event, alert, verb, body = {}) {
    const button = event.submitter ?? event.currentTarget;
    const row = button.closest("li");
    button.disabled = true;
    try {
      const answer = await this.api.post(`/v1/alerts/${encodeURIComponent(alert.id)}/${verb}`, body);
      const outcome = { acknowledge: "acknowledged", assign: "assigned", close: "closed" }[verb];
      this.put(answer?.id === alert.id ? { ...alert, ...answer } : { ...alert, ...body, state: outcome });
      // The button just pressed goes away: the focus stays near, or in the list.
      (verb === "close" ? document.getElementById("panel-alerts") : row.querySelector(".see")).focus();
    } catch (problem) {
      this.complain(problem.message);
    } finally {
      button.disabled = false;
    }
  }
}
