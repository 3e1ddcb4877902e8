// Where the layers of a convolutional network lie, and their maps in them. Plain numbers, no drawing.

export const TOP = 40; // two lines of title
export const FOOT = 46; // three lines of numbers
const REST = 13; // "+ 16 more", under the maps
const GAP = 4; // between tiles
const RAGGED = 0.8; // what a tile may lose in size before an uneven last column is better
const LARGEST = 76;
const READABLE = 14; // pixels below which a tile shows nothing: then fewer are shown
const LEAST = { maps: 36, row: 34, thin: 22 }; // pixels a column takes at least
const NARROW = { maps: 30, row: 28, thin: 20 }; // and on a phone
const WEIGHT = { maps: 1, row: 0.42, thin: 0 };

/** "maps", "row" (numbers) or "thin" (what only passes on). */
export const form = (layer) => (!layer.maps ? "thin" : layer.maps.dims ? "maps" : "row");

/** What is at both ends: the picture and the answer; less of it where there are many layers. And what a column takes at least. */
function margins(width, count) {
  const less = count > 8 ? 0.82 : 1;
  const share = count > 5 ? 0.22 : width < 480 ? 0.36 : 0.26;
  return { picture: Math.max(48, Math.min(112, width * 0.15 * less ** 2)), answer: Math.max(104, Math.min(180, width * share * less)), least: width < 480 ? NARROW : LEAST };
}

/** Pixels that the network takes at least: below that it scrolls. */
export function least(layers, width) {
  const { picture, answer, least } = margins(width, layers.length);
  return Math.ceil(picture + answer + 26 + layers.slice(0, -1).reduce((sum, layer) => sum + least[form(layer)], 0));
}

/**
 * Columns: the picture, each layer, the output last. Each {kind, layer, x, left, right, top, bottom, nodes, more}; nodes {column, at, unit, x, y, wide, high}, x and y their middles.
 * seen: how much of the width is seen at once. answer: {left, right, rows: [{at (class), y, high}]}, beside the output's cells.
 */
export function lay({ picture, layers, answer }, width, height, seen) {
  const margin = margins(seen, layers.length);
  const box = { top: TOP, bottom: height - FOOT - REST };
  const side = Math.min(margin.picture, box.bottom - box.top);
  const [, rows, cols] = picture.pixels.dims;
  const scale = side / Math.max(rows, cols);
  const middle = (box.top + box.bottom) / 2;
  const first = { kind: "picture", column: 0, x: side / 2 + 1, left: 1, right: side + 1, nodes: [] };
  first.nodes.push({ column: 0, at: 0, unit: 0, x: side / 2 + 1, y: middle, wide: cols * scale, high: rows * scale });
  const inner = layers.slice(0, -1);
  const free = width - margin.picture - margin.answer - 26;
  const spare = free - inner.reduce((sum, layer) => sum + margin.least[form(layer)], 0);
  const weights = inner.reduce((sum, layer) => sum + WEIGHT[form(layer)], 0) || 1;
  let left = margin.picture;
  const columns = inner.map((layer, at) => {
    const kind = form(layer);
    const wide = margin.least[kind] + Math.max(0, spare) * (WEIGHT[kind] / weights);
    left += wide;
    return { kind, layer, column: at + 1, ...filled(kind, layer, at + 1, left - wide, wide, box) };
  });
  const last = ending(layers.at(-1), layers.length, answer, width - margin.answer, width, box);
  return { columns: [first, ...columns, last.column], answer: last.answer, ...box };
}

