// One layer at close range, and one number of it: what is asked, which place is looked at, and the way back.

import { make, write } from "./dom.js";
import { givenName, layerName, unitName } from "./stack_names.js";
import { say, told } from "./words.js";
import { ConvBench } from "./zoom_conv.js";
import { DenseBench } from "./zoom_dense.js";
import { WindowBench } from "./zoom_window.js";

const BENCHES = { conv: ConvBench, max_pool: WindowBench, average_pool: WindowBench, batch_norm: WindowBench, dense: DenseBench, output: DenseBench };
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const PASSING = ["dropout", "flatten"]; // they hand on what they are given

export class Zoom {
  #asking = false;
  #asked = "";

  /** on: ask({layer, unit}) -> promise, figure(), range(layer), toggle(layer, unit), left(layer, unit), told(data for the element) */
  constructor(on) {
    this.on = on;
    this.isOpen = false;
    const button = (text, onclick, more = {}) => make("button", { type: "button", text, onclick, ...more });
    this.back = button(say("‹ Network"), () => this.leave(), { class: "small" });
    this.layer = button("", () => this.#level("layer"), { class: "crumb" });
    this.unit = make("span", { class: "unit" });
    this.place = make("span", { class: "place" });
    const step = (by, text, label) => button(text, () => this.#step(by), { class: "small step", "aria-label": label, title: label });
    this.steppers = [step(-1, "‹", say("The one before")), step(1, "›", say("The next one"))];
    this.switch = button("", () => this.on.toggle(this.number, this.at), { class: "small switch" });
    const then = () => make("span", { class: "then", "aria-hidden": "true", text: "›" });
    this.crumbs = make("nav", { class: "crumbs", "aria-label": say("Where you are") }, this.back, then(), this.layer, then(), make("span", { class: "units" }, this.steppers[0], this.unit, this.steppers[1]), this.place);
    this.bar = make("div", { class: "bar" }, this.crumbs, this.switch);
    this.words = make("p", { class: "say" });
    this.body = make("div", { class: "inside", tabindex: 0, role: "group" });
    this.element = make("section", { class: "zoom" }, this.bar, this.words, this.body);
    this.element.hidden = true;
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.watch = new ResizeObserver(() => this.repaint());
    this.watch.observe(this.body);
  }

  /** Look at a unit of a layer; chip: what says whose picture it is. */
  open(number, unit, chip) {
    this.isOpen = true;
    this.element.hidden = false;
    this.bar.append(chip);
    this.#turn(number, unit);
    this.#level("layer");
    this.body.focus({ preventScroll: true });
  }

  close() {
    if (this.isOpen) this.leave();
  }

  leave() {
    this.isOpen = false;
    this.element.hidden = true;
    this.answer = null;
    this.#asked = "";
    this.on.told({ level: "network", layer: "", unit: "", row: "", column: "", sum: "", output: "" });
    this.on.left(this.number, this.at);
  }

  #turn(number, unit) {
    const other = number !== this.number;
    Object.assign(this, { number, at: unit });
    if (other || !this.answer) Object.assign(this, { row: null, column: null, channel: 0 });
    this.answer = other ? null : this.answer;
    this.refresh();
    this.#head();
  }

  #step(by) {
    const { units } = this.on.figure().layers[this.number - 1];
    this.#turn(this.number, (this.at + by + units) % units);
  }

