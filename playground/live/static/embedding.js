// Test pictures as the last hidden layer sees them: what it holds alike lies close together. Its many numbers are flattened to two axes.

import { make, surface, write } from "./dom.js";
import { placed } from "./multiples.js";
import { dot, ring } from "./pen.js";
import { classToken } from "./plane.js";
import { FONT, colour, mixed, rgb } from "./theme.js";
import { number, percent, say, told } from "./words.js";

const RIM = 12; // pixels free around the marks
const REACH = 14; // pixels within which a mark is meant
const GLIDE = 280; // ms from one frame's places to the next
const PALE = 0.5; // a class colour lighter than this is darkened on white, so that its letters can be read
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Embedding {
  #from = new Map(); // index -> where a mark was when the frame came, in shares of the box
  #now = new Map();
  #begun = 0;
  #asked = 0;
  #at = -1; // the mark in hand

  /** context: chosen (of chosen.js) */
  constructor({ chosen }) {
    this.chosen = chosen;
    this.surface = surface(say("Test pictures as the last hidden layer sees them"));
    const { canvas } = this.surface;
    canvas.tabIndex = 0;
    this.readout = make("div", { class: "readout", hidden: true });
    this.names = make("div", { class: "legend classes" });
    this.caption = make("p", { class: "say" });
    this.element = make("div", { class: "stage embedding" }, canvas, this.readout, this.names, this.caption);
    canvas.addEventListener("refit", () => this.repaint());
    for (const name of ["pointermove", "pointerdown"]) canvas.addEventListener(name, (event) => this.#hold(this.#nearest(event)));
    canvas.addEventListener("pointerleave", () => this.#hold(-1));
    canvas.addEventListener("blur", () => this.#hold(-1));
    canvas.addEventListener("click", (event) => this.#pick(this.#nearest(event)));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    this.unwatch = chosen.watch(() => this.repaint());
  }

  show(figure) {
    const held = this.figure?.index[this.#at] ?? -1;
    this.figure = figure;
    this.#from = this.#now;
    this.#begun = still.matches || !this.#from.size ? -Infinity : performance.now();
    this.#at = figure.index.indexOf(held);
    this.letters = figure.classes.every((name) => told(name).length === 1);
    this.#legend(figure.classes.map(told));
    const [across, upward] = figure.share;
    const wrong = figure.true.reduce((sum, own, at) => sum + (own !== figure.said[at]), 0);
    const values = { count: number(figure.index.length), across: percent(across), upward: percent(upward), wrong: number(wrong), epoch: number(figure.epoch, 1, 0) };
    write(this.caption, say("{count} test pictures; ringed: {wrong} wrong. The axes hold {across} and {upward} of the spread. As of epoch {epoch}.", values));
    this.surface.canvas.setAttribute("aria-label", `${say("Test pictures as the last hidden layer sees them")}. ${this.caption.textContent}`);
    this.repaint();
  }

  /** Names of the colours, where the marks are no letters. */
  #legend(names) {
    this.names.hidden = this.letters;
    if (this.names.children.length !== names.length) this.names.replaceChildren(...names.map((_, at) => make("span", {}, make("i", { class: "dot", style: `background:var(${classToken(at)})` }), make("span"))));
    names.forEach((name, at) => write(this.names.children[at].lastChild, name));
  }

  /** Where mark `at` lies in this frame, in shares of the box: x to the right, y down. */
  #place(at) {
    const { places, extent: [[x0, x1], [y0, y1]] } = this.figure;
    return [(places.array[2 * at] - x0) / (x1 - x0 || 1), (y1 - places.array[2 * at + 1]) / (y1 - y0 || 1)];
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const { index, true: own, said } = this.figure;
    const done = Math.min(1, (performance.now() - this.#begun) / GLIDE);
    const eased = 1 - (1 - done) ** 3;
    pen.clearRect(0, 0, width, height);
    this.spots = [];
    this.#now = new Map();
    for (let at = 0; at < index.length; at++) {
      const to = this.#place(at);
      const from = this.#from.get(index[at]) ?? to;
      const place = to.map((one, axis) => from[axis] + eased * (one - from[axis]));
      this.#now.set(index[at], place);
      this.spots.push([RIM + place[0] * (width - 2 * RIM), RIM + place[1] * (height - 2 * RIM)]);
    }
    const inks = this.figure.classes.map((_, at) => this.#ink(classToken(at)));
    pen.font = `600 11px ${FONT}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const wrong of [false, true]) for (let at = 0; at < index.length; at++) if ((own[at] !== said[at]) === wrong) this.#mark(pen, this.spots[at], inks[own[at]], told(this.figure.classes[own[at]]), wrong);
    this.#held(pen);
    if (done < 1) this.#again();
  }

  #again() {
    cancelAnimationFrame(this.#asked);
    this.#asked = requestAnimationFrame(() => this.repaint());
  }

  #ink(token) {
    const [r, g, b] = rgb(token);
    const light = (0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2);
    const onWhite = rgb("--bg")[0] > 128;
    return this.letters && onWhite && light > PALE ? `rgb(${mixed([r, g, b], [0, 0, 0], 0.28).map(Math.round).join()})` : colour(token);
  }

  #mark(pen, [x, y], ink, text, wrong) {
    pen.fillStyle = ink;
    if (this.letters) pen.fillText(text, x, y);
    else dot(pen, [x, y], 3);
    if (wrong) ring(pen, [x, y], 7.5, "--text", 1.1);
  }

  /** The chosen picture and the one in hand. */
  #held(pen) {
    const { image } = this.chosen;
    const chosen = image?.part === "test" ? this.figure.index.indexOf(image.index) : -1;
    for (const at of new Set([chosen, this.#at])) if (at >= 0) ring(pen, this.spots[at], 9, "--text", 2.2);
  }

  #nearest({ offsetX, offsetY }) {
    let best = -1;
    let least = REACH;
    this.spots?.forEach(([x, y], at) => {
      const far = Math.hypot(x - offsetX, y - offsetY);
      if (far < least) [best, least] = [at, far];
    });
    return best;
  }

  #hold(at) {
    if (!this.figure) return;
    this.#at = at;
    this.surface.canvas.style.cursor = at < 0 ? "" : "pointer";
    this.readout.hidden = at < 0;
    if (at >= 0) {
      const { index, true: own, said, classes } = this.figure;
      const values = { number: index[at] + 1, true: told(classes[own[at]]), said: told(classes[said[at]]) };
      write(this.readout, own[at] === said[at] ? say("Picture {number}: a {true}, and it says so", values) : say("Picture {number}: a {true}; it says {said}", values));
      placed(this.readout, this.spots[at][0], this.surface.fit().width);
      this.readout.style.top = this.spots[at][1] > 40 ? "4px" : `${this.spots[at][1] + 14}px`;
    }
    this.repaint();
  }

  #pick(at) {
    if (at >= 0) this.chosen.set({ part: "test", index: this.figure.index[at] });
  }

  /** Left and right walk from mark to mark; Enter looks at the picture. */
  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!this.spots?.length || (!step && !["Enter", " "].includes(event.key))) return;
    event.preventDefault();
    if (!step) return this.#pick(this.#at);
    const order = this.spots.map((_, at) => at).sort((a, b) => this.spots[a][0] - this.spots[b][0]);
    const next = this.#at < 0 ? 0 : (order.indexOf(this.#at) + step + order.length) % order.length;
    this.#hold(order[next]);
  }

  stop() {
    cancelAnimationFrame(this.#asked);
    this.unwatch();
    this.surface.stop();
  }
}
