// The gates and states of one layer for one example, while it learns: heat maps under one cross hair, each number with its formula, and gates to hold.

import { make, surface, write } from "./dom.js";
import { Card, words } from "./gates_card.js";
import { Heads, named } from "./gates_heads.js";
import { Maps, means } from "./gates_maps.js";
import { number, say, told } from "./words.js";

const REST = 70; // ms a pointer rests before its formula is asked for
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0] };

/** What the strongest colour of each row's states stands for, and how high its line of means goes: both only grow as long as a run lasts, so that they go on meaning the same, unless a hand fits them. */
class Ranges {
  #largest = new Map();
  #of = "";

  take({ layer, kind, units, backward, rows }, run) {
    const of = `${run} ${layer} ${kind} ${units} ${backward}`;
    if (of !== this.#of) this.#largest.clear();
    this.#of = of;
    for (const { name, low, high, values } of rows) {
      this.#grow(name, high);
      if (low < 0) this.#grow(`mean ${name}`, means(values).reduce((most, one) => Math.max(most, Math.abs(one)), 0.05 * high));
    }
  }

  /** Begin anew with what a row is now. */
  fit(row) {
    this.#largest.set(row.name, row.high);
  }

  #grow(name, value) {
    this.#largest.set(name, Math.max(value, this.#largest.get(name) ?? 0));
  }

  of({ name }) {
    return this.#largest.get(name) || 1;
  }

  mean({ name }) {
    return this.#largest.get(`mean ${name}`) || 1;
  }
}

export class Gates {
  #layer = null; // chosen, or null: the frame's own
  #backward = false;
  #hand = null; // {row, unit, step}: by their places in the figure
  #pinned = false;
  #found = null; // the numbers of a cell: {key, figure: as it was then, answer}
  #asking = { gates: false, cell: false };
  #rest = 0;
  #gone = false;

