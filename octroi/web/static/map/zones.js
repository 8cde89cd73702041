// Which zones are published, and which of them cover a point? For the eye: the server decides.

import { EVERY, RESTRICTIONS } from "./shapes.js";

const LARGE_KM2 = 0.9; // about the smallest arrondissement
const METRES_PER_DEGREE = 111_320;
const CIRCLE_CORNERS = 48;

/** Read one GeoJSON feature as a zone. */
export function zone(feature) {
  const { name, layer, restriction, priority, act, version, valid, ...rest } = feature.properties;
  const shapes = polygons(feature.geometry, feature.properties);
  const box = bounds(shapes);
  const area = shapes.reduce((sum, rings) => sum + squareKm(rings[0]), 0);
  return {
    id: feature.id ?? feature.properties.id,
    name: name ?? String(feature.id),
    title: String(name ?? feature.id).split(",")[0],
    layer: layer ?? EVERY,
    restriction, priority, act, version, valid,
    rules: rest.rules ?? {},
    purposes: rest.purposes ?? {},
    classes: rest.classes ?? {},
    applicability: rest.applicability ?? [],
    street_category: rest.street_category,
    lower: rest.lower ?? null,
    upper: rest.upper ?? null,
    volumes: rest.volumes ?? [{ lower: rest.lower, upper: rest.upper }],
    shapes, box, area,
    large: area > LARGE_KM2,
    label: middle(shapes, box),
  };
}

function polygons(geometry, properties) {
  switch (geometry?.type) {
    case "Polygon": return [geometry.coordinates];
    case "MultiPolygon": return geometry.coordinates;
    case "Point": return [circle(geometry.coordinates, geometry.radius_m ?? properties.radius_m ?? 50)];
    case "LineString": return [corridor(geometry.coordinates, geometry.half_width_m ?? properties.half_width_m ?? 10)];
    case "GeometryCollection": return geometry.geometries.flatMap((part) => polygons(part, properties));
    default: return [];
  }
}

function circle([lon, lat], radius) {
  const north = radius / METRES_PER_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  const turn = (i) => (2 * Math.PI * i) / CIRCLE_CORNERS;
  const corner = (_, i) => [lon + east * Math.cos(turn(i)), lat + north * Math.sin(turn(i))];
  return [Array.from({ length: CIRCLE_CORNERS + 1 }, corner)];
}

/** Walk along one side of a line and back along the other. */
function corridor(line, halfWidth) {
  const side = (points) => points.map((point, i) => {
    const before = points[Math.max(0, i - 1)];
    const after = points[Math.min(points.length - 1, i + 1)];
    const squeeze = Math.cos((point[1] * Math.PI) / 180);
    const [dx, dy] = [(after[0] - before[0]) * squeeze, after[1] - before[1]];
    const length = Math.hypot(dx, dy) || 1;
    const step = halfWidth / METRES_PER_DEGREE / length;
    return [point[0] + (dy * step) / squeeze, point[1] - dx * step];
  });
  const ring = [...side(line), ...side([...line].reverse())];
  return [[...ring, ring[0]]];
}

function bounds(shapes) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [outer] of shapes) {
    for (const [lon, lat] of outer) {
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    }
  }
  return box;
}

function squareKm(ring) {
  const squeeze = Math.cos((ring[0][1] * Math.PI) / 180);
  let twice = 0;
  for (let i = 1; i < ring.length; i += 1) {
    twice += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  }
  return (Math.abs(twice / 2) * squeeze * METRES_PER_DEGREE ** 2) / 1e6;
}

/** Return the middle of the longest stretch inside a zone at half its height. */
function middle(shapes, [, south, , north]) {
  const lat = (south + north) / 2 + 1e-9;
  let best = null;
  for (const rings of shapes) {
    const cuts = crossings(rings, lat);
    for (let i = 0; i + 1 < cuts.length; i += 2) {
      const width = cuts[i + 1] - cuts[i];
      if (!best || width > best.width) best = { width, lon: (cuts[i] + cuts[i + 1]) / 2, lat };
    }
  }
  return best;
}

function crossings(rings, lat) {
  const cuts = [];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [[x1, y1], [x2, y2]] = [ring[i - 1], ring[i]];
      if (y1 > lat !== y2 > lat) cuts.push(x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1));
    }
  }
  return cuts.sort((a, b) => a - b);
}

/** Return whether a zone's footprint covers a point, as drawn. */
export function covers({ box, shapes }, lon, lat) {
  if (lon < box[0] || lon > box[2] || lat < box[1] || lat > box[3]) return false;
  return shapes.some((rings) => crossings(rings, lat).filter((cut) => cut > lon).length % 2 === 1);
}

export class Zones extends EventTarget {
  constructor() {
    super();
    this.all = new Map();
  }

  /** Take the published zones, as GeoJSON features. */
  publish(features) {
    for (const feature of features) {
      const read = zone(feature);
      if (read.shapes.length) this.all.set(read.id, read);
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Return the zones over a point, in the order of precedence; of equals the narrowest first. */
  at(lon, lat, view) {
    return [...this.all.values()]
      .filter((each) => view.showsZone(each) && covers(each, lon, lat))
      .sort((a, b) => rank(b) - rank(a) || strictness(a) - strictness(b) || a.area - b.area);
  }
}

function rank({ priority }) {
  return priority ?? 0;
}

function strictness({ restriction }) {
  return RESTRICTIONS.indexOf(restriction);
}
