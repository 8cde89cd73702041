// How is one decision of the register told? Shared by the list and by a decision's own page.

import { el } from "../map/dom.js";

/** Return what tells the values of register entries in one language. */
export function teller(language, t) {
  const locale = language === "fr" ? "fr-FR" : "en-GB";
  const stamp = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "Europe/Paris" });
  const pill = (state) => el("span", { class: `pill ${state}` }, t(`map.permit.${state}`));
  return {
    stamp: (at) => stamp.format(new Date(at)),
    // Broken, if it must be, after the day and not within the hours.
    span: ({ start, end }) => stamp.formatRange(new Date(start), new Date(end)).replace(/\s–\s(?=\d+:)/, "\u00a0–\u00a0"),
    /** Tell what for and, of what stands still, what it is. */
    use: ({ purpose, occupation }) =>
      [t(`map.purpose.${purpose}`), ...(occupation ? [t(`map.occupation.${occupation}`)] : [])].join(" · "),
    /** Tell the decision, and what became of it where that is something else. */
    pills: ({ decision, state }) => [pill(decision), ...(state === decision ? [] : [" ", pill(state)])],
    fee: ({ fee_total: total, currency }) =>
      (total === null ? "" : new Intl.NumberFormat(locale, { style: "currency", currency }).format(total)),
  };
}
