// Where is every vehicle, how fresh is what we know, and where has it just been?

const TAIL_MS = 90_000;
const TAIL_POINTS = 60;
const SHORTEST_STEP = 1 / 40_000_000; // of the world's width: about one metre
const LONGEST_GLIDE_MS = 1500;
const LONGEST_GLIDE = 1 / 20_000; // two kilometres: farther is a jump, not a movement

/** Return longitude and latitude as fractions of the Mercator world, x east and y south. */
export function mercator(lon, lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

export class Fleet extends EventTarget {
  constructor(staleAfter, goneAfter) {
    super();
    this.staleAfter = staleAfter;
    this.goneAfter = goneAfter;
    this.vehicles = new Map();
    this.names = new Map();
    this.ahead = null; // how far the city's clock is ahead of this browser's
  }

  /** Return the city's time in milliseconds. */
  now() {
    return Date.now() + (this.ahead ?? 0);
  }

  snapshot({ at, vehicles, operators }) {
    this.meet(operators);
    this.vehicles.clear();
    this.positions({ at, rows: vehicles });
  }

  /** Learn what operators are called. */
  meet(operators) {
    for (const [id, name] of Object.entries(operators)) this.names.set(id, name);
  }

  /** Return an operator's name; who was never registered has none. */
  owner(operator) {
    return this.names.get(operator) ?? operator;
  }

  positions({ at, rows }) {
    this.listen(at);
    for (const row of rows) this.place(row);
    this.dispatchEvent(new Event("change"));
  }

  listen(at) {
    const ahead = at - Date.now();
    // Messages only ever arrive late: the largest difference is the nearest to the truth.
    if (this.ahead === null || ahead > this.ahead) this.ahead = ahead;
    else this.ahead += (ahead - this.ahead) * 0.02;
  }

  place(row) {
    const [uid, operator, name, layer, lon, lat, alt, altRef, heading, speed, at, status, permit, sender] = row;
    const known = this.vehicles.get(uid);
    if (known && at < known.at) return;
    const [x, y] = mercator(lon, lat);
    const vehicle = known ?? { uid, tail: [], fromX: x, fromY: y, glideStart: 0, glideMs: 0, heading: null };
    if (known) this.glide(vehicle, x, y);
    const course = heading ?? this.course(vehicle, x, y, sender) ?? vehicle.heading;
    Object.assign(vehicle, {
      operator, owner: this.owner(operator), name, layer, lon, lat, alt, altRef, speed, at, status, permit, sender, x, y, heading: course,
    });
    this.remember(vehicle);
    this.vehicles.set(uid, vehicle);
  }

  /** Let the drawing move from where it is to the new place instead of jumping. */
  glide(vehicle, x, y) {
    const now = performance.now();
    const [shownX, shownY] = shown(vehicle, now);
    const far = Math.hypot(x - shownX, y - shownY) > LONGEST_GLIDE;
    vehicle.glideMs = far ? 0 : Math.min(LONGEST_GLIDE_MS, now - (vehicle.heardAt ?? now));
    vehicle.fromX = far ? x : shownX;
    vehicle.fromY = far ? y : shownY;
    vehicle.glideStart = now;
    vehicle.heardAt = now;
  }

  /** Between two places that differ by who says so lies no way. */
  course(vehicle, x, y, sender) {
    if (vehicle.sender !== sender) return null;
    const [east, south] = [x - vehicle.x, y - vehicle.y];
    if (Math.hypot(east, south) < SHORTEST_STEP) return null;
    return ((Math.atan2(east, -south) * 180) / Math.PI + 360) % 360;
  }

  remember(vehicle) {
    const { tail, x, y, at, sender } = vehicle;
    const last = tail.findLast((point) => point[3] === sender);
    if (last && Math.hypot(x - last[0], y - last[1]) < SHORTEST_STEP) return;
    tail.push([x, y, at, sender]);
    while (tail.length > TAIL_POINTS || tail[0][2] < at - TAIL_MS) tail.shift();
  }

  /** Return what a vehicle is shown as: its status, unless we have not heard it for too long. */
  look(vehicle) {
    const silent = this.now() - vehicle.at > this.staleAfter[vehicle.layer] * 1000;
    return silent && vehicle.status !== "alert" ? "stale" : vehicle.status;
  }

  /** Return whether a vehicle's last position is old, whatever its status. */
  silent(vehicle) {
    return this.now() - vehicle.at > this.staleAfter[vehicle.layer] * 1000;
  }

  /** Drop whoever has been silent so long that the place means nothing any more. */
  forget() {
    const before = this.now() - this.goneAfter * 1000;
    for (const [uid, vehicle] of this.vehicles) {
      if (vehicle.at < before && vehicle.status !== "alert") this.vehicles.delete(uid);
    }
  }
}

/** Return where a vehicle is drawn at this moment of the browser's clock. */
export function shown(vehicle, now) {
  const { fromX, fromY, glideStart, glideMs, x, y } = vehicle;
  if (!glideMs || now >= glideStart + glideMs) return [x, y];
  const part = (now - glideStart) / glideMs;
  return [fromX + (x - fromX) * part, fromY + (y - fromY) * part];
}
