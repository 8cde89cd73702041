// How is a value said in the reader's language? Instants are told in Paris time.

import { plural } from "../plural.js";

const ZONE = "Europe/Paris";

export class Words {
  constructor(language, texts) {
    this.language = language;
    this.texts = texts;
    const locale = language === "fr" ? "fr-FR" : "en-GB";
    const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
    this.clockFormat = new Intl.DateTimeFormat(locale, { ...clock, timeZone: ZONE });
    this.dayFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: ZONE });
    this.stampFormat = new Intl.DateTimeFormat(locale, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: ZONE,
    });
    this.weekdayFormat = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
    this.numberFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  }

  /** Return a text by its key, with `{name}` replaced by the values given. */
  t(key, values = {}) {
    const text = this.texts[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  /** Return a text that differs for one and for several. */
  count(key, n) {
    return this.t(`${key}.${plural(this.language, n)}`, { n: this.number(n) });
  }

  /** Return an operator's name; a vehicle that nobody registered has none. */
  operator(name) {
    return name === "unregistered" ? this.t("operator.unknown") : name;
  }

  number(value) {
    return this.numberFormat.format(value);
  }

  clock(at) {
    return this.clockFormat.format(new Date(at));
  }

  /** Return the time of day, with the day in front when it is another one than `now`'s. */
  moment(at, now) {
    const day = this.dayFormat.format(new Date(at));
    const time = this.clock(at);
    return day === this.dayFormat.format(new Date(now)) ? time : `${day} ${time}`;
  }

  /** Return a window of time, saying the day once where both ends share it. */
  span(start, end) {
    return this.stampFormat.formatRange(new Date(start), new Date(end));
  }

  stamp(at) {
    return this.stampFormat.format(new Date(at));
  }

  weekday(at) {
    return this.weekdayFormat.format(at);
  }

  age(ms) {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 100) return this.t("age.s", { n: seconds });
    if (seconds < 5400) return this.t("age.min", { n: Math.round(seconds / 60) });
    return this.t("age.h", { n: Math.round(seconds / 3600) });
  }

  height(value, reference) {
    if (value === null || value === undefined) return "—";
    const said = `${value > 0 ? "+" : ""}${this.number(value)}\u00a0m`;
    return reference ? `${said} ${this.t(`reference.${reference}`)}` : said;
  }

  limit(limit, unbounded) {
    if (!limit) return unbounded;
    const unit = limit.unit ?? "m";
    const reference = limit.reference ? ` ${this.t(`reference.${limit.reference}`)}` : "";
    return `${this.number(limit.value)}\u00a0${unit}${reference}`;
  }

  speed(mps) {
    return mps === null || mps === undefined ? "—" : `${this.number(mps * 3.6)}\u00a0km/h`;
  }
}
