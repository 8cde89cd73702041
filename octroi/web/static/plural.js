// Is a number of things told in the singular or in the plural?

const RULES = new Map();

/** Return `one` or `many`; French counts nothing, and all below two, in the singular. */
export function plural(language, n) {
  if (!RULES.has(language)) RULES.set(language, new Intl.PluralRules(language));
  return RULES.get(language).select(n) === "one" ? "one" : "many";
}
