// Where in the city is an area? A small drawing of the city's outlines with the area on it.

import { svg } from "../map/dom.js";

const WIDTH = 600;
const SMALLEST = 14;

/** Draw an area on the city's outlines; `name` is what the drawing is called. */
export function whereabouts(city, area, name) {
  const box = bounds(city.districts.flatMap(({ geometry }) => points(geometry)).concat(points(area)));
  const [west, south, east, north] = box;
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = WIDTH / ((east - west) * squeeze);
  const place = ([lon, lat]) => [(lon - west) * squeeze * scale, (north - lat) * scale];
  const draw = (geometry, look) => svg("path", { class: look, d: path(geometry, place) });
  const height = (north - south) * scale;
  return svg("svg", { viewBox: `-8 -8 ${WIDTH + 16} ${Math.ceil(height) + 16}`, role: "img", "aria-label": name, class: "whereabouts" },
    ...city.districts.map(({ geometry }) => draw(geometry, "land")),
    draw(city.woods, "woods"), draw(city.water, "water"),
    ...city.districts.map(({ geometry }) => draw(geometry, "border")),
    draw(area, "area"), ring(points(area).map(place)));
}

/** What is too small to be seen gets a ring around it. */
function ring(corners) {
  const [left, top, right, bottom] = bounds(corners);
  const radius = Math.max(SMALLEST, Math.hypot(right - left, bottom - top) / 2 + 6);
  return svg("circle", { class: "ring", cx: (left + right) / 2, cy: (top + bottom) / 2, r: radius });
}

function rings({ type, coordinates, geometries }) {
  switch (type) {
    case "Polygon": return coordinates;
    case "MultiPolygon": return coordinates.flat();
    case "GeometryCollection": return geometries.flatMap(rings);
    default: return [];
  }
}

function points(geometry) {
  return rings(geometry).flat();
}

function path(geometry, place) {
  const corner = (point) => place(point).map((value) => value.toFixed(1)).join(" ");
  return rings(geometry).map((ring) => `M${ring.map(corner).join("L")}Z`).join("");
}

function bounds(corners) {
  const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
