// What stands around the maps of gates: a title with the number under the cross hair, the switch that holds a gate, and the units' names, which silence.

import { make, write } from "./dom.js";
import { figure as short, number, say, told } from "./words.js";

const LEGIBLE = 8; // pixels of a unit's row below which only some are named

/** The name of a row as a sentence uses it: a forget gate is what it keeps. */
export const named = (row) => (row.also ? told(row.also) : told(row.title));

/** A gate is a number from 0 to 1; the candidate and the states have signs. */
const isGate = (row) => row.low >= 0;

export class Heads {
  #shape = "";

  /** on: hold(row, to), silence(unit), fit(row) */
  constructor(on) {
    this.on = on;
    this.heads = make("div", { class: "heads" });
    this.units = make("div", { class: "units" });
    this.units.addEventListener("keydown", (event) => this.#key(event));
    this.element = make("div", { class: "around" }, this.heads, this.units);
  }

  /** places: of gates_maps.js; range(row): what its strongest colour stands for. */
  show(figure, places, range, hand) {
    const { rows, shown } = figure;
    const lines = places.maps.filter(({ first }) => first).length;
    const shape = JSON.stringify([rows.map(({ name, title, also }) => [name, told(title), also && told(also)]), Array.from(shown), lines]);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.heads.replaceChildren(...rows.map((row) => this.#head(row)));
      this.units.replaceChildren(...Array.from({ length: lines }, (_, line) => make("div", {}, ...Array.from(shown, (unit) => this.#unit(unit, line)))));
    }
    rows.forEach((row, at) => this.#place(row, places, at, range(row), hand));
    places.maps.filter(({ first }) => first).forEach((map, line) => this.#column(this.units.children[line], figure, map, places.down, hand));
  }

  #head(row) {
    const name = row.also ? `${told(row.title)} · ${told(row.also)}` : told(row.title);
    const second = isGate(row) ? this.#switch(row, name) : make("button", { type: "button", class: "ends", onclick: () => this.on.fit(row.name) }, make("i", { class: "scale" }), make("span"));
    return make("div", { class: "head-of", "data-row": row.name }, make("p", {}, make("i", { text: row.letter }), make("span", { text: name, title: name })), make("div", { class: "second" }, second, make("b")));
  }

  #switch({ name }, title) {
    const choices = [[null, say("free"), say("{gate}: let it go", { gate: title })], [0, "0", say("{gate}: hold it at 0, shut", { gate: title })], [1, "1", say("{gate}: hold it at 1, open", { gate: title })]];
    const button = ([to, text, label]) => make("button", { type: "button", "data-to": String(to), "aria-label": label, title: label, text, onclick: () => this.on.hold(name, to) });
    return make("span", { class: "hold", role: "group", "aria-label": title }, ...choices.map(button));
  }

  #place(row, { maps, head: above }, at, range, hand) {
    const { x, y, wide } = maps[at];
    const head = this.heads.children[at];
    Object.assign(head.style, { left: `${x}px`, top: `${y - above}px`, width: `${wide}px` });
    const [second, value] = head.lastChild.children;
    write(value, hand ? number(row.values.array[hand.unit * row.values.dims[1] + hand.step], 2).replace(/^-(0[.,]00)$/, "$1") : "");
    head.classList.toggle("held", row.held !== null);
    if (!isGate(row)) return this.#ends(second, range, row.high);
    for (const button of second.children) button.setAttribute("aria-pressed", String(button.dataset.to === String(row.held)));
    return null;
  }

  /** What the strongest colours stand for. Where that is more than there is now, a click fits them again. */
  #ends(button, range, now) {
    write(button.lastChild, `± ${short(range)}`);
    const label = range > now ? say("Strongest colours: ± {range}, as large as it has been. Click to fit them to now, ± {now}", { range: short(range), now: short(now) }) : say("Strongest colours: ± {range}", { range: short(range) });
    button.disabled = range <= now;
    if (button.title === label) return null;
    button.title = label;
    return button.setAttribute("aria-label", label);
  }

  #unit(unit, line) {
    const button = make("button", { type: "button", tabindex: -1, "data-unit": unit, text: number(unit + 1), onclick: () => this.on.silence(unit) });
    if (line) button.setAttribute("aria-hidden", "true"); // the same units again, beside another row of maps
    return button;
  }

  #column(column, { shown, silent }, { y, high }, down, hand) {
    Object.assign(column.style, { top: `${y}px`, height: `${high}px`, fontSize: `${Math.max(8, Math.min(11, down + 1))}px` });
    const every = Math.ceil(LEGIBLE / down);
    shown.forEach((unit, at) => {
      const button = column.children[at];
      const off = silent.includes(unit);
      const label = off ? say("Unit {unit}, silenced. Click to let it speak again", { unit: unit + 1 }) : say("Unit {unit}. Click to silence it", { unit: unit + 1 });
      button.classList.toggle("off", off);
      button.classList.toggle("in-hand", at === hand?.unit);
      button.classList.toggle("small", hand && Math.abs(at - hand.unit) < every ? at !== hand.unit : at % every !== 0);
      button.setAttribute("aria-pressed", String(!off));
      if (button.title === label) return;
      button.title = label;
      button.setAttribute("aria-label", label);
    });
    if (![...column.children].some(({ tabIndex }) => tabIndex === 0) && !column.previousSibling) column.firstChild.tabIndex = 0;
  }

  /** Up and down go from unit to unit. */
  #key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const all = [...(this.units.firstChild?.children ?? [])];
    const at = all.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = all[(at + step + all.length) % all.length];
    all[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
