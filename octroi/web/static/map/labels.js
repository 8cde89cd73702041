// Which names fit on the map without covering each other?

export const FONT = '"Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif';

/** Places texts one after another; a text that would cover an earlier one is left out. */
export class Labels {
  constructor(pen) {
    this.pen = pen;
    this.taken = [];
    this.size = { x: Infinity, y: Infinity };
    this.widths = new Map();
  }

  /** Begin anew, in a window of that size. */
  clear(size) {
    this.taken.length = 0;
    this.size = size;
  }

  block(x, y, half) {
    this.taken.push([x - half, y - half, x + half, y + half]);
  }

  width(font, text) {
    const key = `${font}|${text}`;
    if (!this.widths.has(key)) {
      this.pen.font = font;
      this.widths.set(key, this.pen.measureText(text).width);
    }
    return this.widths.get(key);
  }

  /** Take the first free of several places; `places` are centres. */
  room(places, width, height) {
    for (const [x, y] of places) {
      const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
      if (this.inside(box) && this.taken.every((other) => apart(box, other))) {
        this.taken.push(box);
        return [x, y];
      }
    }
    return null;
  }

  inside([left, top, right, bottom]) {
    return left >= 0 && top >= 0 && right <= this.size.x && bottom <= this.size.y;
  }

  /** Write a name straight on the map, with a halo. */
  name(text, x, y, { font, colour, halo = "rgba(247,245,240,.85)" }) {
    const room = this.room([[x, y]], this.width(font, text) + 6, 16);
    if (!room) return;
    const { pen } = this;
    pen.font = font;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.strokeStyle = halo;
    pen.strokeText(text, x, y);
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
  }

  /** Keep room for a name on a small white plate; return what draws it, or nothing. */
  plate(text, places, { font, colour, border }) {
    const width = this.width(font, text) + 10;
    const room = this.room(places(width), width, 18);
    return room && (() => this.draw(text, room, width, { font, colour, border }));
  }

  draw(text, [x, y], width, { font, colour, border }) {
    const { pen } = this;
    pen.beginPath();
    pen.roundRect(x - width / 2, y - 9, width, 18, 3);
    pen.fillStyle = "rgba(255,255,255,.94)";
    pen.fill();
    if (border) {
      pen.lineWidth = 1;
      pen.strokeStyle = border;
      pen.stroke();
    }
    pen.font = font;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = colour;
    pen.fillText(text, x, y + 0.5);
  }
}

function apart(a, b) {
  return a[2] < b[0] || a[0] > b[2] || a[3] < b[1] || a[1] > b[3];
}
