// The whole network as a picture: what every layer makes of one picture, map by map, and the answer at the end.

import { Atlas, surface } from "./dom.js";
import { paint, pixels } from "./pictures.js";
import { answered } from "./stack_answer.js";
import { faint, strong } from "./stack_lines.js";
import { FOOT, lay, least, nodeAt } from "./stack_places.js";
import { FONT, colour, faded, ramp } from "./theme.js";
import { figure as short, number, say, told } from "./words.js";

const SHARP = 1.4; // screen pixels for a map's pixel from which its edges are drawn as they are

export class Whole {
  #sheets = new Map(); // layer number -> Atlas
  #picture = pixels();

  /** ranges: what the strongest colour of each layer stands for. */
  constructor(ranges) {
    this.ranges = ranges;
    this.surface = surface(say("The network"));
  }

  /** Draw a figure; hand: the node in hand or null; found: its numbers, for the signs of its lines; seen: how much of the width is seen at once. */
  draw(figure, hand, found, seen) {
    const { width, height } = this.surface.fit();
    if (!width || !height) return;
    Object.assign(this, { figure, width, height });
    this.places = lay(figure, width, height, seen);
    const { pen } = this.surface;
    const { columns, answer } = this.places;
    const node = hand && columns[hand.column]?.nodes[hand.at];
    pen.clearRect(0, 0, width, height);
    faint(pen, columns);
    const sources = node ? strong(pen, columns, node, found) : [];
    for (const column of columns) this.#column(pen, column);
    for (const source of sources) this.#mark(pen, source);
    if (node) this.#mark(pen, { ...node, ink: colour("--text"), width: 2 });
    answered(pen, figure.answer, { ...answer, title: told(figure.layers.at(-1).title), begin: columns.at(-1).left }, node?.column === columns.length - 1 ? node.unit : -1);
    this.#foot(pen, columns, height);
  }

  /** Pixels that it takes at least; narrower, it has to scroll. */
  least(figure, width) {
    return least(figure.layers, width);
  }

  node({ offsetX, offsetY }) {
    const { columns, answer } = this.places ?? {};
    if (!columns) return null;
    const row = offsetX > answer.left - 4 && answer.rows.find(({ y, high }) => Math.abs(offsetY - y) <= high / 2);
    if (row) return columns.at(-1).nodes.find(({ unit }) => unit === row.at) ?? columns.at(-1).nodes[0];
    return nodeAt(columns, offsetX, offsetY);
  }

  #column(pen, column) {
    if (column.kind === "picture") return this.#shown(pen, column);
    if (column.kind === "thin") return this.#thin(pen, column);
    this.#title(pen, column);
    const { layer } = column;
    const rows = column.kind !== "maps";
    const [, high, wide] = rows ? [0, 1, 1] : layer.maps.dims;
    const colours = ramp("--neg", "--zero", "--pos", Math.min(1, layer.range / this.ranges.of(layer.number)));
    if (!this.#sheets.has(layer.number)) this.#sheets.set(layer.number, new Atlas());
    const bytes = rows ? layer.maps : layer.maps.array;
    const sheet = this.#sheets.get(layer.number).fill(bytes, wide, (bytes.length / wide / high) * high, colours);
    pen.imageSmoothingEnabled = !rows && column.nodes[0]?.high < SHARP * high;
    pen.lineWidth = 1;
    for (const { x, y, wide: across, high: down, unit, index } of column.nodes) {
      const [left, top] = rows ? [x - across / 2, y - down / 2] : [Math.round(x - across / 2), Math.round(y - down / 2)];
      pen.drawImage(sheet, 0, index * high, wide, high, left, top, across, down);
      if (layer.on && !layer.on[unit]) hatch(pen, left, top, across, down);
      pen.strokeStyle = faded("--soft", rows ? 0.3 : 0.45);
      if (down > 5) pen.strokeRect(left - 0.5, top - 0.5, across + 1, down + 1);
    }
    if (column.more > 0) {
      pen.font = `10px ${FONT}`;
      pen.textAlign = "center";
      pen.fillStyle = colour("--soft");
      pen.fillText(fitting(pen, column.slot, say("+ {count} more", { count: column.more }), `+ ${number(column.more)}`), column.x, column.bottom + 9);
    }
  }

