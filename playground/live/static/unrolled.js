// A recurrent network unrolled in time: what it reads, every layer's state at each step, and what it says; of the frame's example, or of the viewer's own.

import { CellBox } from "./cell_box.js";
import { WAY } from "./chosen.js";
import { make, write } from "./dom.js";
import { answer, verdict } from "./unrolled_answer.js";
import { ExampleChooser } from "./unrolled_chooser.js";
import { Picture, about } from "./unrolled_picture.js";
import { placeAt, rowTop } from "./unrolled_places.js";
import { readAt } from "./unrolled_read.js";
import { number, say, told } from "./words.js";

const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], Home: [-Infinity, 0], End: [Infinity, 0] };
const SIDEWAYS = 24; // pixels of the picture that may be cut off before it is said

/** What the strongest colour of each layer stands for: it only grows as long as a run lasts, so that a colour goes on meaning the same. */
class Ranges {
  #largest = new Map();
  #of = "";

  take({ layers }, run) {
    const of = `${run} ${layers.map(({ kind, units }) => `${kind} ${units}`)}`;
    if (of !== this.#of) this.#largest.clear();
    this.#of = of;
    for (const { number: layer, range } of layers) if (Number.isFinite(range)) this.#largest.set(layer, Math.max(range, this.#largest.get(layer) ?? 0));
  }

  of(layer) {
    return this.#largest.get(layer) || 1;
  }
}

const shape = ({ layers, length }) => `${length} ${layers.map(({ kind, units, shown, both }) => `${kind} ${units} ${shown.length} ${both}`)}`;

export class Unrolled {
  #hand = null; // the number in hand: {band, row, step}
  #asking = false;
  #gone = false;

