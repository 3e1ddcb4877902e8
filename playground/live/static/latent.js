// What is given, the space of latent numbers, and what the decoder makes of the place in hand. Drag across it: every place is asked for as fast as answers come, and again with each frame.

import { Asking } from "./asking.js";
import { make, surface, toggle, write } from "./dom.js";
import { LatentMap } from "./latent_map.js";
import { paint, pixels } from "./pictures.js";
import { classToken } from "./plane.js";
import { colour } from "./theme.js";
import { number, say, told } from "./words.js";

const NEAR = 7; // pixels within which an example is taken in hand
const MOVE = 24; // arrow keys: from one side to the other in so many steps
const TOLD = 3; // numbers of a code that are written
const EDGE = 6; // of the plane that points lie in
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Latent {
  #hand = null; // {place, code} that was dragged to, or null: the example's own
  #back = null; // what the decoder makes of it
  #answers = 0;

  /** context: chosen (of chosen.js), ask(name, params) -> promise, run() -> token */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("Latent space"));
    this.map = new LatentMap(this.surface);
    const { canvas } = this.surface;
    canvas.tabIndex = 0;
    canvas.addEventListener("refit", () => this.repaint());
    canvas.addEventListener("pointerdown", (event) => this.#take(event));
    canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && this.#go(this.map.from(event.offsetX, event.offsetY)));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    this.deciding = new Asking(context.ask, (answer, { code }) => this.#decoded(answer, code));
    this.turning = new Asking(context.ask, (figure, { units }) => this.#turned(figure, units));
    this.left = this.#side(say("given"));
    this.right = this.#side(say("decoded"));
    this.free = make("button", { type: "button", class: "small", text: say("As it was"), title: say("Back to the code of the example on the left (Escape)"), onclick: () => this.#let() });
    this.right.element.append(this.free);
    this.tiles = toggle(say("decoded"), true, () => this.repaint(), say("What the decoder makes of each place, drawn behind the examples"));
    this.dots = toggle(say("examples"), true, () => this.repaint(), say("Test examples at the middles of their codes, in the colours of their classes"));
    this.units = [0, 1].map((at) => make("select", { "aria-label": at ? say("Upward") : say("Across"), onchange: () => this.#choose(at) }));
    this.pick = make("span", { class: "latent-units" }, ...this.units);
    this.tools = make("span", { class: "latent-tools" }, this.pick, this.tiles.label, this.dots.label);
    this.names = make("div", { class: "legend classes" });
    this.caption = make("p", { class: "say" });
    this.element = make("div", { class: "stage latent" }, make("div", { class: "way" }, this.left.element, make("div", { class: "space" }, canvas), this.right.element), this.names, this.caption);
    this.element.dataset.answers = 0;
    this.unwatch = context.chosen.watch(() => this.#rechosen());
  }

  #side(text) {
    const picture = pixels(text);
    const words = make("span", { class: "words" });
    return { picture, words, element: make("figure", { class: "end" }, make("b", { text }), picture, words) };
  }

  // -- what is shown

  show(figure) {
    if (this.run !== this.context.run()) {
      this.run = this.context.run();
      this.#hand = this.#back = this.turned = null;
    }
    this.frame = figure;
    this.#offer(figure);
    const units = this.#chosen;
    if (units) this.turning.put("map", { units });
    else this.turned = null;
    this.#ask();
    this.#draw();
  }

  #turned(figure, units) {
    if (units.join() !== this.#chosen?.join()) return;
    this.turned = figure;
    this.#draw();
  }

  get figure() {
    return this.turned ?? this.frame;
  }

  /** The example on the left: the one chosen on this page, or the frame's own. */
  get example() {
    const { chosen } = this.context;
    return (chosen.image && chosen.figure) || this.frame.example;
  }

  /** Where a code lies on the map. */
  #place(code) {
    const { centre, axes: { array, dims: [count, size] } } = this.figure.plane;
    return Array.from({ length: count }, (_, axis) => code.reduce((sum, one, at) => sum + (one - centre[at]) * array[axis * size + at], 0));
  }

  /** The code at a place: what the map does not show stays as the example's. */
  #code(place) {
    const { axes: { array, dims: [, size] } } = this.figure.plane;
    const own = Array.from(this.example.code);
    const from = this.#place(own);
    return own.map((one, at) => place.reduce((sum, to, axis) => sum + (to - from[axis]) * array[axis * size + at], one));
  }

  // -- the place in hand

  #take(event) {
    if (event.button || !this.frame) return;
    event.preventDefault();
    this.surface.canvas.focus({ preventScroll: true });
    this.surface.canvas.setPointerCapture(event.pointerId);
    const at = this.dots.box.checked ? this.map.nearest(event.offsetX, event.offsetY, NEAR) : -1;
    if (at < 0) return this.#go(this.map.from(event.offsetX, event.offsetY));
    this.#hand = this.#back = null;
    this.context.chosen.set({ part: "test", index: this.figure.index[at] });
  }

  #go(place) {
    this.#hand = { place, code: this.#code(place) };
    this.#ask();
    this.#draw();
  }

  #ask() {
    if (this.#hand) this.deciding.put("decode", { code: this.#hand.code });
  }

  #decoded({ back }, code) {
    if (!this.#hand) return;
    this.#back = back;
    this.element.dataset.answers = ++this.#answers;
    this.element.dataset.decoded = code.map((one) => one.toFixed(3)).join(" ");
    this.#draw();
  }

  #let() {
    this.#hand = this.#back = null;
    this.#draw();
  }

  #rechosen() {
    const { image } = this.context.chosen;
    const named = JSON.stringify(image);
    if (named !== this.named) this.#hand = this.#back = null;
    this.named = named;
    this.#draw();
  }

  #key(event) {
    const way = ARROWS[event.key];
    if (!this.frame || !(way || event.key === "Escape")) return;
    event.preventDefault();
    if (!way) return this.#let();
    const { reach } = this.figure;
    const from = this.#hand?.place ?? this.#place(Array.from(this.example.code));
    this.#go(from.map((one, axis) => Math.max(-reach, Math.min(reach, one + (way[axis] * 2 * reach) / MOVE))));
  }

  // -- which two numbers

  #offer({ latent }) {
    this.pick.hidden = latent < 3;
    if (this.pick.hidden || this.units[0].children.length === latent + 1) return;
    this.units.forEach((select, axis) => select.replaceChildren(
      make("option", { value: -1, text: axis ? say("main axis 2") : say("main axis 1") }),
      ...Array.from({ length: latent }, (_, at) => make("option", { value: at, text: say("number {number}", { number: at + 1 }) }))));
  }

  /** The two numbers that were chosen, or null: the main axes. */
  get #chosen() {
    const units = this.units.map((select) => Number(select.value));
    return this.pick.hidden || units.includes(-1) ? null : units;
  }

  /** Both are numbers, and different ones, or both main axes. */
  #choose(at) {
    const [own, other] = [this.units[at], this.units[1 - at]];
    if (own.value === "-1") other.value = "-1";
    else if (other.value === "-1" || other.value === own.value) other.value = own.value === "0" ? "1" : "0";
    this.#hand = this.#back = null;
    if (this.frame) this.show(this.frame);
  }

  // -- drawing

  #draw() {
    if (!this.frame) return;
    const { figure, example } = this;
    const place = this.#hand?.place ?? this.#place(Array.from(example.code));
    this.tiles.label.hidden = !figure.grid;
    this.map.figure = figure;
    this.#legend(figure.classes.map(told));
    this.map.draw({ tiles: this.tiles.box.checked, spots: this.dots.box.checked }, { at: place, deviation: this.#hand ? null : this.#deviation(example), index: example.part === "test" ? example.index : null });
    const back = this.#hand ? this.#back : example.back;
    this.#end(this.left.picture, example.given, example.true);
    this.#end(this.right.picture, back, example.true, example.given);
    write(this.left.words, this.#named(example));
    write(this.right.words, this.#coded(this.#hand?.code ?? example.code));
    this.free.hidden = !this.#hand;
    write(this.caption, told(figure.say));
    Object.assign(this.element.dataset, { hand: this.#hand ? "dragged" : "example", place: place.map((one) => one.toFixed(3)).join(" "), examples: figure.index.length });
    this.surface.canvas.setAttribute("aria-label", [say("Latent space: drag, or use the arrow keys, and the decoder answers."), told(figure.say), this.right.words.textContent].join(" "));
  }

  /** How wide the example's cloud is along the axes that are seen. */
  #deviation({ deviation }) {
    if (!deviation) return null;
    const { axes: { array, dims: [count, size] } } = this.figure.plane;
    return Array.from({ length: count }, (_, axis) => Math.sqrt(deviation.reduce((sum, one, at) => sum + (one * array[axis * size + at]) ** 2, 0)));
  }

  /** A picture at either end, or a point of the plane with, hollow, where it came from. */
  #end(canvas, example, own, ghost = null) {
    if (!example) return;
    if (this.frame.pictured) return paint(canvas, example);
    const side = (canvas.width = canvas.height = 208);
    const pen = canvas.getContext("2d");
    pen.fillStyle = colour("--panel");
    pen.fillRect(0, 0, side, side);
    pen.strokeStyle = colour("--line");
    pen.strokeRect(1, 1, side - 2, side - 2);
    const onto = ([x, y]) => [((x + EDGE) / (2 * EDGE)) * side, ((EDGE - y) / (2 * EDGE)) * side];
    for (const [point, hollow] of [[ghost, true], [example, false]]) {
      if (!point) continue;
      pen.beginPath();
      pen.arc(...onto(point), 8, 0, 7);
      pen.fillStyle = pen.strokeStyle = colour(classToken(own ?? 0));
      pen.lineWidth = 3;
      if (hollow) pen.stroke();
      else pen.fill();
    }
  }

  #named({ part, index, true: own }) {
    const parts = { test: () => say("test example {number}", { number: index + 1 }), train: () => say("training example {number}", { number: index + 1 }), validation: () => say("validation example {number}", { number: index + 1 }) };
    const name = own === null || own === undefined ? "" : told(this.frame.classes[own]);
    return [part ? parts[part]() : say("yours"), name].filter(Boolean).join(": ");
  }

  #coded(code) {
    const numbers = Array.from(code).slice(0, TOLD).map((one) => number(one, 2));
    return `z = ${numbers.join(", ")}${code.length > TOLD ? ", …" : ""}`;
  }

  #legend(names) {
    this.names.hidden = names.length < 2;
    if (this.names.children.length !== names.length) this.names.replaceChildren(...names.map((_, at) => make("span", {}, make("i", { class: "dot", style: `background:var(${classToken(at)})` }), make("span"))));
    names.forEach((name, at) => write(this.names.children[at].lastChild, name));
  }

  repaint() {
    this.#draw();
  }

  stop() {
    this.unwatch();
    this.surface.stop();
  }
}
