// What the optimizer keeps of every weight: a row for each thing it keeps, a column for each layer, a cell for each weight.

import { write } from "./dom.js";
import { Multiples, placed, shortened } from "./multiples.js";
import { FONT, colour, mixed, rgb } from "./theme.js";
import { figure as short, number, say, told } from "./words.js";

const LEFT = 84; // what a row is, and its scale
const TOP = 20;
const GAP = 10;

export class Memory extends Multiples {
  constructor() {
    super("memory", say("What the optimizer remembers"));
  }

  show(figure) {
    this.figure = figure;
    write(this.caption, told(figure.say));
    this.element.classList.toggle("empty", !figure.parts.length);
    const rows = figure.parts.map(({ title, range, signed }) => `${told(title)} ${scale(range, signed)}`);
    this.surface.canvas.setAttribute("aria-label", [say("What the optimizer remembers"), ...rows].join(", "));
    this.repaint();
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const { layers, parts } = this.figure;
    pen.clearRect(0, 0, width, height);
    this.maps = [];
    if (!parts.length) return;
    const wide = (width - LEFT - GAP * (layers.length - 1)) / layers.length;
    const high = (height - TOP - 6 * (parts.length - 1)) / parts.length;
    const across = (at) => LEFT + at * (wide + GAP);
    this.#titles(pen, layers, across, wide);
    parts.forEach((part, row) => {
      const y = TOP + row * (high + 6);
      this.#name(pen, part, y + high / 2);
      layers.forEach((layer, at) => this.#map(pen, { part, row, layer, at, x: across(at), y, wide, high }));
    });
  }

  #titles(pen, layers, across, wide) {
    pen.font = `11px ${FONT}`;
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    pen.fillStyle = colour("--text");
    layers.forEach(({ title }, at) => {
      pen.fillText(shortened(pen, told(title), wide), across(at), 9);
    });
  }

  #name(pen, { title, range, signed }, y) {
    pen.textAlign = "left";
    pen.fillStyle = colour("--text");
    pen.fillText(told(title), 0, y - 7, LEFT - 6);
    pen.fillStyle = colour("--soft");
    pen.fillText(scale(range, signed), 0, y + 7, LEFT - 6);
  }

  #map(pen, map) {
    const { part, at, x, y, wide, high } = map;
    const { array, dims } = part.values[at];
    const [rows, columns] = dims;
    const [across, down] = [wide / columns, high / rows];
    const rim = Math.min(across, down) > 5 ? 1 : 0;
    const [zero, ground, strong, low, top] = ["--zero", "--panel", "--text", "--neg", "--pos"].map(rgb);
    for (let cell = 0; cell < array.length; cell++) {
      const share = Math.max(-1, Math.min(1, array[cell] / part.range));
      const mix = part.signed ? mixed(zero, share < 0 ? low : top, Math.abs(share)) : mixed(ground, strong, share);
      pen.fillStyle = Number.isFinite(share) ? `rgb(${mix.map(Math.round).join(",")})` : colour("--alert");
      pen.fillRect(x + (cell % columns) * across, y + Math.floor(cell / columns) * down, across - rim, down - rim);
    }
    this.maps.push({ ...map, rows, columns });
  }

  point({ offsetX, offsetY }) {
    const map = this.maps?.find(({ x, y, wide, high }) => offsetX >= x && offsetX < x + wide && offsetY >= y && offsetY < y + high);
    this.readout.hidden = !map;
    if (!map) return;
    const { x, y, wide, high, rows, columns, at, layer } = map;
    const row = Math.min(rows - 1, Math.floor(((offsetY - y) / high) * rows));
    const column = Math.min(columns - 1, Math.floor(((offsetX - x) / wide) * columns));
    const kept = this.figure.parts.map(({ title, values }) => `${told(title)} ${short(values[at].array[row * columns + column])}`).join(", ");
    write(this.readout, say("{layer}, neuron {unit}, input {input}: {kept}", {
      layer: told(layer.title), unit: Number(layer.units[row]) + 1, input: Number(layer.inputs[column]) + 1, kept,
    }));
    placed(this.readout, offsetX, this.surface.fit().width);
  }
}

/** "-0.5 to 0.5": what the strongest colours stand for. */
const scale = (range, signed) => (signed ? `± ${short(range)}` : say("0 to {most}", { most: short(range) }));