  #level(level) {
    this.level = level;
    this.repaint();
  }

  /** Ask again: another unit, or the same one as it has learned since. One question at a time; what was chosen meanwhile is asked next. */
  async refresh() {
    if (!this.isOpen) return;
    this.#asked = `${this.number} ${this.at}`;
    if (this.#asking) return;
    const asked = this.#asked;
    this.#asking = true;
    try {
      const answer = await this.on.ask({ layer: this.number, unit: this.at });
      if (this.isOpen && asked === this.#asked) {
        write(this.words, "");
        this.answer = answer;
        this.of = this.at;
        this.repaint();
      }
    } catch ({ messages = [] }) {
      if (messages.length) write(this.words, messages.map(told).join(" ")); // nothing said: cut off, and the next frame asks again
    } finally {
      this.#asking = false;
    }
    if (this.#asked && asked !== this.#asked) this.refresh();
  }

  repaint() {
    if (!this.isOpen || !this.answer || !this.body.clientWidth) return;
    const { answer, number } = this;
    const { layers, picture, answer: said } = this.on.figure();
    const layer = layers[number - 1];
    if (!layer || layer.kind !== answer.kind) return;
    if (this.bench?.kind !== answer.kind) this.#build(answer.kind);
    const { bench } = this.bench;
    const before = this.#before(layers, number);
    const given = before ? before.shape : picture.pixels.dims;
    if (this.row === null && answer.output.dims) this.#start();
    const many = { input: (at) => (before ? givenName(before, at) : given[0] === 1 ? say("the picture") : COLOURS[at]?.() ?? say("map {unit}", { unit: at + 1 })) };
    const state = {
      answer, layer, given, picture: !before, level: this.level, unit: this.of, channel: Math.min(this.channel, given[0] - 1), width: this.body.clientWidth, height: this.element.clientHeight || 420,
      row: this.row ?? 0, column: this.column ?? 0, ranges: [before ? this.on.range(before.number) : 1, this.on.range(number)],
      names: { ...many, unit: unitName(layer, this.of, said), at: this.of, classes: said.classes.map(told) },
    };
    let { sum, output } = bench.draw(state);
    if (this.row === null) {
      const [row, column] = bench.begin?.() ?? [0, 0];
      Object.assign(this, { row, column });
      ({ sum, output } = bench.draw({ ...state, row, column }));
    }
    this.#head();
    const placed = this.sides[0] * this.sides[1] > 1;
    this.on.told({ level: this.level, layer: number, unit: this.of, row: placed ? this.row : "", column: placed ? this.column : "", sum, output });
  }

  /** The layer that made what this one is given; null: the picture did. */
  #before(layers, number) {
    let at = number - 2;
    while (at >= 0 && PASSING.includes(layers[at].kind)) at--;
    return layers[at] ?? null;
  }

  #build(kind) {
    const bench = new BENCHES[kind]({
      move: (row, column, event) => (this.level === "layer" || event.buttons) && this.#go(row, column), pick: (row, column) => this.#pick(row, column), channel: (at) => this.#channel(at),
    });
    this.bench = { kind, bench };
    this.body.replaceChildren(bench.element);
  }

  get sides() {
    return this.bench.bench.sides(this.answer);
  }

  /** Where to begin: at the strongest number of the map. */
  #start() {
    const { output } = this.answer;
    const [, cols] = this.sides;
    const values = output.array ?? [];
    let best = 0;
    for (let at = 1; at < values.length; at++) if (Math.abs(values[at]) > Math.abs(values[best])) best = at;
    Object.assign(this, { row: Math.floor(best / cols), column: best % cols });
  }

  #go(row, column) {
    if (!this.answer || !this.bench) return;
    const [rows, cols] = this.sides;
    const [y, x] = [Math.max(0, Math.min(rows - 1, row)), Math.max(0, Math.min(cols - 1, column))];
    if (y === this.row && x === this.column) return;
    Object.assign(this, { row: y, column: x });
    this.repaint();
  }

  #pick(row, column) {
    this.#go(row, column);
    this.#level("pixel");
  }

  #channel(at) {
    this.channel = at;
    this.repaint();
  }

  /** Arrow keys move the window, Enter goes to its sum, Escape one step back. */
  #key(event) {
    const { key, target } = event;
    if (key === "Escape") {
      if (this.level === "pixel") this.#level("layer");
      else this.leave();
    } else if (key in MOVES && this.row !== null) this.#go(this.row + MOVES[key][0], this.column + MOVES[key][1]);
    else if (key === "Enter" && target.tagName !== "BUTTON") this.#level("pixel");
    else if (key === "Delete" && this.answer?.on !== undefined) this.on.toggle(this.number, this.at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Where we are, and what can be done here. */
  #head() {
    const { layers, answer } = this.on.figure();
    const layer = layers[this.number - 1];
    if (!layer) return;
    write(this.layer, layerName(layer));
    const own = unitName(layer, this.at, answer);
    const values = { name: layer.kind === "output" && layer.units > 1 ? say("the score of {name}", { name: own }) : own, count: layer.units };
    write(this.unit, layer.units > 1 && layer.kind !== "output" ? say("{name} of {count}", values) : values.name);
    for (const step of this.steppers) step.hidden = layer.units < 2;
    const pixel = this.level === "pixel" && this.bench && this.sides[0] * this.sides[1] > 1 && layer.shape.length > 1;
    write(this.place, pixel ? say("› row {row}, column {column}", { row: this.row + 1, column: this.column + 1 }) : "");
    this.switch.hidden = !layer.on;
    if (layer.on) write(this.switch, SWITCH[`${layer.kind} ${layer.on[this.at]}`]());
    this.switch.setAttribute("aria-pressed", String(Boolean(layer.on && !layer.on[this.at])));
    this.body.setAttribute("aria-label", say("{layer}, {unit}. Arrow keys move the window, Enter writes its sum out, Escape goes back.", { layer: layerName(layer), unit: values.name }));
  }

  stop() {
    this.watch.disconnect();
    this.isOpen = false;
  }
}

const COLOURS = [() => say("red"), () => say("green"), () => say("blue")];

const SWITCH = {
  "conv 1": () => say("Switch off this filter"), "conv 0": () => say("Switch this filter on"), "dense 1": () => say("Switch off this neuron"), "dense 0": () => say("Switch this neuron on"),
};
