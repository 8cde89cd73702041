// What lies under everything: land, woods, water and the names of places.

/* global L */
const LAND = { fillColor: "#f7f5f0", fillOpacity: 1, color: "#b9b4a8", weight: 1 };
const WOODS = { fillColor: "#e4ebdb", fillOpacity: 1, stroke: false };
const WATER = { fillColor: "#c9dfec", fillOpacity: 1, color: "#a9c8da", weight: 0.8 };

/** Draw a city's outlines and return the names to write over them. */
export function drawBasemap(map, city) {
  const pane = map.createPane("octroi-base");
  pane.style.zIndex = 200;
  pane.style.pointerEvents = "none";
  const options = {
    pane: "octroi-base",
    interactive: false,
    renderer: L.canvas({ pane: "octroi-base", padding: 0.4 }),
  };
  const draw = (geometry, style) => L.geoJSON(geometry, { ...options, style }).addTo(map);
  for (const district of city.districts) draw(district.geometry, { ...LAND, stroke: false });
  draw(city.woods, WOODS);
  draw(city.water, WATER);
  for (const district of city.districts) draw(district.geometry, { ...LAND, fill: false });
  return {
    districts: city.districts.map(({ number, label }) => ({ text: `${number}${number === 1 ? "er" : "e"}`, label })),
    places: city.places.map(({ name, label }) => ({ text: name, label })),
  };
}
