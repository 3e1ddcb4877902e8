// One unit at one step of time at close range: the cell's equations, gate by gate, with its numbers filled in.

import { make, write } from "./dom.js";
import { formula, sign } from "./math.js";
import { figure as short, say, told } from "./words.js";

export class CellBox {
  /** on: close(), step(across, down), silence() */
  constructor(on) {
    this.on = on;
    const button = (text, label, onclick) => make("button", { type: "button", class: "small", "aria-label": label, title: label, text, onclick });
    this.title = make("b");
    this.where = make("span", { class: "where" });
    this.switch = make("button", { type: "button", class: "small switch", onclick: () => on.silence() });
    const close = make("button", { type: "button", class: "close", "aria-label": say("Close"), title: say("Close"), text: "×", onclick: () => on.close() });
    const steps = make("span", { class: "steps" },
      button("‹", say("The step before"), () => on.step(-1, 0)), button("›", say("The next step"), () => on.step(1, 0)),
      button("↑", say("The unit above"), () => on.step(0, -1)), button("↓", say("The unit below"), () => on.step(0, 1)));
    this.lines = make("dl");
    this.pull = make("p", { class: "pull" });
    this.trouble = make("p", { class: "trouble", role: "status" });
    this.element = make("div", { class: "cell-box", role: "dialog", tabindex: -1 }, make("div", { class: "bar" }, this.title, this.where, steps, this.switch, close), this.lines, this.pull, this.trouble);
    this.element.hidden = true;
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Come up with nothing but its place; the lines follow. below: does it stand in the lower half? */
  open(below) {
    this.element.hidden = false;
    this.element.classList.toggle("below", below);
  }

  close() {
    this.element.hidden = true;
    this.lines.replaceChildren();
  }

  /** Where it is: title and words; on: is the unit heard? */
  place(title, where, on) {
    write(this.title, title);
    write(this.where, where);
    write(this.switch, on ? say("Silence this unit") : say("Let it speak again"));
    this.switch.setAttribute("aria-pressed", String(!on));
    this.element.setAttribute("aria-label", `${title}. ${where}`);
  }

  /** answer: of the ask `cell`; a refusal's sentence stands in its place. */
  show(answer, trouble = "") {
    write(this.trouble, trouble);
    if (!answer) return;
    this.lines.replaceChildren(...answer.lines.flatMap(({ label, formula: pieces }) => [make("dt", { text: told(label) }), make("dd", {}, set(pieces))]));
    const { pull } = answer;
    this.pull.hidden = !pull;
    if (!pull) return;
    const parts = [["h", pull.h], ["c", pull.c]].filter(([, value]) => value !== null && value !== undefined);
    this.pull.replaceChildren(say("How the loss changes with this state:"), ...parts.flatMap(([letter, value]) => {
      const text = short(value).replace("-", "−");
      return [" ", make("span", { class: "formula" }, "∂", make("i", { text: "L" }), " / ∂", make("i", { text: letter }), make("sub", { text: "t" }), " = ", make("b", { class: sign(text), text }))];
    }));
  }
}

/** A formula whose result, the last number after a "=", stands out. */
function set(pieces) {
  const last = pieces.at(-1);
  if (typeof last !== "string" || !/^[−\d.,e∞-]+$/.test(last.trim())) return formula(pieces);
  const element = formula(pieces.slice(0, -1));
  element.append(make("b", { class: sign(last.trim()), text: last }));
  return element;
}
