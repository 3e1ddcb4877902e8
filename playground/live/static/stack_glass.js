// The map in hand, large, with its number under the pointer.

import { make, write } from "./dom.js";
import { fill, paint, pixels } from "./pictures.js";
import { layerName, unitName } from "./stack_names.js";
import { ramp } from "./theme.js";
import { figure as short, percent, say, told } from "./words.js";

const SIDE = 132; // pixels

export class Glass {
  constructor(ranges) {
    this.ranges = ranges;
    this.title = make("b");
    this.canvas = pixels();
    this.spot = make("i", { class: "spot" });
    this.picture = make("div", { class: "map" }, this.canvas, this.spot);
    this.words = make("span");
    this.element = make("div", { class: "readout glass", role: "status", "aria-live": "polite" }, this.title, this.picture, this.words);
    this.element.hidden = true;
  }

  hide() {
    this.element.hidden = true;
    write(this.title, "");
    write(this.words, "");
  }

  /** node: of the places; at: the pointer on the picture, or null; found: the node's exact numbers, or null; keyed: it was come to by keys. box: {left, width, height} of the stage. */
  show({ figure, node, at, found, keyed }, box) {
    const layer = figure.layers[node.column - 1];
    const map = layer ? layer.maps.dims : figure.picture.pixels.dims;
    this.picture.hidden = !map;
    const where = map && at && this.#where(node, at, map.slice(-2));
    if (map) this.#draw(figure, layer, node, map.slice(-2), where);
    write(this.title, layer ? `${layerName(layer)} · ${unitName(layer, node.unit, figure.answer)}` : say("the picture"));
    write(this.words, [this.#value(figure, layer, node, where, found), this.#state(layer, node, keyed)].filter(Boolean).join(". "));
    this.element.hidden = false;
    this.#place(node, box);
  }

  /** Which pixel of a map the pointer is on. */
  #where({ x, y, wide, high }, at, [rows, cols]) {
    const [row, column] = [Math.floor(((at.y - y) / high + 0.5) * rows), Math.floor(((at.x - x) / wide + 0.5) * cols)];
    return { row: Math.max(0, Math.min(rows - 1, row)), column: Math.max(0, Math.min(cols - 1, column)) };
  }

  #draw({ picture }, layer, node, [rows, cols], where) {
    const scale = SIDE / Math.max(rows, cols);
    if (layer) {
      const colours = ramp("--neg", "--zero", "--pos", Math.min(1, layer.range / this.ranges.of(layer.number)));
      const bytes = layer.maps.array.subarray(node.index * rows * cols, (node.index + 1) * rows * cols);
      fill(this.canvas, rows, cols, (at) => colours[bytes[at]]);
    } else paint(this.canvas, picture.pixels);
    Object.assign(this.picture.style, { width: `${cols * scale}px`, height: `${rows * scale}px` });
    this.spot.hidden = !where;
    if (where) Object.assign(this.spot.style, { width: `${scale}px`, height: `${scale}px`, left: `${where.column * scale}px`, top: `${where.row * scale}px` });
  }

  #value({ picture, answer }, layer, { unit, index }, where, found) {
    if (layer?.kind === "output") {
      const value = found?.sum ?? ((layer.maps[index] - 128) / 127) * layer.range;
      if (layer.units !== answer.classes.length) return say("score {value}", { value: short(value) });
      return say("score {value}, {share}", { value: short(value), share: percent(answer.probabilities[unit]) });
    }
    if (layer && !layer.maps.dims) return say("hands on {value}", { value: short(single(found?.output) ?? ((layer.maps[index] - 128) / 127) * layer.range) });
    if (!where) return layer ? "" : told(answer.classes[answer.true] ?? "");
    const [channels, rows, cols] = layer ? [1, ...layer.maps.dims.slice(1)] : picture.pixels.dims;
    const at = where.row * cols + where.column;
    const values = { row: where.row + 1, column: where.column + 1 };
    const exact = found?.output?.dims ? found.output.array[at] : null;
    if (layer) return say("row {row}, column {column}: {value}", { ...values, value: short(exact ?? ((layer.maps.array[index * rows * cols + at] - 128) / 127) * layer.range) });
    const shades = Array.from({ length: channels }, (_, channel) => short(picture.pixels.array[channel * rows * cols + at] / 255));
    return say("row {row}, column {column}: {value}", { ...values, value: shades.join(" · ") });
  }

  #state(layer, { unit }, keyed) {
    const off = layer?.on && !layer.on[unit];
    return [off ? say("switched off") : "", keyed && layer ? (layer.on ? say("Enter opens it, Delete switches it off or on") : say("Enter opens it")) : ""].filter(Boolean).join(". ");
  }

  /** Beside the node, where there is room for it. */
  #place(node, { left, width, height }) {
    const { offsetWidth: wide, offsetHeight: high } = this.element;
    const right = left + node.wide / 2 + 12;
    const x = right + wide <= width ? right : Math.max(0, left - node.wide / 2 - 12 - wide);
    this.element.style.left = `${Math.min(x, Math.max(0, width - wide))}px`;
    this.element.style.top = `${Math.max(2, Math.min(height - high - 2, node.y - high / 2))}px`;
  }
}

/** A number, also where it came as an array of one. */
const single = (value) => (typeof value === "number" ? value : value?.length === 1 ? value[0] : null);
