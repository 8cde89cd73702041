// How does one vehicle look on the canvas? Drawn once into an atlas, then only copied.

import { ALARM, COLOURS, LAYERS, QUIET, SHAPES } from "./shapes.js";

const LOOKS = ["ok", "stale", "unregistered"];
const CELL = 32;

/** Draw every layer in every look, at the size and density of the screen. */
export function atlas(scale, density) {
  const cell = Math.ceil(CELL * scale * density);
  const sheet = canvas(cell * LOOKS.length, cell * LAYERS.length);
  const pen = sheet.getContext("2d");
  LAYERS.forEach((layer, row) => {
    LOOKS.forEach((look, column) => {
      pen.setTransform(scale * density, 0, 0, scale * density, (column + 0.5) * cell, (row + 0.5) * cell);
      paint(pen, layer, look);
    });
  });
  // A bitmap is copied faster than a canvas, where the browser has them.
  const image = sheet.transferToImageBitmap ? sheet.transferToImageBitmap() : sheet;
  const place = (layer, look) => [LOOKS.indexOf(look) * cell, LAYERS.indexOf(layer) * cell];
  return { image, cell, size: CELL * scale, place };
}

function canvas(width, height) {
  if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
  const sheet = document.createElement("canvas");
  Object.assign(sheet, { width, height });
  return sheet;
}

function paint(pen, layer, look) {
  const shape = new Path2D(SHAPES[layer]);
  pen.lineJoin = "round";
  pen.setLineDash([]);
  pen.lineWidth = 4;
  pen.strokeStyle = "#fff";
  pen.stroke(shape);
  pen.fillStyle = { ok: COLOURS[layer], stale: "#e3e5e8", unregistered: "#fff" }[look];
  pen.fill(shape);
  if (look === "ok") return;
  pen.lineWidth = 2;
  pen.strokeStyle = look === "stale" ? QUIET : COLOURS[layer];
  if (look === "stale") pen.setLineDash([3, 2.2]);
  pen.stroke(shape);
}

/** Draw what a state adds around a vehicle: a ring, dashes, a question mark. */
export function surround(pen, x, y, status, scale) {
  const radius = Math.max(9, 14 * scale);
  pen.setLineDash([]);
  if (status === "alert") ring(pen, x, y, radius, scale);
  if (status === "watch") {
    pen.setLineDash([3.2, 2.6]);
    circle(pen, x, y, radius, "#111", 1.6);
    pen.setLineDash([]);
  }
  if (status === "unregistered") {
    circle(pen, x, y, radius, "#fff", 4);
    circle(pen, x, y, radius, ALARM, 1.8);
    question(pen, x + radius * 0.95, y - radius * 0.75);
  }
}

function ring(pen, x, y, radius, scale) {
  pen.fillStyle = "rgba(255,255,255,.75)";
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
  circle(pen, x, y, radius + 1.5, "#fff", 5.5);
  circle(pen, x, y, radius, ALARM, 3);
  circle(pen, x, y, radius + 3.8 * Math.max(scale, 0.8), ALARM, 1);
}

function circle(pen, x, y, radius, colour, width) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function question(pen, x, y) {
  pen.font = "800 14px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineWidth = 3.5;
  pen.strokeStyle = "#fff";
  pen.strokeText("?", x, y);
  pen.fillStyle = ALARM;
  pen.fillText("?", x, y);
}
