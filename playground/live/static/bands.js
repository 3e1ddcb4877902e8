// Small multiples of quantile bands over epochs, one panel a layer, all on one scale.

import { make, surface, write } from "./dom.js";
import { FONT, colour, faded } from "./theme.js";
import { figure as short, number, say, told } from "./words.js";

const TOP = 22;
const BOTTOM = 18;
const LEFT = 34;
const GAP = 10;
const PAIRS = [[0, 6, 0.16], [1, 5, 0.3], [2, 4, 0.55]]; // rows of the bands, outermost first, and how dense

/** The next round number at or above `value`, so that the scale grows in steps. */
function round(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * unit >= value * 0.999);
}

export class Bands {
  constructor() {
    this.surface = surface(say("Weights over time"));
    const { canvas } = this.surface;
    this.readout = make("div", { class: "readout" });
    this.readout.hidden = true;
    this.caption = make("p", { class: "say" });
    this.element = make("div", { class: "stage bands" }, canvas, this.readout, this.caption);
    canvas.addEventListener("refit", () => this.repaint());
    canvas.addEventListener("pointermove", (event) => this.#point(event));
    canvas.addEventListener("pointerdown", (event) => this.#point(event));
    canvas.addEventListener("pointerleave", () => (this.readout.hidden = true));
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
    const wide = (width - LEFT - GAP * (layers.length - 1)) / layers.length;
    this.panels = layers.map((layer, at) => ({ layer, x: LEFT + at * (wide + GAP), wide }));
    this.middle = TOP + (height - TOP - BOTTOM) / 2;
    this.reach = (height - TOP - BOTTOM) / 2 - 3;
    this.panels.forEach((panel) => this.#panel(pen, panel, height));
    this.#scale(pen);
  }

  #scale(pen) {
    pen.textAlign = "right";
    pen.fillStyle = colour("--soft");
    for (const share of [1, 0, -1]) pen.fillText(number(share * this.most, 4, 0), LEFT - 6, this.middle - share * (this.reach - 4));
  }

  #panel(pen, { layer, x, wide }, height) {
    const { middle, reach } = this;
    pen.fillStyle = colour("--panel");
    pen.fillRect(x, TOP, wide, height - TOP - BOTTOM);
    this.#fill(pen, layer, x, wide);
    pen.fillStyle = colour("--line");
    pen.fillRect(x, Math.round(middle), wide, 1);
    pen.font = `11px ${FONT}`;
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    pen.fillStyle = colour("--text");
    const title = told(layer.title);
    pen.fillText(title, x, 10, wide);
    const used = pen.measureText(title).width;
    pen.fillStyle = colour("--soft");
    if (Number.isFinite(layer.ratio ?? NaN) && used + 40 < wide) pen.fillText(`· ${ratio(layer.ratio)}`, x + used + 5, 10, wide - used - 5);
    const { epochs } = layer;
    if (!epochs.length) return;
    pen.fillText(number(epochs[0]), x, height - 8);
    pen.textAlign = "right";
    if (epochs.length > 1) pen.fillText(number(epochs.at(-1)), x + wide, height - 8);
  }

  /** The bands: what lies above zero in the positive colour, below in the negative one. */
  #fill(pen, { epochs, bands }, x, wide) {
    const count = epochs.length;
    if (!count) return;
    const { middle, reach, most } = this;
    const [first, last] = [epochs[0], epochs[count - 1]];
    const across = (at) => (last > first ? x + ((epochs[at] - first) / (last - first)) * wide : x + at * wide);
    const up = (row, at) => middle - (bands.array[row * count + at] / most) * reach;
    const ends = count === 1 ? [0, 0] : null; // a single record stands as a level band
    const order = ends ?? Array.from({ length: count }, (_, at) => at);
    const place = (at, step) => (ends ? x + step * wide : across(at));
    for (const [above, token] of [[true, "--pos"], [false, "--neg"]]) {
      pen.save();
      pen.beginPath();
      pen.rect(x, above ? TOP : middle, wide, above ? middle - TOP : middle);
      pen.clip();
      for (const [low, high, dense] of PAIRS) {
        pen.beginPath();
        order.forEach((at, step) => pen.lineTo(place(at, step), up(high, at)));
        for (let step = order.length - 1; step >= 0; step--) pen.lineTo(place(order[step], step), up(low, order[step]));
        pen.fillStyle = faded(token, dense);
        pen.fill();
      }
      pen.restore();
    }
    pen.beginPath();
    order.forEach((at, step) => pen.lineTo(place(at, step), up(3, at)));
    pen.strokeStyle = colour("--text");
    pen.lineWidth = 1;
    pen.stroke();
  }

  #point({ offsetX }) {
    const panel = this.panels?.find(({ x, wide }) => offsetX >= x && offsetX <= x + wide);
    const count = panel?.layer.epochs.length ?? 0;
    this.readout.hidden = !count;
    if (!count) return;
    const { layer, x, wide } = panel;
    const wanted = layer.epochs[0] + ((offsetX - x) / wide) * (layer.epochs[count - 1] - layer.epochs[0]);
    let at = 0;
    while (at + 1 < count && Math.abs(layer.epochs[at + 1] - wanted) <= Math.abs(layer.epochs[at] - wanted)) at++;
    const value = (row) => short(layer.bands.array[row * count + at]);
    write(this.readout, say("{layer}, epoch {epoch}: median {median}, half between {low} and {high}, all between {least} and {most}", {
      layer: told(layer.title), epoch: number(layer.epochs[at]), median: value(3), low: value(2), high: value(4), least: value(0), most: value(6),
    }));
    const { width } = this.surface.fit();
    this.readout.style.left = `${Math.max(150, Math.min(width - 150, offsetX))}px`;
    this.readout.style.top = `${TOP}px`;
  }

  stop() {
    this.surface.stop();
  }
}

const ratio = (value) => (value > 0 && value < 0.0001 ? value.toExponential(0) : number(value, 4, 0));
