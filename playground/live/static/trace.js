// One example on its way through the network and back: every layer's numbers at a glance, one neuron opened with its formulas.

import { make, write } from "./dom.js";
import { formula, sign } from "./math.js";
import { fill, paint, pixels } from "./pictures.js";
import { ramp } from "./theme.js";
import { figure as short, number, say, told } from "./words.js";

const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class Trace {
  #part = "train"; // chosen for when the run stands between steps
  #index = {}; // of each part
  #asking = false;
  #asked = "";
  #shape = "";

  /** context: ask(name, params) -> promise */
  constructor(context) {
    this.context = context;
    this.layer = 1;
    this.unit = 0;
    this.weight = null;
    this.parts = make("select", { "aria-label": say("Example from"), onchange: () => this.#choose(this.parts.value) });
    this.place = make("input", { type: "number", min: 1, step: 1, value: 1, "aria-label": say("Number of the example"), onchange: () => this.#go(Number(this.place.value) - 1) });
    const step = (by, text, label) => make("button", { type: "button", "aria-label": label, title: label, text, onclick: () => this.#go(this.index + by) });
    this.of = make("span", { class: "of" });
    this.example = make("span", { class: "example" });
    this.bar = make("div", { class: "bar" }, this.parts, step(-1, "‹", say("Previous example")), this.place, step(1, "›", say("Next example")), this.of, this.example);
    this.glance = make("div", { class: "glance" });
    this.glance.addEventListener("keydown", (event) => this.#key(event));
    this.mode = make("p", { class: "mode" });
    this.opened = make("div", { class: "opened" });
    this.element = make("div", { class: "stage trace" }, this.bar, make("div", { class: "scroll" }, this.glance, this.opened, this.mode));
  }

  /** The part that is looked at: a step's own mini-batch as long as the run stands within one, unless another was chosen there. */
  get part() {
    return this.within && !this.elsewhere ? "batch" : this.#part;
  }

  get index() {
    return this.#index[this.part] ?? 0;
  }

  show(figure) {
    this.figure = figure;
    const within = figure.parts.some(({ name }) => name === "batch");
    if (within !== this.within) this.elsewhere = false;
    this.within = within;
    const names = figure.parts.map(({ name, title }) => `${name} ${told(title)}`).join();
    if (names !== this.names) {
      this.names = names;
      this.parts.replaceChildren(...figure.parts.map(({ name, title }) => make("option", { value: name, text: told(title) })));
    }
    this.#refresh();
  }

  /** Look at an example of a part: "train", "validation", "test" or "batch". */
  pick(part, index) {
    this.#index[part] = index;
    this.#choose(part);
  }

  #choose(part) {
    this.elsewhere = part !== "batch";
    if (this.elsewhere) this.#part = part;
    this.#refresh();
  }

  #go(index) {
    this.#index[this.part] = Number.isFinite(index) ? index : 0;
    this.#refresh();
  }

  #open(layer, unit) {
    Object.assign(this, { layer, unit, weight: null });
    this.#refresh();
  }

  /** Write what is chosen, within what there is, and ask for its numbers. */
  #refresh() {
    const chosen = this.figure?.parts.find(({ name }) => name === this.part) ?? this.figure?.parts[0];
    if (!chosen) return;
    const index = Math.max(0, Math.min(chosen.of - 1, Math.floor(this.index)));
    this.#index[chosen.name] = index;
    if (document.activeElement !== this.parts) this.parts.value = chosen.name;
    this.place.max = chosen.of;
    if (document.activeElement !== this.place || Number(this.place.value) !== index + 1) this.place.value = index + 1;
    write(this.of, say("of {count}", { count: number(chosen.of) }));
    const { units } = this.figure;
    this.layer = Math.min(this.layer, units.length);
    this.unit = Math.min(this.unit, units[this.layer - 1] - 1);
    this.#ask({ part: chosen.name, index, layer: this.layer, unit: this.unit, weight: this.weight });
  }

  /** One question at a time; what was chosen meanwhile is asked next. */
  async #ask(params) {
    this.#asked = JSON.stringify(params);
    if (this.#asking) return;
    this.#asking = true;
    try {
      const answer = await this.context.ask("trace", params);
      if (this.#asked === JSON.stringify(params)) this.#draw(answer);
    } catch {
      // refused or cut off, as when the step went on meanwhile: the next frame asks again
    } finally {
      this.#asking = false;
    }
    if (this.#asked !== JSON.stringify(params)) this.#ask(JSON.parse(this.#asked));
  }

  #draw(answer) {
    this.answer = answer;
    write(this.example, told(answer.example));
    write(this.mode, told(answer.mode));
    this.#columns(answer.columns);
    this.#formulas(answer.open);
  }

  /** All layers side by side; cells are written in place as long as the network has the same shape. */
  #columns(columns) {
    const shape = JSON.stringify(columns.map(({ title, heads, labels, of }) => [title, heads, labels, of]));
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.glance.replaceChildren(...columns.map((column, layer) => this.#column(column, layer)));
    }
    columns.forEach(({ values, picture }, layer) => {
      if (picture) paint(this.glance.children[layer].querySelector("canvas"), picture);
      const rows = this.glance.children[layer].querySelectorAll("tbody tr");
      values.forEach((cells, row) => {
        const places = rows[row].querySelectorAll("td");
        cells.forEach((text, at) => mark(places[at], text));
        const open = layer === this.layer && columns[layer].shown[row] === this.unit;
        rows[row].classList.toggle("open", open);
        const button = rows[row].querySelector("button");
        button?.setAttribute("aria-pressed", String(open));
        if (button) button.tabIndex = open ? 0 : -1;
      });
    });
  }

  #column({ title, heads, labels, shown, values, of, picture }, layer) {
    if (picture) return make("figure", {}, make("figcaption", { text: told(title) }), pixels(say("The example")));
    const caption = make("caption", { text: told(title) });
    if (of > shown.length) caption.append(make("small", { text: say("{shown} of {count} shown", { shown: shown.length, count: number(of) }) }));
    const head = make("tr", {}, make("th", {}), ...heads.map((pieces) => make("th", { scope: "col" }, formula(pieces))));
    const rows = shown.map((unit, row) => {
      const name = make("th", { scope: "row" }, layer ? this.#button(told(labels[row]), layer, unit, told(title)) : told(labels[row]));
      const line = make("tr", {}, name, ...values[row].map(() => make("td")));
      if (layer) line.addEventListener("click", () => this.#open(layer, unit));
      return line;
    });
    return make("table", { class: layer ? "" : "inputs" }, caption, make("thead", {}, head), make("tbody", {}, ...rows));
  }

  #button(text, layer, unit, title) {
    return make("button", { type: "button", "data-layer": layer, "data-unit": unit, "aria-label": say("{layer}, neuron {unit}", { layer: title, unit: unit + 1 }), text });
  }

  /** Arrow keys walk from neuron to neuron. */
  #key(event) {
    const move = MOVES[event.key];
    const buttons = [...this.glance.children].map((table) => [...table.querySelectorAll("button")]);
    const layer = buttons.findIndex((column) => column.includes(event.target));
    if (!move || layer < 0) return;
    event.preventDefault();
    const next = buttons[layer + move[0]]?.length ? layer + move[0] : layer;
    const row = buttons[layer].indexOf(event.target) + move[1];
    const button = buttons[next][Math.max(0, Math.min(buttons[next].length - 1, row))];
    button.focus();
    this.#open(Number(button.dataset.layer), Number(button.dataset.unit));
  }

  #formulas(open) {
    const held = document.activeElement?.closest?.(".opened tr")?.dataset.weight;
    const lines = (items) => make("dl", {}, ...items.flatMap(({ label, formula: pieces }) => [make("dt", { text: told(label) }), make("dd", {}, formula(pieces))]));
    const update = open.update
      ? [make("p", { class: "changes", text: told(open.update.title) }), make("div", { class: "formulas" }, ...open.update.formulas.map((pieces) => formula(pieces)))]
      : [];
    const pictures = open.pictures?.length ? [make("div", { class: "laid" }, ...open.pictures.map(laid))] : [];
    const weights = make("div", { class: "weights" }, ...pictures, this.#table(open), ...(open.gradient ? [lines(open.gradient)] : []), ...update);
    this.opened.replaceChildren(make("h4", { text: told(open.title) }), make("div", { class: "both" }, ...(open.lines.length ? [lines(open.lines)] : []), weights));
    if (held !== undefined) this.opened.querySelector(`tr[data-weight="${held}"] button`)?.focus();
  }

  /** The neuron's weights: each row opens its own update. */
  #table({ table, weight }) {
    const head = make("tr", {}, ...table.heads.map((pieces) => make("th", { scope: "col" }, formula(pieces))));
    const rows = table.rows.map((row) => {
      const open = row.weight === weight;
      const choose = () => {
        this.weight = row.weight;
        this.#refresh();
      };
      const name = weight === null ? formula(row.label) : make("button", { type: "button", "aria-pressed": String(open), onclick: choose }, formula(row.label));
      const cells = row.cells.map((text) => mark(make("td"), text));
      return make("tr", { "data-weight": row.weight, class: open ? "open" : "" }, make("th", { scope: "row" }, name), ...cells);
    });
    const inputs = table.rows.filter((row) => row.weight >= 0).length;
    const caption = inputs < table.of ? [make("caption", { text: say("The {shown} largest of {count}", { shown: inputs, count: number(table.of) }) })] : [];
    return make("table", {}, ...caption, make("thead", {}, head), make("tbody", {}, ...rows));
  }

  repaint() {
    if (this.answer) this.#draw(this.answer);
  }

  stop() {
    this.#asked = "";
  }
}

/** Numbers of pixels as the picture that they are of, with what its strongest colours stand for. */
function laid({ title, grey, shades, range }) {
  const canvas = pixels();
  const signs = ramp("--neg", "--zero", "--pos");
  if (grey) paint(canvas, grey);
  else fill(canvas, ...shades.dims, (at) => signs[shades.array[at]]);
  return make("figure", {}, make("figcaption", {}, formula(title), grey ? "" : ` ±${short(range)}`), canvas);
}

/** A number in its cell, coloured by its sign. */
function mark(cell, text) {
  write(cell, text);
  cell.className = sign(text);
  return cell;
}
