// Which example the page looks at: its part and its number, one on and one back.

import { make, write } from "./dom.js";
import { number, say } from "./words.js";

const PARTS = { test: () => say("test example"), train: () => say("training example") };

export class ExampleChooser {
  #counts = {}; // examples of each part, as far as they were told

  /** pick(example): another one was chosen; null: the frame's own. */
  constructor(pick) {
    this.pick = pick;
    this.at = { part: "test", index: 0 };
    this.part = make("select", { "aria-label": say("Example from"), onchange: () => this.#go(0, this.part.value) }, ...Object.entries(PARTS).map(([value, text]) => make("option", { value, text: text() })));
    this.own = make("option", { value: "own", text: say("your own"), hidden: true });
    this.part.append(this.own);
    this.number = make("input", { type: "number", min: 1, step: 1, value: 1, "aria-label": say("Number of the example"), onchange: () => this.#go(Number(this.number.value) - 1) });
    const step = (by, text, label) => make("button", { type: "button", class: "small", "aria-label": label, title: label, text, onclick: () => this.#go(this.at.index + by) });
    this.of = make("span", { class: "of" });
    this.element = make("span", { class: "example" }, this.part, step(-1, "‹", say("Previous example")), this.number, step(1, "›", say("Next example")), this.of);
  }

  /** Round the ends: after the last one comes the first. */
  #go(index, part = this.at.part) {
    const count = this.#counts[part];
    const whole = Number.isFinite(index) ? Math.floor(index) : 0;
    const at = count ? ((whole % count) + count) % count : Math.max(0, whole);
    this.pick(part === "test" && at === 0 ? null : { part, index: at });
  }

  /** example: as figures tell it, {part, index, typed, of}. */
  show({ part, index, typed, of }) {
    const own = typed !== null && typed !== undefined;
    this.own.hidden = !own;
    if (!own && part in PARTS) {
      this.at = { part, index };
      this.#counts[part] = of;
    }
    this.element.classList.toggle("off", own);
    const count = this.#counts[this.at.part];
    if (document.activeElement !== this.part) this.part.value = own ? "own" : this.at.part;
    this.number.max = count ?? "";
    if (document.activeElement !== this.number || Number(this.number.value) !== this.at.index + 1) this.number.value = this.at.index + 1;
    write(this.of, count ? say("of {count}", { count: number(count) }) : "");
  }
}
