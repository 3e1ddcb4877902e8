// Real points and made-up ones in one plane, with what the discriminator thinks of every place, how the generator bends its noise, and where made-up points have to go. The words are the switches.

import { Atlas, make, surface, write } from "./dom.js";
import { FONT, colour, faded, mixed, rgb, word } from "./theme.js";
import { number, say, told } from "./words.js";

const EDGE = 6; // of the plane, each way
const LAYERS = ["real", "made", "ground", "grid", "arrows"];
const REAL = "--c0", MADE = "--c1";
const LONGEST = 0.9; // of an arrow, in units of the plane
const STRENGTH = 0.42; // of the ground's colours, so that points stand out on them
const APART = 0.25; // of the spots of a stroke, in units of the plane
const MOST = 64; // spots of a stroke
const DENSE = 0.5; // how dark the smallest cell of the grid may be

const words = { real: () => say("real points"), made: () => say("made-up points"), ground: () => say("discriminator's answer"), grid: () => say("bent noise"), arrows: () => say("where they must go") };
const titles = {
  real: () => say("Points of the data, as many as can be seen at once"), made: () => say("Points that the generator makes of the same noise all the time"),
  ground: () => say("Blue where the discriminator sees made-up points, orange where it sees real ones"), grid: () => say("An even grid of noise, as the generator bends it: where it is dense, many points are made up"),
  arrows: () => say("For some made-up points: where each has to move for the generator's loss to fall, the longest where it falls most"),
};

export class Layered {
  #shown = new Set(LAYERS);
  #atlas = new Atlas();

  #stroke = null; // under the pointer, while it is drawn

