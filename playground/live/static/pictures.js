// Pictures out of arrays, a canvas pixel for each of their pixels, and sheets of them. Pictures themselves are grey or have their own colours: never tinted.

import { make, write } from "./dom.js";
import { rgb, word } from "./theme.js";

/** A canvas whose pixels stay sharp however large it is shown; `label` is what it says to those who do not see it. */
export function pixels(label = "") {
  return make("canvas", label ? { class: "pixels", role: "img", "aria-label": label } : { class: "pixels", "aria-hidden": "true" });
}

/** Write (rows, cols) words of colour onto a canvas; word(at) is a little-endian RGBA word. */
export function fill(canvas, rows, cols, at) {
  if (canvas.width !== cols) canvas.width = cols;
  if (canvas.height !== rows) canvas.height = rows;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(cols, rows);
  const words = new Uint32Array(image.data.buffer);
  for (let pixel = 0; pixel < words.length; pixel++) words[pixel] = at(pixel);
  pen.putImageData(image, 0, 0);
}

/** Picture `at` of `grey`: {array, dims} with dims (..., channels, rows, cols), uint8, channel after channel; one channel is grey, three are red, green, blue. */
export function paint(canvas, { array, dims }, at = 0) {
  const [channels, rows, cols] = dims.slice(-3);
  const area = rows * cols;
  const from = at * channels * area;
  const [green, blue] = channels === 3 ? [area, 2 * area] : [0, 0];
  fill(canvas, rows, cols, (pixel) => ((255 << 24) | (array[from + blue + pixel] << 16) | (array[from + green + pixel] << 8) | array[from + pixel]) >>> 0);
}

/** 256 words for shades (128 is 0): from `low` over clear to `high`, as a veil over a picture; `depth` is how little shows through at the strongest. */
export function veil(low, high, depth = 0.92) {
  const ends = [low, high].map(rgb);
  return Uint32Array.from({ length: 256 }, (_, at) => {
    const share = Math.max(-1, (at - 128) / 127);
    const alpha = Math.round(255 * depth * Math.abs(share) ** 0.75); // weak ones are to be seen, too
    return ((word(ends[share < 0 ? 0 : 1]) & 0xffffff) | (alpha << 24)) >>> 0;
  });
}

/** A sheet of pictures as buttons with lines of text below; tiles are kept between frames. */
export class Tiles {
  /** pick(tile): one was clicked. */
  constructor(pick) {
    this.pick = pick;
    this.element = make("div", { class: "tiles" });
  }

  /** tiles: [{pictures, at, lines: [text], label, ...}], drawn in their order; `chosen(tile)` marks one. */
  show(tiles, chosen = () => false) {
    this.tiles = tiles;
    const { element } = this;
    while (element.children.length > tiles.length) element.lastChild.remove();
    while (element.children.length < tiles.length) element.append(this.#tile(element.children.length));
    tiles.forEach((tile, at) => {
      const button = element.children[at];
      const [canvas, ...lines] = button.children;
      paint(canvas, tile.pictures, tile.at);
      lines.forEach((line, row) => {
        write(line, tile.lines[row] ?? "");
        line.hidden = !tile.lines[row];
      });
      if (button.getAttribute("aria-label") !== tile.label) button.setAttribute("aria-label", tile.label);
      button.title = tile.label;
      button.setAttribute("aria-pressed", String(chosen(tile)));
    });
  }

  #tile(at) {
    return make("button", { type: "button", class: "tile", onclick: () => this.pick(this.tiles[at]) }, pixels(), make("b"), make("span"), make("span"));
  }
}

/** Are two `image` params the same example of the data, however it was moved or spoiled? */
export const same = (image, part, index) => Boolean(image && image.part === part && image.index === index);
