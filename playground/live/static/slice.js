// A table's answers over two of its columns, all others held at their mean: the same map and points as a plane's, faded where there are no data.

import { make, surface, write } from "./dom.js";
import { Legend, wrongs } from "./legend.js";
import { Plane } from "./plane.js";
import { figure as short, say, told } from "./words.js";

export class Slice {
  #asking = false;
  #names = "";
  #slice = null;

  /** context: ask(name, params) -> promise, run() -> token */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("Slice"));
    this.surface.canvas.addEventListener("refit", () => this.repaint());
    this.plane = new Plane(this.surface);
    this.legend = new Legend(() => this.repaint());
    this.across = this.#choice(say("across"), say("Column across"));
    this.up = this.#choice(say("upward"), say("Column upward"));
    this.said = make("p", { class: "hint", text: say("All other columns at their mean. Pale: no training examples near. Points lie off the slice.") });
    this.legend.element.append(this.said);
    this.element = make("div", { class: "stage boundary slice" }, make("div", { class: "axes" }, this.across.label, this.up.label), this.surface.canvas, this.legend.element);
  }

  #choice(text, name) {
    const select = make("select", { "aria-label": name, onchange: () => this.#chosen() });
    const range = make("span", { class: "range" });
    return { select, range, label: make("label", {}, make("span", { text }), select, range) };
  }

  /** figure: {features, classes, task}; the map itself is asked for, anew with each frame. */
  show(figure) {
    if (this.run !== this.context.run()) this.#slice = null;
    this.run = this.context.run();
    this.figure = figure;
    const names = figure.features.map(told);
    if (names.join("|") !== this.#names) {
      this.#names = names.join("|");
      [this.across, this.up].forEach(({ select }, at) => {
        select.replaceChildren(...names.map((name, value) => make("option", { value, text: name })));
        select.value = String(at);
      });
      this.#bar();
    }
    this.#ask();
  }

  /** A column cannot go both ways. */
  #bar() {
    for (const [one, other] of [[this.across, this.up], [this.up, this.across]]) for (const option of one.select.options) option.disabled = option.value === other.select.value;
  }

  #chosen() {
    this.#bar();
    this.#ask();
  }

  get #wanted() {
    return { x: Number(this.across.select.value), y: Number(this.up.select.value) };
  }

  /** One question at a time; the slice before stands until the answer comes. */
  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    const { run } = this;
    const asked = this.#wanted;
    try {
      const found = await this.context.ask("slice", asked);
      if (run === this.context.run()) this.#slice = { ...this.figure, ...found };
      this.repaint();
    } catch {
      // refused or cut off: the next frame asks again
    } finally {
      this.#asking = false;
    }
    const { x, y } = this.#wanted;
    if (asked.x !== x || asked.y !== y) this.#ask();
  }

  repaint() {
    const { width, height } = this.surface.fit();
    const slice = this.#slice;
    if (!slice?.map || !width || !height) return;
    this.legend.show(slice, slice.train);
    this.plane.draw(slice, slice.train, this.legend.look);
    const names = slice.features.map(told);
    [[this.across, 0], [this.up, 1]].forEach(([{ range }, axis]) => write(range, say("{low} to {high}", { low: short(slice.domain[axis][0]), high: short(slice.domain[axis][1]) })));
    Object.assign(this.element.dataset, { task: slice.task, x: slice.x, y: slice.y, points: slice.train.y.length, wrongTrain: slice.train.wrong ? wrongs(slice.train) : "" });
    this.surface.canvas.setAttribute("aria-label", say("Slice over {across} and {up}, all other columns at their mean.", { across: names[slice.x], up: names[slice.y] }));
  }

  stop() {
    this.surface.stop();
  }
}
