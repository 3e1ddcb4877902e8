// Small multiples on one canvas: a panel for each layer, in one row or several, each with its title; and what they share.

import { make, surface } from "./dom.js";
import { FONT, colour } from "./theme.js";
import { number, say, told } from "./words.js";

const LEFT = 40; // room for the scale's numbers
const GAP = 10;
const BOTTOM = 16; // the epochs
const NARROW = 84; // below this a panel is too narrow to be read, as long as another row has room
const LOW = 58;

/** A canvas with a readout over it and a sentence below it. Who extends it has repaint() and point(event). */
export class Multiples {
  constructor(kind, label) {
    this.surface = surface(label);
    const { canvas } = this.surface;
    this.readout = make("div", { class: "readout", hidden: true });
    this.caption = make("p", { class: "say" });
    this.element = make("div", { class: `stage ${kind}` }, canvas, this.readout, this.caption);
    canvas.addEventListener("refit", () => this.repaint());
    for (const name of ["pointermove", "pointerdown"]) canvas.addEventListener(name, (event) => this.point(event));
    canvas.addEventListener("pointerleave", () => (this.readout.hidden = true));
  }

  stop() {
    this.surface.stop();
  }
}

/** Places for `count` panels: {x, y, wide, high, last: in the lowest row, first: leftmost}, each under `top` pixels for its title. */
export function places(count, width, height, top) {
  let rows = 1;
  const across = (rows) => Math.ceil(count / rows);
  const wide = (rows) => (width - LEFT - GAP * (across(rows) - 1)) / across(rows);
  const high = (rows) => (height - BOTTOM) / rows - top - 4;
  while (rows < count && wide(rows) < NARROW && high(rows + 1) >= LOW - top) rows++;
  return Array.from({ length: count }, (_, at) => {
    const [row, column] = [Math.floor(at / across(rows)), at % across(rows)];
    return { x: LEFT + column * (wide(rows) + GAP), y: row * (high(rows) + top + 4) + top, wide: wide(rows), high: high(rows), first: !column, last: at + across(rows) >= count };
  });
}

/** A text as far as there is room for it. */
export function shortened(pen, text, wide) {
  if (pen.measureText(text).width <= wide) return text;
  let some = text;
  while (some && pen.measureText(`${some}…`).width > wide) some = some.slice(0, -1);
  return `${some.trimEnd()}…`;
}

/** The panel's title, as far as there is room for it; gives the width it took. */
export function title(pen, { x, y, wide }, text, above = 12) {
  pen.font = `11px ${FONT}`;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.fillStyle = colour("--text");
  const said = shortened(pen, text, wide);
  pen.fillText(said, x, y - above);
  return pen.measureText(said).width;
}

/** First and last epoch under a panel of the lowest row. */
export function ends(pen, { x, y, wide, high, last }, epochs) {
  if (!last || !epochs.length) return;
  pen.fillStyle = colour("--soft");
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  const [first, final] = [number(epochs[0]), number(epochs.at(-1), 1, 0)];
  if (pen.measureText(first + final).width + 8 < wide) pen.fillText(first, x, y + high + 9);
  pen.textAlign = "right";
  if (epochs.length > 1) pen.fillText(final, x + wide, y + high + 9);
}

/** A word of the scale, left of a panel. */
export function tick(pen, { x }, text, y) {
  pen.fillStyle = colour("--soft");
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  pen.fillText(text, x - 5, y);
}

/** The panel under a point, or undefined. */
export const under = (panels, { offsetX, offsetY }) => panels?.find(({ x, y, wide, high }) => offsetX >= x && offsetX <= x + wide && offsetY >= y - 16 && offsetY <= y + high);

/** Which moment is nearest to a place across a panel. */
export function nearest(epochs, share) {
  const wanted = epochs[0] + share * (epochs.at(-1) - epochs[0]);
  let at = 0;
  while (at + 1 < epochs.length && Math.abs(epochs[at + 1] - wanted) <= Math.abs(epochs[at] - wanted)) at++;
  return at;
}

/** Puts the readout over the picture, near `x`. */
export function placed(readout, x, width) {
  readout.style.left = `${Math.max(150, Math.min(width - 150, x))}px`;
  readout.style.top = "20px";
}

export const names = (layers) => layers.map(({ title: text }) => told(text));
