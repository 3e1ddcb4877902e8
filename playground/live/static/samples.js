// Made-up pictures as one sheet that gets better: the slider goes back to how it was, a click shows the nearest real ones, a second click walks from one picture to the other.

import { Asking } from "./asking.js";
import { make, surface, write } from "./dom.js";
import { fill, paint, pixels } from "./pictures.js";
import { colour } from "./theme.js";
import { number, say, told } from "./words.js";

const STEPS = 11; // pictures of the strip from one to the other
const GAP = 0.06; // between the sheet's pictures, as a share of one
const COPIED = 0.5; // a difference below this share of the usual one is nearly a copy
const MOVES = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: null, ArrowDown: null };
const shares = Array.from({ length: STEPS }, (_, at) => at / (STEPS - 1));

export class Samples {
  #page = null; // of the album; null is now
  #picked = []; // the first and the second picture
  #at = 0; // where the keyboard stands

  /** context: ask(name, params) -> promise, run() */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("Made-up pictures"));
    const { canvas } = this.surface;
    canvas.tabIndex = 0;
    canvas.addEventListener("refit", () => this.repaint());
    canvas.addEventListener("click", (event) => this.#pick(this.#under(event)));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("focus", () => this.repaint());
    canvas.addEventListener("blur", () => this.repaint());
    this.sheet = document.createElement("canvas");
    this.slider = make("input", { type: "range", min: 0, max: 0, value: 0, step: 1, "aria-label": say("Which epoch is shown"), oninput: () => this.#turn() });
    this.when = make("span", { class: "when" });
    this.now = make("button", { type: "button", class: "small", text: say("now"), onclick: () => this.#turn(null) });
    this.back = make("div", { class: "back" }, make("span", { text: say("how it was") }), this.slider, this.when, this.now);
    this.back.style.visibility = "hidden"; // its room is kept, so that nothing moves when it comes
    this.large = pixels(say("The chosen picture"));
    this.facts = make("p", { class: "said" });
    this.hint = make("p", { class: "hint", text: say("Click a picture to see the real ones nearest to it. Click a second one to walk from one to the other.") });
    this.near = make("div", { class: "near" });
    this.verdict = make("p", { class: "said" });
    this.stations = make("div", { class: "stations", "aria-hidden": "true" }, ...shares.map((share) => this.#station(share)));
    this.way = make("input", { type: "range", min: 0, max: 1, step: 0.01, value: 0, "aria-label": say("Between the two pictures"), oninput: () => this.#walk() });
    this.stations.addEventListener("pointermove", (event) => this.#along(event));
    this.walking = make("div", { class: "walking" }, make("h4", { text: say("From one to the other") }), this.stations, this.way);
    this.real = make("div", { class: "real" }, make("h4", { text: say("Nearest real pictures") }), this.near, this.verdict);
    this.beside = make("div", { class: "beside" }, this.hint, make("div", { class: "one" }, this.large, this.facts), this.real, this.walking);
    this.element = make("div", { class: "stage samples" }, make("div", { class: "both" }, make("div", { class: "sheet" }, canvas), this.beside), this.back);
    this.pages = new Asking(context.ask, (page) => this.#opened(page));
    this.meets = new Asking(context.ask, (found, params) => this.#met(found, params));
    this.walks = new Asking(context.ask, (found, params) => this.#walked(found, params));
    this.#sides();
  }

  #station(share) {
    const canvas = pixels();
    canvas.dataset.share = share;
    return canvas;
  }

  show(figure) {
    const run = this.context.run();
    if (run !== this.run) {
      this.run = run;
      this.#page = null;
      this.album = null;
      this.#picked = [];
      this.#sides();
    }
    this.figure = figure;
    const pages = figure.pages.length;
    this.slider.max = pages;
    if (this.#page === null) this.slider.value = pages;
    this.back.style.visibility = pages < 2 ? "hidden" : "";
    this.#dated();
    this.element.dataset.pages = pages;
    this.element.dataset.count = figure.pictures.dims[0];
    this.surface.canvas.setAttribute("aria-label", say("{count} made-up pictures. Arrow keys go from one to the next, Enter chooses.", { count: figure.pictures.dims[0] }));
    this.repaint();
    this.#renew();
  }

  // -- the sheet

  get #shown() {
    return this.#page === null || !this.album ? this.figure.pictures : this.album.pictures;
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const { array, dims } = this.#shown;
    const [count, channels, rows, cols] = dims;
    const across = Math.round(Math.sqrt(count));
    const side = Math.floor(Math.min(width, height));
    const pitch = side / across;
    this.place = { across, pitch, left: (width - side) / 2, top: (height - side) / 2 };
    const area = rows * cols;
    const [green, blue] = channels === 3 ? [area, 2 * area] : [0, 0];
    fill(this.sheet, rows * count, cols, (pixel) => {
      const from = Math.floor(pixel / area) * channels * area + (pixel % area);
      return ((255 << 24) | (array[from + blue] << 16) | (array[from + green] << 8) | array[from]) >>> 0;
    });
    pen.clearRect(0, 0, width, height);
    pen.imageSmoothingEnabled = false;
    const inner = pitch * (1 - GAP);
    for (let at = 0; at < count; at++) {
      const [x, y] = this.#corner(at);
      pen.drawImage(this.sheet, 0, at * rows, cols, rows, x, y, inner, inner);
    }
    this.#picked.forEach((at, order) => this.#frame(pen, at, inner, order ? "--c1" : "--c0", 3));
    if (document.activeElement === this.surface.canvas || this.surface.canvas.getRootNode().activeElement === this.surface.canvas) this.#frame(pen, this.#at, inner, "--text", 1.5);
  }

  #corner(at) {
    const { across, pitch, left, top } = this.place;
    return [left + (at % across) * pitch, top + Math.floor(at / across) * pitch];
  }

  #frame(pen, at, inner, token, thick) {
    const [x, y] = this.#corner(at);
    pen.strokeStyle = colour(token);
    pen.lineWidth = thick;
    pen.strokeRect(x + thick / 2, y + thick / 2, inner - thick, inner - thick);
  }

  #under({ offsetX, offsetY }) {
    const { across, pitch, left, top } = this.place;
    const [col, row] = [Math.floor((offsetX - left) / pitch), Math.floor((offsetY - top) / pitch)];
    return col < 0 || row < 0 || col >= across || row >= across ? -1 : row * across + col;
  }

  #key(event) {
    const { key } = event;
    const count = this.figure?.pictures.dims[0] ?? 0;
    if (key in MOVES) {
      const step = MOVES[key] ?? (key === "ArrowUp" ? -1 : 1) * this.place.across;
      this.#at = Math.max(0, Math.min(count - 1, this.#at + step));
      this.repaint();
    } else if (key === "Enter" || key === " ") this.#pick(this.#at);
    else if (key === "Escape") this.#pick(-1);
    else return;
    event.preventDefault();
  }

  // -- back to how it was

  #turn(to = Number(this.slider.value)) {
    const pages = this.figure?.pages.length ?? 0;
    this.#page = to === null || to >= pages ? null : to;
    if (this.#page === null) {
      this.album = null;
      this.slider.value = pages;
      this.repaint();
    } else this.pages.put("page", { at: this.#page });
    this.#dated();
  }

  #dated() {
    const at = this.#page;
    write(this.when, at === null ? say("now") : say("epoch {epoch}", { epoch: number(this.figure.pages[at] ?? this.album?.epoch, 1, 0) }));
    this.now.hidden = at === null;
    this.element.dataset.page = at ?? "";
  }

  /** A page of the album came. */
  #opened(page) {
    if (this.#page === null) return;
    this.album = page;
    this.repaint();
  }

  // -- one picture, and the way to another

  #pick(at) {
    if (at < 0 || at === this.#picked[0] || this.#picked.length === 2) this.#picked = at < 0 || this.#picked.length === 1 ? [] : [at];
    else this.#picked = [...this.#picked, at];
    this.way.value = 0;
    this.#sides();
    this.repaint();
    this.#renew();
  }

  #sides() {
    const [first, second] = this.#picked;
    this.hint.hidden = second !== undefined;
    this.beside.dataset.picked = this.#picked.length;
    this.large.parentElement.hidden = this.real.hidden = first === undefined;
    this.walking.hidden = second === undefined;
    if (second !== undefined) this.real.hidden = true;
    this.element.dataset.first = first ?? "";
    this.element.dataset.second = second ?? "";
  }

  /** Ask again, as the generator has learned since. */
  #renew() {
    if (this.#picked.length === 1) this.meets.put("nearest", { index: this.#picked[0] });
    this.#walk();
  }

  #met(found, { index }) {
    if (this.#picked[0] !== index || this.#picked.length !== 1) return;
    paint(this.large, found.own);
    write(this.facts, say("A classifier takes it for: {said}. The discriminator answers {answer}.", { said: told(found.classes[found.said]), answer: number(found.answer, 2) }));
    this.#neighbours(found);
  }

  #neighbours({ pictures, distances, true: own, classes, usual }) {
    const count = pictures.dims[0];
    if (this.near.children.length !== count) this.near.replaceChildren(...Array.from({ length: count }, () => make("figure", {}, pixels(), make("figcaption"))));
    for (let at = 0; at < count; at++) {
      const [canvas, words] = this.near.children[at].children;
      paint(canvas, pictures, at);
      write(words, number(distances[at], 2));
      canvas.title = told(classes[own[at]]);
    }
    const values = { own: number(distances[0], 2), usual: number(usual, 2) };
    write(this.verdict, distances[0] < COPIED * usual
      ? say("Nearly a copy: it differs by {own} from a training picture; real ones differ by {usual} from theirs.", values)
      : say("No copy: it differs by {own} from the nearest training picture; new real ones differ by {usual} from theirs.", values));
    this.element.dataset.nearest = distances[0];
  }

  #along({ clientX }) {
    const { left, width } = this.stations.getBoundingClientRect();
    this.way.value = Math.max(0, Math.min(1, (clientX - left) / width));
    this.#walk();
  }

  #walk() {
    const [a, b] = this.#picked;
    if (b !== undefined) this.walks.put("walk", { a, b, shares: [Number(this.way.value), ...shares] });
  }

  /** The picture at the place in hand, then those of the strip. */
  #walked({ pictures, answers }, { a, b, shares: [share] }) {
    if (this.#picked[0] !== a || this.#picked[1] !== b) return;
    paint(this.large, pictures);
    write(this.facts, say("{share} % of the way. The discriminator answers {answer}.", { share: number(100 * share), answer: number(answers[0], 2) }));
    [...this.stations.children].forEach((canvas, at) => paint(canvas, pictures, at + 1));
    this.element.dataset.share = share;
    this.element.dataset.walked = Number(this.element.dataset.walked ?? 0) + 1;
  }

  stop() {
    this.#picked = [];
    this.surface.stop();
  }
}