function filled(kind, layer, column, left, wide, { top, bottom }) {
  const room = wide < 60 ? wide - 7 : Math.max(53, wide * 0.72);
  const x = left + wide / 2;
  if (kind === "thin") return { x, left: x - 5, right: x + 5, top, bottom, slot: wide, nodes: [] };
  const [shown, size] = kind === "maps" ? tiles(layer, room, bottom - top) : cells(layer, room, bottom - top);
  const { wide: w, high: h, across, down } = size;
  const [edge, above] = [x - (across * (w + GAP) - GAP) / 2, (top + bottom) / 2 - (down * (h + size.gap) - size.gap) / 2];
  const nodes = shown.map((index, at) => ({
    column, at, index, unit: Number(layer.shown[index]), wide: w, high: h,
    x: edge + Math.floor(at / down) * (w + GAP) + w / 2, y: above + (at % down) * (h + size.gap) + h / 2,
  }));
  const block = across * (w + GAP) - GAP;
  return { x, left: x - block / 2, right: x + block / 2, top: above, bottom: above + down * (h + size.gap) - size.gap, slot: wide, nodes, more: layer.units - nodes.length };
}

/** `count` of n, evenly. */
const some = (n, count) => Array.from({ length: count }, (_, at) => Math.round((at * (n - 1)) / Math.max(1, count - 1)));

/** Which maps fit, and how large: as large as they can be, in one column or several. */
function tiles(layer, room, height) {
  const [of, rows, cols] = layer.maps.dims;
  const best = (count) => {
    let found = null;
    for (let across = 1; across <= count; across++) {
      const down = Math.ceil(count / across);
      const scale = Math.min((room - (across - 1) * GAP) / across / cols, (height - (down - 1) * GAP) / down / rows, LARGEST / Math.max(rows, cols));
      const worth = scale * (count % down ? RAGGED : 1);
      if (!found || worth > found.worth * 1.02) found = { scale, worth, across: Math.ceil(count / down), down };
    }
    return found;
  };
  let count = of;
  while (count > 4 && best(count).scale * Math.max(rows, cols) < READABLE) count = Math.ceil(count / 2);
  const { scale, across, down } = best(count);
  return [some(of, count), { wide: Math.max(2, Math.floor(cols * scale)), high: Math.max(2, Math.floor(rows * scale)), across, down, gap: GAP }];
}

/** Numbers of a row as cells under each other. */
function cells(layer, room, height) {
  const of = layer.maps.length;
  const count = Math.min(of, Math.floor(height / 5));
  const high = Math.min(15, (height + 1) / count - 1);
  return [some(of, count), { wide: Math.min(20, room), high, across: 1, down: count, gap: 1 }];
}

/** The output's cells and the bars beside them, a row for each class; where there are too many, the likeliest. */
function ending(layer, column, { classes, probabilities, said, true: own }, left, right, { top, bottom }) {
  const most = Math.floor((bottom - top) / 11);
  let shown = classes.map((_, at) => at);
  if (shown.length > most) {
    const first = [...shown].sort((a, b) => probabilities[b] - probabilities[a]).slice(0, most);
    shown = shown.filter((at) => first.includes(at) || at === own || at === said).slice(0, most);
  }
  const high = Math.min(27, (bottom - top) / shown.length);
  const above = (top + bottom) / 2 - (high * shown.length) / 2;
  const rows = shown.map((at, row) => ({ at, y: above + (row + 0.5) * high, high }));
  const single = layer.units !== classes.length;
  const tall = Math.min(18, high - 2);
  const node = (unit, index, at, y) => ({ column, at, index, unit, x: left + 9, y, wide: 18, high: tall });
  const places = rows.map(({ at, y }) => ({ y, unit: at, index: layer.shown.indexOf(at) })).filter(({ index }) => index >= 0);
  const nodes = single ? [node(0, 0, 0, (top + bottom) / 2)] : places.map(({ unit, index, y }, at) => node(unit, index, at, y));
  return {
    column: { kind: "output", layer, column, x: left + 9, left, right: left + 18, top: above, bottom: above + high * rows.length, slot: 40, nodes, more: 0 },
    answer: { left: left + 26, right, rows, more: classes.length - rows.length, bottom: above + high * rows.length },
  };
}

/** The node under a point, or null; the nearest of small ones. */
export function nodeAt(columns, x, y) {
  for (const { nodes, left, right } of columns) {
    if (x < left - 3 || x > right + 3) continue;
    for (const node of nodes) if (Math.abs(x - node.x) <= node.wide / 2 + 1 && Math.abs(y - node.y) <= node.high / 2 + 1) return node;
  }
  return null;
}
