// What comes of several pictures: the way from one to another, and a - b + c. Each of them can be stepped through the test part, or be the picture in hand.

import { Asking } from "./asking.js";
import { make, write } from "./dom.js";
import { paint, pixels } from "./pictures.js";
import { Table } from "./rows.js";
import { say, told } from "./words.js";

/** Who extends it has letters, put(figure), and builds its element of `slots`. */
class Mixing {
  #images = null; // letter -> `image` params, or null: the frame's own

  /** name: of the question. context: chosen (of chosen.js), ask(name, params) -> promise, run() -> token */
  constructor(context, name, letters) {
    Object.assign(this, { context, name, letters });
    this.asking = new Asking(context.ask, (figure, images) => images === this.#images && this.#put(figure));
    this.slots = letters.map((letter, at) => this.#slot(letter, at));
    this.words = make("p", { class: "say", text: say("The arrows go through the test pictures. A click on one puts the picture in hand there: one chosen on the map, or drawn.") });
  }

  #slot(letter, at) {
    const picture = pixels();
    const label = letter.toUpperCase();
    const take = make("button", { type: "button", class: "tile", title: say("Put the picture in hand here"), "aria-label": say("{letter}: put the picture in hand here", { letter: label }), onclick: () => this.#take(at) }, picture);
    const step = (by, text, label) => make("button", { type: "button", class: "small", text, "aria-label": label, title: label, onclick: () => this.#step(at, by) });
    const name = make("span", { class: "name" });
    const bar = make("span", { class: "bar" }, step(-1, "‹", say("{letter}: previous picture", { letter: label })), name, step(1, "›", say("{letter}: next picture", { letter: label })));
    return { picture, name, label, element: make("figure", { class: "slot", "data-slot": letter }, take, bar) };
  }

  show(frame) {
    if (this.run !== this.context.run()) this.#images = null;
    this.run = this.context.run();
    this.frame = frame;
    if (this.#images) this.asking.put(this.name, this.#images);
    else this.#put(frame);
  }

  #put(figure) {
    this.figure = figure;
    this.slots.forEach(({ picture, name, label }, at) => {
      const own = figure.true[at];
      paint(picture, figure.given, at);
      write(name, [label, own === null ? "" : told(figure.classes[own])].filter(Boolean).join(": "));
    });
    this.put(figure);
  }

  /** The images as they are, one of them another. */
  #set(at, image) {
    if (!this.figure) return;
    const now = this.#images ?? Object.fromEntries(this.letters.map((letter, slot) => [letter, this.figure.pictures[slot]]));
    this.#images = { ...now, [this.letters[at]]: image };
    this.asking.put(this.name, this.#images);
  }

  #step(at, by) {
    if (!this.figure) return;
    const { index } = this.figure.pictures[at];
    const { test } = this.figure.parts;
    this.#set(at, { part: "test", index: ((index ?? -by) + by + test) % test });
  }

  #take(at) {
    const { image } = this.context.chosen;
    if (image) this.#set(at, image);
  }

  repaint() {}

  stop() {}
}

export class Walk extends Mixing {
  constructor(context) {
    super(context, "walk", ["a", "b"]);
    this.table = new Table();
    this.element = make("div", { class: "stage mixing" }, make("div", { class: "mix" }, this.slots[0].element, this.table.element, this.slots[1].element), this.words);
  }

  put(figure) {
    this.table.show(figure.columns, figure.rows);
  }
}

export class Sums extends Mixing {
  constructor(context) {
    super(context, "sums", ["a", "b", "c"]);
    this.result = pixels(say("a - b + c, decoded"));
    const [a, b, c] = this.slots.map(({ element }) => element);
    const sign = (text) => make("span", { class: "sign", text });
    const last = make("figure", { class: "slot", "data-slot": "sum" }, this.result, make("span", { class: "bar" }, make("span", { class: "name", text: say("decoded") })));
    this.element = make("div", { class: "stage mixing adding" }, make("div", { class: "mix" }, a, sign("−"), b, sign("+"), c, sign("="), last), this.words);
  }

  put(figure) {
    paint(this.result, figure.back);
  }
}
