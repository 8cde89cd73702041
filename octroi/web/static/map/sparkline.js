// How have height or speed changed over the last minutes?

import { el, svg } from "./dom.js";
import { COLOURS } from "./shapes.js";

const WIDTH = 264;
const HEIGHT = 56;
const ALTITUDE = 3;
const SPEED = 4;

/** Draw a track's heights, or its speeds where it has no heights or they say nothing. */
export function sparkline(figure, track, layer, words) {
  const flies = layer !== "surface" && track.some((row) => row[ALTITUDE] !== null);
  const column = flies ? ALTITUDE : SPEED;
  const colour = COLOURS[layer];
  const known = track.filter((row) => row[column] !== null);
  figure.hidden = known.length < 2;
  if (figure.hidden || Number(figure.dataset.points) === known.length) return;
  figure.dataset.points = known.length;
  const factor = column === SPEED ? 3.6 : 1;
  const values = known.map((row) => row[column] * factor);
  const [low, high] = room(Math.min(...values), Math.max(...values));
  const [first, last] = [known[0][0], known.at(-1)[0]];
  const x = (at) => ((at - first) / (last - first || 1)) * WIDTH;
  const y = (value) => HEIGHT - 3 - ((value - low) / (high - low)) * (HEIGHT - 6);
  const points = known.map((row, i) => `${x(row[0]).toFixed(1)},${y(values[i]).toFixed(1)}`);
  const unit = column === ALTITUDE ? "m" : "km/h";
  const [least, most] = [Math.min(...values), Math.max(...values)].map(Math.round);
  const said = column === ALTITUDE ? "spark.altitude" : "spark.speed";
  const name = words.t(least === most ? `${said}.steady` : said, { low: least, high: most });
  figure.replaceChildren(
    el("figcaption", {}, el("span", {}, name), el("span", {}, words.age(last - first))),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": name },
      svg("polygon", { points: `0,${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}`, fill: colour, "fill-opacity": 0.09 }),
      svg("polyline", { points: points.join(" "), fill: "none", stroke: colour, "stroke-width": 2, "stroke-linejoin": "round" }),
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
