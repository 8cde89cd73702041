// Draws one checked track: the zones near it, its line and its positions. Nothing is ever fetched.

/* global L */
window.octroiCheck = (() => {
  const LAND = { fillColor: "#f7f5f0", fillOpacity: 1, color: "#b9b4a8", weight: 1 };
  const WOODS = { fillColor: "#e4ebdb", fillOpacity: 1, stroke: false };
  const WATER = { fillColor: "#c9dfec", fillOpacity: 1, color: "#a9c8da", weight: 0.8 };
  // Dashes and sizes say it, colour repeats it.
  const ZONES = {
    PROHIBITED: { color: "#b91c1c", weight: 2.5, fillOpacity: 0.16, words: "prohibited" },
    REQ_AUTHORISATION: { color: "#b45309", weight: 2, fillOpacity: 0.12, dashArray: "8 4", words: "requires authorisation" },
    CONDITIONAL: { color: "#6d5b00", weight: 2, fillOpacity: 0.08, dashArray: "3 4", words: "conditional" },
    NO_RESTRICTION: { color: "#15803d", weight: 1.5, fillOpacity: 0.06, dashArray: "1 5", words: "no restriction" },
  };
  // By relation: 0 in no zone, 1 inside, 2 uncertain.
  const RELATIONS = [
    { words: "in no zone", color: "#4b5563", radius: 3, weight: 1.5, line: { weight: 2 }, fillColor: "#4b5563" },
    { words: "inside", color: "#9f1239", radius: 5, weight: 1.5, line: { weight: 4 }, fillColor: "#e11d48" },
    { words: "uncertain", color: "#5b21b6", radius: 5, weight: 2.5, line: { weight: 3, dashArray: "2 6" }, fillColor: "#ffffff" },
  ];

  const el = (tag, text, ...children) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    made.append(...children);
    return made;
  };

  function facts(title, lines) {
    const box = el("div", "", el("h2", title), ...lines.filter(Boolean).map((line) => el("p", line)));
    box.className = "facts";
    return box;
  }

  function drawBase(map, base) {
    const pane = map.createPane("base");
    pane.style.zIndex = 200;
    pane.style.pointerEvents = "none";
    const options = { pane: "base", interactive: false, renderer: L.canvas({ pane: "base" }) };
    const draw = (geometry, style) => L.geoJSON(geometry, { ...options, style }).addTo(map);
    for (const district of base.districts) draw(district.geometry, { ...LAND, stroke: false });
    draw(base.woods, WOODS);
    draw(base.water, WATER);
    for (const district of base.districts) draw(district.geometry, { ...LAND, fill: false });
    map.attributionControl.addAttribution(base.attribution);
  }

  function drawZones(map, zones) {
    const group = L.layerGroup().addTo(map);
    for (const zone of zones) {
      const { words, ...style } = ZONES[zone.restriction];
      L.geoJSON(zone.geometry, { style })
        .bindPopup(() => facts(zone.name ? `${zone.id} (${zone.name})` : zone.id, [
          `version ${zone.version}: ${words}`, `layer: ${zone.layer}`, `height: ${zone.heights}`, zone.act && `act: ${zone.act}`,
        ]))
        .addTo(group);
    }
    return group;
  }

  // One line for as long as the relation stays; a piece has the look of the position it leads to.
  function drawLines(map, positions) {
    const group = L.layerGroup().addTo(map);
    const last = new Map();
    for (const position of positions) {
      const before = last.get(position.vehicle);
      if (before && before.relation === position.relation) before.places.push(position.place);
      else {
        const places = before ? [before.places.at(-1), position.place] : [position.place];
        const { color, line } = RELATIONS[position.relation];
        const run = { relation: position.relation, places, look: { color, ...line, interactive: false } };
        last.set(position.vehicle, run);
        group.runs = [...(group.runs ?? []), run];
      }
    }
    for (const run of group.runs ?? []) if (run.places.length > 1) L.polyline(run.places, run.look).addTo(group);
    return group;
  }

  function drawPositions(map, positions, zones) {
    const group = L.layerGroup().addTo(map);
    for (const position of positions) {
      const { color, radius, weight, fillColor } = RELATIONS[position.relation];
      L.circleMarker(position.place, { color, radius, weight, fillColor, fillOpacity: 1 })
        .bindPopup(() => facts(position.vehicle, [
          position.at || "instant unknown",
          `row ${position.line} of the track`,
          ...position.zones.map(([zone, relation]) => `${RELATIONS[relation].words}: ${zones[zone]}`),
          position.zones.length === 0 && "in no zone",
        ]))
        .addTo(group);
    }
    return group;
  }

  function picture(draw) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("width", "22");
    svg.setAttribute("height", "16");
    const [tag, attributes] = draw;
    const shape = document.createElementNS(svg.namespaceURI, tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== undefined) shape.setAttribute(name, value);
    svg.append(shape);
    return svg;
  }

  function legend(map, data) {
    const entry = (shape, words, count) => {
      const number = el("span", count.toLocaleString("en"));
      number.className = "count";
      return el("li", "", picture(shape), el("span", words), number);
    };
    const dot = ({ color, radius, weight, fillColor }) => ["circle", { cx: 11, cy: 8, r: radius, stroke: color, "stroke-width": weight, fill: fillColor }];
    const patch = ({ color, weight, fillOpacity, dashArray }) => ["rect", { x: 2, y: 2, width: 18, height: 12, stroke: color, "stroke-width": weight, "stroke-dasharray": dashArray, fill: color, "fill-opacity": fillOpacity }];
    const box = el("section", "", el("h1", data.title));
    box.className = "legend";
    box.append(el("ul", "", ...[1, 2, 0].map((relation) => entry(dot(RELATIONS[relation]), RELATIONS[relation].words, data.counts[relation]))));
    const drawn = Object.entries(ZONES).map(([name, look]) => [look, data.zones.filter((zone) => zone.restriction === name).length]);
    box.append(el("ul", "", ...drawn.filter(([, count]) => count).map(([look, count]) => entry(patch(look), look.words, count))));
    for (const note of data.notes) box.append(el("p", note));
    const control = L.control({ position: "topright" });
    control.onAdd = () => {
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  return {
    mount(map, data) {
      if (data.base) drawBase(map, data.base);
      const positions = data.positions.map(([vehicle, at, line, lon, lat, relation, zones]) =>
        ({ vehicle: data.vehicles[vehicle], at, line, place: [lat, lon], relation, zones }));
      const layers = {
        Zones: drawZones(map, data.zones),
        Track: drawLines(map, positions),
        Positions: drawPositions(map, positions, data.names),
      };
      L.control.layers(null, layers, { collapsed: true, position: "topleft" }).addTo(map);
      legend(map, data);
      map.fitBounds(data.bounds, { padding: [40, 40], maxZoom: 18 });
    },
  };
})();
