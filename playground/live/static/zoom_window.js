// One map that is pooled or normed: the map before, the map after, and how one number of it comes about.

import { make, write } from "./dom.js";
import { Grid, Steps, bracketed, plain, sign } from "./numbers.js";
import { agree, at, normed, pooled } from "./pixel.js";
import { say } from "./words.js";
import { View } from "./zoom_view.js";

export class WindowBench {
  /** on: move(row, column, event), pick(row, column) */
  constructor(on) {
    const over = (row, column) => [row, column].map((place) => Math.floor(place / (this.answer.window ?? 1)));
    this.input = new View("input", { moved: (row, column, event) => on.move(...over(row, column), event), picked: (row, column) => on.pick(...over(row, column)) });
    this.output = new View("output", { moved: on.move, picked: on.pick });
    this.views = make("div", { class: "views" }, this.input.element, sign("→"), this.output.element);
    this.window = new Grid(say("window"));
    this.steps = new Steps();
    this.sentence = make("p", { class: "written" });
    this.workings = make("div", { class: "workings" }, make("div", { class: "row" }, this.window.table), this.steps.element);
    this.element = make("div", { class: "bench beside" }, make("div", { class: "row" }, this.views, this.workings), this.sentence);
  }

  sides({ output }) {
    return output.dims ?? [1, 1];
  }

  draw(state) {
    const { answer, row, column } = state;
    this.answer = answer;
    this.views.hidden = !answer.output.dims;
    if (answer.output.dims) this.#views(state);
    const own = answer.output.dims ? at(answer.output, row, column) : at(answer.output, 0);
    const found = answer.kind === "batch_norm" ? normed(answer, row, column) : pooled(answer, row, column);
    const same = agree(found.output, own);
    const agreed = [say("the network's number"), `${plain(own)} ${same ? "✓" : "≠"}`, same ? "own" : "own alert"];
    this.window.table.hidden = !found.values;
    if (found.values) this.#pooled(state, found, agreed);
    else this.#normed(answer, found, agreed);
    return { sum: found.output, output: found.output };
  }

  #pooled({ answer, ranges, picture }, { values, best, output }, agreed) {
    const mean = answer.kind === "average_pool";
    this.window.square(values, answer.window, ranges[0], { grey: picture, marked: mean ? -1 : best });
    const sum = values.reduce((whole, value) => whole + value, 0);
    this.steps.fill(mean
      ? [[say("added up"), plain(sum)], [say("÷ {count}", { count: values.length }), `→ ${plain(output)}`, "end"], agreed]
      : [[say("the largest"), `→ ${plain(output)}`, "end"], agreed]);
    write(this.sentence, mean ? `(${values.map(bracketed).join(" + ")}) ÷ ${values.length} = ${plain(output)}` : `max(${values.map(plain).join(", ")}) = ${plain(output)}`);
  }

  #normed({ mean, variance, epsilon, gamma, beta }, { x, spread, output }, agreed) {
    this.steps.fill([
      [say("its mean μ"), plain(mean)], [say("its spread √(σ² + ε)"), plain(spread)], [say("scale γ"), plain(gamma)], [say("shift β"), plain(beta)], [say("result"), `→ ${plain(output)}`, "end"], agreed,
    ]);
    const less = mean < 0 ? `+ ${plain(-mean)}` : `− ${plain(mean)}`;
    const more = beta < 0 ? `− ${plain(-beta)}` : `+ ${plain(beta)}`;
    write(this.sentence, `γ (x − μ) ÷ √(σ² + ε) + β = ${bracketed(gamma)} × (${plain(x)} ${less}) ÷ √(${plain(variance)} + ${plain(epsilon)}) ${more} = ${plain(output)}`);
  }

  #views({ answer, layer, picture, row, column, width, height, ranges, names }) {
    const [, rows, cols] = answer.input.dims;
    const [high, wide] = answer.output.dims;
    const size = answer.window ?? 1;
    const side = Math.floor(Math.max(110, Math.min(230, (width - 30) / (width < 500 ? 1.8 : 2.7), height - 130)));
    this.input.draw({
      values: (place) => answer.input.array[place], rows, cols, range: ranges[0], grey: picture, side, window: { row: row * size, column: column * size, high: size, wide: size },
      caption: say("in: {name}", { name: names.input(names.at) }), label: say("What it is given, with the window over it"),
    });
    this.output.draw({
      values: (place) => answer.output.array[place], rows: high, cols: wide, range: ranges[1], grey: picture && layer.kind !== "batch_norm", side: Math.floor(side * (size > 1 ? 0.72 : 1)), window: { row, column, high: 1, wide: 1 },
      caption: say("out: map {unit}", { unit: names.at + 1 }), label: say("The map it makes; row {row}, column {column} in hand", { row: row + 1, column: column + 1 }),
    });
  }
}
