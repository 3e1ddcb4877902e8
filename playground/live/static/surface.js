// The loss as a landscape over two weights, or a curve over one: the way walked, where it falls fastest, and the lowest place. A click puts the weights there.

import { Axes } from "./axes.js";
import { Atlas, make, surface, write } from "./dom.js";
import { dot, ring } from "./pen.js";
import { colour, faded, ramp } from "./theme.js";
import { figure as short, say, told } from "./words.js";

const LINES = 9; // lines of equal loss between the ends of the colours
const MOST_LINES = 14;
const FINE = 200; // the colours' ends are this many of their first unit apart: valleys are told as finely as walls
const ARROW = 60; // pixels of an arrow as steep as where the path began
const STEPS = 60; // a path of fewer places shows them as dots

export class Surface {
  #atlas = new Atlas();
  #contours = { key: "", lines: null };
  #hand = null;
  #axes = null;

  /** context: act(name, params) -> promise */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("Loss surface"));
    this.surface.canvas.addEventListener("refit", () => this.repaint());
    this.surface.canvas.addEventListener("click", (event) => this.#put(event));
    this.low = make("span", {});
    this.high = make("span", {});
    this.goal = make("span", {}, make("i", { class: "mark cross" }), say("least squares (closed form)"));
    this.scale = make("span", {}, this.low, make("i", { class: "shades" }), this.high);
    this.rule = make("p", { class: "rule" });
    this.notes = make("p", { class: "rule" });
    this.element = make("div", { class: "stage landscape" }, this.surface.canvas, make("div", { class: "legend" }, this.scale, this.goal), this.rule, this.notes);
  }

  show(figure) {
    this.figure = figure;
    this.losses = figure.map.array ?? figure.map; // one dimension travels as the numbers alone
    this.goal.hidden = !figure.goal;
    write(this.low, say("loss {value}", { value: figure.scale[0] }));
    write(this.high, short(figure.scale[1]));
    write(this.rule, told(figure.rule));
    write(this.notes, figure.notes.map(told).join(" "));
    this.notes.hidden = !figure.notes.length;
    this.repaint();
  }

  /** Mark the weights that a hand holds on the other picture; null: it let go. */
  select(chosen) {
    this.#hand = chosen?.weights ?? null;
    this.repaint();
  }

  /** The weights go to the place that was clicked; those that are not on the axes stay. */
  #put(event) {
    if (!this.figure || !this.#axes) return;
    const { left, top } = this.surface.canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - left, event.clientY - top];
    const { here, window: axes, path } = this.figure;
    if (!here || !this.#axes.holds(px, py) || !path) return;
    const place = this.#axes.at(px, py).slice(0, axes.length);
    this.context.act("weights", { values: [...place, ...here.slice(axes.length)] });
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const { window: range, axes } = this.figure;
    const flat = range.length === 1;
    const y = flat ? this.#heights(this.losses) : range[1];
    this.#axes = new Axes({ width, height }, range[0], y, { x: told(axes[0]), y: flat ? say("loss") : told(axes[1]) });
    pen.clearRect(0, 0, width, height);
    this.#axes.inside(pen, () => {
      if (flat) this.#slope(pen, this.losses);
      else {
        this.#ground(pen);
        this.#equal(pen, width, height);
      }
      this.#arrow(pen);
      this.#walked(pen);
      this.#marks(pen);
    });
    this.#axes.draw(pen, false);
    this.#describe();
  }

  /** Loss as a byte: logarithmic, so that the floor of the valley is told as finely as its walls. */
  #shade(loss) {
    const [low, high] = this.figure.scale;
    const unit = (high - low) / FINE || 1;
    const share = Math.log1p(Math.max(0, loss - low) / unit) / Math.log1p(FINE);
    return Number.isFinite(share) ? Math.min(255, Math.round(share * 255)) : 255;
  }

  #ground(pen) {
    const { map } = this.figure;
    const [rows, cols] = map.dims;
    const bytes = Uint8Array.from(this.losses, (loss) => this.#shade(loss));
    const picture = this.#atlas.fill(bytes, cols, rows, ramp("--bg", "--line", "--soft", 0.85));
    const { left, top, width, height } = this.#axes;
    const [w, h] = [width / (cols - 1), height / (rows - 1)]; // values belong to the middles of the pixels
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, cols, rows, left - w / 2, top - h / 2, width + w, height + h);
  }

  /** Lines of equal loss, found anew only for another map or size. */
  #equal(pen, width, height) {
    const { map, window: range } = this.figure;
    const some = [0, 0.2, 0.5, 0.7, 1].map((share) => this.losses[Math.round(share * (this.losses.length - 1))]);
    const key = [width, height, range, some].join("|");
    if (key !== this.#contours.key) this.#contours = { key, lines: contours(map, this.#levels(), this.#axes) };
    pen.strokeStyle = faded("--soft", 0.55);
    pen.lineWidth = 0.8;
    pen.stroke(this.#contours.lines);
  }

  /** Where the lines of equal loss lie: evenly on the scale of the colours and beyond it, fewer where the window is so wide that they would be a thicket. */
  #levels() {
    const [low, high] = this.figure.scale;
    const unit = (high - low) / FINE || 1;
    const most = this.losses.reduce((top, loss) => (Number.isFinite(loss) && loss > top ? loss : top), low);
    const count = Math.floor((LINES * Math.log1p((most - low) / unit)) / Math.log1p(FINE));
    const every = Math.ceil(count / MOST_LINES);
    return Array.from({ length: Math.floor(count / (every || 1)) }, (_, at) => low + unit * Math.expm1((((at + 1) * every) / LINES) * Math.log1p(FINE)));
  }

  #heights(values) {
    const known = Array.from(values).filter(Number.isFinite);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    return [low - 0.06 * (high - low || 1), high];
  }

  #slope(pen, values) {
    pen.beginPath();
    for (let at = 0; at < values.length; at++) pen.lineTo(this.#axes.left + (this.#axes.width * at) / (values.length - 1), this.#axes.py(values[at]));
    pen.strokeStyle = colour("--soft");
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  /** A place of weights in pixels; over a single weight it lies on the curve. */
  #pixel(place) {
    const { window: range } = this.figure;
    if (range.length > 1) return [this.#axes.px(place[0]), this.#axes.py(place[1])];
    const last = this.losses.length - 1;
    const at = Math.max(0, Math.min(last, ((place[0] - range[0][0]) / (range[0][1] - range[0][0])) * last));
    const under = Math.min(last - 1, Math.floor(at));
    return [this.#axes.px(place[0]), this.#axes.py(this.losses[under] + (at - under) * (this.losses[under + 1] - this.losses[under]))];
  }

  /** Steps as a line; where a hand moved the weights, a dotted one. */
  #walked(pen) {
    const { path, here, window: range } = this.figure;
    const [count, width] = path.dims;
    const places = Array.from({ length: count }, (_, at) => ({ byHand: path.array[at * width] > 0, at: this.#pixel(path.array.subarray(at * width + 1, (at + 1) * width)) }));
    if (here && count) places.push({ byHand: false, at: this.#pixel(here) });
    pen.strokeStyle = pen.fillStyle = colour("--c1");
    pen.lineWidth = 1.8;
    pen.lineJoin = "round";
    for (let at = 1; range.length > 1 && at < places.length; at++) {
      pen.beginPath();
      pen.setLineDash(places[at].byHand ? [1.5, 4] : []);
      pen.moveTo(...places[at - 1].at);
      pen.lineTo(...places[at].at);
      pen.stroke();
    }
    pen.setLineDash([]);
    if (range.length > 1 && places.length > STEPS) return;
    for (const { at } of places) dot(pen, at, 1.8);
  }

  #marks(pen) {
    const { goal, here, path } = this.figure;
    if (goal) cross(pen, this.#pixel(goal));
    if (path.dims[0]) ring(pen, this.#pixel(path.array.subarray(1, path.dims[1])), 4, "--c1");
    if (!here) return;
    const at = this.#pixel(here);
    pen.fillStyle = colour("--c1");
    pen.strokeStyle = colour("--bg");
    pen.lineWidth = 1.5;
    dot(pen, at, 5.5);
    pen.stroke();
    if (this.#hand) ring(pen, this.#pixel(this.#hand), 7, "--c5");
  }

  /** Minus the gradient, as long as it is steep. */
  #arrow(pen) {
    const { here, gradient, steepest, window: [[left, right], second] } = this.figure;
    if (!here) return;
    const [x, y] = this.#pixel(here);
    const dx = (-gradient[0] * this.#axes.width) / (right - left);
    const dy = second ? (gradient[1] * this.#axes.height) / (second[1] - second[0]) : 0;
    const length = Math.hypot(dx, dy);
    const share = Math.hypot(...gradient) / (steepest || 1);
    const long = Math.min(1, share) * ARROW;
    if (!(length > 0) || long < 3) return;
    const [u, v] = [dx / length, dy / length];
    const tip = [x + u * (long + 8), y + v * (long + 8)];
    pen.strokeStyle = pen.fillStyle = colour("--c5");
    pen.lineWidth = 2.2;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(tip[0] - u * 6, tip[1] - v * 6);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(...tip);
    pen.lineTo(tip[0] - u * 9 - v * 4.5, tip[1] - v * 9 + u * 4.5);
    pen.lineTo(tip[0] - u * 9 + v * 4.5, tip[1] - v * 9 - u * 4.5);
    pen.fill();
  }

  #describe() {
    const { axes, here, goal, loss } = this.figure;
    const place = (values) => axes.map((name, at) => `${told(name)} ${short(values[at])}`).join(", ");
    const now = here ? say("Now at {place}, with loss {loss}.", { place: place(here), loss: loss ?? "–" }) : "";
    const lowest = goal ? say("Least squares at {place}.", { place: place(goal) }) : "";
    const label = [say("Loss surface"), now, lowest].filter(Boolean).join(" ");
    if (this.surface.canvas.getAttribute("aria-label") !== label) this.surface.canvas.setAttribute("aria-label", label);
  }

  stop() {
    this.surface.stop();
  }
}

function cross(pen, [x, y]) {
  for (const [token, width] of [["--bg", 5], ["--text", 2.2]]) {
    pen.beginPath();
    pen.moveTo(x - 8, y - 8);
    pen.lineTo(x + 8, y + 8);
    pen.moveTo(x - 8, y + 8);
    pen.lineTo(x + 8, y - 8);
    pen.strokeStyle = colour(token);
    pen.lineWidth = width;
    pen.stroke();
  }
}

/** Lines of equal value through a map (rows, cols), as one path in pixels (marching squares). */
function contours({ array, dims: [rows, cols] }, levels, { left, top, width, height }) {
  const lines = new Path2D();
  const place = (col, row) => [left + (col / (cols - 1)) * width, top + (row / (rows - 1)) * height];
  const corners = [[0, 0], [1, 0], [1, 1], [0, 1]];
  for (let row = 0; row + 1 < rows; row++) {
    for (let col = 0; col + 1 < cols; col++) {
      const values = corners.map(([right, down]) => array[(row + down) * cols + col + right]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      if (!Number.isFinite(high - low)) continue;
      for (const level of levels) {
        if (level <= low || level > high) continue;
        const cuts = [];
        for (let side = 0; side < 4; side++) {
          const [a, b] = [values[side], values[(side + 1) % 4]];
          if (a < level === b < level) continue;
          const share = (level - a) / (b - a);
          const [from, to] = [corners[side], corners[(side + 1) % 4]];
          cuts.push(place(col + from[0] + share * (to[0] - from[0]), row + from[1] + share * (to[1] - from[1])));
        }
        for (let cut = 0; cut + 1 < cuts.length; cut += 2) {
          lines.moveTo(...cuts[cut]);
          lines.lineTo(...cuts[cut + 1]);
        }
      }
    }
  }
  return lines;
}
