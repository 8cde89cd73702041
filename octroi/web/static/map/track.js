// Whose word is each position of a track: the vehicle's own, or that of a receiver that heard it?

import { el, svg } from "./dom.js";
import { mercator } from "./fleet.js";
import { COLOURS } from "./shapes.js";

const SENDER = 5;

export const HEARD_DASH = [1, 6];
export const HEARD_COLOUR = "#4a5160";

/** Part a track by who says so, receivers first, so that the vehicle's own word lies on top. */
export function voices(track, operator) {
  const parted = new Map();
  for (const row of track) {
    const sender = row[SENDER];
    if (!parted.has(sender)) parted.set(sender, []);
    parted.get(sender).push(row);
  }
  return [...parted]
    .map(([sender, rows]) => ({ sender, rows, heard: sender !== operator }))
    .sort((a, b) => Number(b.heard) - Number(a.heard));
}

/** Add what came live. */
export function grown(track, { at, lon, lat, alt, speed, sender }) {
  if (at > track.at(-1)[0]) track.push([at, lon, lat, alt, speed, sender]);
}

/** Return the lines of a track on the map, one a voice. */
export function lines(track, operator, layer) {
  return voices(track, operator).map(({ rows, heard }) => ({
    points: rows.map(([, lon, lat]) => mercator(lon, lat)),
    ...(heard ? { colour: HEARD_COLOUR, dash: HEARD_DASH } : { colour: COLOURS[layer] ?? "#111", dash: [] }),
  }));
}

/** Say which line is whose, where a receiver is among them. */
export function legend(box, track, operator, layer, words) {
  const all = voices(track, operator);
  const receivers = all.filter(({ heard }) => heard).map(({ sender }) => sender).sort();
  const own = all.length > receivers.length;
  const said = [own, ...receivers].join("|");
  box.hidden = !receivers.length;
  if (box.dataset.said === said) return;
  box.dataset.said = said;
  box.replaceChildren(
    ...(own ? [item(COLOURS[layer], [], words.t("track.own"))] : []),
    item(HEARD_COLOUR, HEARD_DASH, words.t("track.heard", { receivers: receivers.join(", ") })),
  );
}

function item(colour, dash, text) {
  const line = svg("line", { x1: 2, y1: 5, x2: 26, y2: 5, stroke: colour, "stroke-width": 3,
    "stroke-linecap": "round", "stroke-dasharray": dash.length ? dash.join(" ") : null });
  return el("li", {}, svg("svg", { viewBox: "0 0 28 10", width: 28, height: 10, "aria-hidden": "true" }, line), text);
}
