// What does a zone say, beyond its name and restriction?

const DAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

/** Return pairs of a fact's name and its lines; a fact the zone does not state is left out. */
export function zoneFacts(zone, words) {
  const facts = [
    ["heights", [heights(zone, words)]],
    ["speed", [zone.rules.speed_max_mps && `≤ ${words.speed(zone.rules.speed_max_mps)}`]],
    ["hours", zone.applicability.flatMap((each) => hours(each, words))],
    ["purposes", purposes(zone, words)],
    ["act", [zone.act]],
    ["version", [zone.version && String(zone.version)]],
  ];
  return facts.map(([name, lines]) => [name, lines.filter(Boolean)]).filter(([, lines]) => lines.length);
}

function heights({ lower, upper }, words) {
  if (!lower && !upper) return words.t("zone.unbounded");
  const same = lower && upper && lower.reference === upper.reference && lower.unit === upper.unit;
  const bottom = same ? words.number(lower.value) : words.limit(lower, "−∞");
  return `${bottom} → ${words.limit(upper, "∞")}`;
}

function hours({ schedule = [] }, words) {
  return schedule.map(({ day = [], startTime = "", endTime = "" }) => {
    const times = [startTime, endTime].filter(Boolean).map((time) => time.slice(0, 5)).join(" – ");
    return [days(day, words), times].filter(Boolean).join(" ");
  });
}

/** Say days one by one, or as a run when they follow each other. */
function days(day, words) {
  const places = day.map((each) => DAYS.indexOf(each)).filter((place) => place >= 0).sort();
  if (!places.length || places.length === DAYS.length) return "";
  const name = (place) => words.weekday(MONDAY + place * DAY_MS);
  const [first, last] = [places[0], places.at(-1)];
  const run = last - first === places.length - 1 && places.length > 2;
  return run ? `${name(first)} – ${name(last)}` : places.map(name).join(", ");
}

/** Group the purposes that the zone treats otherwise by what it says to them. */
function purposes(zone, words) {
  const groups = new Map();
  for (const [purpose, said] of Object.entries(zone.purposes)) {
    if (said === zone.restriction) continue;
    groups.set(said, [...(groups.get(said) ?? []), words.t(`purpose.${purpose}`).toLowerCase()]);
  }
  return [...groups].map(([said, names]) =>
    words.t("pair", { name: words.t(`restriction.${said}`), value: names.join(", ") }));
}
