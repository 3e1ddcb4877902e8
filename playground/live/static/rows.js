// Rows of pictures under each other, each with what it is: given, spoiled and given back, or made up.

import { make, write } from "./dom.js";
import { paint, pixels } from "./pictures.js";
import { told } from "./words.js";

/** A table of pictures, made anew only when its heads change. */
export class Table {
  #shape = "";

  constructor() {
    this.element = make("table", { class: "varied strips" });
  }

  /** columns: texts, or none; rows: [{title, pictures (n, channels, height, width)}]. */
  show(columns, rows) {
    const count = rows[0].pictures.dims[0];
    const [tops, sides] = [columns.map(told), rows.map(({ title }) => told(title))];
    const shape = [count, ...tops, "", ...sides].join("|");
    if (shape !== this.#shape) this.#frame(tops, sides, count);
    this.#shape = shape;
    rows.forEach(({ pictures }, row) => {
      for (let at = 0; at < count; at++) paint(this.element.tBodies[0].rows[row].cells[at + 1].firstChild, pictures, at);
    });
  }

  #frame(tops, sides, count) {
    const head = tops.length ? [make("thead", {}, make("tr", {}, make("td"), ...tops.map((text) => make("th", { scope: "col", text, title: text }))))] : [];
    const body = sides.map((text) => make("tr", {}, make("th", { scope: "row", text }), ...Array.from({ length: count }, (_, at) => make("td", {}, pixels([text, tops[at]].filter(Boolean).join(", "))))));
    this.element.replaceChildren(...head, make("tbody", {}, ...body));
  }
}

export class Rows {
  constructor() {
    this.table = new Table();
    this.words = make("p", { class: "say" });
    this.element = make("div", { class: "stage sheet strips" }, this.table.element, this.words);
  }

  show(figure) {
    this.table.show(figure.columns, figure.rows);
    write(this.words, told(figure.say));
  }

  repaint() {}

  stop() {}
}
