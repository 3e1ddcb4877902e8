// One number of a gate or state with the formula it comes from: a line beside the pointer, or all of the cell's as a card that stays.

import { make, write } from "./dom.js";
import { named } from "./gates_heads.js";
import { means, seen } from "./gates_maps.js";
import { formula, sign } from "./math.js";
import { figure as short, number, say, told } from "./words.js";

const RIM = 6;

/** "keep f = 0.93" and "step 7, unit 3, it read 'm'". */
export function words(figure, { row, unit, step }) {
  const { rows, shown, symbols, values, first } = figure;
  const one = rows[row];
  const value = number(one.values.array[unit * figure.length + step], 3);
  const place = { step: step - first + 1, unit: Number(shown[unit]) + 1 };
  const read = symbols ? `'${seen(symbols[step])}'` : values && Array.from({ length: values.dims[0] }, (_, channel) => short(values.array[channel * figure.length + step])).join(", ");
  const said = step < first ? say("before the sequence begins") : read ? say("it read {read}", { read }) : "";
  const where = step < first ? say("step {step}, unit {unit}: before the sequence begins", place) : read ? say("step {step}, unit {unit}, it read {read}", { ...place, read }) : say("step {step}, unit {unit}", place);
  return { name: named(one), letter: one.letter, value, where, said, mean: number(means(one.values)[step], 2) };
}

/** The line of the answer to `cell` that is about this row: it begins with the row's letter. */
const lineOf = (answer, letter) => answer.lines.find(({ formula: [begin] }) => begin?.i === letter);

/** What a formula ends with: "= 0.930" is "0.930". */
const result = ({ formula: pieces }) => (typeof pieces.at(-1) === "string" ? pieces.at(-1).split("=").at(-1).trim() : "");

export class Card {
  /** on: close() */
  constructor(on) {
    this.title = make("p", { class: "number" });
    this.where = make("p", { class: "where" });
    this.formula = make("p", { class: "line" });
    this.hint = make("div", { class: "readout cell" }, this.title, this.where, this.formula);
    this.hint.hidden = true;
    this.name = make("b");
    this.place = make("span", { class: "where" });
    this.lines = make("dl");
    this.pull = make("p", { class: "pull" });
    const close = make("button", { type: "button", class: "close", "aria-label": say("Close"), title: say("Close"), text: "×", onclick: () => on.close() });
    this.card = make("div", { class: "card", role: "group" }, make("div", { class: "bar" }, this.name, this.place, close), this.lines, this.pull);
    this.card.hidden = true;
  }

  hide() {
    this.hint.hidden = this.card.hidden = true;
  }

  /** answer: of the ask `cell` for this place, or null as long as there is none; at: where it belongs to, {x, y: of the lower edge}; width: of the stage. */
  show(figure, hand, answer, pinned, at, width) {
    const about = words(figure, hand);
    this.hint.hidden = pinned;
    this.card.hidden = !pinned || !answer;
    if (pinned) this.#pinned(about, answer);
    else this.#hint(about, answer);
    const box = pinned ? this.card : this.hint;
    const half = box.offsetWidth / 2;
    box.style.left = `${Math.max(half, Math.min(width - half, at.x))}px`;
    box.style.top = `${Math.max(at.y - box.offsetHeight - RIM, this.#highest(box))}px`;
  }

  /** As far up as the page's pictures go: what lies above them is not to be covered. */
  #highest(box) {
    const [pictures, stage] = [box.closest(".pictures"), box.offsetParent].map((one) => one?.getBoundingClientRect().top ?? 0);
    return pictures - stage;
  }

  #hint({ name, letter, value, where, mean }, answer) {
    const line = answer && lineOf(answer, letter);
    this.title.replaceChildren(`${name} `, make("i", { text: letter }), ` = ${(line && result(line)) || value}`); // an answer may be newer than the picture
    write(this.where, `${where} · ${say("mean of the units {mean}", { mean })}`);
    this.formula.hidden = !line;
    if (line) this.formula.replaceChildren(formula(line.formula));
  }

  #pinned({ letter, said }, answer) {
    if (!answer) return;
    write(this.name, told(answer.title));
    write(this.place, said);
    this.card.setAttribute("aria-label", `${told(answer.title)} ${said}`);
    const here = lineOf(answer, letter);
    this.lines.replaceChildren(...answer.lines.flatMap((line) => {
      const mark = line === here ? "here" : "";
      return [make("dt", { class: mark, text: told(line.label) }), make("dd", { class: mark }, formula(line.formula))];
    }));
    const { pull } = answer;
    this.pull.hidden = !pull;
    if (!pull) return;
    const part = (letter, value) => [make("span", { class: "formula" }, "∂", make("i", { text: "L" }), "/∂", make("i", { text: letter }), make("sub", { text: "t" }), " = "), make("span", { class: sign(minus(value)), text: minus(value) })];
    const parts = [part("h", pull.h), ...(pull.c === null || pull.c === undefined ? [] : [part("c", pull.c)])];
    this.pull.replaceChildren(say("How the loss changes with this state:"), " ", ...parts.flatMap((one, at) => (at ? [", ", ...one] : one)));
  }
}

const minus = (value) => short(value).replaceAll("-", "−");