  /** context: chosen, ask(name, params), act(name, params) -> promises, run() */
  constructor(context) {
    this.context = context;
    this.ranges = new Ranges();
    this.surface = surface(say("Gates"));
    this.maps = new Maps(this.surface, this.ranges);
    this.heads = new Heads({ hold: (name, to) => this.#hold(name, to), silence: (unit) => this.#silence(unit), fit: (name) => this.#fit(name) });
    this.card = new Card({ close: () => this.#drop() });
    this.layers = make("select", { "aria-label": say("Layer"), onchange: () => this.#turnTo(Number(this.layers.value), this.#backward) });
    this.ways = make("select", { "aria-label": say("Direction"), onchange: () => this.#turnTo(this.#layer, this.ways.value === "backward") },
      make("option", { value: "forward", text: say("reads forward →") }), make("option", { value: "backward", text: say("reads backward ←") }));
    const shades = make("span", { class: "key" }, make("span", { text: say("shut") }), make("i", { class: "open" }), make("span", { text: say("open") }));
    this.note = make("span");
    this.caption = make("div", { class: "say" }, shades, this.note, make("span", { class: "choices" }, this.layers, this.ways));
    const { canvas } = this.surface;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    this.element = make("div", { class: "stage gates" }, make("div", { class: "field" }, canvas, this.heads.element, this.card.hint), this.card.card, this.caption);
    canvas.addEventListener("refit", () => this.repaint());
    canvas.addEventListener("pointermove", (event) => this.#pinned || this.#take(this.maps.at(event), REST));
    canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && !this.#pinned && this.#take(null));
    canvas.addEventListener("click", (event) => this.#click(event));
    canvas.addEventListener("blur", ({ relatedTarget }) => this.element.contains(relatedTarget) || this.#pinned || this.#take(null));
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && !this.#hand && this.figure && this.#take({ row: 0, unit: 0, step: this.figure.first }));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.unwatch = context.chosen.watch(({ example }) => this.#look(example));
    this.example = context.chosen.example;
  }

  /** The viewer chose another example, or null: the frame's own. */
  #look(example) {
    if (example === this.example) return;
    this.example = example;
    if (this.frame) this.show(this.frame);
  }

  show(figure) {
    this.frame = figure;
    this.#choices(figure);
    if (this.#wanted()) this.#refresh();
    else this.#turn(figure);
  }

  /** The layers there are, and whether the one that is shown reads both ways. */
  #choices({ layers, layer }) {
    const shape = JSON.stringify(layers.map(({ number: at, title }) => [at, told(title)]));
    if (shape !== this.shape) {
      this.shape = shape;
      this.layers.replaceChildren(...layers.map(({ number: at, title }) => make("option", { value: at, text: say("Layer {number}: {kind}", { number: at, kind: told(title) }) })));
    }
    if (!layers.some(({ number: at }) => at === this.#layer)) this.#layer = null;
    const now = layers.find(({ number: at }) => at === (this.#layer ?? layer));
    if (!now?.both) this.#backward = false;
    this.layers.hidden = layers.length < 2;
    this.ways.hidden = !now?.both;
    this.layers.value = String(this.#layer ?? layer);
    this.ways.value = this.#backward ? "backward" : "forward";
  }

  #turnTo(layer, backward) {
    this.#layer = layer;
    this.#backward = backward;
    this.#drop();
    if (this.frame) this.show(this.frame);
  }

  /** What has to be asked for, as frames do not show it; null where they do. */
  #wanted() {
    const { frame, example } = this;
    const layer = this.#layer ?? frame.layer;
    if (layer === frame.layer && this.#backward === frame.backward && !example) return null;
    return { layer, backward: this.#backward, ...(example ? { example } : {}) };
  }

  /** Asks for what was chosen, as the network has learned since. One question at a time; what was chosen meanwhile is asked next. */
  async #refresh() {
    const params = this.#wanted();
    if (!params || this.#asking.gates || this.#gone) return;
    const key = JSON.stringify(params);
    this.#asking.gates = true;
    try {
      const figure = await this.context.ask("gates", params);
      if (!this.#gone && key === JSON.stringify(this.#wanted())) this.#turn(figure);
    } catch {
      // refused or cut off: the next frame asks again
    } finally {
      this.#asking.gates = false;
    }
    if (!this.#gone && key !== JSON.stringify(this.#wanted())) this.show(this.frame);
  }

  #turn(given) {
    const before = this.figure;
    const figure = { ...given, rows: [...given.rows].sort((a, b) => (b.name === "forget") - (a.name === "forget")) }; // what is kept comes first
    const other = before && (before.layer !== figure.layer || before.rows.length !== figure.rows.length || before.length !== figure.length || before.shown.length !== figure.shown.length);
    if (other) this.#drop();
    this.figure = figure;
    this.ranges.take(figure, this.context.run());
    this.#describe();
    this.repaint();
    this.#ask();
  }

  repaint() {
    if (!this.figure) return;
    const { figure } = this;
    this.maps.draw(figure, this.#hand);
    const { places } = this.maps;
    if (!places) return;
    this.heads.show(figure, places, (row) => this.ranges.of(row), this.#hand);
    this.#tell();
  }

  #describe() {
    const { layers, layer, units, shown, rows, silent, example, backward } = this.figure;
    const title = say("Layer {number}: {kind}", { number: layer, kind: told(layers.find(({ number: at }) => at === layer)?.title) });
    const parts = [];
    if (example.typed !== null && example.typed !== undefined) parts.push(say("Your own example"));
    else parts.push({ test: say("Example {number} of {of} in the test part", counted(example)), train: say("Example {number} of {of} in the training part", counted(example)), validation: say("Example {number} of {of} in the validation part", counted(example)) }[example.part] ?? "");
    if (shown.length < units) parts.push(say("{shown} of {count} units shown", { shown: shown.length, count: units }));
    if (backward) parts.push(say("this direction reads from the end"));
    const note = parts.filter(Boolean).join(" · ");
    write(this.note, note);
    const held = rows.filter((row) => row.held !== null);
    const said = [`${say("Gates")}, ${title}`, note, ...held.map((row) => say("{gate} held at {to}", { gate: named(row), to: row.held })), ...(silent.length ? [say("{count} units silenced", { count: silent.length })] : [])];
    const label = `${said.join(", ")}. ${say("Arrow keys move the cross hair, letters choose a map, Enter opens the formulas, Delete silences the unit.")}`;
    const { canvas } = this.surface;
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    this.element.classList.toggle("few", rows.length < 2);
    Object.assign(this.element.dataset, {
      layer, backward: String(backward), rows: rows.map(({ name }) => name).join(" "), held: held.map((row) => `${row.name}:${row.held}`).join(" "), silent: Array.from(silent).join(" "),
    });
  }

  // -- a number in hand

  /** rest: how long it has to stay in hand until its formula is asked for. */
  #take(hand, rest = 0) {
    if (this.#same(hand)) return;
    this.#hand = hand;
    this.surface.canvas.style.cursor = hand ? "crosshair" : "";
    this.repaint();
    clearTimeout(this.#rest);
    if (hand) this.#rest = setTimeout(() => this.#ask(), rest);
  }

  /** Lets go of the number and closes the card. */
  #drop() {
    this.#pinned = false;
    this.#take(null);
    this.#tell();
  }

  #click(event) {
    const hand = this.maps.at(event);
    if (!hand) return this.#drop();
    const same = this.#same(hand);
    if (this.#pinned && same) return this.#drop();
    if (same || event.pointerType === "mouse" || this.#pinned) this.#pinned = true; // a finger first points, then opens
    this.#take(hand);
    return this.#tell();
  }

  #same(hand) {
    return this.#name(hand) === this.#name(this.#hand) && hand?.row === this.#hand?.row;
  }

  /** A cell's name among all, whichever gate of it is in hand. */
  #name(hand) {
    return hand ? JSON.stringify(this.#params(hand)) : "";
  }

  /** Params of the ask `cell` for a place. */
  #params({ unit, step }) {
    const { layer, shown, backward, example } = this.figure;
    const { typed, part, index } = example;
    return { layer, unit: Number(shown[unit]), step, backward, example: typed === null || typed === undefined ? { part, index } : { typed } };
  }

  /** The formula of the number in hand. One question at a time, the newest wins; each frame asks again. */
  async #ask() {
    if (!this.#hand || this.#asking.cell || this.#gone) return;
    const key = this.#name(this.#hand);
    const { figure } = this;
    if (this.#found?.key === key && this.#found.figure === figure) return;
    this.#asking.cell = true;
    try {
      const answer = await this.context.ask("cell", JSON.parse(key));
      this.#found = { key, figure, answer };
      if (!this.#gone) this.#tell();
    } catch {
      // refused or cut off: the number stands without its formula, and the next frame asks again
    } finally {
      this.#asking.cell = false;
    }
    if (!this.#gone && this.#hand && key !== this.#name(this.#hand)) this.#ask();
  }

  #tell() {
    const { places } = this.maps;
    const hand = this.#hand;
    const data = this.element.dataset;
    data.pinned = String(this.#pinned);
    if (!hand || !places) {
      data.hand = "";
      return this.card.hide();
    }
    const row = this.figure.rows[hand.row];
    data.hand = `${row.name} ${this.figure.shown[hand.unit]} ${hand.step}`;
    const { x, y } = places.maps[hand.row];
    const found = this.#found?.key === this.#name(hand) ? this.#found.answer : null;
    const last = this.#pinned && this.#found ? this.#found.answer : found; // an open card keeps its lines until the next are there
    const top = Math.min(...places.maps.map((map) => map.y).filter((one) => this.#pinned || one === y)) - places.head;
    return this.card.show(this.figure, hand, found ?? last, this.#pinned, { x: x + (hand.step + 0.5) * places.across, y: top }, this.surface.fit().width);
  }

  #key(event) {
    const { canvas } = this.surface;
    if (event.key === "Escape" && this.#hand) {
      event.stopPropagation();
      return this.#drop();
    }
    if (event.target !== canvas || !this.figure || event.ctrlKey || event.metaKey || event.altKey) return null;
    const { rows, length, shown } = this.figure;
    const now = this.#hand ?? { row: 0, unit: 0, step: this.figure.first };
    const letter = rows.findIndex((row) => row.letter === event.key);
    if (event.key in MOVES) {
      const [across, down] = MOVES[event.key];
      const within = (value, most) => Math.max(0, Math.min(most - 1, value));
      this.#take({ ...now, step: within(now.step + across, length), unit: within(now.unit + down, shown.length) }, REST);
    } else if (letter >= 0) this.#take({ ...now, row: letter });
    else if (event.key === "Enter" || event.key === " ") {
      this.#pinned = !this.#pinned;
      this.#take(now);
      this.#tell();
    } else if (["Delete", "Backspace"].includes(event.key) && this.#hand) this.#silence(Number(shown[now.unit]));
    else return null;
    return event.preventDefault();
  }

  // -- what a hand does to the run

  /** The strongest colour of a row's states is what they reach now. */
  #fit(name) {
    this.ranges.fit(this.figure.rows.find((row) => row.name === name));
    this.repaint();
  }

  /** Holds a gate of all units at 0 or 1, or lets it go; frames tell it, too. */
  async #hold(name, to) {
    const { layer, rows } = this.figure;
    if (rows.find((row) => row.name === name)?.held === to) return;
    if (await this.context.act("gate", { layer, gate: name, to, unit: null })) this.#again(layer, (figure) => ({ ...figure, rows: figure.rows.map((row) => (row.name === name ? { ...row, held: to } : row)) }));
  }

  async #silence(unit) {
    const { layer, silent } = this.figure;
    const on = silent.includes(unit);
    if (await this.context.act("unit", { layer, unit, on })) this.#again(layer, (figure) => ({ ...figure, silent: on ? Array.from(figure.silent).filter((one) => one !== unit) : [...figure.silent, unit] }));
  }

  /** Shows at once what was done, until the next frame or answer does. */
  #again(layer, changed) {
    if (this.#gone || this.figure.layer !== layer) return;
    this.#turn(changed(this.figure));
    this.#refresh();
  }

  stop() {
    this.#gone = true;
    clearTimeout(this.#rest);
    this.unwatch();
    this.surface.stop();
  }
}

const counted = ({ index, of }) => ({ number: number(index + 1), of: number(of) });
