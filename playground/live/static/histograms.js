// Histograms over time, one strip a layer: each column is a moment, the stronger a place, the more numbers had that value then.

import { Atlas, write } from "./dom.js";
import { Multiples, ends, names, nearest, placed, places, tick, title, under } from "./multiples.js";
import { colour, mixed, rgb, word } from "./theme.js";
import { figure as short, number, say, told } from "./words.js";

const TOP = 20;
const NOTED = 34; // with a line for what is wrong with a layer
const DECADES = [[1, "1"], [1e-3, "10⁻³"], [1e-6, "10⁻⁶"], [1e-9, "10⁻⁹"]];

export class Histograms extends Multiples {
  #atlas = new Atlas();

  constructor() {
    super("histograms", say("Histograms over time"));
  }

  show(figure) {
    this.figure = figure;
    write(this.caption, told(figure.say));
    this.caption.classList.toggle("alert", figure.layers.some(({ note }) => note));
    this.surface.canvas.setAttribute("aria-label", names(figure.layers).map((name, at) => [name, told(figure.layers[at].note)].filter(Boolean).join(": ")).join("; "));
    this.repaint();
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const { layers, bins, epochs } = this.figure;
    const [, moments, rows] = bins.dims;
    pen.clearRect(0, 0, width, height);
    const picture = this.#picture(bins.array, layers.length, moments, rows);
    const noted = layers.some(({ note }) => note);
    this.panels = places(layers.length, width, height, noted ? NOTED : TOP).map((place, at) => ({ ...place, at }));
    pen.imageSmoothingEnabled = false;
    for (const panel of this.panels) {
      const edges = columns(epochs, panel);
      const shown = this.#half(panel) ? rows / 2 : rows; // what is never below 0 has the whole height
      for (let at = 0; at < moments; at++) pen.drawImage(picture, at, panel.at * rows, 1, shown, edges[at], panel.y, edges[at + 1] - edges[at], panel.high);
      title(pen, panel, told(layers[panel.at].title), noted ? 25 : 12);
      this.#note(pen, panel, layers[panel.at].note);
      this.#scale(pen, panel);
      ends(pen, panel, epochs);
    }
  }

  /** All strips under each other, a pixel a bin, the highest value on top. What is below 0 is in its sign's colour. */
  #picture(bytes, layers, moments, rows) {
    const { sizes } = this.figure;
    const zero = sizes ? rows : rows / 2; // bins above 0
    const ground = rgb("--panel");
    const shades = (token) => Array.from({ length: 256 }, (_, share) => word(mixed(ground, rgb(token), share && 0.12 + (0.88 * share) / 255)));
    const [above, below] = sizes ? [shades("--text"), null] : [shades("--pos"), shades("--neg")];
    return this.#atlas.paint(moments, layers * rows, (at) => {
      const [line, moment] = [Math.floor(at / moments), at % moments];
      const [layer, row] = [Math.floor(line / rows), line % rows];
      return (row < zero ? above : below)[bytes[(layer * moments + moment) * rows + rows - 1 - row]];
    });
  }

  /** Is a layer's axis drawn from 0 upward only? */
  #half({ at }) {
    return !this.figure.sizes && this.figure.low[at] === 0;
  }

  /** The ends of the axis: left of the first panel where all share it, else in each panel's corners. */
  #scale(pen, panel) {
    const { low, high, sizes } = this.figure;
    const { at, x, y, high: tall, first } = panel;
    const shared = [low, high].every((ends) => ends.every((end) => end === ends[0]));
    if (sizes && first) {
      const [bottom, top] = [Math.log2(low[at]), Math.log2(high[at])];
      for (const [value, text] of DECADES) tick(pen, panel, text, y + (tall * (top - Math.log2(value))) / (top - bottom));
    }
    if (sizes || (shared && !first)) return;
    const marks = [[high[at], y + 6], ...(low[at] < 0 ? [[0, y + tall / 2]] : []), [low[at], y + tall - 5]];
    for (const [value, up] of marks) {
      if (shared) tick(pen, panel, short(value), up);
      else if (value || !low[at]) inside(pen, short(value), x + 3, up);
    }
  }

  /** What is wrong with a layer, in words; only the numbers where there is no room. */
  #note(pen, { x, y, wide }, note) {
    if (!note) return;
    pen.textAlign = "left";
    pen.fillStyle = colour("--alert");
    const few = Object.values(note.values).map((value) => number(value)).join("/");
    const said = told(note);
    pen.fillText(pen.measureText(said).width <= wide ? said : few, x, y - 10);
  }

  point(event) {
    const panel = under(this.panels, event);
    this.readout.hidden = !panel;
    if (!panel) return;
    const { layers, bins, epochs, low, high, sizes } = this.figure;
    const [, moments, rows] = bins.dims;
    const at = nearest(epochs, (event.offsetX - panel.x) / panel.wide);
    const up = 1 - (event.offsetY - panel.y) / panel.high;
    const bin = Math.max(0, Math.min(rows - 1, Math.floor((this.#half(panel) ? 0.5 + up / 2 : up) * rows)));
    const share = (bins.array[(panel.at * moments + at) * rows + bin] / 255) ** 2;
    const edge = (step) => (sizes ? low[panel.at] * 2 ** (step - 1) : high[panel.at] * ((2 * step) / rows - 1));
    const values = { layer: told(layers[panel.at].title), epoch: number(epochs[at], 1, 0), share: `${number(100 * share, share < 0.1 ? 1 : 0)} %`, low: short(edge(bin)), high: short(edge(bin + 1)) };
    const text = sizes && bin === 0 ? say("{layer}, epoch {epoch}: {share} smaller than {high}, or 0", values)
      : sizes && bin === rows - 1 ? say("{layer}, epoch {epoch}: {share} of {low} or more", values) : say("{layer}, epoch {epoch}: {share} between {low} and {high}", values);
    write(this.readout, text);
    placed(this.readout, event.offsetX, this.surface.fit().width);
  }
}

/** A word of the scale within a panel. */
function inside(pen, text, x, y) {
  pen.fillStyle = colour("--soft");
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.fillText(text, x, y);
}

/** Where each moment's column begins, and the last ends: half way between neighbours, and the present never too thin to be seen. */
function columns(epochs, { x, wide }) {
  const count = epochs.length;
  const [first, last] = [epochs[0], epochs[count - 1]];
  const at = (epoch) => (last > first ? x + ((epoch - first) / (last - first)) * wide : x);
  const inner = Array.from({ length: count - 1 }, (_, step) => Math.round(at((epochs[step] + epochs[step + 1]) / 2)));
  if (inner.length) inner[count - 2] = Math.min(inner[count - 2], x + wide - 3);
  return [x, ...inner, x + wide];
}
