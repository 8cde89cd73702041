// What does a zone say, beyond its name and restriction?

const DAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

/** Return pairs of a fact's name and its lines; a fact the zone does not state is left out. */
export function zoneFacts(zone, words) {
  const facts = [
    ["heights", zone.volumes.map((each) => heights(each, words))],
    ["speed", speeds(zone.rules, words)],
    ["demands", demands(zone.rules, words)],
    ["hours", zone.applicability.flatMap((each) => hours(each, words))],
    ["purposes", otherwise(zone, zone.purposes, "purpose", words)],
    ["classes", otherwise(zone, zone.classes, "class", words)],
    ["priority", [zone.priority && words.t("zone.priority.text", { n: words.number(zone.priority) })]],
    ["street", [zone.street_category && words.t(`zone.street.${zone.street_category}`)]],
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

function speeds({ speed_min_mps: slowest, speed_max_mps: fastest }, words) {
  return [fastest && `≤ ${words.speed(fastest)}`, slowest && `≥ ${words.speed(slowest)}`];
}

/** Say all else that a zone demands, a line each, in the order of the law's own list. */
function demands(rules, words) {
  return Object.keys(DEMANDS).filter((name) => stated(name, rules[name])).map((name) =>
    (COUNTED.has(name)
      ? words.count(`zone.demand.${name}`, rules[name])
      : words.t(`zone.demand.${name}`, { value: DEMANDS[name](rules[name], words) })));
}

/** Rules are written only where they differ from none: `transit` only where it is false. */
function stated(name, value) {
  return name === "transit" ? value === false : Boolean(value) || value === 0;
}

const COUNTED = new Set(["capacity", "movements_per_hour"]);
const plain = (value, words) => words.number(value);
const DEMANDS = {
  direction: ({ start_deg: from, end_deg: to }, words) => `${words.number(from)}° → ${words.number(to)}°`,
  length_max_m: plain,
  mass_max_kg: plain,
  capacity: plain,
  movements_per_hour: plain,
  separation_m: plain,
  separation_vertical_m: plain,
  dwell_min_s: (seconds, words) => words.number(seconds / 60),
  dwell_max_s: (seconds, words) => words.number(seconds / 60),
  transit: () => "",
  noise_max_db: plain,
  equipment: (names, words) => names.map((name) => words.t(`equipment.${name}`)).join(", "),
  precision: (value) => value,
  clearance_m: plain,
  human_review: () => "",
  experimentation: () => "",
};

function hours(entry, words) {
  const { schedule = [], exceptions = [], exceptHolidays, startDateTime, endDateTime } = entry;
  const [from, until] = [startDateTime, endDateTime].map((at) => at && words.stamp(at));
  return [
    (from || until) && `${from ?? "…"} – ${until ?? "…"}`,
    ...schedule.map(({ day = [], startTime, endTime, startEvent, endEvent }) => {
      const limits = [clock(startTime, startEvent, words), clock(endTime, endEvent, words)];
      return [days(day, words), limits.filter(Boolean).join(" – ")].filter(Boolean).join(" ");
    }),
    ...exceptions.map(({ startDateTime: start, endDateTime: end }) =>
      words.t("zone.hours.except", { span: words.span(start, end) })),
    exceptHolidays && words.t("zone.hours.except_holidays"),
    entry.switch && words.t("zone.hours.switch", { name: entry.switch }),
  ];
}

function clock(time, event, words) {
  return event ? words.t(`event.${event}`) : (time ?? "").slice(0, 5);
}

/** Say days one by one, or as a run when they follow each other; holidays last. */
function days(day, words) {
  const holiday = day.includes("HOL") ? words.t("zone.hours.holiday") : "";
  return [weekdays(day, words), holiday].filter(Boolean).join(", ");
}

function weekdays(day, words) {
  const places = day.map((each) => DAYS.indexOf(each)).filter((place) => place >= 0).sort();
  if (!places.length || places.length === DAYS.length) return "";
  const name = (place) => words.weekday(MONDAY + place * DAY_MS);
  const [first, last] = [places[0], places.at(-1)];
  const run = last - first === places.length - 1 && places.length > 2;
  return run ? `${name(first)} – ${name(last)}` : places.map(name).join(", ");
}

/** Group the purposes, or vehicle classes, that the zone treats otherwise by what it says to them. */
function otherwise(zone, named, kind, words) {
  const groups = new Map();
  for (const [name, said] of Object.entries(named)) {
    if (said === zone.restriction) continue;
    groups.set(said, [...(groups.get(said) ?? []), words.t(`${kind}.${name}`).toLowerCase()]);
  }
  return [...groups].map(([said, names]) =>
    words.t("pair", { name: words.t(`restriction.${said}`), value: names.join(", ") }));
}
