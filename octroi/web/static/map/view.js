// What does the inspector want to see? One answer for the map and for the lists.

import { EVERY, LAYERS, RESTRICTIONS } from "./shapes.js";

export const NO_CEILING = 300;

export class View extends EventTarget {
  constructor() {
    super();
    this.vehicleLayers = new Set(LAYERS);
    this.zoneLayers = new Set(LAYERS);
    this.restrictions = new Set(RESTRICTIONS);
    this.ceiling = NO_CEILING;
    this.tails = true;
    this.search = "";
    this.selected = null;
    this.following = false;
  }

  /** Change what is wanted and tell everybody who draws. */
  change(kind, apply) {
    apply(this);
    this.dispatchEvent(new CustomEvent("change", { detail: kind }));
  }

  showsVehicle(vehicle) {
    if (!this.vehicleLayers.has(vehicle.layer)) return false;
    const high = vehicle.layer === "air" && vehicle.alt !== null && vehicle.alt > this.ceiling;
    return this.ceiling >= NO_CEILING || !high;
  }

  showsZone(zone) {
    const seen = zone.layer === EVERY ? this.zoneLayers.size > 0 : this.zoneLayers.has(zone.layer);
    return seen && this.restrictions.has(zone.restriction);
  }

  finds(...words) {
    return !this.search || words.some((word) => word && plain(word).includes(this.search));
  }

  findsVehicle(vehicle) {
    return this.finds(vehicle.uid, vehicle.owner, vehicle.name, vehicle.permit);
  }
}

/** Return text as it is compared: no capitals, no accents. */
export function plain(text) {
  return String(text).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
