// Where things lie in the picture of a network unrolled in time: columns of steps, bands of layers, the rows of what is read and said. Plain numbers, no drawing.

const AXIS = 15; // pixels for the numbers of the steps
const RIGHT = 12;
const GUTTER = 108; // names beside the bands, where there is room
const HEAD = 15; // names above them, where there is none
const NARROW = 520;
const ARROW = { least: 16, most: 34 }; // pixels between two bands
const ROW = { least: 1.2, most: 20 }; // pixels of a unit
const STRIP = 15; // bars beneath a band while a step goes back through time
const PLOTS = 3; // channels that have a line each; more become coloured cells
const WEAVE = { from: 22, share: 0.36, most: 18 }; // columns this wide stand apart, so that threads show between them

/** Pixels that the picture takes at least; narrower, it has to scroll. seen: how much is seen at once. */
export function least({ length, first, input, answers }, seen) {
  const letters = input.symbols || (answers.classes && answers.steps.length > 1);
  const across = seen < NARROW ? (letters ? 10 : 5) : letters ? 4.5 : 3;
  return Math.ceil((seen < NARROW ? 4 : GUTTER) + (length - first) * across + RIGHT);
}

/** Places for a figure in width x height. x(step): the middle of its column; wide: how much of `across` is drawn. */
export function lay(figure, width, height, seen) {
  const { length, first, layers, input, answers } = figure;
  const narrow = seen < NARROW;
  const left = narrow ? 4 : GUTTER;
  const head = narrow ? HEAD : 0;
  const steps = Math.max(1, length - first);
  const across = Math.min((width - left - RIGHT) / steps, 96);
  const apart = across >= WEAVE.from ? Math.min(WEAVE.most, across * WEAVE.share) : across >= 7 ? 1 : 0;
  const wide = across - apart;
  const x = (step) => left + (step - first + 0.5) * across;
  const strip = figure.phase ? STRIP : 0;
  const read = { kind: input.symbols ? "symbols" : input.values.dims[0] > PLOTS ? "cells" : "plots", high: input.symbols ? 22 : input.values.dims[0] > PLOTS ? Math.min(72, input.values.dims[0] * 10) : Math.max(34, 24 * input.values.dims[0]) };
  const several = answers.steps.length > 1;
  const kind = answers.classes ? (several ? "signs" : "class") : several ? "numbers" : "number";
  const rows = Math.min(3, answers.top?.dims[1] ?? 0);
  const said = { kind, rows, high: { signs: answers.true ? 38 : 20, class: 16 * rows, numbers: 50, number: 36 }[kind] };

  const counts = layers.map(({ shown, both }) => shown.length + (both ? 0.6 : 0));
  const all = counts.reduce((sum, one) => sum + one, 0);
  const fixed = AXIS + read.high + said.high + head * (layers.length + 2) + strip * layers.length;
  const room = height - fixed - ARROW.least * (layers.length + 1) - 6;
  const most = Math.min(ROW.most, Math.max(ROW.least, all ? room / all : 0));
  const highs = counts.map((count) => Math.max(8, count * most));
  const slack = Math.max(0, height - fixed - 6 - highs.reduce((sum, one) => sum + one, 0));
  const arrow = Math.max(ARROW.least, Math.min(ARROW.most, slack / (layers.length + 1)));
  const spare = Math.max(0, slack - arrow * (layers.length + 1));

  let y = spare / 2 + AXIS;
  const axis = y - 8;
  Object.assign(read, { head: y, top: (y += head) });
  y += read.high;
  const bands = layers.map((layer, at) => {
    const top = y + arrow + head;
    const between = { top: y + 2, bottom: top - 2, from: y + head + 2 };
    const band = { at, layer, head: y + (narrow ? 2 : arrow), top, high: highs[at], between, row: highs[at] / counts[at], dense: layer.kind === "dense", strip: strip ? { top: top + highs[at] + 2, high: STRIP - 3 } : null };
    band.halves = halves(band);
    y = top + highs[at] + strip;
    return band;
  });
  const between = { top: y + 2, bottom: y + arrow + head - 2, from: y + head + 2 };
  Object.assign(said, { head: y + (narrow ? 2 : arrow), top: y + arrow + head, between });
  return { narrow, left, right: left + steps * across, across, apart, wide, x, first, last: length - 1, axis, read, bands, said, width, bottom: said.top + said.high, least: Math.max(wide, 14) };
}

/** One block of rows for each direction: {from, to (rows), top, high, backward}. */
function halves({ layer, top, row }) {
  const count = layer.shown.length;
  if (!layer.both) return [{ from: 0, to: count, top, high: count * row, backward: false }];
  const forward = Array.from(layer.shown).filter((unit) => unit < layer.units).length;
  return [
    { from: 0, to: forward, top, high: forward * row, backward: false },
    { from: forward, to: count, top: top + (forward + 0.6) * row, high: (count - forward) * row, backward: true },
  ];
}

/** Where a row of a band begins, in pixels. */
export function rowTop(band, row) {
  const half = band.halves.find(({ to }) => row < to) ?? band.halves.at(-1);
  return half.top + (row - half.from) * band.row;
}

/** What lies at a place: {band, row, step}; band -1 is what is read, and has no row. null where there is nothing. */
export function placeAt(places, x, y) {
  const { bands, read, first, last, left, right, across } = places;
  const near = Math.max(first, Math.min(last, first + Math.floor((x - left) / across)));
  const within = x >= left - 1 && x <= Math.max(right, left + places.least) + 1;
  if (!within) return null;
  if (y >= read.top - 14 && y <= read.top + read.high + 2) return { band: -1, row: 0, step: near };
  for (const band of bands) {
    if (y < band.top || y > band.top + band.high) continue;
    if (band.dense && Math.abs(x - places.x(last)) > Math.max(places.least, across) / 2 + 3) return null;
    const half = band.halves.find(({ top, high }) => y >= top && y < top + high);
    if (half) return { band: band.at, row: half.from + Math.min(half.to - half.from - 1, Math.floor((y - half.top) / band.row)), step: band.dense ? last : near };
  }
  return null;
}
