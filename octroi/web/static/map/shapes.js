// What does each layer, state and restriction look like? Shape and pattern say it, colour repeats it.
//
// The four colours stay apart under every common colour vision deficiency and hold 3:1 on land and water.

import { svg } from "./dom.js";

export const LAYERS = ["air", "surface", "river", "subsoil"];
export const RESTRICTIONS = ["PROHIBITED", "REQ_AUTHORISATION", "CONDITIONAL", "NO_RESTRICTION"];
// A zone that names no layer is one of each.
export const EVERY = "every";
export const COLOURS = { air: "#0b193b", surface: "#be3607", river: "#278873", subsoil: "#ad03c3", [EVERY]: "#4a5160" };
export const ALARM = "#a1060f";
export const QUIET = "#555b66";

// Drawn around the origin, heading east.
export const SHAPES = {
  air: "M11 0 L-9 8 L-4.5 0 L-9 -8 Z",
  surface: "M-8 -6.5 H4 Q9 -6.5 9 -2 V2 Q9 6.5 4 6.5 H-8 Z",
  river: "M-11 -5.5 H2 Q8 -5 12 0 Q8 5 2 5.5 H-11 Z",
  subsoil: "M0 -9.5 L9.5 0 L0 9.5 L-9.5 0 Z",
  [EVERY]: "M-8 0 A8 8 0 1 1 8 0 A8 8 0 1 1 -8 0 Z",
};

export const RINGS = {
  alert: { stroke: ALARM, "stroke-width": 2.6, fill: "rgba(255,255,255,.85)" },
  unregistered: { stroke: ALARM, "stroke-width": 1.6, fill: "none" },
  watch: { stroke: "#111", "stroke-width": 1.6, "stroke-dasharray": "3 2.4", fill: "none" },
};

/** Make the small picture of a vehicle for lists and legends. */
export function glyph(layer, status = "ok") {
  const stale = status === "stale";
  const hollow = stale || status === "unregistered";
  const shape = svg("path", {
    d: SHAPES[layer],
    fill: stale ? "#e3e5e8" : hollow ? "#fff" : COLOURS[layer],
    stroke: stale ? QUIET : COLOURS[layer],
    "stroke-width": hollow ? 2 : 0,
    "stroke-dasharray": stale ? "2.5 2" : null,
    transform: status in RINGS ? "scale(.8)" : null,
  });
  const ring = status in RINGS ? svg("circle", { r: 13, ...RINGS[status] }) : null;
  const mark = status === "unregistered" ? questionMark() : null;
  return svg(
    "svg",
    { class: "glyph", viewBox: "-15 -15 30 30", width: 26, height: 26, "aria-hidden": "true" },
    ring,
    shape,
    mark,
  );
}

function questionMark() {
  const sign = svg("text", {
    x: 11, y: -3, fill: ALARM, "font-size": 15, "font-weight": 800, "text-anchor": "middle",
    stroke: "#fff", "stroke-width": 3, "paint-order": "stroke",
  });
  sign.textContent = "?";
  return sign;
}

// Hatched is where one has to ask first: crossed = prohibited, diagonal = authorisation. An edge
// alone is where one may go: dashed = under conditions, dotted = freely.
const HATCHES = {
  PROHIBITED: { size: 9, lines: ["M0 0 L9 9", "M9 0 L0 9"] },
  REQ_AUTHORISATION: { size: 9, lines: ["M-2 2 L2 -2", "M0 9 L9 0", "M7 11 L11 7"] },
};

const EDGES = {
  PROHIBITED: { weight: 2, opacity: 0.95, dashArray: null },
  REQ_AUTHORISATION: { weight: 1.5, opacity: 0.8, dashArray: null },
  CONDITIONAL: { weight: 1.2, opacity: 0.55, dashArray: "7 4" },
  NO_RESTRICTION: { weight: 1.2, opacity: 0.55, dashArray: "1.5 4" },
};

/** Return the name under which a zone's hatch is defined. */
export function hatchName(layer, restriction) {
  return `hatch-${layer}-${restriction}`;
}

/** Define every hatch once inside an SVG drawing. */
export function hatches(prefix = "", colours = COLOURS) {
  const patterns = [];
  for (const [layer, colour] of Object.entries(colours)) {
    for (const [restriction, hatch] of Object.entries(HATCHES)) {
      patterns.push(pattern(prefix + hatchName(layer, restriction), hatch, colour));
    }
  }
  return svg("defs", {}, ...patterns);
}

function pattern(id, { size, lines }, colour) {
  return svg(
    "pattern",
    { id, width: size, height: size, patternUnits: "userSpaceOnUse" },
    svg("rect", { width: size, height: size, fill: colour, "fill-opacity": 0.06 }),
    ...lines.map((d) => svg("path", { d, stroke: colour, "stroke-width": 1, "stroke-opacity": 0.5 })),
  );
}

/** Return how a zone's edge and inside are drawn; a large one keeps its edge only. */
export function zoneStyle({ layer, restriction, large }) {
  const { weight, opacity, dashArray } = EDGES[restriction];
  return {
    className: `zone ${layer} ${restriction}`,
    color: COLOURS[layer],
    weight,
    opacity: large ? opacity * 0.7 : opacity,
    dashArray,
    fill: restriction in HATCHES && !large,
    fillColor: `url(#${hatchName(layer, restriction)})`,
    fillOpacity: 1,
  };
}

/** Make the small picture of a restriction for the legend. */
export function swatch(restriction, colour = "#2b3240") {
  const id = `legend-${restriction}-${colour.slice(1)}`;
  const hatch = HATCHES[restriction];
  const { weight, dashArray } = EDGES[restriction];
  return svg(
    "svg",
    { class: "swatch", viewBox: "0 0 34 20", width: 34, height: 20, "aria-hidden": "true" },
    hatch ? svg("defs", {}, pattern(id, hatch, colour)) : null,
    svg("rect", {
      x: 1, y: 1, width: 32, height: 18, rx: 2,
      fill: hatch ? `url(#${id})` : "none",
      stroke: colour, "stroke-width": weight, "stroke-dasharray": dashArray,
    }),
  );
}
