// Tables of numbers, coloured by sign and size, whose cells stay where they are while their numbers change.

import { make, write } from "./dom.js";
import { mixed, rgb } from "./theme.js";
import { figure as short, number } from "./words.js";

const READABLE = 0.55; // a share of the range from which a number on its colour is light

/** A number as it stands in a sum, with a real minus. */
export function plain(value) {
  const size = Math.abs(value);
  if (!size) return "0";
  const text = size >= 1000 ? short(value) : size < 0.00005 ? value.toExponential(0) : number(value, size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.0005 ? 3 : 4);
  return text.replace("-", "−");
}

/** The same where something stands before it: a negative one in brackets. */
export const bracketed = (value) => (value < 0 ? `(${plain(value)})` : plain(value));

/** Background and ink for a value within ± range, as the maps are coloured; `grey`: 0 is black, 1 white. */
export function tint(value, range, grey = false) {
  if (grey) {
    const shade = Math.round(255 * Math.max(0, Math.min(1, value)));
    return { background: `rgb(${shade},${shade},${shade})`, color: shade > 128 ? "#000" : "#fff" };
  }
  const share = Math.max(-1, Math.min(1, range ? value / range : 0));
  const back = mixed(rgb("--zero"), rgb(share < 0 ? "--neg" : "--pos"), Math.abs(share)).map(Math.round);
  return { background: `rgb(${back.join()})`, color: Math.abs(share) > READABLE ? "var(--bg)" : "var(--text)" };
}

/** A table of rows x cols cells. */
export class Grid {
  #sides = "";

  constructor(caption) {
    this.caption = make("caption", { text: caption });
    this.body = make("tbody");
    this.table = make("table", { class: "grid" }, this.caption, this.body);
  }

  /** cell(row, col) -> {text, background, color, kind: a class}. */
  fill(rows, cols, cell) {
    if (this.#sides !== `${rows} ${cols}`) {
      this.#sides = `${rows} ${cols}`;
      this.body.replaceChildren(...Array.from({ length: rows }, () => make("tr", {}, ...Array.from({ length: cols }, () => make("td")))));
    }
    for (let row = 0; row < rows; row++) {
      const { cells } = this.body.rows[row];
      for (let col = 0; col < cols; col++) {
        const { text, background = "", color = "", kind = "" } = cell(row, col);
        write(cells[col], text);
        Object.assign(cells[col].style, { background, color });
        if (cells[col].className !== kind) cells[col].className = kind;
      }
    }
  }

  /** A square of numbers, coloured: values in reading order. */
  square(values, cols, range, { grey = false, marked = -1, pads = [], bare = false } = {}) {
    this.fill(Math.ceil(values.length / cols), cols, (row, col) => {
      const at = row * cols + col;
      return { text: bare ? "" : plain(values[at]), ...tint(values[at], range, grey), kind: [at === marked ? "marked" : "", pads[at] ? "pad" : ""].filter(Boolean).join(" ") };
    });
    this.table.classList.toggle("bare", bare);
  }
}

/** A table with a head, whose rows are texts: cells are kept. */
export class Rows {
  constructor(caption, kind = "") {
    this.caption = make("caption", { text: caption });
    this.head = make("tr");
    this.body = make("tbody");
    this.table = make("table", { class: `list ${kind}` }, this.caption, make("thead", {}, this.head), this.body);
  }

  /** heads: texts; rows: [{cells: texts, kind: a class}], the first cell of each its name. */
  fill(heads, rows) {
    if (this.head.children.length !== heads.length) this.head.replaceChildren(...heads.map(() => make("th", { scope: "col" })));
    heads.forEach((text, at) => write(this.head.children[at], text));
    while (this.body.rows.length > rows.length) this.body.lastChild.remove();
    while (this.body.rows.length < rows.length) this.body.append(make("tr", {}, make("th", { scope: "row" }), ...heads.slice(1).map(() => make("td"))));
    rows.forEach(({ cells, kind = "" }, at) => {
      const row = this.body.rows[at];
      if (row.className !== kind) row.className = kind;
      cells.forEach((text, place) => write(row.cells[place], text));
    });
  }
}

/** Steps of a calculation under each other, each with its name. */
export class Steps {
  constructor() {
    this.element = make("dl", { class: "sums" });
  }

  /** lines: [name, text, kind]. */
  fill(lines) {
    const { element } = this;
    while (element.children.length > 2 * lines.length) element.lastChild.remove();
    while (element.children.length < 2 * lines.length) element.append(make("dt"), make("dd"));
    lines.forEach(([name, text, kind = ""], at) => {
      const [title, value] = [element.children[2 * at], element.children[2 * at + 1]];
      write(title, name);
      write(value, text);
      if (value.className !== kind) value.className = title.className = kind;
    });
  }
}

/** An operator between two pictures or tables. */
export const sign = (text) => make("span", { class: "sign", "aria-hidden": "true", text });
