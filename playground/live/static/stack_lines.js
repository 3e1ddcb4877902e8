// Lines between the layers: faint ones everywhere, and strong ones from a map to those that it is made of, by sign and size of its weights.

import { faded } from "./theme.js";

const FANS = 6; // lines between a flattened row and each neuron: its numbers are too many to be drawn

/** How a layer's units hang on those before: "each" one on all, or "own" on the one of its number. */
const hangs = (kind) => (["max_pool", "average_pool", "batch_norm", "dropout"].includes(kind) ? "own" : "each");

/** The nearest column before that has maps or numbers of its own; what dropout silences only in training it hands on as it is. */
function before(columns, at) {
  let from = at - 1;
  while (columns[from].layer?.kind === "dropout") from--;
  return columns[from];
}

function line(path, ax, ay, bx, by) {
  const bend = (bx - ax) * 0.45;
  path.moveTo(ax, ay);
  path.bezierCurveTo(ax + bend, ay, bx - bend, by, bx, by);
}

/** Places along a flattened row. */
const along = ({ top, bottom }, count) => Array.from({ length: count }, (_, at) => top + ((at + 0.5) / count) * (bottom - top));

/** Every line of the network, so faint that together they are a ground: the more there are, the fainter. */
export function faint(pen, columns) {
  columns.forEach((column, at) => {
    if (!at || column.layer?.kind === "dropout") return;
    const from = before(columns, at);
    const ends = [];
    const own = column.kind !== "thin" && from.kind !== "picture" && hangs(column.layer.kind) === "own";
    if (column.kind === "thin") along(column, from.nodes.length).forEach((y, node) => ends.push([from.nodes[node].y, y]));
    else for (const node of column.nodes) {
      if (from.kind === "thin") for (const y of along(from, FANS)) ends.push([y, node.y]);
      else for (const source of from.nodes) if (linked(column, from, node, source)) ends.push([source.y, node.y]);
    }
    const different = new Map(ends.map((pair) => [pair.map(Math.round).join(), pair])); // maps side by side begin at the same place
    const path = new Path2D();
    for (const [a, b] of different.values()) line(path, from.right + 2, a, column.left - 2, b);
    stroke(pen, path, faded("--soft", own ? 0.35 : Math.max(0.05, Math.min(0.35, 1.1 / Math.sqrt(different.size)))), 0.7);
  });
}

const linked = (column, from, node, source) => from.kind === "picture" || hangs(column.layer.kind) === "each" || node.unit === source.unit;

/** Those of one node. found: the answer to `layer` for it, or null: then they have no sign. Gives the nodes that they come from, each with its ink and the width of its frame. */
export function strong(pen, columns, node, found) {
  const column = columns[node.column];
  if (!column?.layer) return [];
  const from = before(columns, node.column);
  if (from.kind === "thin") {
    const path = new Path2D();
    for (const y of along(from, FANS)) line(path, from.right, y, node.x - node.wide / 2, node.y);
    stroke(pen, path, faded("--soft", 0.6), 1);
    return [];
  }
  const sources = from.nodes.filter((source) => linked(column, from, node, source));
  const strengths = sources.map((source) => strength(found, source.unit));
  const framed = [];
  const largest = Math.max(1e-12, ...strengths.map(({ size }) => size));
  sources.forEach((source, at) => {
    const path = new Path2D();
    const { size, sign } = strengths[at];
    const share = size / largest;
    const ink = sign ? faded(sign < 0 ? "--neg" : "--pos", 0.25 + 0.75 * share) : faded("--soft", 0.75);
    const [a, b] = [from.right + 3, column.left - 3]; // beside the blocks, so that no line runs behind a map
    line(path, a, source.y + (source.x - from.x) * 0.12, b, node.y);
    stroke(pen, path, ink, sign ? 0.8 + 2.6 * share : 1.2);
    framed.push({ ...source, ink, width: sign ? 1 + 1.5 * share : 1.5 });
  });
  return framed;
}

function stroke(pen, path, ink, width) {
  pen.strokeStyle = ink;
  pen.lineWidth = width;
  pen.stroke(path);
}

/** What a unit before weighs: the length of its kernel, by the sign of the kernel's sum; or its one weight. */
export function strength(found, unit) {
  const kernel = found?.kernel;
  if (kernel) {
    const area = kernel.dims[1] * kernel.dims[2];
    const own = kernel.array.subarray(unit * area, (unit + 1) * area);
    return { size: Math.hypot(...own), sign: Math.sign(own.reduce((sum, weight) => sum + weight, 0)) };
  }
  const weight = found?.weights?.[unit];
  return weight === undefined ? { size: 0, sign: 0 } : { size: Math.abs(weight), sign: Math.sign(weight) };
}
