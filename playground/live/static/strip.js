// One neuron of a table's network, large: its answers to test examples, a row for each class, or against the target. Where pictures are what it is given: its weights, too.

import { make, surface, write } from "./dom.js";
import { fill, paint, pixels } from "./pictures.js";
import { classToken } from "./plane.js";
import { FONT, colour, faded, ramp } from "./theme.js";
import { figure as short, say, told } from "./words.js";

const LEFT = 12;
const FOOT = 34;
const TOP = 10;
const GOLDEN = 0.618; // spreads the dots of a row evenly without chance

export class Strip {
  #asking = false;

  /** context: ask(name, params) -> promise */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("A neuron's answers to test examples"));
    this.surface.canvas.addEventListener("refit", () => this.repaint());
    this.caption = make("p", { class: "say" });
    this.picture = pixels();
    this.note = make("p");
    this.own = make("div", { class: "own" }, this.picture, this.note);
    this.own.hidden = true;
    this.element = make("div", { class: "strip", "data-testid": "strip" }, this.own, this.surface.canvas, this.caption);
  }

  /** neuron: {layer, unit, title}. Asks for its answers as they are now. */
  async show(neuron) {
    if (this.neuron?.layer !== neuron.layer || this.neuron.unit !== neuron.unit) this.found = null;
    this.neuron = neuron;
    if (this.#asking) return;
    this.#asking = true;
    try {
      const found = await this.context.ask("neuron", { layer: neuron.layer, unit: neuron.unit });
      if ((found.answers || found.picture) && this.neuron.layer === neuron.layer && this.neuron.unit === neuron.unit) this.found = found;
    } catch {
      // refused or cut off: the next frame asks again
    } finally {
      this.#asking = false;
    }
    this.#lay();
    this.repaint();
    if (this.neuron.layer !== neuron.layer || this.neuron.unit !== neuron.unit) this.show(this.neuron);
  }

  /** Where pictures are what the network is given: one above the answers, or in their place. */
  #lay() {
    const { picture, weights } = this.found ?? {};
    this.own.hidden = !picture && !weights;
    this.surface.canvas.hidden = this.caption.hidden = Boolean(picture);
    if (picture) write(this.note, say("The first test picture stands for the inputs: {name}. Each of its pixels is one number, from 0 (black) to 1.", { name: told(this.found.is) }));
    if (weights) write(this.note, say("Its weights, one a pixel, up to ±{reach}. Green: light there makes it answer more. Purple: less.", { reach: this.found.reach }));
  }

  /** The picture, in the colours of the page. */
  #paint() {
    const { picture, weights } = this.found ?? {};
    const signs = ramp("--neg", "--zero", "--pos");
    if (picture) paint(this.picture, picture);
    if (weights) fill(this.picture, ...weights.dims, (at) => signs[weights.array[at]]);
  }

  repaint() {
    this.#paint();
    if (this.found?.picture) return;
    const { width, height } = this.surface.fit();
    const { pen } = this.surface;
    if (!width || !height) return;
    pen.clearRect(0, 0, width, height);
    if (!this.found) return;
    const { classes, range } = this.found;
    pen.font = `11px ${FONT}`;
    const x = (value) => LEFT + (Math.max(-1, Math.min(1, value / range)) + 1) * 0.5 * (width - 2 * LEFT);
    this.#axis(pen, x, range, width, height);
    if (classes.length) this.#rows(pen, x, height);
    else this.#against(pen, x, width, height);
    write(this.caption, classes.length
      ? say("Each dot is a test example; further right is a larger answer. Upright lines: the means of the classes.")
      : say("Each dot is a test example; further right is a larger answer, higher a larger true value."));
    this.surface.canvas.setAttribute("aria-label", `${this.neuron.title}. ${this.caption.textContent}`);
  }

  #axis(pen, x, range, width, height) {
    const foot = height - FOOT;
    pen.fillStyle = colour("--line");
    pen.fillRect(Math.round(x(0)), TOP, 1, foot - TOP);
    pen.fillRect(LEFT, foot, width - 2 * LEFT, 1);
    pen.fillStyle = colour("--soft");
    pen.textBaseline = "top";
    for (const [value, align] of [[-range, "left"], [0, "center"], [range, "right"]]) {
      pen.textAlign = align;
      pen.fillText(short(value), x(value), foot + 5);
    }
    pen.textAlign = "center";
    pen.fillText(say("the neuron's answer"), width / 2, foot + 19);
  }

  #rows(pen, x, height) {
    const { classes, answers, true: own } = this.found;
    const tall = (height - FOOT - TOP) / classes.length;
    const sums = classes.map(() => [0, 0]);
    const dots = Math.max(1.6, Math.min(3, tall / 9));
    for (let at = 0; at < answers.length; at++) {
      const row = own[at];
      sums[row][0] += answers[at];
      sums[row][1] += 1;
      pen.beginPath();
      pen.arc(x(answers[at]), TOP + tall * (row + 0.34 + 0.56 * ((at * GOLDEN) % 1)), dots, 0, 7);
      pen.fillStyle = faded(classToken(row), 0.7);
      pen.fill();
    }
    classes.forEach((name, row) => {
      const top = TOP + tall * row;
      pen.textAlign = "left";
      pen.textBaseline = "top";
      pen.fillStyle = colour("--soft");
      if (tall > 16) pen.fillText(told(name), LEFT, top + 1);
      if (!sums[row][1]) return;
      pen.fillStyle = colour("--text");
      pen.fillRect(Math.round(x(sums[row][0] / sums[row][1])) - 1, top + tall * 0.26, 2, tall * 0.72);
    });
  }

  #against(pen, x, width, height) {
    const { answers, true: own } = this.found;
    const [low, high] = [Math.min(...own), Math.max(...own)];
    const y = (value) => TOP + 14 + (1 - (value - low) / (high - low || 1)) * (height - FOOT - TOP - 20);
    for (let at = 0; at < answers.length; at++) {
      pen.beginPath();
      pen.arc(x(answers[at]), y(own[at]), 2.6, 0, 7);
      pen.fillStyle = faded("--train", 0.55);
      pen.fill();
    }
    pen.textAlign = "left";
    pen.textBaseline = "top";
    pen.fillStyle = colour("--soft");
    pen.fillText(say("true value: {low} to {high}, upward", { low: short(low), high: short(high) }), LEFT, 0, width - 2 * LEFT);
  }

  stop() {
    this.surface.stop();
    this.element.remove();
  }
}