  /** context: act(name, params) -> promise */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("Real and made-up points"));
    const { canvas } = this.surface;
    canvas.addEventListener("refit", () => this.repaint());
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#draw(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => this.#end());
    this.hint = make("span", { class: "hint", text: say("Draw here: real points will lie along your strokes") });
    this.clear = make("button", { type: "button", class: "small", text: say("Start afresh"), title: say("The next stroke replaces the drawing"), "aria-pressed": "false", onclick: () => this.#afresh(!this.fresh) });
    this.drawer = make("div", { class: "sketching" }, this.hint, this.clear);
    this.switches = Object.fromEntries(LAYERS.map((name) => [name, this.#switch(name)]));
    this.legend = make("div", { class: "legend layers", role: "group", "aria-label": say("What is shown") }, ...Object.values(this.switches));
    this.sentence = make("p", { class: "say" });
    this.element = make("div", { class: "stage layered" }, this.legend, this.drawer, canvas, this.sentence);
  }

  #switch(name) {
    const sample = make("i", { class: `sample ${name}` });
    return make("button", { type: "button", class: "layer", "aria-pressed": "true", "data-layer": name, title: titles[name](), onclick: () => this.#toggle(name) }, sample, make("span", { text: words[name]() }));
  }

  #toggle(name) {
    if (!this.#shown.delete(name)) this.#shown.add(name);
    this.switches[name].setAttribute("aria-pressed", String(this.#shown.has(name)));
    this.repaint();
  }

  show(figure) {
    this.figure = figure;
    this.switches.grid.hidden = !figure.grid;
    this.drawer.hidden = !figure.strokes;
    this.surface.canvas.classList.toggle("drawn", Boolean(figure.strokes));
    this.element.dataset.strokes = figure.strokes?.length ?? "";
    write(this.sentence, this.#said());
    const label = [say("{real} real points, {made} made-up ones.", { real: figure.real.dims[0], made: figure.made.dims[0] }), told(figure.say)].join(" ");
    const { canvas } = this.surface;
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    Object.assign(this.element.dataset, { real: figure.real.dims[0], made: figure.made.dims[0], arrows: figure.strongest === null ? 0 : figure.arrows.dims[0], phase: figure.phase?.name ?? "", part: figure.phase?.part ?? "" });
    this.repaint();
  }

  #said() {
    const { figure } = this;
    const ends = figure.bounds ? say("Ground: from {low} (blue) to {high} (orange).", { low: number(figure.bounds[0], 2), high: number(figure.bounds[1], 2) }) : "";
    return [this.#shown.has("arrows") ? told(figure.say) : "", ends].filter(Boolean).join(" ");
  }

  repaint() {
    const { figure } = this;
    if (!figure) return;
    const { width, height } = this.surface.fit();
    if (!width || !height) return;
    const side = Math.min(width, height);
    this.view = { left: (width - side) / 2, top: (height - side) / 2, side };
    const { pen } = this.surface;
    pen.clearRect(0, 0, width, height);
    pen.save();
    pen.beginPath();
    pen.rect(this.view.left, this.view.top, side, side);
    pen.clip();
    if (this.#shown.has("ground")) this.#ground(pen);
    else {
      pen.fillStyle = colour("--panel");
      pen.fillRect(this.view.left, this.view.top, side, side);
    }
    if (this.#shown.has("grid") && figure.grid) this.#grid(pen);
    if (this.#shown.has("real")) this.#points(pen, figure.real, REAL, 0.75);
    if (this.#shown.has("made")) this.#points(pen, figure.made, MADE, 0.85);
    if (this.#shown.has("arrows") && figure.strongest !== null) this.#arrows(pen);
    if (this.#stroke) this.#line(pen);
    pen.restore();
    pen.strokeStyle = faded("--soft", 0.4);
    pen.lineWidth = 1;
    pen.strokeRect(this.view.left + 0.5, this.view.top + 0.5, side - 1, side - 1);
    write(this.sentence, this.#said());
  }

  #onto(x, y) {
    const { left, top, side } = this.view;
    return [left + ((x + EDGE) / (2 * EDGE)) * side, top + ((EDGE - y) / (2 * EDGE)) * side];
  }

  #ground(pen) {
    const { surface: told_ } = this.figure;
    const [rows, cols] = told_.dims;
    const [middle, real, made] = ["--zero", REAL, MADE].map(rgb);
    const values = told_.array;
    const sheet = this.#atlas.paint(cols, rows, (at) => {
      const value = Number.isFinite(values[at]) ? values[at] : 0;
      return word(mixed(middle, value > 0 ? real : made, STRENGTH * Math.abs(value)));
    });
    pen.imageSmoothingEnabled = true;
    pen.drawImage(sheet, this.view.left, this.view.top, this.view.side, this.view.side);
  }

  /** Every cell holds as much of the noise as any other: the smaller it is now, the darker. */
  #grid(pen) {
    const { grid } = this.figure;
    const [rows, cols] = grid.dims;
    const at = (row, col) => this.#onto(grid.array[(row * cols + col) * 2], grid.array[(row * cols + col) * 2 + 1]);
    if (rows === 1) {
      pen.strokeStyle = faded(MADE, 0.8);
      pen.lineWidth = 2;
      pen.beginPath();
      for (let col = 0; col < cols; col++) pen[col ? "lineTo" : "moveTo"](...at(0, col));
      pen.stroke();
      return;
    }
    const even = (this.view.side / (rows - 1)) ** 2 / 6;
    pen.lineWidth = 0.75;
    for (let row = 0; row + 1 < rows; row++) {
      for (let col = 0; col + 1 < cols; col++) {
        const corners = [at(row, col), at(row, col + 1), at(row + 1, col + 1), at(row + 1, col)];
        if (!corners.flat().every(Number.isFinite)) continue;
        const area = Math.abs(corners.reduce((sum, [x, y], k) => sum + x * corners[(k + 1) % 4][1] - corners[(k + 1) % 4][0] * y, 0)) / 2;
        pen.beginPath();
        corners.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y)));
        pen.closePath();
        pen.fillStyle = faded(MADE, Math.min(DENSE, (0.35 * even) / (area + 1)));
        pen.fill();
        pen.strokeStyle = faded(MADE, 0.3);
        pen.stroke();
      }
    }
  }

  #points(pen, { array, dims: [count] }, ink, strength) {
    const radius = Math.max(1.6, this.view.side / 170);
    pen.fillStyle = faded(ink, strength);
    pen.strokeStyle = colour("--bg");
    pen.lineWidth = 0.6;
    for (let k = 0; k < count; k++) {
      const [x, y] = this.#onto(array[2 * k], array[2 * k + 1]);
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      pen.beginPath();
      pen.arc(x, y, radius, 0, 7);
      pen.fill();
      pen.stroke();
    }
  }

  #arrows(pen) {
    const { arrows, strongest } = this.figure;
    const unit = (this.view.side / (2 * EDGE)) * LONGEST;
    for (let k = 0; k < arrows.dims[0]; k++) {
      const [x, y, dx, dy] = arrows.array.subarray(4 * k, 4 * k + 4);
      const [from, to] = this.#onto(x, y);
      const [right, down] = [dx * unit, -dy * unit];
      const long = Math.hypot(right, down);
      if (!(long > 2)) continue;
      const own = k === strongest;
      pen.strokeStyle = pen.fillStyle = own ? colour("--text") : faded("--text", 0.55);
      pen.lineWidth = own ? 2.2 : 1.2;
      pen.beginPath();
      pen.moveTo(from, to);
      pen.lineTo(from + right, to + down);
      pen.stroke();
      const [a, b] = [right / long, down / long];
      const tip = own ? 6 : 4;
      pen.beginPath();
      pen.moveTo(from + right + a * 2, to + down + b * 2);
      pen.lineTo(from + right - a * tip - b * tip * 0.6, to + down - b * tip + a * tip * 0.6);
      pen.lineTo(from + right - a * tip + b * tip * 0.6, to + down - b * tip - a * tip * 0.6);
      pen.fill();
      if (!own) continue;
      pen.font = `600 11px ${FONT}`;
      pen.beginPath();
      pen.arc(from, to, 5, 0, 7);
      pen.stroke();
    }
  }

  // -- drawing

  #afresh(on) {
    this.fresh = on;
    this.clear.setAttribute("aria-pressed", String(on));
  }

  /** The place under the pointer, in tenths of the plane's unit. */
  #spot({ offsetX, offsetY }) {
    const { left, top, side } = this.view;
    const inside = (value) => Math.max(-EDGE, Math.min(EDGE, Math.round(value * 10) / 10));
    return [inside(((offsetX - left) / side) * 2 * EDGE - EDGE), inside(EDGE - ((offsetY - top) / side) * 2 * EDGE)];
  }

  #begin(event) {
    if (!this.figure?.strokes || event.button > 0) return;
    this.surface.canvas.setPointerCapture(event.pointerId);
    this.#stroke = [this.#spot(event)];
    event.preventDefault();
    this.repaint();
  }

  #draw(event) {
    if (!this.#stroke) return;
    const spot = this.#spot(event);
    const last = this.#stroke.at(-1);
    if (this.#stroke.length >= MOST || Math.hypot(spot[0] - last[0], spot[1] - last[1]) < APART) return;
    this.#stroke.push(spot);
    this.repaint();
  }

  #end() {
    if (!this.#stroke) return;
    const strokes = [...(this.fresh ? [] : this.figure.strokes), this.#stroke];
    this.#stroke = null;
    this.#afresh(false);
    this.figure.strokes = strokes; // until the next picture comes, so that two strokes drawn quickly are both kept
    this.context.act("draw", { strokes });
    this.repaint();
  }

  #line(pen) {
    pen.strokeStyle = colour(REAL);
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    this.#stroke.forEach(([x, y], at) => pen[at ? "lineTo" : "moveTo"](...this.#onto(x, y)));
    if (this.#stroke.length === 1) pen.lineTo(...this.#onto(...this.#stroke[0]));
    pen.stroke();
  }

  stop() {
    this.surface.stop();
  }
}
