// What has been learned, over the plane: the answer as a smooth map, the examples on it. A neuron in hand shows large here; points can be changed.

import { make, surface, write } from "./dom.js";
import { Legend, wrongs } from "./legend.js";
import { Plane } from "./plane.js";
import { PointEditor } from "./points.js";
import { figure as short, number, say, told } from "./words.js";

const NEAR = 12; // CSS pixels from a point that still mean it

export class Boundary {
  #neuron = null;
  #fine = null;
  #asking = false;

  /** context: ask(name, params), act(name, params) -> promises, pick(part, index) opens an example elsewhere, run() -> token, title(text | null) writes the heading */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("Decision boundary"));
    const { canvas } = this.surface;
    canvas.addEventListener("refit", () => this.repaint());
    canvas.addEventListener("click", (event) => this.#pick(event));
    this.plane = new Plane(this.surface);
    this.legend = new Legend(() => this.repaint());
    this.editor = new PointEditor({
      canvas, plane: this.plane, legend: this.legend, figure: () => this.figure, run: context.run,
      act: (params) => context.act("point", params), changed: () => this.repaint(),
    });
    this.least = make("span");
    this.most = make("span");
    this.reach = make("span", { class: "signs reach" }, this.least, make("i", { class: "scale" }), this.most);
    this.legend.element.append(this.reach, this.editor.element);
    this.legend.counts.before(this.editor.mode.label);
    this.element = make("div", { class: "stage boundary" }, canvas, this.legend.element);
  }

  show(figure) {
    this.figure = figure;
    this.editor.settle();
    this.repaint();
  }

  /** Show `neuron` in place of the boundary; null goes back. `moved`: same neuron, new numbers. */
  select(neuron, moved) {
    this.#neuron = neuron;
    if (!moved) this.#fine = null;
    this.context.title(neuron?.title ?? null);
    this.legend.element.classList.toggle("away", Boolean(neuron));
    this.repaint();
    this.#refine();
  }

  /** Ask for the neuron's fine map, one question at a time; the small picture stands until it comes. */
  async #refine() {
    const neuron = this.#neuron;
    if (!neuron || this.#asking) return;
    this.#asking = true;
    try {
      const { map, range } = await this.context.ask("neuron", { layer: neuron.layer, unit: neuron.unit });
      if (map?.dims?.length === 2 && this.#neuron?.layer === neuron.layer && this.#neuron.unit === neuron.unit) {
        this.#fine = { map: map.array, rows: map.dims[0], cols: map.dims[1], range };
        this.repaint();
      }
    } catch {
      this.#fine = null; // refused or cut off: the small picture says the same, coarser
    } finally {
      this.#asking = false;
    }
    if (this.#neuron && (this.#neuron.layer !== neuron.layer || this.#neuron.unit !== neuron.unit)) this.#refine();
  }

  /** A click on a point, unless points are being edited: its example is opened in the trace. */
  #pick({ offsetX, offsetY }) {
    if (!this.figure || this.editor.active || this.#neuron) return;
    const { train, test } = this.figure;
    let best = { reach: NEAR };
    for (const [part, { x, where }] of [["train", train], ...(this.legend.look.tests ? [["test", test]] : [])]) {
      for (let at = 0; at < x.dims[0]; at++) {
        const [across, down] = this.plane.onto([x.array[2 * at], x.array[2 * at + 1]]);
        const reach = Math.hypot(across - offsetX, down - offsetY);
        if (reach < best.reach) best = { reach, part, index: where?.array[at] ?? at };
      }
    }
    if (best.part) this.context.pick?.(best.part, best.index);
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const train = this.editor.train();
    this.legend.show(this.figure, train);
    if (this.#neuron) {
      const seen = this.#fine ?? this.#neuron;
      this.plane.neuron(seen);
      write(this.least, short(-seen.range));
      write(this.most, short(seen.range));
    } else {
      this.plane.draw(this.figure, train, this.legend.look);
      this.editor.draw(this.surface.pen);
    }
    this.#describe(train);
  }

  #describe(train) {
    const { task, test } = this.figure;
    Object.assign(this.element.dataset, { task, points: train.y.length, wrongTrain: train.wrong ? wrongs(train) : "", wrongTest: test.wrong ? wrongs(test) : "" });
    const { canvas } = this.surface;
    const text = this.#neuron
      ? say("Where {neuron} answers positive (green) and negative (purple)", { neuron: this.#neuron.title })
      : `${this.#answers()} ${say("{train} training and {test} test points.", { train: train.of ?? train.y.length, test: test.of ?? test.y.length })}`;
    if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
  }

  /** The map in a sentence. */
  #answers() {
    const { task, map: { array }, classes } = this.figure;
    if (task === "regression") {
      const share = array.reduce((sum, value) => sum + (value > 128), 0) / array.length;
      return say("Answers over the plane: {share} of it is answered above 0.", { share: `${number(share * 100)} %` });
    }
    const counts = classes.map((_, at) => array.reduce((sum, value) => sum + ((task === "classes" ? value : Number(value >= 128)) === at), 0));
    const shares = classes.map((name, at) => `${told(name)} ${number((counts[at] / array.length) * 100)} %`);
    return say("Decision boundary: of the plane is answered {shares}.", { shares: shares.join(", ") });
  }

  stop() {
    this.surface.stop();
  }
}
