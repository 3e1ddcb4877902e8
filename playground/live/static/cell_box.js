// One state of a recurrent layer at close range: its gates and sums with the numbers in them, step by step through time.

import { make, write } from "./dom.js";
import { formula } from "./math.js";
import { figure as short, say, told } from "./words.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class CellBox {
  #place = null; // {layer, unit, step, backward, ...}
  #asking = false;
  #off = false;

  /** on: ask(params) -> promise, toggle(layer, unit, on), moved(step, unit), closed() */
  constructor(on) {
    this.on = on;
    this.title = make("b");
    this.where = make("span", { class: "where" });
    const step = (text, label, move) => make("button", { type: "button", text, "aria-label": label, title: label, onclick: () => this.#move(...move) });
    this.silence = make("button", { type: "button", class: "silence", onclick: () => this.on.toggle(this.#place.layer, this.#place.unit, this.#off) });
    const close = make("button", { type: "button", class: "close", "aria-label": say("Close"), title: say("Close"), text: "×", onclick: () => this.close(true) });
    const ways = make("span", { class: "ways" }, step("←", say("step before"), [-1, 0]), step("→", say("next step"), [1, 0]), step("↑", say("unit before"), [0, -1]), step("↓", say("next unit"), [0, 1]));
    this.lines = make("dl");
    this.pull = make("p", { class: "pull" });
    this.problem = make("p", { class: "problem", role: "alert" });
    this.element = make("div", { class: "cell-box", role: "group", tabindex: "-1" }, make("div", { class: "bar" }, this.title, this.where, ways, this.silence, close), this.problem, this.lines, this.pull);
    this.element.hidden = true;
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  get isOpen() {
    return !this.element.hidden;
  }

  open(place) {
    this.#place = place;
    this.element.hidden = false;
    this.element.dataset.cell = `${place.layer} ${place.unit} ${place.step}`;
    this.element.focus();
    this.refresh();
  }

  close(back = false) {
    if (!this.isOpen) return;
    this.element.hidden = true;
    if (back) this.on.closed();
  }

  /** Ask again, as the network has learned since. One question at a time; where one went meanwhile is asked next. */
  async refresh() {
    if (!this.isOpen || this.#asking) return;
    const place = this.#place;
    const { layer, unit, step, backward } = place;
    this.#asking = true;
    try {
      const answer = await this.on.ask({ layer, unit, step, backward });
      if (place === this.#place) this.#show(answer);
    } catch ({ messages = [] }) {
      if (messages.length) write(this.problem, messages.map(told).join(" "));
    } finally {
      this.#asking = false;
    }
    if (place !== this.#place) this.refresh();
  }

  #show(answer) {
    const { step, first, length } = this.#place;
    write(this.problem, "");
    write(this.title, told(answer.title));
    const read = answer.symbol === null || answer.symbol === undefined ? "" : ` · ${say("it read {read}", { read: `'${answer.symbol}'` })}`;
    write(this.where, `${say("step {step} of {of}", { step: step - first + 1, of: length - first })}${read}`);
    this.#off = Boolean(answer.silent);
    write(this.silence, this.#off ? say("let it speak again") : say("silence this unit"));
    this.lines.replaceChildren(...answer.lines.flatMap((line) => [make("dt", { text: told(line.label) }), make("dd", {}, formula(line.formula))]));
    const { pull } = answer;
    this.pull.hidden = !pull;
    if (!pull) return;
    const part = (letter, value) => make("span", { class: "formula" }, "∂", make("i", { text: "L" }), "/∂", make("i", { text: letter }), make("sub", { text: "t" }), ` = ${short(value).replaceAll("-", "−")}`);
    this.pull.replaceChildren(say("How the loss changes with this state:"), " ", part("h", pull.h), ...(pull.c === null || pull.c === undefined ? [] : [", ", part("c", pull.c)]));
  }

  #move(steps, units) {
    const place = this.#place;
    const step = Math.max(place.first, Math.min(place.length - 1, place.step + steps));
    const unit = Math.max(0, Math.min(place.units - 1, place.unit + units));
    if (step === place.step && unit === place.unit) return;
    this.#place = { ...place, step, unit };
    this.element.dataset.cell = `${place.layer} ${unit} ${step}`;
    this.on.moved(step, unit);
    this.refresh();
  }

  #key(event) {
    const move = MOVES[event.key];
    if (move) this.#move(...move);
    else if (event.key === "Escape") this.close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  stop() {
    this.close();
  }
}
