// The network itself: every neuron a small picture of its answers, every weight a line by sign and size.

import { Atlas, make, surface, write } from "./dom.js";
import { biasAt, biasOf, curve, lay, lineAt, nodeAt } from "./geometry.js";
import { paint, pixels } from "./pictures.js";
import { FONT, colour, faded, ramp } from "./theme.js";
import { WeightEdit, same } from "./weight_edit.js";
import { figure as short, number, say, told } from "./words.js";

const STEPS = 6; // widths lines are drawn in: one path each, 152 lines in 12 strokes

export class Network {
  #atlas = new Atlas();
  #seen = new Atlas(); // weights of the first layer, where pictures are what it is given
  #picture = pixels(); // and the test picture that stands for them
  #pointed = null;
  #line = null; // the number in hand: {from, to}, or {from: null, to} for a bias

  /** context: select(neuron | null), act(name, params) -> promise */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("The network"));
    const { canvas } = this.surface;
    canvas.tabIndex = 0;
    this.readout = make("div", { class: "readout", role: "status", "aria-live": "polite", hidden: true });
    this.edit = new WeightEdit({
      figure: () => this.figure, nodes: () => this.nodes, size: () => this.surface.fit(), title: (node) => this.#title(node),
      act: (params) => this.context.act("weight", params), changed: (target) => this.#hold(target), closed: (byKey) => this.#closed(byKey),
    });
    this.element = make("div", { class: "stage network" }, canvas, this.readout, this.edit.box.element);
    canvas.addEventListener("pointermove", (event) => this.#point(event));
    canvas.addEventListener("pointerdown", (event) => this.#point(event));
    canvas.addEventListener("click", (event) => this.#press(event));
    canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && !this.edit.box.target && this.#choose(null, null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", ({ relatedTarget }) => this.edit.box.element.contains(relatedTarget) || this.#choose(null, null));
    canvas.addEventListener("refit", () => this.repaint());
  }

  show(figure) {
    const shape = figure.columns.map(({ units, shown }) => `${units}/${shown.length}`).join();
    if (shape !== this.shape) this.#choose(null, null);
    this.shape = shape;
    this.figure = figure;
    this.repaint();
    this.edit.box.refresh();
    if (this.#pointed) this.context.select(this.#neuron(this.#pointed), true);
    if (this.#pointed || this.#line) this.#read();
    const sizes = figure.columns.map(({ units }) => number(units)).join(" · ");
    this.surface.canvas.setAttribute("aria-label", say("Network with {sizes} neurons, column by column. The largest weight is {largest}.", { sizes, largest: figure.largest }));
  }

  repaint() {
    if (!this.figure) return;
    const { width, height } = this.surface.fit();
    if (!width || !height) return;
    this.#place(width, height);
    const { pen } = this.surface;
    pen.clearRect(0, 0, width, height);
    this.#lines(pen);
    this.#thumbnails(pen);
    this.#biases(pen);
    this.#titles(pen, height);
  }

  /** Lays the nodes out anew when the network or the box has changed. */
  #place(width, height) {
    const { columns } = this.figure;
    const labels = columns.map(({ labels: items }) => (items ?? []).map(told));
    const key = JSON.stringify([width, height, this.shape, labels]);
    if (key === this.placed) return;
    this.placed = key;
    const { pen } = this.surface;
    pen.font = `11px ${FONT}`;
    const room = (texts) => Math.min(width * 0.17, Math.max(0, ...texts.map((text) => pen.measureText(text).width)));
    this.margins = [room(labels[0]), room(labels.at(-1))];
    const pad = (space) => (space ? space + 24 : 18);
    this.nodes = lay(columns, width, height, pad(this.margins[0]), pad(this.margins[1]), Boolean(this.figure.pictures));
    this.labels = labels;
    if (this.#pointed) this.#pointed = this.nodes[this.#pointed.column][this.#pointed.at];
    this.#line = null;
    this.edit.forget();
  }

  /** Lines in a few widths and two colours, thin ones first; those of the neuron in hand stand out. */
  #lines(pen) {
    const scale = Math.max(1, this.figure.largest || 0);
    const chosen = this.#pointed;
    const paths = new Map();
    this.figure.weights.forEach((weights, gap) => {
      const from = this.nodes[gap];
      if (!weights) return this.#bundles(pen, from[0], this.nodes[gap + 1]);
      this.nodes[gap + 1].forEach((to, row) => {
        from.forEach((start, at) => {
          const value = weights.array[row * from.length + at];
          if (!Number.isFinite(value)) return;
          const width = Math.min(STEPS - 1, Math.floor((Math.abs(value) / scale) * STEPS));
          const near = !chosen || chosen === to || chosen === start;
          const key = (near ? 100 : 0) + width * 2 + (value < 0 ? 1 : 0);
          if (!paths.has(key)) paths.set(key, new Path2D());
          const c = curve(start, to);
          const path = paths.get(key);
          path.moveTo(c[0], c[1]);
          path.bezierCurveTo(c[2], c[3], c[4], c[5], c[6], c[7]);
        });
      });
    });
    for (const key of [...paths.keys()].sort((a, b) => a - b)) {
      const share = (Math.floor((key % 100) / 2) + 0.5) / STEPS;
      pen.strokeStyle = faded(key % 2 ? "--neg" : "--pos", (0.16 + 0.74 * share) * (key < 100 ? 0.22 : 1));
      pen.lineWidth = 0.5 + 4.5 * share ** 1.15;
      pen.stroke(paths.get(key));
    }
    if (this.edit.marked?.from) this.#outline(pen, this.edit.marked, faded("--text", 0.3), 9);
    if (this.#line?.from) this.#outline(pen, this.#line, colour("--text"), 1.5);
  }

  /** From a picture to each neuron goes a bundle of weights, one a pixel: too many for lines with a sign. */
  #bundles(pen, from, column) {
    pen.lineWidth = 1;
    for (const to of column) {
      const near = !this.#pointed || this.#pointed === to || this.#pointed === from;
      this.#trail(pen, { from, to });
      pen.strokeStyle = faded("--soft", near ? 0.45 : 0.12);
      pen.stroke();
    }
  }

  #outline(pen, { from, to }, ink, width) {
    this.#trail(pen, { from, to });
    pen.strokeStyle = ink;
    pen.lineWidth = width;
    pen.stroke();
  }

  #trail(pen, { from, to }) {
    const c = curve(from, to);
    pen.beginPath();
    pen.moveTo(c[0], c[1]);
    pen.bezierCurveTo(c[2], c[3], c[4], c[5], c[6], c[7]);
  }

  /** A dot at each neuron's lower left: its bias, by sign and size as the lines are. */
  #biases(pen) {
    const scale = Math.max(1, this.figure.largest || 0);
    this.nodes.slice(1).forEach((column, gap) => {
      const biases = this.figure.biases?.[gap];
      if (!biases) return;
      for (const node of column) {
        const { x, y, radius } = biasOf(node);
        const target = { from: null, to: node };
        const chosen = same(this.#line, target) || same(this.edit.marked, target);
        pen.beginPath();
        pen.arc(x, y, radius, 0, 7);
        pen.fillStyle = colour("--bg");
        pen.fill();
        pen.fillStyle = faded(biases[node.at] < 0 ? "--neg" : "--pos", 0.15 + 0.85 * Math.min(1, Math.abs(biases[node.at]) / scale) ** 0.5);
        pen.fill();
        pen.strokeStyle = colour(chosen ? "--text" : "--soft");
        pen.lineWidth = chosen ? 2.5 : 1;
        pen.stroke();
      }
    });
  }

  #thumbnails(pen) {
    const { maps, pictures, stripes } = this.figure;
    const [count, rows, cols] = maps.dims;
    const signs = ramp("--neg", "--zero", "--pos");
    const all = { sheet: this.#atlas.fill(maps.array, cols, count * rows, signs), rows, cols };
    const own = pictures ? this.#pictures(pictures, signs) : [];
    pen.imageSmoothingEnabled = !stripes;
    pen.lineWidth = 1;
    let at = 0;
    this.nodes.forEach((column, number) => {
      for (const node of column) {
        const [x, y] = [Math.round(node.x - node.size / 2), Math.round(node.y - node.size / 2)];
        const size = Math.round(node.size);
        node.index = at++;
        const { sheet, rows, cols } = own[number] ?? all;
        pen.drawImage(sheet, 0, (own[number] ? node.at : node.index) * rows, cols, rows, x, y, size, size);
        pen.strokeStyle = colour(node === this.#pointed ? "--text" : "--line");
        if (node === this.#pointed) pen.lineWidth = 2;
        pen.strokeRect(x - 0.5, y - 0.5, size + 1, size + 1);
        pen.lineWidth = 1;
      }
    });
  }

  /** What the first two columns show where pictures are what it is given: a test picture, and weights by sign. */
  #pictures({ input, weights }, signs) {
    paint(this.#picture, input);
    const [count, rows, cols] = weights.dims;
    const [high, wide] = input.dims.slice(-2);
    return [{ sheet: this.#picture, rows: high, cols: wide }, { sheet: this.#seen.fill(weights.array, cols, count * rows, signs), rows, cols }];
  }

  #titles(pen, height) {
    pen.fillStyle = colour("--soft");
    pen.font = `11px ${FONT}`;
    pen.textBaseline = "middle";
    this.nodes.forEach((column, at) => {
      const { title, units, shown } = this.figure.columns[at];
      pen.textAlign = "center";
      const half = Math.max(20, Math.min(column[0].x, this.surface.canvas.clientWidth - column[0].x) - 4);
      pen.fillText(told(title), column[0].x, 14, half * 2);
      const last = column.at(-1);
      if (units > shown.length && (at || !this.figure.pictures)) pen.fillText(say("+ {count} more", { count: units - shown.length }), last.x, Math.min(height - 9, last.y + last.size / 2 + 13));
      const ends = at === 0 ? -1 : at === this.nodes.length - 1 ? 1 : 0;
      if (!ends) return;
      pen.textAlign = ends < 0 ? "right" : "left";
      const every = column.length > 1 ? Math.ceil(11 / (column[1].y - column[0].y)) : 1; // in a low picture only some have room for their name
      column.forEach((node) => {
        if (node.at % every && node !== this.#pointed) return;
        const text = this.labels[at][node.at] ?? this.labels[at][node.unit];
        if (text) pen.fillText(fitted(pen, text, this.margins[ends < 0 ? 0 : 1]), node.x + ends * (node.size / 2 + 7), node.y);
      });
    });
  }

  #point({ offsetX, offsetY, pointerType }) {
    if (!this.nodes || this.edit.box.target) return;
    const finger = pointerType === "touch";
    const biased = biasAt(this.nodes, offsetX, offsetY, (node) => this.figure.biases?.[node.column - 1], finger);
    if (biased) return this.#choose(null, { from: null, to: biased }, offsetX, offsetY);
    const node = nodeAt(this.nodes, offsetX, offsetY);
    const line = node ? null : lineAt(this.nodes, offsetX, offsetY, finger);
    this.#choose(node, line && this.edit.value(line) !== undefined ? line : null, offsetX, offsetY);
  }

  /** A click on a line or a bias opens its number. */
  #press(event) {
    this.#point(event);
    if (this.#line) this.edit.open(this.#line, [event.offsetX, event.offsetY]);
  }

  /** The number that the box is at stands out; its neuron is not the one in hand meanwhile. */
  #hold(target) {
    if (target) this.#choose(null, target);
    this.repaint();
  }

  #closed(byKey) {
    this.#choose(byKey ? (this.#line?.to ?? null) : null, null);
    if (byKey) this.surface.canvas.focus({ preventScroll: true });
  }

  #choose(node, line, x, y) {
    if (line && x !== undefined) this.#spot(x, y);
    if (node === this.#pointed && same(line, this.#line)) return;
    const before = this.#pointed;
    this.#pointed = node;
    this.#line = line;
    if (before !== node) this.context.select(node && this.#neuron(node), false);
    if (node) this.#spot(node.x, node.y + node.size / 2 + 2);
    this.surface.canvas.style.cursor = node || line ? "pointer" : "";
    this.#read();
    this.repaint();
  }

  /** Arrow keys walk from neuron to neuron; Enter opens its numbers; Escape lets go. */
  #key(event) {
    const moves = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    if (event.key === "Escape") return this.#choose(null, null);
    const [first] = event.key === "Enter" ? this.edit.numbers(this.#pointed) : [];
    if (first) {
      event.preventDefault();
      return this.edit.open(first);
    }
    if (!(event.key in moves) || !this.nodes) return;
    event.preventDefault();
    const [across, down] = moves[event.key];
    const now = this.#pointed ?? { column: across < 0 ? this.nodes.length : across > 0 ? -1 : 0, at: down < 0 ? 1 : down > 0 ? -1 : 0 };
    const column = Math.max(0, Math.min(this.nodes.length - 1, now.column + across));
    const at = Math.max(0, Math.min(this.nodes[column].length - 1, now.at + down));
    this.#choose(this.nodes[column][at], null);
  }

  #spot(x, y) {
    const { width, height } = this.surface.fit();
    this.readout.style.left = `${Math.max(70, Math.min(width - 70, x))}px`;
    this.readout.style.top = `${Math.min(height - 34, y + 8)}px`;
  }

  /** What the neuron or the line in hand says, in numbers. */
  #read() {
    const text = this.#pointed ? this.#neuronText(this.#pointed) : this.#line ? this.edit.read(this.#line) : "";
    write(this.readout, text);
    this.readout.hidden = !text || Boolean(this.edit.box.target);
  }

  #neuronText(node) {
    const title = this.#title(node);
    if (node.column === 0) return title;
    const bias = this.edit.value({ from: null, to: node });
    const said = bias === undefined ? title : say("{neuron}, bias {bias}", { neuron: title, bias: short(bias) });
    return this.surface.canvas.matches(":focus-visible") ? say("{numbers}. Enter changes its numbers.", { numbers: said }) : said;
  }

  #title(node) {
    const label = this.labels[node.column]?.[node.at] ?? "";
    if (node.column === 0 && this.figure.pictures) return say("a test picture, as the input");
    if (node.column === 0) return label || say("input {unit}", { unit: node.unit + 1 });
    if (node.column === this.nodes.length - 1) return label || say("output");
    return say("layer {layer}, neuron {unit}", { layer: node.column, unit: node.unit + 1 });
  }

  /** A neuron as the big map takes it. map: (rows * cols,) uint8. */
  #neuron(node) {
    const { maps, ranges, stripes } = this.figure;
    const [, rows, cols] = maps.dims;
    const map = maps.array.subarray(node.index * rows * cols, (node.index + 1) * rows * cols);
    return { layer: node.column, unit: node.unit, title: this.#title(node), map, rows, cols, range: ranges[node.index], stripes };
  }

  stop() {
    this.edit.stop();
    this.surface.stop();
  }
}

/** `text`, cut with dots where it is wider than `room`. */
function fitted(pen, text, room) {
  if (pen.measureText(text).width <= room + 1) return text;
  let cut = text;
  while (cut && pen.measureText(`${cut}…`).width > room) cut = cut.slice(0, -1);
  return `${cut}…`;
}
