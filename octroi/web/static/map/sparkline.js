// How have height or speed changed over the last minutes?

import { el, svg } from "./dom.js";
import { COLOURS } from "./shapes.js";
import { HEARD_COLOUR, HEARD_DASH, voices } from "./track.js";

const WIDTH = 264;
const HEIGHT = 56;
const ALTITUDE = 3;
const SPEED = 4;

/** Draw a track's heights, or its speeds where it has no heights or they say nothing. */
export function sparkline(figure, track, { operator, layer }, words) {
  const flies = layer !== "surface" && track.filter((row) => row[ALTITUDE] !== null).length > 1;
  const column = flies ? ALTITUDE : SPEED;
  const colour = COLOURS[layer];
  const known = track.filter((row) => row[column] !== null);
  figure.hidden = known.length < 2;
  const said = [known.length, ...voices(known, operator).map(({ rows }) => rows.length)].join("|");
  if (figure.hidden || figure.dataset.points === said) return;
  figure.dataset.points = said;
  const factor = column === SPEED ? 3.6 : 1;
  const values = known.map((row) => row[column] * factor);
  const [low, high] = room(Math.min(...values), Math.max(...values));
  const [first, last] = [known[0][0], known.at(-1)[0]];
  const x = (at) => ((at - first) / (last - first || 1)) * WIDTH;
  const y = (value) => HEIGHT - 3 - ((value - low) / (high - low)) * (HEIGHT - 6);
  const place = (row) => `${x(row[0]).toFixed(1)},${y(row[column] * factor).toFixed(1)}`;
  const curve = ({ rows, heard }) => svg("polyline", {
    points: rows.map(place).join(" "), fill: "none", stroke: heard ? HEARD_COLOUR : colour,
    "stroke-width": 2, "stroke-linejoin": "round", "stroke-linecap": "round", "stroke-dasharray": heard ? HEARD_DASH.join(" ") : null,
  });
  const unit = column === ALTITUDE ? "m" : "km/h";
  const [least, most] = [Math.min(...values), Math.max(...values)].map(Math.round);
  const range = column === ALTITUDE ? "spark.altitude" : "spark.speed";
  const name = words.t(least === most ? `${range}.steady` : range, { low: least, high: most });
  figure.replaceChildren(
    el("figcaption", {}, el("span", {}, name), el("span", {}, words.age(last - first))),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": name },
      ...voices(known, operator).map(curve),
      level(low, HEIGHT - 4, unit, words), level(high, 10, unit, words)),
  );
}

function room(low, high) {
  const margin = Math.max(2, (high - low) * 0.15);
  return [low - margin, high + margin];
}

function level(value, y, unit, words) {
  const text = svg("text", { x: WIDTH - 2, y, "text-anchor": "end" });
  text.textContent = `${words.number(Math.round(value))} ${unit}`;
  return text;
}
