// A map of answers with the examples on it: two classes, many, or values; over a plane, or over a slice of a table.

import { Atlas } from "./dom.js";
import { colour, faded, mixed, ramp, rgb, word } from "./theme.js";

const STRENGTH = 0.78; // of the map's colours, so that points stand out on them
const SURE = 0.6; // an answer less than this ahead of the next one is unsure: for two classes, less than 80 % sure
export const KINDS = 10; // class colours there are

export const classToken = (at) => `--c${at % KINDS}`;

/** Functions (map byte, sure byte) -> [r, g, b] and value -> colour, for a figure's task; kept until figure or theme need others. */
function palette(figure, hard) {
  const middle = rgb("--zero");
  if (figure.task === "classes") {
    const own = Array.from({ length: KINDS }, (_, at) => rgb(classToken(at)));
    return (at, sure) => mixed(middle, own[at % KINDS], STRENGTH * (hard ? 1 : sure / 255));
  }
  const [low, high] = (figure.task === "regression" ? ["--neg", "--pos"] : ["--c0", "--c1"]).map(rgb);
  const table = Array.from({ length: 256 }, (_, at) => {
    const share = hard ? (at < 128 ? -1 : 1) : Math.max(-1, (at - 128) / 127);
    return mixed(middle, share < 0 ? low : high, STRENGTH * Math.abs(share));
  });
  return (at) => table[at];
}

/** The colour of an example: its class', or its value's within `range`. */
function inks(figure) {
  if (figure.task !== "regression") return (y) => colour(classToken(y));
  const [low, middle, high] = ["--neg", "--zero", "--pos"].map(rgb);
  return (y) => {
    const share = Math.max(-1, Math.min(1, y / figure.range));
    return `rgb(${mixed(middle, share < 0 ? low : high, Math.abs(share)).map(Math.round).join()})`;
  };
}

export class Plane {
  #atlas = new Atlas();
  #mask = new Atlas();
  #points = document.createElement("canvas");
  #hatched = document.createElement("canvas");
  #drawn = "";

  /** surface: of dom.js */
  constructor(surface) {
    this.surface = surface;
  }

  /** Where a place of the plane lies in the picture, in CSS pixels. */
  onto([u, v]) {
    const { width, height } = this.surface.fit();
    const [[x0, x1], [y0, y1]] = this.domain;
    return [((u - x0) / (x1 - x0)) * width, ((y1 - v) / (y1 - y0)) * height];
  }

  /** The place of the plane at a pixel. */
  from(x, y) {
    const { width, height } = this.surface.fit();
    const [[x0, x1], [y0, y1]] = this.domain;
    return [x0 + (x / width) * (x1 - x0), y1 - (y / height) * (y1 - y0)];
  }

  /** figure: as families/dense/surface.py has it; train: its training points, maybe changed by hand; look: {tests, hard, wrong, unsure}. */
  draw(figure, train, look) {
    this.domain = figure.domain;
    const { pen } = this.surface;
    const { width, height } = this.surface.fit();
    this.#ground(pen, figure, look, width, height);
    if (look.unsure && figure.task !== "regression") this.#hatch(pen, figure, width, height);
    this.#scatter(figure, train, look, width, height);
    pen.drawImage(this.#points, 0, 0, width, height);
  }

  /** One neuron's answers: bytes (rows * cols,), 128 is 0. */
  neuron({ map, rows, cols }) {
    const { width, height } = this.surface.fit();
    this.#lay(this.surface.pen, this.#atlas.fill(map, cols, rows, ramp("--neg", "--zero", "--pos")), cols, rows, width, height, true);
  }

  #ground(pen, figure, { hard }, width, height) {
    const { array, dims: [rows, cols] } = figure.map;
    const inked = palette(figure, hard);
    const [sure, dense, bare] = [figure.sure?.array, figure.density?.array, rgb("--bg")];
    const pixel = (at) => {
      const found = inked(array[at], sure?.[at]);
      return word(dense ? mixed(bare, found, dense[at] / 255) : found);
    };
    this.#lay(pen, this.#atlas.paint(cols, rows, pixel), cols, rows, width, height, !hard);
  }