  #mark(pen, { x, y, wide, high, ink, width }) {
    pen.strokeStyle = ink;
    pen.lineWidth = width;
    pen.strokeRect(Math.round(x - wide / 2) - 1, Math.round(y - high / 2) - 1, Math.round(wide) + 2, Math.round(high) + 2);
  }

  /** The picture, with what it is. */
  #shown(pen, { nodes: [{ x, y, wide, high }], right }) {
    const { picture, answer } = this.figure;
    paint(this.#picture, picture.pixels);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.#picture, x - wide / 2, y - high / 2, wide, high);
    pen.strokeStyle = faded("--soft", 0.45);
    pen.lineWidth = 1;
    pen.strokeRect(x - wide / 2 - 0.5, y - high / 2 - 0.5, wide + 1, high + 1);
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    const lines = picture.index === null || picture.index === undefined ? [] : [[(wide < 60 ? say("picture {number}", { number: picture.index + 1 }) : PARTS[picture.part]({ number: picture.index + 1 })), "--soft", "400 10px"]];
    if (answer.true !== null && answer.true !== undefined) lines.push([say("it is: {name}", { name: told(answer.classes[answer.true]) }), "--text", "600 12px"]);
    lines.forEach(([text, ink, font], at) => {
      pen.font = `${font} ${FONT}`;
      pen.fillStyle = colour(ink);
      pen.fillText(cut(pen, text, right + 14), x - wide / 2, y + high / 2 + 13 + 15 * at);
    });
    this.below = y + high / 2 + 13 + 15 * lines.length - 4; // where the chip may stand
  }

  /** Kind and shape, as much of them as there is room for. */
  #title(pen, { x, layer, kind, slot }) {
    if (kind === "output") return; // it has its own, above the answer
    const [first, ...rest] = layer.shape.map((side) => number(side));
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = colour("--text");
    pen.font = `600 11px ${FONT}`;
    const side = told(layer.title).match(/\d+×\d+/)?.[0] ?? "";
    const room = slot < 50 ? slot : slot - 6;
    const brief = SHORT[layer.kind]();
    pen.fillText(fitting(pen, room, told(layer.title), `${brief} ${side}`, brief, TINY[layer.kind]?.() ?? brief), x, 9, room + 2);
    pen.font = `10px ${FONT}`;
    pen.fillStyle = colour("--soft");
    const whole = rest.length ? `${first} × ${rest.join("×")}` : first;
    if (pen.measureText(whole).width <= room) return pen.fillText(whole, x, 24);
    pen.fillText(`${first} ×`, x, 21);
    pen.fillText(rest.join("×"), x, 32);
  }

  /** What only passes on: a bracket, its name along it. */
  #thin(pen, { x, top, bottom, layer }) {
    const dashed = layer.kind === "dropout";
    pen.strokeStyle = faded("--soft", 0.8);
    pen.lineWidth = 1;
    pen.setLineDash(dashed ? [3, 3] : []);
    pen.beginPath();
    pen.moveTo(x - 4, top);
    pen.lineTo(x + 4, top);
    pen.lineTo(x + 4, bottom);
    pen.lineTo(x - 4, bottom);
    pen.stroke();
    pen.setLineDash([]);
    pen.save();
    pen.translate(x - 5, (top + bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.font = `10px ${FONT}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const text = dashed ? told(layer.title) : `${told(layer.title)} · ${number(layer.shape[0])}`;
    const half = pen.measureText(text).width / 2 + 5;
    pen.fillStyle = faded("--bg", 0.85);
    pen.fillRect(-half, -6, 2 * half, 12);
    pen.fillStyle = colour("--soft");
    pen.fillText(text, 0, 0);
    pen.restore();
  }

  /** What a layer costs, and what its strongest colour stands for, in three rows under all columns. */
  #foot(pen, columns, height) {
    const brief = columns[0].right < 60;
    const rows = [[say("parameters"), ({ parameters }) => parameters], [brief ? say("products") : say("multiply-adds"), ({ work }) => work], [brief ? say("up to ±") : say("colours up to ±"), null]];
    pen.font = `10px ${FONT}`;
    pen.textBaseline = "middle";
    pen.fillStyle = colour("--soft");
    rows.forEach(([name, count], row) => {
      const y = height - FOOT + 10 + row * 14;
      pen.textAlign = "left";
      pen.fillText(cut(pen, name, columns[0].right + 6), 0, y);
      pen.textAlign = "center";
      for (const { layer, kind, x } of columns) {
        if (!layer || kind === "thin") continue;
        pen.fillText(count ? (count(layer) ? counted(count(layer)) : "–") : short(this.ranges.of(layer.number)), x, y);
      }
    });
    pen.strokeStyle = colour("--line");
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(0, height - FOOT + 0.5);
    pen.lineTo(this.places.answer.left - 4, height - FOOT + 0.5);
    pen.stroke();
  }

  stop() {
    this.surface.stop();
  }
}

/** Names where there is no room for the whole title. */
export const SHORT = {
  conv: () => say("Conv"), max_pool: () => say("Max pool"), average_pool: () => say("Avg pool"), batch_norm: () => say("Norm"),
  dropout: () => say("Dropout"), flatten: () => say("Flatten"), dense: () => say("Dense"), output: () => say("Output"),
};

const TINY = { max_pool: () => say("Max"), average_pool: () => say("Avg") };

const PARTS = {
  test: (values) => say("test picture {number}", values), train: (values) => say("training picture {number}", values), validation: (values) => say("validation picture {number}", values),
};

/** The first of these texts that fits; the last one where none does. */
function fitting(pen, room, ...texts) {
  return texts.find((text) => pen.measureText(text).width <= room) ?? texts.at(-1);
}

function cut(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let kept = text;
  while (kept && pen.measureText(`${kept}…`).width > room) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}

/** A count, short: 9,216, 46.2k, 1.3M. */
export function counted(value) {
  if (value < 10_000) return number(value);
  return value < 1e6 ? `${number(value / 1e3, value < 1e5 ? 1 : 0)}k` : `${number(value / 1e6, 1)}M`;
}

/** Strokes over what is switched off. */
export function hatch(pen, left, top, wide, high) {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, wide, high);
  pen.clip();
  pen.fillStyle = faded("--bg", 0.55);
  pen.fillRect(left, top, wide, high);
  pen.beginPath();
  for (let at = -high; at < wide; at += 5) {
    pen.moveTo(left + at, top + high);
    pen.lineTo(left + at + high, top);
  }
  pen.strokeStyle = colour("--soft");
  pen.lineWidth = 1.2;
  pen.stroke();
  pen.restore();
}
