// What has been learned, over the plane: the answer as a smooth map, the examples on it. A neuron in hand shows large here.

import { Atlas, make, surface, write } from "./dom.js";
import { colour, ramp } from "./theme.js";
import { number, say, told } from "./words.js";

export class Boundary {
  #atlas = new Atlas();
  #points = document.createElement("canvas");
  #drawn = "";
  #neuron = null;
  #fine = null;
  #asking = false;

  /** context: ask(name, params) -> promise, title(text | null) writes the heading */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("Decision boundary"));
    this.surface.canvas.addEventListener("refit", () => this.repaint());
    this.classes = make("span", { class: "classes" });
    this.tests = this.#toggle(say("test points"), true);
    this.hard = this.#toggle(say("discretize"), false);
    this.legend = make("div", { class: "legend" }, this.classes, this.tests.label, this.hard.label);
    this.element = make("div", { class: "stage boundary" }, this.surface.canvas, this.legend);
  }

  #toggle(text, checked) {
    const box = make("input", { type: "checkbox", checked, onchange: () => this.repaint() });
    return { box, label: make("label", { class: "toggle" }, box, make("span", { text })) };
  }

  show(figure) {
    this.figure = figure;
    this.#name(figure.classes);
    this.repaint();
  }

  #name(classes) {
    const names = classes.map(told);
    if (names.join() === this.names) return;
    this.names = names.join();
    this.classes.replaceChildren(...names.map((text, at) => make("span", {}, make("i", { class: "dot", style: `background:var(--c${at})` }), text)));
  }

  /** Show `neuron` in place of the boundary; null goes back. `moved`: same neuron, new numbers. */
  select(neuron, moved) {
    this.#neuron = neuron && !neuron.stripes ? neuron : null;
    if (!moved) this.#fine = null;
    this.context.title(this.#neuron?.title ?? null);
    this.legend.classList.toggle("away", Boolean(this.#neuron));
    this.repaint();
    this.#refine();
  }

  /** Ask for the neuron's fine map, one question at a time; the small picture stands until it comes. */
  async #refine() {
    const neuron = this.#neuron;
    if (!neuron || this.#asking) return;
    this.#asking = true;
    try {
      const { map } = await this.context.ask("neuron", { layer: neuron.layer, unit: neuron.unit });
      if (map?.dims?.length === 2 && this.#neuron?.layer === neuron.layer && this.#neuron.unit === neuron.unit) {
        this.#fine = { map: map.array, rows: map.dims[0], cols: map.dims[1] };
        this.repaint();
      }
    } catch {
      this.#fine = null; // refused or cut off: the small picture says the same, coarser
    } finally {
      this.#asking = false;
    }
    if (this.#neuron && (this.#neuron.layer !== neuron.layer || this.#neuron.unit !== neuron.unit)) this.#refine();
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    if (this.#neuron) this.#map(pen, this.#fine ?? this.#neuron, ramp("--neg", "--zero", "--pos"), width, height);
    else {
      const { map } = this.figure;
      this.#map(pen, { map: map.array, rows: map.dims[0], cols: map.dims[1] }, this.#colours(), width, height);
      this.#scatter(width, height);
      pen.drawImage(this.#points, 0, 0, width, height);
    }
    this.#describe();
  }

  /** Class colours towards a neutral middle; with "discretize" only the winner's. */
  #colours() {
    const soft = ramp("--c0", "--zero", "--c1", 0.78);
    return this.hard.box.checked ? soft.map((_, at) => soft[at < 128 ? 0 : 255]) : soft;
  }

  #map(pen, { map, rows, cols }, colours, width, height) {
    const picture = this.#atlas.fill(map, cols, rows, colours);
    pen.imageSmoothingEnabled = !this.hard.box.checked || Boolean(this.#neuron);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, cols, rows, 0, 0, width, height);
  }

  /** The examples, on a layer of their own that is drawn only when they, the box or the colours change. */
  #scatter(width, height) {
    const { train, test, domain } = this.figure;
    const key = [width, height, colour("--bg"), this.tests.box.checked, domain, print(train), print(test)].join("|");
    if (key === this.#drawn) return;
    this.#drawn = key;
    const ratio = this.surface.canvas.width / width;
    this.#points.width = this.surface.canvas.width;
    this.#points.height = this.surface.canvas.height;
    const pen = this.#points.getContext("2d");
    pen.scale(ratio, ratio);
    const [[x0, x1], [y0, y1]] = domain;
    const radius = Math.max(2.2, Math.min(3.2, width / 95));
    const put = ({ x, y }, ringed) => {
      for (let at = 0; at < y.length; at++) {
        const [u, v] = [x.array[2 * at], x.array[2 * at + 1]];
        const own = colour(`--c${y[at]}`);
        pen.beginPath();
        pen.arc(((u - x0) / (x1 - x0)) * width, ((y1 - v) / (y1 - y0)) * height, radius, 0, 7);
        pen.fillStyle = ringed ? colour("--bg") : own;
        pen.strokeStyle = ringed ? own : colour("--bg");
        pen.lineWidth = ringed ? 1.4 : 1;
        pen.fill();
        pen.stroke();
      }
    };
    if (this.tests.box.checked) put(test, true);
    put(train, false);
  }

  #describe() {
    const { canvas } = this.surface;
    const { map, train, test, classes } = this.figure;
    const share = map.array.reduce((sum, value) => sum + (value >= 128), 0) / map.array.length;
    const text = this.#neuron
      ? say("Where {neuron} answers positive (green) and negative (purple)", { neuron: this.#neuron.title })
      : say("Decision boundary: {share} of the plane is answered as {name}; {train} training and {test} test points.", {
          share: `${number(share * 100)} %`, name: told(classes[1]), train: train.of ?? train.y.length, test: test.of ?? test.y.length,
        });
    if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
  }

  stop() {
    this.surface.stop();
  }
}

/** A short print of a part's points: enough to notice other points. */
function print({ x, y }) {
  let sum = y.length;
  for (let at = 0; at < x.array.length; at++) sum = (sum * 31 + x.array[at] * 1000) % 1e9;
  return sum;
}
