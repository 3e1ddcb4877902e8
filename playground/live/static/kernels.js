// The filters of the first convolutions: each as the small picture it looks for, a tile a channel. One can be switched off.

import { make, write } from "./dom.js";
import { fill, pixels } from "./pictures.js";
import { mixed, ramp, rgb } from "./theme.js";
import { figure as short, number, say, told } from "./words.js";

const GAP = 6; // pixels between filters, and their frames
const LARGEST = 9; // pixels of the screen for one weight
const DEEP = 3; // more channels than these stand in two rows
const TALL = 240; // pixels that a layer may take where the page scrolls
const READABLE = 0.55; // a share of the range from which a number on its colour is light

export class Filters {
  /** context: act(name, params) -> promise of the answer, null where it was refused */
  constructor(context) {
    this.context = context;
    this.layers = make("div", { class: "layers" });
    this.readout = make("div", { class: "readout kernel", hidden: true });
    this.words = make("p", { class: "say", text: say("Each tile is a filter's weights: green looks for light, purple for dark. Click one to switch it off or on.") });
    this.element = make("div", { class: "stage filters" }, this.layers, this.readout, this.words);
    this.watch = new ResizeObserver(() => this.repaint());
    this.watch.observe(this.layers);
    this.layers.addEventListener("pointerleave", () => this.#look(null));
    this.layers.addEventListener("keydown", (event) => this.#key(event));
  }

  show(figure) {
    this.figure = figure;
    const shape = JSON.stringify(figure.layers.map(({ name, title, kernels }) => [name, told(title), kernels.dims]));
    if (shape !== this.shape) {
      this.shape = shape;
      this.layers.replaceChildren(...figure.layers.map((layer, at) => this.#block(layer, at)));
      this.#look(null);
    }
    this.repaint();
  }

  #block({ kernels: { dims } }, at) {
    const tiles = make("div", { class: "kernels" }, ...Array.from({ length: dims[0] }, (_, unit) => this.#filter(at, unit)));
    return make("div", { class: dims[1] > 1 ? "block deep" : "block" }, make("p", { class: "count" }, make("b"), make("span")), tiles);
  }

  #filter(at, unit) {
    const button = make("button", { type: "button", class: "filter", "data-unit": unit, onclick: () => this.#switch(at, unit) }, pixels());
    button.addEventListener("pointermove", ({ offsetX, offsetY }) => this.#look({ at, unit, channel: this.#channel(at, offsetX, offsetY) }));
    button.addEventListener("focus", () => button.matches(":focus-visible") && this.#look({ at, unit, channel: 0 }));
    button.addEventListener("blur", () => this.#look(null));
    return button;
  }

  /** Switches a filter off or on; what it is now comes back, and with each frame. */
  async #switch(at, unit) {
    const { number: layer, on } = this.figure.layers[at];
    const answer = await this.context.act("filter", { layer, unit, on: !on[unit] });
    if (!answer) return;
    this.figure.layers[at]?.on.fill(answer.on ? 1 : 0, unit, unit + 1);
    this.repaint();
  }

  /** How a filter's channels lie: {down, across, side} in tiles and weights a side. */
  #grid(at) {
    const [, channels, side] = this.figure.layers[at].kernels.dims;
    const down = channels <= DEEP ? channels : 2;
    return { down, across: Math.ceil(channels / down), side, channels };
  }

  /** Whole pixels of the screen for a weight, as many as let all filters of the block be seen. */
  #scale(block, at) {
    const { down, across, side } = this.#grid(at);
    const box = block.lastChild;
    const free = getComputedStyle(this.layers).flexDirection === "column"; // on a phone: under each other, as high as they need
    const [width, height] = [box.clientWidth, free ? TALL : this.layers.clientHeight - block.firstChild.offsetHeight];
    const count = box.children.length;
    for (let scale = LARGEST; scale > 2; scale--) {
      const [wide, high] = [across, down].map((tiles) => scale * (tiles * (side + 1) - 1) + GAP);
      if (Math.ceil(count / Math.max(1, Math.floor(width / wide))) * high <= height) return scale;
    }
    return 2;
  }

  repaint() {
    if (!this.figure) return;
    const colours = ramp("--neg", "--zero", "--pos");
    this.figure.layers.forEach((layer, at) => {
      const block = this.layers.children[at];
      const [title, range] = block.firstChild.children;
      write(title, told(layer.title));
      const { channels } = this.#grid(at);
      const shown = layer.kernels.dims[0];
      write(range, channels > 1 ? say("± {range} · {channels} channels each", { range: short(layer.range), channels }) : say("± {range}", { range: short(layer.range) }));
      const scale = this.#scale(block, at);
      for (let unit = 0; unit < shown; unit++) this.#tile(block.lastChild.children[unit], layer, at, unit, scale, colours);
    });
    this.#tell();
  }

  #tile(button, { kernels: { array }, on }, at, unit, scale, colours) {
    const { down, across, side, channels } = this.#grid(at);
    const [rows, cols] = [down, across].map((tiles) => tiles * (side + 1) - 1);
    const canvas = button.firstChild;
    fill(canvas, rows, cols, (pixel) => {
      const [row, col] = [Math.floor(pixel / cols), pixel % cols];
      const channel = Math.floor(row / (side + 1)) * across + Math.floor(col / (side + 1));
      const [y, x] = [row % (side + 1), col % (side + 1)];
      return y === side || x === side || channel >= channels ? 0 : colours[array[((unit * channels + channel) * side + y) * side + x]];
    });
    Object.assign(canvas.style, { width: `${cols * scale}px`, height: `${rows * scale}px` });
    button.dataset.scale = scale;
    button.classList.toggle("off", !on[unit]);
    button.setAttribute("aria-pressed", String(Boolean(on[unit])));
    const name = on[unit] ? say("Filter {unit}, on", { unit: unit + 1 }) : say("Filter {unit}, off", { unit: unit + 1 });
    if (button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
  }

  #channel(at, x, y) {
    const { down, across, side, channels } = this.#grid(at);
    const scale = Number(this.layers.children[at].querySelector("button").dataset.scale);
    const [column, row] = [[x, across], [y, down]].map(([place, tiles]) => Math.max(0, Math.min(tiles - 1, Math.floor(place / (scale * (side + 1))))));
    return Math.min(channels - 1, row * across + column);
  }

  /** Arrow keys go from filter to filter. */
  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const all = [...this.layers.querySelectorAll("button")];
    const at = all.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    all[(at + step + all.length) % all.length].focus();
  }

  /** {at, unit, channel}: that one is shown large, with its numbers. */
  #look(place) {
    this.place = place;
    this.#tell();
  }

  #tell() {
    const { place } = this;
    this.readout.hidden = !place;
    if (!place || !this.figure) return;
    const { kernels, range, on, title } = this.figure.layers[place.at];
    const [, channels, side] = kernels.dims;
    const values = { layer: told(title), unit: place.unit + 1, channel: place.channel + 1, of: channels };
    const name = channels > 1 ? say("{layer}, filter {unit}, channel {channel} of {of}", values) : say("{layer}, filter {unit}", values);
    const ends = ["--zero", "--neg", "--pos"].map(rgb);
    const cells = Array.from({ length: side * side }, (_, at) => {
      const share = Math.max(-1, (kernels.array[(place.unit * channels + place.channel) * side * side + at] - 128) / 127);
      const back = mixed(ends[0], ends[share < 0 ? 1 : 2], Math.abs(share)).map(Math.round);
      return make("span", { style: `background:rgb(${back.join()});color:${Math.abs(share) > READABLE ? "var(--bg)" : "var(--text)"}`, text: number(share * range, 2) });
    });
    this.readout.replaceChildren(make("b", { text: on[place.unit] ? name : `${name} · ${say("switched off")}` }), make("div", { class: "numbers", style: `grid-template-columns:repeat(${side}, 1fr)` }, ...cells));
    const button = this.layers.children[place.at].lastChild.children[place.unit];
    const [outer, inner] = [this.element, button].map((one) => one.getBoundingClientRect());
    const wide = this.readout.offsetWidth / 2;
    this.readout.style.left = `${Math.max(wide, Math.min(outer.width - wide, inner.left + inner.width / 2 - outer.left))}px`;
    this.readout.style.top = `${inner.top - outer.top - this.readout.offsetHeight - 6}px`;
  }

  stop() {
    this.watch.disconnect();
  }
}
