// A network of one feature: its data, its answer over it, and what is left between them. The line is moved by hand at two grips.

import { Axes } from "./axes.js";
import { make, surface, write } from "./dom.js";
import { line } from "./pen.js";
import { colour, faded } from "./theme.js";
import { figure as short, number, say, told } from "./words.js";

const SUPERSCRIPT = ["", "", "²", "³", "⁴", "⁵", "⁶"];
const TURN = 0.05; // what an arrow key adds to slope or intercept
const FURTHER = 10; // with Shift

export class Fit {
  #hand = null; // weights under a hand that has not let go
  #loss = null; // what they would cost
  #asking = false;
  #axes = null;

  /** context: ask(name, params), act(name, params) -> promises, select(something) marks a place on the other picture */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("Fit"));
    this.surface.canvas.addEventListener("refit", () => this.repaint());
    this.equation = make("b", {});
    this.cost = make("span", {});
    this.own = make("span", {});
    this.box = make("div", { class: "over" }, this.surface.canvas);
    this.residuals = make("input", { type: "checkbox", checked: true, onchange: () => this.repaint() });
    this.legend = make("div", { class: "legend" });
    this.element = make("div", { class: "stage fit" }, make("div", { class: "equation" }, this.equation, this.cost, this.own), this.box, this.legend);
    this.grips = {};
  }

  show(figure) {
    this.figure = figure;
    this.#name();
    this.repaint();
  }

  /** Slope first, then the bias where there is one: as the hand has them, else as the network has. */
  get #weights() {
    return this.#hand ?? this.figure.weights;
  }

  get #straight() {
    const { weights, bias } = this.figure;
    return weights?.length === (bias ? 2 : 1) && weights.every(Number.isFinite);
  }

  #name() {
    const { classes, closed } = this.figure;
    const key = [...classes.map(told), Boolean(closed), this.figure.bias, this.figure.weights?.length].join("|");
    if (key === this.named) return;
    this.named = key;
    const dots = classes.length ? classes.map((name, at) => mark("dot", `--c${at}`, told(name))) : [mark("dot", "--train", say("train"))];
    dots.push(mark("ring", classes.length ? "--soft" : "--test", say("test")));
    const lines = closed ? [mark("dotted", "--soft", say("least squares (closed form)"))] : [];
    const box = classes.length ? [] : [make("label", { class: "toggle" }, this.residuals, make("span", { text: say("residuals") }))];
    this.legend.replaceChildren(...dots, mark("stroke", "--c1", say("network")), ...lines, ...box);
    for (const grip of Object.values(this.grips)) grip.remove();
    this.grips = {};
    if (this.figure.weights?.length !== (this.figure.bias ? 2 : 1)) return;
    if (this.figure.bias) this.#grip("intercept", classes.length ? say("Threshold") : say("Intercept"));
    this.#grip("slope", say("Slope"));
  }

  #grip(which, title) {
    const grip = make("div", { class: "grip", role: "slider", tabindex: "0", "aria-label": title, "aria-valuemin": "-1000000", "aria-valuemax": "1000000", "data-grip": which, title });
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      grip.focus();
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", (event) => grip.hasPointerCapture(event.pointerId) && this.#drag(which, event));
    grip.addEventListener("lostpointercapture", () => this.#letGo());
    grip.addEventListener("keydown", (event) => this.#key(which, event));
    grip.addEventListener("keyup", () => this.#letGo());
    grip.addEventListener("blur", () => this.#letGo());
    this.box.append((this.grips[which] = grip));
  }

  #drag(which, event) {
    const { left, top } = this.surface.canvas.getBoundingClientRect();
    const [x, y] = this.#axes.at(event.clientX - left, event.clientY - top);
    this.#take(this.figure.classes.length ? this.#parted(which, x) : this.#leaning(which, y));
  }

  #key(which, event) {
    const way = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const by = way * (event.shiftKey ? FURTHER : 1);
    const [slope, bias] = this.#weights;
    if (which === "slope") this.#take(this.#with(slope + by * TURN));
    else if (!this.figure.classes.length) this.#take([slope, bias + by * TURN]);
    else this.#take(this.#parted(which, this.#threshold() + (by * (this.figure.domain[0][1] - this.figure.domain[0][0])) / 200));
  }

  /** Another slope; a threshold stays where it is, and so does the intercept. */
  #with(slope) {
    const { bias, classes } = this.figure;
    if (!bias) return [slope];
    return classes.length && this.#weights[0] ? [slope, -slope * this.#threshold()] : [slope, this.#weights[1]];
  }

  /** The weights of the line whose grip was brought to a height: the other grip stays. */
  #leaning(which, y) {
    const [slope, bias = 0] = this.#weights;
    const { rest, turn } = this.#places();
    if (which === "intercept") return [slope, y - slope * rest];
    const held = slope * rest + bias;
    const leaned = (y - held) / (turn - rest);
    return this.figure.bias ? [leaned, held - leaned * rest] : [leaned];
  }

  /** The weights whose threshold, or place of three to one, is at x. */
  #parted(which, x) {
    const [slope] = this.#weights;
    if (which === "intercept") return [slope, -slope * x];
    const [low, high] = this.figure.domain[0];
    const from = this.#threshold();
    const least = (high - low) / 400;
    const away = Math.abs(x - from) < least ? least * (x < from ? -1 : 1) : x - from;
    return this.#with(this.#quarter() / away);
  }

  /** Where the grips of a line are: at rest nearest to x = 0, and far enough from there to turn it. */
  #places() {
    const [low, high] = this.figure.domain[0];
    const rest = this.figure.bias ? Math.max(low, Math.min(high, 0)) : 0;
    const turn = 2 * (high - rest) > rest - low ? rest + 0.75 * (high - rest) : rest - 0.75 * (rest - low);
    return { rest, turn };
  }

  /** Where both classes are equally likely. */
  #threshold() {
    const [slope, bias = 0] = this.#weights;
    const [low, high] = this.figure.domain[0];
    return slope ? -bias / slope : (low + high) / 2;
  }

  /** The weighted sum that is answered by 3 to 1 for class 1. */
  #quarter() {
    const { reach, answers } = this.figure.bend;
    const at = answers.findIndex((value) => value >= 0.75);
    return -reach + (2 * reach * at) / (answers.length - 1);
  }

  /** What weights answer at x: the sum itself, or bent into a probability. */
  #answer([slope, bias = 0], x) {
    const sum = slope * x + bias;
    if (!this.figure.bend) return sum;
    const { reach, answers } = this.figure.bend;
    const last = answers.length - 1;
    const place = Math.max(0, Math.min(last, ((sum + reach) / (2 * reach)) * last));
    const under = Math.min(last - 1, Math.floor(place));
    return answers[under] + (place - under) * (answers[under + 1] - answers[under]);
  }

  #take(weights) {
    if (!weights.every(Number.isFinite)) return;
    this.#hand = weights;
    this.context.select({ weights });
    this.#weigh();
    this.repaint();
  }

  /** Ask what the weights in hand would cost, one question at a time. */
  async #weigh() {
    if (this.#asking || !this.#hand) return;
    const asked = this.#hand;
    this.#asking = true;
    try {
      const { loss } = await this.context.ask("loss_at", { values: asked });
      if (this.#hand) this.#loss = loss;
    } catch {
      this.#loss = null; // refused or cut off: no number is better than an old one
    } finally {
      this.#asking = false;
    }
    if (!this.#hand) return;
    this.repaint();
    if (this.#hand !== asked) this.#weigh();
  }

  /** The network gets the weights when the hand lets go: one change, one undo. */
  async #letGo() {
    const given = this.#hand;
    if (!given || this.sending === given) return;
    this.sending = given;
    const answer = await this.context.act("weights", { values: given });
    if (this.#hand !== given) return;
    if (answer) this.figure = { ...this.figure, weights: Array.from(answer.values), loss: this.#loss ?? this.figure.loss };
    this.#hand = this.#loss = this.sending = null;
    this.context.select(null);
    this.repaint();
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const { domain, across, classes } = this.figure;
    this.#axes = new Axes({ width, height }, domain[0], domain[1], { x: told(across), y: classes.length ? say("probability of {name}", { name: classes[1] }) : "y" });
    pen.clearRect(0, 0, width, height);
    if (classes.length) this.#sides(pen);
    this.#axes.draw(pen, true);
    this.#axes.inside(pen, () => {
      if (!classes.length && this.residuals.checked) this.#left(pen);
      this.#points(pen);
      if (this.figure.closed) this.#line(pen, this.figure.closed, "--soft", [2, 4], 2);
      this.#line(pen, this.#curve(), "--c1", [], 2.5);
    });
    this.#hold();
    this.#tell();
  }

  #curve() {
    const { x, answer } = this.figure;
    return this.#hand ? x.map((at) => this.#answer(this.#hand, at)) : answer;
  }

  #line(pen, values, token, dash, width) {
    const { x } = this.figure;
    pen.beginPath();
    for (let at = 0; at < values.length; at++) pen.lineTo(this.#axes.px(x[at]), clipped(this.#axes.py(values[at])));
    line(pen, token, dash, width);
  }

  /** A pale ground on each side of the places where the answer turns over. */
  #sides(pen) {
    const { x } = this.figure;
    const values = this.#curve();
    const { left, top, width, height } = this.#axes;
    let from = left;
    const fill = (to, value) => {
      pen.fillStyle = faded(value > 0.5 ? "--c1" : "--c0", 0.1);
      pen.fillRect(from, top, to - from, height);
      from = to;
    };
    for (let at = 1; at < values.length; at++) {
      const [a, b] = [values[at - 1] - 0.5, values[at] - 0.5];
      if (a * b < 0) fill(this.#axes.px(x[at - 1] + ((x[at] - x[at - 1]) * a) / (a - b)), values[at - 1]);
    }
    fill(left + width, values[values.length - 1]);
  }

  #left(pen) {
    const { x, y, said } = this.figure.train;
    pen.beginPath();
    for (let at = 0; at < y.length; at++) {
      const over = this.#axes.px(x[at]);
      pen.moveTo(over, this.#axes.py(y[at]));
      pen.lineTo(over, clipped(this.#axes.py(this.#hand ? this.#answer(this.#hand, x[at]) : said[at])));
    }
    pen.strokeStyle = faded("--c5", 0.55);
    pen.lineWidth = 1;
    pen.stroke();
  }

  #points(pen) {
    const { train, test, classes } = this.figure;
    const put = ({ x, y }, ringed) => {
      for (let at = 0; at < y.length; at++) {
        const own = colour(classes.length ? `--c${y[at]}` : ringed ? "--test" : "--train");
        pen.beginPath();
        pen.arc(this.#axes.px(x[at]), this.#axes.py(y[at]), 3.2, 0, 7);
        pen.fillStyle = ringed ? colour("--bg") : own;
        pen.strokeStyle = ringed ? own : colour("--bg");
        pen.lineWidth = ringed ? 1.4 : 1;
        pen.fill();
        pen.stroke();
      }
    };
    put(test, true);
    put(train, false);
  }

  /** The grips, where the line is now; kept inside the frame, so that they can always be taken. */
  #hold() {
    for (const grip of Object.values(this.grips)) grip.hidden = !this.#straight;
    if (!this.#straight) return;
    const weights = this.#weights;
    const { rest, turn } = this.#places();
    const parted = this.figure.classes.length > 0;
    const from = this.#threshold();
    const at = parted ? { intercept: from, slope: from + (weights[0] ? this.#quarter() / weights[0] : Infinity) } : { intercept: rest, slope: turn };
    for (const [which, grip] of Object.entries(this.grips)) {
      const { left, top, width, height } = this.#axes;
      const x = Math.max(left, Math.min(left + width, this.#axes.px(at[which])));
      const y = Math.max(top, Math.min(top + height, this.#axes.py(parted ? (which === "slope" ? 0.75 : 0.5) : this.#answer(weights, at[which]))));
      grip.style.transform = `translate(${x}px, ${y}px)`;
      const value = which === "slope" ? weights[0] : parted ? from : weights[1];
      const text = short(Number(value.toPrecision(4)));
      if (grip.getAttribute("aria-valuetext") !== text) grip.setAttribute("aria-valuetext", text);
      grip.setAttribute("aria-valuenow", String(value));
    }
    [this.element.dataset.slope, this.element.dataset.intercept = ""] = weights;
  }

  #tell() {
    const { classes, train, test, units, loss } = this.figure;
    const weights = this.#weights;
    const cost = this.#hand ? this.#loss : loss;
    const straight = this.#straight;
    const said = weights?.every(Number.isFinite) ? formula(classes.length ? "z" : "y", weights, this.figure.bias) : "";
    write(this.equation, said);
    write(this.cost, say("train loss {loss}", { loss: cost === null || cost === undefined ? "–" : short(cost) }));
    const extra = straight && classes.length && weights.length > 1 && weights[0] ? say("threshold at x = {value}", { value: Number(this.#threshold().toPrecision(3)) }) : straight && units && !classes.length ? say("in its own units: {formula}", { formula: formula("y", unscaled(weights, units), true) }) : "";
    write(this.own, extra);
    const label = say("The network's answer over {feature}: {formula}. {train} training and {test} test points.", { feature: this.figure.feature, formula: said, train: train.of, test: test.of });
    if (this.surface.canvas.getAttribute("aria-label") !== label) this.surface.canvas.setAttribute("aria-label", label);
  }

  stop() {
    this.surface.stop();
  }
}

/** "y = 2.98 x + 2.01" of weights in the order of the powers of x, the bias last. */
function formula(name, weights, bias) {
  const powers = bias ? weights.length - 1 : weights.length;
  const terms = weights.map((value, at) => [value, at < powers ? ` x${SUPERSCRIPT[at + 1] ?? ""}` : ""]);
  const said = terms.map(([value, of], at) => `${at ? (value < 0 ? " − " : " + ") : value < 0 ? "−" : ""}${number(Math.abs(value), Math.abs(value) < 100 ? 2 : 0)}${of}`);
  return `${name} = ${said.join("")}`;
}

/** Slope and intercept in the table's own units. units: mean and deviation of x, then of y. */
function unscaled([slope, bias = 0], [mean, deviation, middle, spread]) {
  const turned = (slope * spread) / deviation;
  return [turned, middle + spread * bias - turned * mean];
}

/** A pixel that a canvas can draw to, however far away it is. */
const clipped = (pixel) => (Number.isFinite(pixel) ? Math.max(-1e5, Math.min(1e5, pixel)) : NaN);

/** An entry of the legend. */
function mark(kind, token, text) {
  return make("span", {}, make("i", { class: `mark ${kind}`, style: `--own:var(${token})` }), text);
}
