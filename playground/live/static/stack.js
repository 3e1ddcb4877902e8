// A convolutional network at three distances: all of it, one layer, one number; of the frame's picture, or of the viewer's own.

import { make } from "./dom.js";
import { Glass } from "./stack_glass.js";
import { Whole } from "./stack_network.js";
import { percent, say, told } from "./words.js";
import { Zoom } from "./zoom.js";

const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const SIDEWAYS = 24; // pixels of the network that may be cut off before it is said

/** What the strongest colour of each layer stands for: it only grows as long as a run lasts, so that a colour goes on meaning the same. */
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

const shape = ({ layers }) => layers.map(({ kind, shape: sides }) => `${kind} ${sides}`).join();

export class Stack {
  #hand = null; // the node in hand: {column, at}
  #found = null; // its numbers: {key, answer}
  #asking = false;
  #theirs = false; // is the viewer's own picture shown?

  /** context: chosen (of chosen.js), ask(name, params), act(name, params) -> promises, run() */
  constructor(context) {
    this.context = context;
    this.ranges = new Ranges();
    this.whole = new Whole(this.ranges);
    this.glass = new Glass(this.ranges);
    const { canvas } = this.whole.surface;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", say("network"));
    this.chip = make("p", { class: "chip" }, make("span", { text: say("your picture") }), make("button", { type: "button", text: say("back to the first test picture"), onclick: () => context.chosen.set(null) }));
    this.more = make("p", { class: "sideways", text: say("more layers: move it sideways") });
    this.scroll = make("div", { class: "across", onscroll: () => this.#sideways() }, canvas);
    this.zoom = new Zoom({
      ask: (params) => context.ask("layer", { image: this.image, ...params }), figure: () => this.shown, range: (layer) => this.ranges.of(layer),
      toggle: (layer, unit) => this.#toggle(layer, unit), left: (layer, unit) => this.#left(layer, unit), told: (data) => Object.assign(this.element.dataset, data),
    });
    this.element = make("div", { class: "stage stack", "data-level": "network" }, this.more, this.scroll, this.chip, this.glass.element, this.zoom.element);
    canvas.addEventListener("pointermove", (event) => this.#point(event));
    canvas.addEventListener("pointerdown", (event) => this.#point(event));
    canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.#hold(null));
    canvas.addEventListener("click", (event) => {
      this.#point(event);
      this.#open();
    });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.#hold(null));
    canvas.addEventListener("refit", () => this.repaint());
    this.unwatch = context.chosen.watch((news) => this.#news(news));
  }

  /** `image` params of what is shown. */
  get image() {
    const { part, index } = this.own.picture;
    return (this.#theirs && this.context.chosen.image) || { part, index };
  }

  show(figure) {
    this.own = figure;
    const { chosen } = this.context;
    const theirs = chosen.image && (chosen.figure ?? (this.#theirs && shape(this.shown) === shape(figure) ? this.shown : null));
    this.#turn(theirs || figure, Boolean(theirs));
  }

  #news({ image, figure }) {
    if (!image && this.own) this.#turn(this.own, false);
    else if (figure && this.own) this.#turn(figure, true);
  }

  /** Another figure to draw: `theirs` is the viewer's own picture. */
  #turn(figure, theirs) {
    if (this.shown && shape(this.shown) !== shape(figure)) {
      this.#hold(null);
      this.zoom.close();
    }
    if (theirs !== this.#theirs) this.#found = null;
    this.#theirs = theirs;
    this.shown = figure;
    this.ranges.take(figure, this.context.run());
    this.chip.hidden = !theirs;
    this.#describe();
    this.repaint();
    this.zoom.refresh();
    this.#ask();
  }

  repaint() {
    if (!this.shown) return;
    const { shown, scroll } = this;
    const { canvas } = this.whole.surface;
    const wide = Math.max(this.whole.least(shown, scroll.clientWidth), scroll.clientWidth);
    if (canvas.style.width !== `${wide}px`) canvas.style.width = `${wide}px`;
    const key = this.#name(this.#hand);
    this.whole.draw(shown, this.#hand, this.#found?.key === key ? this.#found.answer : null, scroll.clientWidth);
    this.chip.style.top = `${this.whole.below ?? 0}px`;
    this.#sideways();
    this.#tell();
    this.zoom.repaint();
  }

  /** Says that there is more at the right, as long as there is. */
  #sideways() {
    const { scrollWidth, scrollLeft, clientWidth } = this.scroll;
    this.more.hidden = this.zoom.isOpen || scrollWidth <= clientWidth;
    const cut = scrollWidth - scrollLeft - clientWidth >= SIDEWAYS;
    this.more.classList.toggle("end", !cut);
    this.scroll.classList.toggle("cut", cut);
  }

  #describe() {
    const { answer, layers } = this.shown;
    const { classes, said, probabilities } = answer;
    const named = say("Network of {count} layers.", { count: layers.length });
    const verdict = said === null ? "" : say("It says {name}: {share}", { name: told(classes[said]), share: percent(probabilities[said]) });
    const keys = say("Arrow keys go from map to map, Enter opens one, Delete switches a filter off and on.");
    const label = `${named} ${verdict}. ${keys}`;
    const { canvas } = this.whole.surface;
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    this.element.dataset.said = said ?? "";
  }

  // -- a map in hand

  #point(event) {
    this.at = { x: event.offsetX, y: event.offsetY };
    this.#hold(this.whole.node(event));
  }

  #hold(node) {
    const hand = node && { column: node.column, at: node.at };
    const other = this.#name(hand) !== this.#name(this.#hand);
    this.#hand = hand;
    this.whole.surface.canvas.style.cursor = node && node.column ? "pointer" : "";
    if (!other) return this.#tell();
    if (this.shown) this.repaint();
    this.#ask();
  }

  /** A node's name among all: "3 5" is layer 3, unit 5; "0 0" is the picture. */
  #name(hand) {
    const node = hand && this.whole.places?.columns[hand.column]?.nodes[hand.at];
    return node ? `${node.column} ${node.unit}` : "";
  }

  get #node() {
    return this.#hand && this.whole.places?.columns[this.#hand.column]?.nodes[this.#hand.at];
  }

  /** The numbers of the map in hand, for the signs of its lines and its value under the pointer. One question at a time. */
  async #ask() {
    const node = this.#node;
    if (!node?.column || this.#asking || this.zoom.isOpen) return;
    const key = this.#name(this.#hand);
    this.#asking = true;
    try {
      const answer = await this.context.ask("layer", { image: this.image, layer: node.column, unit: node.unit });
      this.#found = { key, answer };
      this.repaint();
    } catch {
      // refused or cut off: the lines go without signs, and the next frame asks again
    } finally {
      this.#asking = false;
    }
    if (this.#name(this.#hand) !== key) this.#ask();
  }

  /** What the map in hand says, beside it. */
  #tell() {
    const node = this.#node;
    const { element } = this;
    if (this.zoom.isOpen) return this.glass.hide();
    Object.assign(element.dataset, { layer: node?.column || "", unit: node?.column ? node.unit : "" });
    if (!node) return this.glass.hide();
    const shift = this.scroll.scrollLeft;
    const found = this.#found?.key === this.#name(this.#hand) ? this.#found.answer : null;
    const keyed = this.whole.surface.canvas.matches(":focus-visible") && !this.at;
    this.glass.show({ figure: this.shown, node, at: keyed ? null : this.at, found, keyed }, { left: node.x - shift, width: element.clientWidth, height: element.clientHeight });
  }

  #key(event) {
    const { columns } = this.whole.places ?? {};
    if (!columns) return;
    const node = this.#node;
    if (event.key === "Escape") return this.#hold(null);
    if (event.key === "Enter" || event.key === " ") this.#open();
    else if (["Delete", "Backspace"].includes(event.key) && node?.column) this.#toggle(node.column, node.unit);
    else if (event.key in MOVES) this.#walk(columns, ...MOVES[event.key]);
    else return;
    event.preventDefault();
  }

  #walk(columns, across, down) {
    this.at = null;
    const now = this.#hand ?? { column: across < 0 ? columns.length : -1, at: down < 0 ? 1 : down > 0 ? -1 : 0 };
    let column = now.column < 0 && !across ? 0 : now.column;
    do column = Math.max(0, Math.min(columns.length - 1, column + across));
    while (!columns[column].nodes.length);
    const before = columns[now.column]?.nodes;
    const { nodes } = columns[column];
    const at = across && before ? Math.round((now.at / Math.max(1, before.length - 1)) * (nodes.length - 1)) : Math.max(0, now.at + down);
    this.#hold(nodes[Math.min(nodes.length - 1, at)]);
    const { x } = this.#node;
    if (this.scroll.scrollWidth > this.scroll.clientWidth) this.scroll.scrollLeft = x - this.scroll.clientWidth / 2;
  }

  #open() {
    const node = this.#node;
    if (!node?.column) return;
    const layer = this.shown.layers[node.column - 1];
    this.scroll.hidden = this.more.hidden = true;
    this.glass.hide();
    this.zoom.open(layer.number, node.unit, this.chip);
  }

  /** Back from the zoom: its map is in hand again. */
  #left(layer, unit) {
    this.scroll.hidden = false;
    this.element.insertBefore(this.chip, this.glass.element);
    this.at = null;
    const node = this.whole.places?.columns[layer]?.nodes.find((one) => one.unit === unit);
    this.whole.surface.canvas.focus({ preventScroll: true });
    this.#hold(node ?? null);
  }

  #toggle(layer, unit) {
    const on = this.shown.layers[layer - 1].on;
    if (on) return this.context.act("filter", { layer, unit, on: !on[unit] });
    return null;
  }

  stop() {
    this.unwatch();
    this.zoom.stop();
    this.whole.stop();
  }
}
