// Weights and biases set by hand on the network: which number is meant, the box it is typed into, and the mark where one has just changed.

import { biasOf, curve } from "./geometry.js";
import { figure as short, say } from "./words.js";
import { WeightBox } from "./weight_box.js";

const MARKED = 1000; // ms that a number just set stands out

export const same = (a, b) => a?.from === b?.from && a?.to === b?.to;

/** Where a number is: {from, to} is a weight's line; from null is the bias of `to`. */
export class WeightEdit {
  #timer = null;
  marked = null;

  /** on: {figure(), nodes(), title(node), size(), act(params) -> promise of an answer or null, changed(target | null), closed(byKey)} */
  constructor(on) {
    this.on = on;
    this.box = new WeightBox({
      value: (target) => this.value(target),
      title: (target) => this.title(target),
      apply: (target, value) => this.#apply(target, value),
      step: (target, by) => this.#step(target, by),
      closed: (byKey) => on.closed(byKey),
    });
  }

  /** The number as the figure has it; undefined where there is none. */
  value({ from, to }) {
    const { weights, biases } = this.on.figure();
    return from ? weights[from.column]?.array[to.at * this.on.nodes()[from.column].length + from.at] : biases?.[to.column - 1]?.[to.at];
  }

  title({ from, to }) {
    const values = { to: this.on.title(to), from: from ? this.on.title(from) : "" };
    return from ? say("Weight from {from} to {to}", values) : say("Bias of {to}", values);
  }

  /** A number in words, and what can be done about it. */
  read(target) {
    const { from, to } = target;
    const values = { to: this.on.title(to), from: from ? this.on.title(from) : "", value: short(this.value(target)) };
    return from ? say("{from} → {to}: weight {value}. Click to change it.", values) : say("{to}: bias {value}. Click to change it.", values);
  }

  /** The numbers of a neuron in the order that Tab goes through them: its bias, then its weights. */
  numbers(to) {
    if (!to?.column) return [];
    const weights = this.on.nodes()[to.column - 1].map((from) => ({ from, to }));
    return [{ from: null, to }, ...weights].filter((one) => this.value(one) !== undefined);
  }

  open(target, place = middle(target)) {
    this.on.changed(target);
    this.box.open(target, place, this.on.size());
  }

  #step(target, by) {
    const numbers = this.numbers(target.to);
    const next = numbers[numbers.findIndex((one) => same(one, target)) + by] ?? null;
    if (next) this.open(next);
    return next;
  }

  async #apply(target, value) {
    const { from, to } = target;
    if (await this.on.act({ layer: to.column, unit: to.unit, input: from ? from.unit : null, value })) this.#mark(target);
  }

  #mark(target) {
    clearTimeout(this.#timer);
    this.marked = target;
    this.on.changed(this.box.target);
    this.#timer = setTimeout(() => {
      this.marked = null;
      this.on.changed(this.box.target);
    }, MARKED);
  }

  /** The picture's nodes are other ones now. */
  forget() {
    this.marked = null;
    this.box.close(false);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/** The middle of a line, or a bias' mark. */
function middle({ from, to }) {
  if (!from) return [biasOf(to).x, biasOf(to).y];
  const c = curve(from, to);
  return [(c[0] + 3 * c[2] + 3 * c[4] + c[6]) / 8, (c[1] + 3 * c[3] + 3 * c[5] + c[7]) / 8];
}
