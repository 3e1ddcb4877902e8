// An example of the data by its part and number: the way to a picture without a pointer.

import { make, write } from "./dom.js";
import { number, say } from "./words.js";

const PARTS = { test: () => say("test picture"), train: () => say("training picture"), validation: () => say("validation picture") };

export class Chooser {
  #parts = "";

  /** pick(part, index): another one was chosen. */
  constructor(pick) {
    this.pick = pick;
    this.at = { part: "test", index: 0 };
    this.part = make("select", { "aria-label": say("Picture from"), onchange: () => pick(this.part.value, 0) });
    this.number = make("input", { type: "number", min: 1, step: 1, value: 1, "aria-label": say("Number of the picture"), onchange: () => this.#go(Number(this.number.value) - 1) });
    const step = (by, text, label) => make("button", { type: "button", class: "small", "aria-label": label, title: label, text, onclick: () => this.step(by) });
    this.of = make("span", { class: "of" });
    this.element = make("div", { class: "chooser" }, this.part, step(-1, "‹", say("Previous picture")), this.number, step(1, "›", say("Next picture")), this.of);
  }

  step(by) {
    this.#go(this.at.index + by);
  }

  /** Round the ends: after the last one comes the first. */
  #go(index) {
    const { part } = this.at;
    const count = this.parts?.[part];
    if (count) this.pick(part, Number.isFinite(index) ? ((Math.floor(index) % count) + count) % count : 0);
  }

  /** parts: {name: how many}; at: {part, index}, or null where the picture is none of the data. */
  show(parts, at) {
    this.parts = parts;
    const names = Object.keys(parts).filter((name) => parts[name]);
    if (names.join() !== this.#parts) {
      this.#parts = names.join();
      this.part.replaceChildren(...names.map((name) => make("option", { value: name, text: PARTS[name]?.() ?? name })));
    }
    if (at) this.at = at;
    if (document.activeElement !== this.part) this.part.value = this.at.part;
    this.number.max = parts[this.at.part];
    if (document.activeElement !== this.number || Number(this.number.value) !== this.at.index + 1) this.number.value = this.at.index + 1;
    this.element.classList.toggle("off", !at);
    write(this.of, say("of {count}", { count: number(parts[this.at.part]) }));
  }
}
