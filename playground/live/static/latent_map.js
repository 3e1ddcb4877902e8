// The space of latent numbers on a canvas: what the decoder makes of each place, the examples in their classes' colours, the cloud of the one in hand.

import { Atlas } from "./dom.js";
import { classToken } from "./plane.js";
import { colour, faded } from "./theme.js";

const RIM = 8; // pixels free around the map
const DOT = 3.2;

export class LatentMap {
  #atlas = new Atlas();

  /** surface: of dom.js */
  constructor(surface) {
    this.surface = surface;
  }

  /** Take a figure: as families/autoencoder/latent.py has it. */
  set figure(figure) {
    this.shown = figure;
    this.line = figure.latent === 1;
    const { array, dims: [count, axes] } = figure.places;
    this.spots = Array.from({ length: count }, (_, at) => (this.line ? [array[at], this.#row(figure.true[at], figure.index[at])] : [array[axes * at], array[axes * at + 1]]));
  }

  /** Upward on a map that is a line: a band for each class, spread a little within it. */
  #row(own, index) {
    const { reach, classes } = this.shown;
    const within = ((index * 0.618) % 1) * 0.7 + 0.15;
    return reach * (1 - (2 * (own + within)) / classes.length);
  }

  #fit() {
    const { width, height } = this.surface.fit();
    const side = Math.max(0, Math.min(width, height) - 2 * RIM);
    const across = this.line ? Math.max(0, width - 2 * RIM) : side;
    this.box = { left: (width - across) / 2, top: (height - side) / 2, across, side };
    return { width, height };
  }

  /** Where a place lies, in pixels; those beyond stand at the rim. */
  onto([x, y]) {
    const { left, top, across, side } = this.box;
    const [u, v] = [x, y].map((one) => Math.max(-1, Math.min(1, one / this.shown.reach)));
    return [left + ((u + 1) / 2) * across, top + ((1 - v) / 2) * side];
  }

  /** The place at a pixel, kept on the map; one number where it is a line. */
  from(px, py) {
    const { left, top, across, side } = this.box;
    const share = (at, size) => Math.max(0, Math.min(1, at / size));
    const x = (2 * share(px - left, across) - 1) * this.shown.reach;
    return this.line ? [x] : [x, (1 - 2 * share(py - top, side)) * this.shown.reach];
  }

  /** The example within reach of a pixel, or -1. */
  nearest(px, py, within) {
    let [best, least] = [-1, within];
    this.spots?.forEach((spot, at) => {
      const [x, y] = this.onto(spot);
      const far = Math.hypot(x - px, y - py);
      if (far < least) [best, least] = [at, far];
    });
    return best;
  }

  /** look: {tiles: are the decoded pictures drawn, spots: the examples}; held: {at: place in hand, deviation: (k,) of its cloud or null, index: of the test example in hand or null}. */
  draw(look, held) {
    const { pen } = this.surface;
    const { width, height } = this.#fit();
    if (!this.shown || !width || !height) return;
    const { left, top, across, side } = this.box;
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = colour("--panel");
    pen.fillRect(left, top, across, side);
    if (look.tiles && this.shown.grid) this.#tiles(pen);
    else this.#cross(pen);
    if (look.spots) this.#spots(pen, held.index);
    if (this.shown.batch) this.#batch(pen);
    this.#hand(pen, held);
    pen.strokeStyle = faded("--soft", 0.5);
    pen.lineWidth = 1;
    pen.strokeRect(left - 0.5, top - 0.5, across + 1, side + 1);
  }

  #tiles(pen) {
    const { pictures, rows, cols } = this.shown.grid;
    const { array, dims } = pictures;
    const [channels, high, wide] = dims.slice(-3);
    const [area, row] = [high * wide, cols * wide];
    const [green, blue] = channels === 3 ? [area, 2 * area] : [0, 0];
    const sheet = this.#atlas.paint(row, rows * high, (at) => {
      const [x, y] = [at % row, Math.floor(at / row)];
      const from = (Math.floor(y / high) * cols + Math.floor(x / wide)) * channels * area + (y % high) * wide + (x % wide);
      return ((255 << 24) | (array[from + blue] << 16) | (array[from + green] << 8) | array[from]) >>> 0;
    });
    const { left, top, across, side } = this.box;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(sheet, left, top, across, rows === 1 ? Math.min(side, across / cols) : side);
  }

  /** The middle, where nothing else shows it. */
  #cross(pen) {
    const [x, y] = this.onto([0, 0]);
    const { left, top, across, side } = this.box;
    pen.strokeStyle = colour("--line");
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(left, y);
    pen.lineTo(left + across, y);
    pen.moveTo(x, top);
    pen.lineTo(x, top + side);
    pen.stroke();
  }

  #spots(pen, held) {
    const { index, true: own } = this.shown;
    pen.lineWidth = 1;
    pen.strokeStyle = colour("--bg");
    this.spots.forEach((spot, at) => {
      pen.fillStyle = colour(classToken(own[at]));
      disc(pen, this.onto(spot), index[at] === held ? DOT + 2 : DOT);
      pen.fill();
      pen.stroke();
    });
  }

  /** Of the step under way: from each cloud's middle to what was drawn from it. */
  #batch(pen) {
    const { array, dims: [count, , axes] } = this.shown.batch;
    const at = (n, which) => this.onto(axes === 1 ? [array[2 * n + which], 0] : [array[(2 * n + which) * 2], array[(2 * n + which) * 2 + 1]]);
    for (const [ink, width] of [[colour("--bg"), 3.5], [colour("--text"), 1.4]]) {
      pen.strokeStyle = ink;
      pen.lineWidth = width;
      for (let n = 0; n < count; n++) {
        pen.beginPath();
        pen.moveTo(...at(n, 0));
        pen.lineTo(...at(n, 1));
        pen.stroke();
        disc(pen, at(n, 1), 3.5);
        pen.stroke();
      }
    }
  }

  /** The place in hand, and how wide its example's cloud is: one deviation each way. Drawn twice, so that it is seen on black and on white. */
  #hand(pen, { at, deviation }) {
    const middle = this.onto(this.line ? [at[0], 0] : at);
    const { left, top, across, side } = this.box;
    for (const [ink, width] of [[colour("--bg"), 5], [colour("--text"), 2.2]]) {
      pen.strokeStyle = ink;
      pen.lineWidth = width;
      if (this.line) {
        pen.beginPath();
        pen.moveTo(middle[0], top);
        pen.lineTo(middle[0], top + side);
        pen.stroke();
        continue;
      }
      disc(pen, middle, 8);
      pen.stroke();
      if (!deviation) continue;
      pen.beginPath();
      pen.ellipse(...middle, (deviation[0] / this.shown.reach) * (across / 2), (deviation[1] / this.shown.reach) * (side / 2), 0, 0, 7);
      pen.lineWidth = width / 2;
      pen.stroke();
    }
  }
}

function disc(pen, [x, y], radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
}
