// A recurrent network unrolled in time, of the frame's example or of the viewer's own; a state opens the equations it comes from.

import { CellBox } from "./cell_box.js";
import { WAY } from "./chosen.js";
import { make, write } from "./dom.js";
import { Picture } from "./unrolled_picture.js";
import { flat, stateAt, xOf } from "./unrolled_places.js";
import { number, percent, say, told } from "./words.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const PARTS = ["test", "train"];

/** What the strongest colour of each layer stands for: it only grows as long as a run lasts. */
class Ranges {
  #largest = new Map();
  #of = "";

  take(figure, run) {
    const of = `${run} ${shape(figure)}`;
    if (of !== this.#of) this.#largest.clear();
    this.#of = of;
    for (const { number: layer, range } of figure.layers) this.#largest.set(layer, Math.max(range, this.#largest.get(layer) ?? 0));
  }

  of(layer) {
    return this.#largest.get(layer) ?? 1;
  }
}

const shape = ({ layers, length }) => `${length} ${layers.map(({ kind, units, both }) => `${kind} ${units} ${both}`).join()}`;

export class Unrolled {
  #hand = null; // {layer, at, row, unit, step}
  #theirs = false;

  /** context: chosen, ask(name, params), act(name, params) -> promises, run() */
  constructor(context) {
    this.context = context;
    this.ranges = new Ranges();
    this.picture = new Picture(this.ranges);
    const { canvas } = this.picture.surface;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", say("network"));
    this.scroll = make("div", { class: "across", onscroll: () => this.#tell() }, canvas);
    this.more = make("p", { class: "sideways", text: say("more steps: move it sideways") });
    this.tip = make("div", { class: "readout" });
    this.tip.hidden = true;
    this.box = new CellBox({
      ask: (params) => context.ask("cell", { ...this.#asked(), ...params }), toggle: (layer, unit, on) => context.act("unit", { layer, unit, on }),
      moved: (step, unit) => this.#moved(step, unit), closed: () => canvas.focus(),
    });
    this.element = make("div", { class: "stage unrolled" }, this.more, this.scroll, this.tip, this.box.element);
    this.tools = this.#tools();
    canvas.addEventListener("pointermove", (event) => this.#point(event));
    canvas.addEventListener("pointerdown", (event) => this.#point(event));
    canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && this.#hold(null));
    canvas.addEventListener("blur", () => this.#hold(null));
    canvas.addEventListener("click", (event) => {
      this.#point(event);
      this.#open();
    });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("refit", () => this.repaint());
    this.unwatch = context.chosen.watch((news) => this.#news(news));
  }

  /** Which example is shown: part, one before, its number, one after. */
  #tools() {
    this.part = make("select", { "aria-label": say("Examples of"), onchange: () => this.#choose(this.part.value, 0) }, ...PARTS.map((part) => make("option", { value: part, text: part === "test" ? say("test") : say("train") })));
    this.before = make("button", { type: "button", "aria-label": say("Example before"), text: "‹", onclick: () => this.#choose(this.part.value, this.index - 1) });
    this.after = make("button", { type: "button", "aria-label": say("Next example"), text: "›", onclick: () => this.#choose(this.part.value, this.index + 1) });
    this.place = make("span", { class: "place" });
    return make("span", { class: "chooser examples" }, this.part, this.before, this.place, this.after);
  }

  #choose(part, index) {
    const of = this.shown.example.part === part ? this.shown.example.of : Infinity;
    this.context.chosen.set({ part, index: (index + of) % of || 0 }, WAY);
  }

  #asked() {
    const example = this.#theirs ? this.context.chosen.example : null;
    return example ? { example } : this.shown?.example?.part ? { example: { part: this.shown.example.part, index: this.shown.example.index } } : {};
  }

  show(figure) {
    this.own = figure;
    const { chosen } = this.context;
    const theirs = chosen.example && !figure.phase && (chosen.figure ?? (this.#theirs && shape(this.shown) === shape(figure) ? this.shown : null));
    this.#turn(theirs || figure, Boolean(theirs));
  }

  #news({ example, figure }) {
    if (!this.own) return;
    if (!example) this.#turn(this.own, false);
    else if (figure && !this.own.phase) this.#turn(figure, true);
  }

  #turn(figure, theirs) {
    if (this.shown && (shape(this.shown) !== shape(figure) || this.shown.first !== figure.first)) {
      this.#hold(null);
      this.box.close();
    }
    this.#theirs = theirs;
    this.shown = figure;
    this.ranges.take(figure, this.context.run());
    this.#example();
    this.#describe();
    this.repaint();
    this.box.refresh();
  }

  #example() {
    const { part, index, typed, of } = this.shown.example;
    this.index = index ?? 0;
    if (part && PARTS.includes(part)) this.part.value = part;
    const yours = typed !== null && typed !== undefined;
    write(this.place, yours ? say("yours") : say("{number} of {of}", { number: this.index + 1, of }));
    this.place.title = say("Which example is shown");
  }

  repaint() {
    if (!this.shown) return;
    const { canvas } = this.picture.surface;
    const wide = Math.max(this.picture.least(this.shown, this.scroll.clientWidth), this.scroll.clientWidth);
    if (canvas.style.width !== `${wide}px`) canvas.style.width = `${wide}px`;
    this.picture.draw(this.shown, this.#hand, this.scroll.clientWidth);
    this.more.hidden = this.scroll.scrollWidth <= this.scroll.clientWidth + 1;
    this.#tell();
  }

  #describe() {
    const { answers, layers, length, first, phase, input } = this.shown;
    const named = say("Network of {count} layers, unrolled over {steps} steps.", { count: layers.length, steps: length - first });
    const read = input.symbols ? say("It reads {signs}.", { signs: Array.from(input.symbols).slice(first, first + 40).join("") }) : "";
    const last = answers.said.length - 1;
    const verdict = answers.classes
      ? answers.said[last] < 0 ? "" : say("It says {name}: {share}", { name: told(answers.classes[answers.said[last]]), share: percent(answers.shares.array[last * answers.shares.dims[1]]) })
      : say("It says {value}.", { value: number(answers.said[last], 2) });
    const keys = say("Arrow keys go from state to state, Enter opens one, Delete silences its unit.");
    const label = [named, read, verdict, keys].filter(Boolean).join(" ");
    const { canvas } = this.picture.surface;
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    Object.assign(this.element.dataset, {
      layers: layers.length, steps: length - first, said: answers.said[last] ?? "", phase: phase?.name ?? "", step: phase?.step ?? "", theirs: String(this.#theirs), silent: layers.map(({ silent }) => silent.length).join(" "),
    });
  }

  // -- a state in hand

  #point({ offsetX, offsetY }) {
    this.#hold(this.picture.places ? stateAt(this.picture.places, offsetX, offsetY) : null);
  }

  #hold(hand) {
    const same = JSON.stringify(hand) === JSON.stringify(this.#hand);
    this.#hand = hand;
    this.picture.surface.canvas.style.cursor = hand && this.#opens(hand) ? "pointer" : "";
    if (!same) this.repaint();
  }

  #opens({ at }) {
    return this.shown.layers[at].kind !== "dense";
  }

  #tell() {
    const hand = this.#hand;
    this.tip.hidden = !hand || this.box.isOpen;
    if (!hand || !this.shown) return;
    const layer = this.shown.layers[hand.at];
    const value = layer.states.array[hand.row * layer.states.dims[1] + (flat(layer) ? 0 : hand.step)];
    const { symbols } = this.shown.input;
    const back = layer.both && hand.unit >= layer.units;
    const unit = (back ? hand.unit - layer.units : hand.unit) + 1;
    const where = back ? say("unit {unit}, backward", { unit }) : say("unit {unit}", { unit });
    const parts = [where, say("step {step}", { step: hand.step - this.shown.first + 1 }), ...(symbols ? [say("it read {read}", { read: `'${symbols[hand.step]}'` })] : [])];
    this.tip.replaceChildren(make("b", { text: number(value, 3) }), ` ${parts.join(" · ")}`);
    const { steps, bands } = this.picture.places;
    const band = bands.find((one) => one.layer && one.at === hand.at);
    const x = xOf(steps, hand.step) + steps.wide / 2 - this.scroll.scrollLeft;
    const half = this.tip.offsetWidth / 2;
    this.tip.style.left = `${Math.max(half + 2, Math.min(this.scroll.clientWidth - half - 2, x))}px`;
    const y = band.top + hand.row * band.row;
    this.tip.style.top = `${y > 40 ? y - 30 : y + band.row + 8}px`;
  }

  #open() {
    const hand = this.#hand;
    if (!hand || !this.#opens(hand)) return;
    const layer = this.shown.layers[hand.at];
    const back = layer.both && hand.unit >= layer.units;
    this.box.open({ layer: hand.layer, unit: back ? hand.unit - layer.units : hand.unit, step: hand.step, backward: back, title: told(layer.title), units: layer.units, first: this.shown.first, length: this.shown.length });
    this.#tell();
  }

  /** The box went to another place: the hand goes along, where that unit is drawn. */
  #moved(step, unit) {
    const hand = this.#hand;
    if (!hand) return;
    const layer = this.shown.layers[hand.at];
    const wanted = layer.both && hand.unit >= layer.units ? unit + layer.units : unit;
    const row = Array.from(layer.shown).findIndex((one) => Number(one) === wanted);
    this.#hold({ ...hand, step, unit: wanted, row: row < 0 ? hand.row : row });
  }

  #key(event) {
    const { figure: _, shown } = this;
    if (!shown) return;
    const move = MOVES[event.key];
    if (move) {
      event.preventDefault();
      return this.#walk(...move);
    }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#open();
    } else if ((event.key === "Delete" || event.key === "Backspace") && this.#hand && this.#opens(this.#hand)) {
      event.preventDefault();
      const layer = shown.layers[this.#hand.at];
      const silent = Array.from(layer.silent).map(Number).includes(this.#hand.unit);
      this.context.act("unit", { layer: this.#hand.layer, unit: this.#hand.unit % layer.units, on: silent });
    } else if (event.key === "Escape") this.#hold(null);
  }

  #walk(down, right) {
    const { layers, first, length } = this.shown;
    if (!layers.length) return;
    const hand = this.#hand ?? { at: 0, row: -down, step: first - right };
    let { at, row, step } = hand;
    row += down;
    if (row < 0 && at > 0) row = layers[--at].shown.length - 1;
    else if (row >= layers[at].shown.length && at < layers.length - 1) [at, row] = [at + 1, 0];
    row = Math.max(0, Math.min(layers[at].shown.length - 1, row));
    step = flat(layers[at]) ? length - 1 : Math.max(first, Math.min(length - 1, step + right));
    this.#hold({ layer: layers[at].number, at, row, unit: Number(layers[at].shown[row]), step });
    this.#tell();
  }

  stop() {
    this.unwatch();
    this.box.stop();
    this.picture.surface.stop();
  }
}
