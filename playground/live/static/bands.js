// Small multiples of quantile bands over epochs, one panel a layer, all on one scale.

import { short as onAxis } from "./axes.js";
import { write } from "./dom.js";
import { Multiples, ends, nearest, placed, places, tick, title, under } from "./multiples.js";
import { colour, faded } from "./theme.js";
import { figure as short, number, say, told } from "./words.js";

const TOP = 20;
const PAIRS = [[0, 6, 0.16], [1, 5, 0.3], [2, 4, 0.55]]; // rows of the bands, outermost first, and how dense

/** The next round number at or above `value`, so that the scale grows in steps. */
function round(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * unit >= value * 0.999);
}

export class Bands extends Multiples {
  constructor() {
    super("bands", say("Weights over time"));
  }

  show(figure) {
    this.figure = figure;
    write(this.caption, told(figure.caption));
    this.repaint();
    const said = figure.layers.map((layer) => {
      const last = layer.epochs.length - 1;
      const at = (row) => layer.bands.array[row * layer.epochs.length + last];
      return last < 0 ? told(layer.title) : say("{layer}: from {low} to {high}", { layer: told(layer.title), low: short(at(0)), high: short(at(6)) });
    });
    this.surface.canvas.setAttribute("aria-label", said.join("; "));
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const { layers } = this.figure;
    pen.clearRect(0, 0, width, height);
    let most = 1e-6;
    for (const { bands } of layers) for (const value of bands.array) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
    this.most = round(most);
    this.panels = places(layers.length, width, height, TOP).map((place, at) => ({ ...place, at, layer: layers[at], middle: place.y + place.high / 2 }));
    this.panels.forEach((panel) => this.#panel(pen, panel));
  }

  #panel(pen, panel) {
    const { layer, at, x, y, wide, high, middle, first } = panel;
    pen.fillStyle = colour("--panel");
    pen.fillRect(x, y, wide, high);
    this.#fill(pen, panel);
    pen.fillStyle = colour("--line");
    pen.fillRect(x, Math.round(middle), wide, 1);
    const used = title(pen, panel, told(layer.title));
    pen.fillStyle = colour("--soft");
    const moved = Number.isFinite(layer.ratio ?? NaN) ? `· ${ratio(layer.ratio)}` : "";
    if (moved && used + 5 + pen.measureText(moved).width < wide) pen.fillText(moved, x + used + 5, y - 12);
    if (first) for (const share of [1, 0, -1]) tick(pen, panel, onAxis(share * this.most, 4, 0), middle - share * (high / 2 - 5));
    ends(pen, panel, layer.epochs);
  }

  /** The bands: what lies above zero in the positive colour, below in the negative one. */
  #fill(pen, { layer: { epochs, bands }, x, y, wide, high, middle }) {
    const count = epochs.length;
    if (!count) return;
    const reach = high / 2 - 2;
    const [first, last] = [epochs[0], epochs[count - 1]];
    const level = !(last > first); // a single moment stands as a level band
    const order = level ? [count - 1, count - 1] : Array.from({ length: count }, (_, at) => at);
    const across = (at, step) => (level ? x + step * wide : x + ((epochs[at] - first) / (last - first)) * wide);
    const up = (row, at) => middle - (bands.array[row * count + at] / this.most) * reach;
    for (const [above, token] of [[true, "--pos"], [false, "--neg"]]) {
      pen.save();
      pen.beginPath();
      pen.rect(x, above ? y : middle, wide, high / 2);
      pen.clip();
      for (const [low, top, dense] of PAIRS) {
        pen.beginPath();
        order.forEach((at, step) => pen.lineTo(across(at, step), up(top, at)));
        for (let step = order.length - 1; step >= 0; step--) pen.lineTo(across(order[step], step), up(low, order[step]));
        pen.fillStyle = faded(token, dense);
        pen.fill();
      }
      pen.restore();
    }
    pen.beginPath();
    order.forEach((at, step) => pen.lineTo(across(at, step), up(3, at)));
    pen.strokeStyle = colour("--text");
    pen.lineWidth = 1;
    pen.stroke();
  }

  point(event) {
    const panel = under(this.panels, event);
    const count = panel?.layer.epochs.length ?? 0;
    this.readout.hidden = !count;
    if (!count) return;
    const { layer, x, wide } = panel;
    const at = nearest(layer.epochs, (event.offsetX - x) / wide);
    const value = (row) => short(layer.bands.array[row * count + at]);
    write(this.readout, say("{layer}, epoch {epoch}: median {median}, half between {low} and {high}, all between {least} and {most}", {
      layer: told(layer.title), epoch: number(layer.epochs[at], 1, 0), median: value(3), low: value(2), high: value(4), least: value(0), most: value(6),
    }));
    placed(this.readout, event.offsetX, this.surface.fit().width);
  }
}

const ratio = (value) => (value > 0 && value < 0.0001 ? value.toExponential(0) : number(value, 4, 0));
