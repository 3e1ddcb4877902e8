// Two numbers or more beside each other as bars, so that one sees which is smaller before one reads them.

import { make, write } from "./dom.js";
import { figure as short } from "./words.js";

export class Bars {
  constructor(label) {
    this.element = make("div", { class: "told-bars", role: "group", "aria-label": label });
  }

  /** rows: {name, title, value, token: colour of its bar, about: what it is}; the longest bar is the largest value. written: how a value is written. */
  show(rows, written = short) {
    const most = Math.max(...rows.map(({ value }) => (Number.isFinite(value ?? NaN) ? value : 0)), 1e-12);
    if (this.element.children.length !== rows.length) this.element.replaceChildren(...rows.map(() => make("div", {}, make("span", { class: "name" }), make("span", { class: "track" }, make("i")), make("b"))));
    rows.forEach(({ name, title, value, token, about }, at) => {
      const row = this.element.children[at];
      const [label, track, told] = row.children;
      write(label, title);
      write(told, written(value));
      row.dataset.bar = name;
      row.title = about;
      track.firstChild.style.transform = `scaleX(${Number.isFinite(value ?? NaN) ? value / most : 0})`;
      track.firstChild.style.background = `var(${token})`;
    });
  }
}
