// The frame of a drawn chart on a canvas: two axes with numbers, and the way between data and pixels.

import { FONT, colour } from "./theme.js";
import { number } from "./words.js";

/** Round values between low and high, at most `most` of them, and how many decimals they need. */
export function ticks(low, high, most) {
  const rough = (high - low) / Math.max(1, most);
  if (!(rough > 0) || !Number.isFinite(rough)) return { at: [], digits: 0 };
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const at = [];
  for (let place = Math.ceil(low / step - 1e-9); place * step <= high + step * 1e-9; place++) at.push(place * step || 0);
  return { at, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

export class Axes {
  /** box: {width, height} in CSS pixels; x, y: [low, high]; names: {x, y} as they are written. */
  constructor(box, x, y, names) {
    const across = ticks(x[0], x[1], box.width / 70);
    const up = ticks(y[0], y[1], box.height / 45);
    const widest = Math.max(...up.at.map((value) => short(value, up.digits).length), 1);
    Object.assign(this, { x, y, names, across, up });
    this.left = 12 + 6.2 * widest;
    this.top = names.y ? 20 : 8;
    this.width = Math.max(1, box.width - this.left - 8);
    this.height = Math.max(1, box.height - this.top - (names.x ? 36 : 20));
  }

  px(x) {
    return this.left + ((x - this.x[0]) / (this.x[1] - this.x[0])) * this.width;
  }

  py(y) {
    return this.top + ((this.y[1] - y) / (this.y[1] - this.y[0])) * this.height;
  }

  /** The data's place under a pixel, kept inside the frame. */
  at(px, py) {
    const [u, v] = [(px - this.left) / this.width, (py - this.top) / this.height].map((share) => Math.max(0, Math.min(1, share)));
    return [this.x[0] + u * (this.x[1] - this.x[0]), this.y[1] - v * (this.y[1] - this.y[0])];
  }

  holds(px, py) {
    return px >= this.left && px <= this.left + this.width && py >= this.top && py <= this.top + this.height;
  }

  /** Numbers and names of both axes; with `grid`, hairlines at the numbers. */
  draw(pen, grid) {
    const bottom = this.top + this.height;
    pen.save();
    pen.font = `11px ${FONT}`;
    pen.fillStyle = colour("--soft");
    pen.strokeStyle = colour("--line");
    pen.lineWidth = 1;
    pen.textBaseline = "top";
    pen.textAlign = "center";
    for (const value of this.across.at) {
      const x = Math.round(this.px(value)) + 0.5;
      if (grid) stroke(pen, x, this.top, x, bottom);
      pen.fillText(short(value, this.across.digits), x, bottom + 5);
    }
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const value of this.up.at) {
      const y = Math.round(this.py(value)) + 0.5;
      if (grid) stroke(pen, this.left, y, this.left + this.width, y);
      pen.fillText(short(value, this.up.digits), this.left - 6, y);
    }
    if (!grid) pen.strokeRect(Math.round(this.left) - 0.5, Math.round(this.top) - 0.5, Math.round(this.width) + 1, Math.round(this.height) + 1);
    pen.textBaseline = "alphabetic";
    pen.textAlign = "center";
    if (this.names.x) pen.fillText(this.names.x, this.left + this.width / 2, bottom + 31);
    pen.textAlign = "left";
    if (this.names.y) pen.fillText(this.names.y, 2, 12);
    pen.restore();
  }

  /** Everything drawn by `paint` stays inside the frame. */
  inside(pen, paint) {
    pen.save();
    pen.beginPath();
    pen.rect(this.left, this.top, this.width, this.height);
    pen.clip();
    paint();
    pen.restore();
  }
}

/** A number beside an axis: at most `digits` decimals, at least `least`; a huge one by its power of ten. */
export function short(value, digits, least = digits) {
  return Math.abs(value) >= 1e5 ? value.toExponential(0).replace("e+", "e") : number(value, digits, least);
}

function stroke(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}
