// One map at close range: its pixels as they are, and the window that lies on them.

import { make, write } from "./dom.js";
import { fill, pixels } from "./pictures.js";
import { ramp } from "./theme.js";
import { figure as short, say } from "./words.js";

export class View {
  /** on: moved(row, column, event), picked(row, column) or nothing. */
  constructor(name, on = {}) {
    this.on = on;
    this.caption = make("figcaption");
    this.canvas = pixels();
    this.window = make("i", { class: "window" });
    this.map = make("div", { class: `map ${name}`, role: "img" }, this.canvas, this.window);
    this.foot = make("small");
    this.element = make("figure", { class: "view" }, this.caption, this.map, this.foot);
    for (const kind of ["pointermove", "pointerdown", "click"]) this.map.addEventListener(kind, (event) => this.#pointed(event));
  }

  #pointed(event) {
    if (!this.rows || !this.on.moved) return;
    const box = this.map.getBoundingClientRect();
    const place = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    const row = place((event.clientY - box.top) / box.height, this.rows + 2 * this.padding) - this.padding;
    const column = place((event.clientX - box.left) / box.width, this.cols + 2 * this.padding) - this.padding;
    if (event.type === "click") this.on.picked?.(row, column);
    else this.on.moved(row, column, event);
  }

  /**
   * values(at) of rows x cols; range: of the strongest colour, or grey; side: pixels of the screen; window: {row, column, high, wide} in the map's own places, or null;
   * padding: zeros drawn around it.
   */
  draw({ values, rows, cols, range, grey = false, side, window, padding = 0, caption, label }) {
    Object.assign(this, { rows, cols, padding });
    const [high, wide] = [rows + 2 * padding, cols + 2 * padding];
    const colours = grey ? GREYS : ramp("--neg", "--zero", "--pos");
    const shade = grey ? (value) => Math.round(255 * value) : (value) => Math.round(128 + 127 * (value / (range || 1)));
    fill(this.canvas, high, wide, (at) => {
      const [row, column] = [Math.floor(at / wide) - padding, (at % wide) - padding];
      if (row < 0 || column < 0 || row >= rows || column >= cols) return colours[grey ? 0 : 128];
      return colours[Math.max(grey ? 0 : 1, Math.min(255, shade(values(row * cols + column))))];
    });
    const scale = side / Math.max(high, wide);
    Object.assign(this.map.style, { width: `${wide * scale}px`, height: `${high * scale}px` });
    this.map.style.setProperty("--pad", `${padding * scale}px`);
    this.map.classList.toggle("padded", padding > 0);
    this.window.hidden = !window;
    if (window) {
      const [left, top] = [(window.column + padding) * scale, (window.row + padding) * scale];
      Object.assign(this.window.style, { left: `${left}px`, top: `${top}px`, width: `${window.wide * scale}px`, height: `${window.high * scale}px` });
    }
    write(this.caption, caption);
    write(this.foot, grey ? say("black 0 to white 1") : `± ${short(range)}`);
    if (label && this.map.getAttribute("aria-label") !== label) this.map.setAttribute("aria-label", label);
  }
}

const GREYS = Uint32Array.from({ length: 256 }, (_, shade) => ((255 << 24) | (shade << 16) | (shade << 8) | shade) >>> 0);
