// What it learns from: one training picture a class, and below each how training varies it.

import { make, write } from "./dom.js";
import { paint, pixels } from "./pictures.js";
import { say, told } from "./words.js";

export class Sheet {
  #shape = "";

  constructor() {
    this.table = make("table", { class: "varied" });
    this.words = make("p", { class: "say" });
    this.element = make("div", { class: "stage sheet learns" }, this.table, this.words);
  }

  show(figure) {
    this.figure = figure;
    const { pictures, varied, true: own, classes } = figure;
    const count = pictures.dims[0];
    const times = varied.dims?.[0] ?? 0;
    const names = Array.from(own, (at) => told(classes[at]));
    this.#frame(names, times);
    const rows = [...this.table.tBodies[0].rows];
    rows.forEach((row, at) => {
      for (let column = 0; column < count; column++) {
        const canvas = row.cells[column + 1].firstChild;
        if (at) paint(canvas, varied, (at - 1) * count + column);
        else paint(canvas, pictures, column);
      }
    });
    write(this.words, times
      ? say("Each time a training picture comes, it is varied anew: the network never sees the same one twice. Test pictures stay as they are.")
      : say("The training pictures are shown as they are. Under More › Varied pictures they can be moved, turned, flipped or made noisy each time."));
  }

  /** The table, made anew only for other classes or another number of rows. */
  #frame(names, times) {
    const heads = [say("as it is"), ...Array.from({ length: times }, (_, at) => (at ? "" : say("varied")))];
    const shape = [...names, ...heads].join("|");
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.table.classList.toggle("alone", !times);
    const top = make("tr", {}, make("td"), ...names.map((text) => make("th", { scope: "col", text, title: text })));
    const rows = heads.map((text, row) => make("tr", {}, make("th", { scope: "row", text }), ...names.map((name) => make("td", {}, pixels(row ? say("{name}, varied", { name }) : name)))));
    this.table.replaceChildren(make("thead", {}, top), make("tbody", {}, ...rows));
  }

  repaint() {
    if (this.figure) this.show(this.figure);
  }

  stop() {}
}