  #lay(pen, picture, cols, rows, width, height, smooth) {
    pen.imageSmoothingEnabled = smooth;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, cols, rows, 0, 0, width, height);
  }

  /** Fine slanting lines where the answer is unsure. */
  #hatch(pen, figure, width, height) {
    const { array, dims: [rows, cols] } = figure.map;
    const ahead = figure.sure ? (at) => figure.sure.array[at] / 255 : (at) => Math.abs(array[at] - 127.5) / 127.5;
    const mask = this.#mask.paint(cols, rows, (at) => Math.round(255 * Math.max(0, Math.min(1, (SURE - ahead(at)) * 12 + 0.5))) * 2 ** 24);
    const canvas = this.#hatched;
    const ratio = this.surface.canvas.width / width;
    canvas.width = this.surface.canvas.width;
    canvas.height = this.surface.canvas.height;
    const own = canvas.getContext("2d");
    own.scale(ratio, ratio);
    own.drawImage(mask, 0, 0, cols, rows, 0, 0, width, height);
    own.globalCompositeOperation = "source-in";
    own.beginPath();
    for (let at = -height; at < width; at += 6) {
      own.moveTo(at, height);
      own.lineTo(at + height, 0);
    }
    own.strokeStyle = colour("--text");
    own.lineWidth = 1;
    own.stroke();
    pen.globalAlpha = 0.45;
    pen.drawImage(canvas, 0, 0, width, height);
    pen.globalAlpha = 1;
  }

  /** The examples, on a layer of their own that is drawn only when they, the box or the colours change. */
  #scatter(figure, train, look, width, height) {
    const { test } = figure;
    const key = [width, height, colour("--bg"), look.tests, look.wrong, figure.domain, figure.range, print(train, look), print(test, look)].join("|");
    if (key === this.#drawn) return;
    this.#drawn = key;
    const ratio = this.surface.canvas.width / width;
    this.#points.width = this.surface.canvas.width;
    this.#points.height = this.surface.canvas.height;
    const pen = this.#points.getContext("2d");
    pen.scale(ratio, ratio);
    const ink = inks(figure);
    const edge = figure.task === "regression" ? faded("--text", 0.75) : colour("--bg"); // a value's shade may be the ground's
    const radius = Math.max(2.2, Math.min(3.2, width / 95)) * (figure.density ? 0.85 : figure.task === "regression" ? 1.25 : 1); // values are told by shades
    for (const [part, ringed] of [[look.tests ? test : null, true], [train, false]]) {
      if (!part) continue;
      for (const late of look.wrong ? [false, true] : [false]) { // what is wrong lies on top
        for (let at = 0; at < part.y.length; at++) {
          const wrong = Boolean(look.wrong && part.wrong?.[at]);
          if (wrong !== late) continue;
          pen.globalAlpha = look.wrong && part.wrong && !wrong ? 0.35 : 1;
          this.#dot(pen, this.onto([part.x.array[2 * at], part.x.array[2 * at + 1]]), radius, ink(part.y[at]), edge, ringed, wrong);
        }
      }
    }
  }

  #dot(pen, [x, y], radius, ink, edge, ringed, wrong) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.fillStyle = ringed ? colour("--bg") : ink;
    pen.strokeStyle = ringed ? ink : edge;
    pen.lineWidth = ringed ? 1.4 : 1;
    pen.fill();
    pen.stroke();
    if (!wrong) return;
    pen.beginPath();
    pen.arc(x, y, radius + 2.6, 0, 7);
    pen.strokeStyle = colour("--text");
    pen.lineWidth = 1.6;
    pen.stroke();
  }
}

/** A short print of a part's points: enough to notice other points, or others that are wrong. */
function print({ x, y, wrong }, look) {
  let sum = y.length;
  for (let at = 0; at < x.array.length; at++) sum = (sum * 31 + x.array[at] * 1000) % 1e9;
  for (let at = 0; at < y.length; at++) sum = (sum * 31 + y[at] * 100) % 1e9;
  if (look.wrong && wrong) for (let at = 0; at < wrong.length; at++) sum = (sum * 31 + wrong[at]) % 1e9;
  return sum;
}