  /** context: chosen (of chosen.js), ask(name, params), act(name, params) -> promises, run() */
  constructor(context) {
    this.context = context;
    this.ranges = new Ranges();
    this.picture = new Picture(this.ranges);
    const { canvas } = this.picture.surface;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", say("network"));
    this.chooser = new ExampleChooser((example) => context.chosen.set(example, WAY));
    this.tools = this.chooser.element;
    this.readout = make("div", { class: "readout", role: "status", "aria-live": "polite", hidden: true });
    this.more = make("p", { class: "sideways", text: say("more steps: move it sideways") });
    this.scroll = make("div", { class: "across", onscroll: () => this.#sideways() }, canvas);
    this.box = new CellBox({ close: () => this.#shut(), step: (across, down) => this.#walk(across, down), silence: () => this.#silence() });
    this.element = make("div", { class: "stage unrolled" }, this.more, this.scroll, this.readout, this.box.element);
    for (const name of ["pointermove", "pointerdown"]) canvas.addEventListener(name, (event) => this.#point(event));
    canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && !this.box.isOpen && this.#hold(null));
    canvas.addEventListener("click", (event) => {
      if (this.box.isOpen) this.#hold(this.#under(event));
      else this.#point(event);
      this.#open();
    });
    canvas.addEventListener("blur", ({ relatedTarget }) => this.box.isOpen || this.element.contains(relatedTarget) || this.#hold(null));
    canvas.addEventListener("refit", () => this.repaint());
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.unwatch = context.chosen.watch(() => this.own && this.#turn());
  }

  show(figure) {
    this.own = figure;
    this.#turn();
  }

  /** Draws the viewer's own example; the frame's where there is none, and within a step through time, which is about its own. */
  #turn() {
    const { example, figure } = this.context.chosen;
    const theirs = example && !this.own.phase && (figure ?? (this.theirs && shape(this.shown) === shape(this.own) ? this.shown : null));
    const next = theirs || this.own;
    if (this.shown && shape(this.shown) !== shape(next)) this.#drop();
    this.theirs = Boolean(theirs);
    this.shown = next;
    if (this.#hand?.step < next.first) this.#hand.step = next.first;
    this.ranges.take(next, this.context.run());
    this.chooser.show(next.example);
    this.#describe();
    this.repaint();
    this.#ask();
  }

  repaint() {
    if (!this.shown) return;
    const { shown, scroll } = this;
    const { canvas } = this.picture.surface;
    const wide = Math.max(this.picture.least(shown, scroll.clientWidth), scroll.clientWidth);
    if (canvas.style.width !== `${wide}px`) canvas.style.width = `${wide}px`;
    this.picture.draw(shown, this.#hand, scroll.clientWidth);
    this.#sideways();
    this.#tell();
  }

  /** Says that there is more at the right, as long as there is. */
  #sideways() {
    const { scrollWidth, scrollLeft, clientWidth } = this.scroll;
    this.more.hidden = scrollWidth <= clientWidth;
    const cut = scrollWidth - scrollLeft - clientWidth >= SIDEWAYS;
    this.more.classList.toggle("end", !cut);
    this.scroll.classList.toggle("cut", cut);
  }

  #describe() {
    const { layers, length, first, answers, phase } = this.shown;
    const parts = [say("A network unrolled over {count} steps", { count: length - first }), ...layers.map((layer) => about(layer).map(([text]) => text).join(", "))];
    const found = verdict(answers);
    parts.push(`${say("It says {name}", { name: answer(answers) })}${found ? `, ${found[0]}` : ""}`);
    const keys = say("Arrow keys go from step to step and from unit to unit, Enter opens the equations, Delete silences a unit.");
    const label = `${parts.join(". ")}. ${keys}`;
    const { canvas } = this.picture.surface;
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    const at = phase?.step === null || phase?.step === undefined ? "" : ` ${phase.step}`;
    Object.assign(this.element.dataset, {
      steps: length - first, layers: layers.length, said: answers.classes ? Array.from(answers.said).join(" ") : Array.from(answers.said, (one) => number(one, 3)).join(" "),
      phase: phase ? `${phase.name}${at}` : "", silent: layers.map(({ silent }) => Array.from(silent).join(" ")).join("/"),
    });
  }

  // -- a number in hand

  #under({ offsetX, offsetY }) {
    return this.picture.places ? placeAt(this.picture.places, offsetX, offsetY) : null;
  }

  #point(event) {
    if (!this.box.isOpen) this.#hold(this.#under(event));
  }

  #hold(hand) {
    const before = this.#hand;
    if (before?.band === hand?.band && before?.row === hand?.row && before?.step === hand?.step) return;
    this.#hand = hand;
    this.picture.surface.canvas.style.cursor = hand && this.#cell() ? "pointer" : "";
    this.repaint();
    if (this.box.isOpen) this.#ask();
  }

  #drop() {
    this.#hand = null;
    this.box.close();
  }

  /** The recurrent unit in hand: {layer, unit, backward, key: its number among those silenced}, or null. */
  #cell() {
    const layer = this.shown?.layers[this.#hand?.band];
    if (!layer || layer.kind === "dense") return null;
    const key = Number(layer.shown[this.#hand.row]);
    return { layer, unit: key % layer.units, backward: key >= layer.units, key };
  }

  /** What the number in hand says, beside it. */
  #tell() {
    const hand = this.#hand;
    const { places } = this.picture;
    const { dataset } = this.element;
    dataset.hand = hand ? (hand.band < 0 ? `0 ${hand.step}` : `${hand.band + 1} ${this.shown.layers[hand.band].shown[hand.row]} ${hand.step}`) : "";
    if (this.box.isOpen) this.#place();
    this.readout.hidden = !hand || this.box.isOpen;
    if (this.readout.hidden || !places) return;
    write(this.readout, this.#words(hand));
    const y = hand.band < 0 ? places.read.top + places.read.high : rowTop(places.bands[hand.band], hand.row) + places.bands[hand.band].row;
    const half = this.readout.offsetWidth / 2 + 2;
    const { clientWidth, scrollLeft, offsetTop } = this.scroll;
    this.readout.style.left = `${Math.max(half, Math.min(clientWidth - half, places.x(hand.step) - scrollLeft))}px`;
    const low = offsetTop + y + 8;
    this.readout.style.top = `${low + this.readout.offsetHeight > this.element.clientHeight ? offsetTop + y - places.read.high - this.readout.offsetHeight : low}px`;
  }

  #words({ band, row, step }) {
    const { shown } = this;
    const read = readAt(shown, step);
    const where = say("step {step} of {count}", { step: step - shown.first + 1, count: shown.length - shown.first });
    if (band < 0) return `${where} · ${read}`;
    const layer = shown.layers[band];
    const [, cols] = layer.states.dims;
    const key = Number(layer.shown[row]);
    const value = number(layer.states.array[row * cols + Math.min(cols - 1, step)], 3).replace("-", "−");
    const place = { layer: layer.number, unit: (key % layer.units) + 1, value };
    const said = layer.kind === "dense" ? say("layer {layer}, unit {unit}: {value}", place) : key >= layer.units ? say("layer {layer}, unit {unit} that reads backward: {value}", place) : say("layer {layer}, unit {unit}: {value}", place);
    return layer.kind === "dense" ? said : `${said} · ${where} · ${read}${layer.silent.includes(key) ? ` · ${say("silenced")}` : ""}`;
  }

  #key(event) {
    if (!this.shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const { canvas } = this.picture.surface;
    if (event.key === "Escape") {
      if (!this.#hand && !this.box.isOpen) return;
      event.stopPropagation();
      if (this.box.isOpen) this.#shut();
      else this.#hold(null);
      return;
    }
    const own = event.target === canvas || event.target === this.box.element;
    if (event.key in MOVES) this.#walk(...MOVES[event.key]);
    else if (own && (event.key === "Enter" || event.key === " ")) this.#open();
    else if (["Delete", "Backspace"].includes(event.key)) this.#silence();
    else return;
    event.preventDefault();
  }

  /** From step to step; up and down go on from band to band. */
  #walk(across, down) {
    const { layers, first, length } = this.shown;
    const now = this.#hand ?? { band: -1, row: 0, step: across < 0 ? length : first - (across > 0 ? 1 : 0) };
    let { band, row, step } = now;
    step = Math.max(first, Math.min(length - 1, step + across));
    row += down;
    if (row < 0 || (band < 0 && down < 0)) {
      const above = Math.max(this.box.isOpen ? 0 : -1, band - 1);
      row = above === band || above < 0 ? 0 : layers[above].shown.length - 1;
      band = above;
    } else if (row >= (layers[band]?.shown.length ?? 1)) {
      const below = layers[band + 1];
      if (below && !(this.box.isOpen && below.kind === "dense")) [band, row] = [band + 1, 0];
      else row -= 1;
    }
    if (layers[band]?.kind === "dense") step = length - 1;
    this.#hold({ band, row, step });
    const { clientWidth, scrollWidth } = this.scroll;
    if (scrollWidth > clientWidth) this.scroll.scrollLeft = this.picture.places.x(step) - clientWidth / 2;
  }

  // -- the close-up

  #open() {
    if (!this.#cell()) return;
    const { places } = this.picture;
    const { top, high } = places.bands[this.#hand.band];
    this.box.open(top + high / 2 < (places.read.top + places.bottom) / 2 || places.bands.length === 1);
    this.repaint();
    this.#ask();
    this.box.element.focus({ preventScroll: true });
  }

  #shut() {
    this.box.close();
    this.picture.surface.canvas.focus({ preventScroll: true });
    this.repaint();
  }

  #place() {
    const cell = this.#cell();
    if (!cell) return;
    const { layer, unit, backward, key } = cell;
    const { step } = this.#hand;
    const { shown } = this;
    const title = backward ? say("{title}, unit {unit}, reading backward", { title: told(layer.title), unit: unit + 1 }) : say("{title}, unit {unit}", { title: told(layer.title), unit: unit + 1 });
    const where = [say("step {step} of {count}", { step: step - shown.first + 1, count: shown.length - shown.first }), readAt(shown, step)].filter(Boolean).join(" · ");
    this.box.place(title, where, !layer.silent.includes(key));
  }

  /** Params of the ask `cell`, or null. */
  get #params() {
    const cell = this.box.isOpen && this.#cell();
    if (!cell) return null;
    const { typed, part, index } = this.shown.example;
    return { layer: cell.layer.number, unit: cell.unit, step: this.#hand.step, backward: cell.backward, example: typed === null || typed === undefined ? { part, index } : { typed } };
  }

  /** The equations of the number in hand, asked again with each frame. One question at a time; what was chosen meanwhile is asked next. */
  async #ask() {
    const params = this.#params;
    if (!params || this.#asking || this.#gone) return;
    const key = JSON.stringify(params);
    const fresh = () => !this.#gone && key === JSON.stringify(this.#params);
    this.#asking = true;
    try {
      const answer = await this.context.ask("cell", params);
      if (fresh()) this.box.show(answer);
    } catch ({ messages = [] }) {
      if (fresh() && messages.length) this.box.show(null, messages.map(told).join(" "));
    } finally {
      this.#asking = false;
    }
    if (!this.#gone && this.#params && !fresh()) this.#ask();
  }

  /** Silences the unit in hand, or lets it speak again; frames tell it, too. */
  async #silence() {
    const cell = this.#cell();
    if (!cell) return;
    const { layer, unit, key } = cell;
    const on = layer.silent.includes(key);
    const done = await this.context.act("unit", { layer: layer.number, unit, on });
    if (!done || this.#gone) return;
    const both = layer.both ? [unit, unit + layer.units] : [unit];
    layer.silent = on ? Array.from(layer.silent).filter((one) => !both.includes(one)) : [...layer.silent, ...both];
    if (this.theirs) this.context.chosen.refresh();
    this.#describe();
    this.repaint();
    this.#ask();
  }

  stop() {
    this.#gone = true;
    this.unwatch();
    this.picture.stop();
  }
}
