// One neuron: all it is given, what it weighs it with, the products; the largest of them by name. At the output, the softmax, class by class.

import { make, write } from "./dom.js";
import { Rows, Steps, bracketed, plain, sign } from "./numbers.js";
import { agree, softmax, weighed } from "./pixel.js";
import { number, percent, say, told } from "./words.js";
import { View } from "./zoom_view.js";

const LISTED = 8; // products with a row of their own

export class DenseBench {
  /** on: move(row, column, event), pick(row, column), unit(at) */
  constructor(on) {
    const watch = { moved: on.move, picked: on.pick };
    this.input = new View("input", watch);
    this.weights = new View("weights", watch);
    this.products = new View("output", watch);
    this.steps = new Steps();
    this.views = make("div", { class: "views" }, this.input.element, sign("×"), this.weights.element, sign("="), this.products.element, this.steps.element);
    this.hand = make("p", { class: "written hand" });
    this.list = new Rows(say("The largest products"));
    this.classes = new Rows(say("Softmax"), "softmax");
    this.workings = make("div", { class: "workings" }, make("div", { class: "row" }, this.list.table, this.classes.table));
    this.sentence = make("p", { class: "written" });
    this.element = make("div", { class: "bench dense" }, this.views, this.hand, this.workings, this.sentence);
  }

  /** How the inputs are laid out: maps that were flattened as maps again. {rows, cols, place(row, column) -> index or -1, words(index)}. */
  #laid({ given, answer, names }) {
    const count = answer.input.length;
    const [maps, high, wide] = given.length === 3 ? given : [count, 1, 1];
    const across = Math.ceil(Math.sqrt((maps * high) / wide));
    const gap = high > 1 && maps > 1 ? 1 : 0;
    const [rows, cols] = [Math.ceil(maps / across) * (high + gap) - gap, Math.min(maps, across) * (wide + gap) - gap];
    const place = (row, column) => {
      const map = Math.floor(row / (high + gap)) * across + Math.floor(column / (wide + gap));
      const [y, x] = [row % (high + gap), column % (wide + gap)];
      return map < maps && y < high && x < wide ? (map * high + y) * wide + x : -1;
    };
    const words = (index) => {
      if (given.length < 3) return names.input(index);
      const values = { map: names.input(Math.floor(index / (high * wide))), row: (Math.floor(index / wide) % high) + 1, column: (index % wide) + 1 };
      return say("{map}, row {row}, column {column}", values);
    };
    return { rows, cols, place, words };
  }

  sides() {
    return this.laid ? [this.laid.rows, this.laid.cols] : [1, 1];
  }

  /** Where to begin: at the largest product. */
  begin() {
    const { rows, cols, place } = this.laid;
    for (let at = 0; at < rows * cols; at++) if (place(Math.floor(at / cols), at % cols) === this.first) return [Math.floor(at / cols), at % cols];
    return [0, 0];
  }

  draw(state) {
    const { answer, layer, row, column, level, picture, ranges } = state;
    this.laid = this.#laid(state);
    const { rows, cols, place, words } = this.laid;
    const found = weighed(answer);
    [this.first] = found.order;
    const held = place(row, column);
    const side = Math.floor(Math.max(84, Math.min(150, (state.width - 76) / 3, (state.width < 500 ? 400 : state.height) - 330)));
    const window = held < 0 ? null : { row, column, high: 1, wide: 1 };
    const view = (values) => ({ values: (at) => values[place(Math.floor(at / cols), at % cols)] ?? 0, rows, cols, side, window });
    const most = (values) => values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
    this.input.draw({ ...view(answer.input), range: picture ? 1 : Math.max(ranges[0], most(answer.input)), grey: picture, caption: say("{count} numbers it is given", { count: number(answer.input.length) }), label: say("What it is given") });
    this.weights.draw({ ...view(answer.weights), range: most(answer.weights), caption: say("its weights"), label: say("its weights") });
    this.products.draw({ ...view(found.products), range: most(found.products), caption: say("products"), label: say("products") });
    this.hand.hidden = held < 0;
    if (held >= 0) write(this.hand, `${words(held)}: ${bracketed(answer.input[held])} × ${bracketed(answer.weights[held])} = ${plain(found.products[held])}`);
    this.#list(state, found, words);
    this.#classes(state);
    return { sum: found.total, output: found.output };
  }

  #list({ answer, layer, level }, { products, order, sum, total, own, output }, words) {
    const shown = order.slice(0, LISTED);
    const rest = sum - shown.reduce((whole, at) => whole + products[at], 0);
    const rows = shown.map((at) => ({ cells: [words(at), plain(answer.input[at]), plain(answer.weights[at]), plain(products[at])] }));
    if (order.length > LISTED) rows.push({ cells: [say("the other {count}", { count: number(order.length - LISTED) }), "", "", plain(rest)], kind: "rest" });
    this.list.fill([say("from"), "x", "w", "x × w"], rows);
    const size = products.reduce((whole, one) => whole + Math.abs(one), 0);
    const same = agree(total, own, size);
    const last = answer.kind === "output";
    this.steps.fill([
      [say("added up"), plain(sum)],
      [say("+ bias"), `${bracketed(answer.bias)} = ${plain(total)}`, last ? "end" : ""],
      ...(last ? [] : [[answer.on ? told(layer.activation) : say("switched off"), `→ ${plain(output)}`, "end"]]),
      [say("the network's sum"), `${plain(own)} ${same ? "✓" : "≠"}`, same ? "own" : "own alert"],
    ]);
    this.sentence.hidden = level !== "pixel";
    const parts = shown.map((at) => `${bracketed(answer.input[at])} × ${bracketed(answer.weights[at])}`);
    if (order.length > LISTED) parts.push(bracketed(rest));
    write(this.sentence, `${parts.join(" + ")} + ${bracketed(answer.bias)} = ${plain(total)}`);
  }

  #classes({ answer, names, unit }) {
    const { logits, probabilities } = answer;
    this.classes.table.hidden = !logits;
    if (!logits) return;
    if (logits.length === 1) {
      const share = 1 / (1 + Math.exp(-logits[0]));
      write(this.classes.caption, say("Sigmoid"));
      const shares = [1 - share, share];
      return this.classes.fill([say("class"), "z", "1 ÷ (1 + e⁻ᶻ)"], names.classes.map((name, at) => ({ cells: [name, at ? plain(logits[0]) : "", at ? `1 ÷ (1 + ${plain(Math.exp(-logits[0]))}) = ${percent(shares[at])}` : percent(shares[at])] })));
    }
    const { rows, total, shifted } = softmax(logits);
    write(this.classes.caption, shifted ? say("Softmax: eᶻ by the sum of all, each z less {largest}", { largest: plain(shifted) }) : say("Softmax: eᶻ by the sum of all"));
    this.classes.fill([say("class"), "z", "eᶻ", "eᶻ ÷ Σ", say("share")], [
      ...rows.map(({ z, e, share }, at) => ({ cells: [names.classes[at], plain(z), plain(e), `${plain(e)} ÷ ${plain(total)}`, `${percent(share)}${agree(share, probabilities[at]) ? "" : " ≠"}`], kind: at === unit ? "held" : "" })),
      { cells: [say("sum Σ"), "", plain(total), "", percent(1)], kind: "rest" },
    ]);
  }
}
