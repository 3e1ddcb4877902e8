// Arrows of a network unrolled in time: from layer to layer, and from each step to the next, or to the one before where a layer reads from the end.

import { colour, faded } from "./theme.js";

const CLOSE = 15; // pixels between two arrows from layer to layer, at least
const KNOTS = 5; // rows that threads between two steps start from
const CHEVRON = 34; // pixels between the heads on a thread along a band

/** All of them, beneath what is drawn in the bands. */
export function threads(pen, figure, places) {
  const { bands, said, last } = places;
  bands.forEach((band) => {
    const dense = band.dense;
    down(pen, places, band.between, dense ? [last] : every(places));
    if (!dense) for (const half of band.halves) through(pen, places, half);
  });
  const steps = bands.at(-1)?.dense ? [last] : Array.from(figure.answers.steps).filter((step) => step >= places.first);
  down(pen, places, said.between, thinned(steps, places), 0.95);
}

const every = (places) => thinned(Array.from({ length: places.last - places.first + 1 }, (_, at) => places.first + at), places);

/** So few of these steps that their arrows stand apart; the last one stays. */
function thinned(steps, { across }) {
  const by = Math.max(1, Math.ceil(CLOSE / across));
  return steps.filter((_, at) => (steps.length - 1 - at) % by === 0);
}

function down(pen, { x, narrow }, { top, bottom, from }, steps, ink = 0.6) {
  const begin = narrow ? Math.min(from, bottom - 9) : top;
  pen.strokeStyle = pen.fillStyle = faded("--soft", ink);
  pen.lineWidth = 1;
  pen.beginPath();
  for (const step of steps) {
    pen.moveTo(x(step), begin);
    pen.lineTo(x(step), bottom - 3);
  }
  pen.stroke();
  for (const step of steps) head(pen, x(step), bottom, 0, 1, 3);
}

/** From step to step: threads between columns that stand apart, else one thread along the band. */
function through(pen, places, { top, high, backward, from, to }) {
  if (from === to) return;
  const { x, wide, apart, first, last, left, right } = places;
  const way = backward ? -1 : 1;
  if (last === first) return;
  if (apart > 4) {
    const count = Math.min(KNOTS, to - from);
    const knots = Array.from({ length: count }, (_, at) => top + ((at + 0.5) / count) * high);
    pen.strokeStyle = faded("--soft", 0.42);
    pen.lineWidth = 0.7;
    pen.beginPath();
    for (let step = first; step < last; step++) {
      const [a, b] = [x(step) + wide / 2, x(step + 1) - wide / 2];
      const middle = (a + b) / 2;
      for (const one of knots) {
        for (const other of knots) {
          pen.moveTo(a, one);
          pen.bezierCurveTo(middle, one, middle, other, b, other);
        }
      }
    }
    pen.stroke();
    pen.fillStyle = colour("--text");
    for (let step = first; step < last; step++) head(pen, (x(step) + x(step + 1)) / 2 + 3 * way, top + high / 2, way, 0, Math.min(4, apart / 2.6));
    return;
  }
  const y = Math.round(backward ? top + high + 3 : top - 4) + 0.5;
  pen.strokeStyle = pen.fillStyle = faded("--soft", 0.9);
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(left, y);
  pen.lineTo(right, y);
  pen.stroke();
  const heads = Math.max(1, Math.round((right - left) / CHEVRON));
  for (let at = 0; at < heads; at++) head(pen, backward ? left + (at * (right - left)) / heads : left + ((at + 1) * (right - left)) / heads, y, way, 0, 3);
}

/** A small triangle with its tip at x, y, that points along (dx, dy). */
function head(pen, x, y, dx, dy, size) {
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x - dx * size * 1.5 - dy * size, y - dy * size * 1.5 - dx * size);
  pen.lineTo(x - dx * size * 1.5 + dy * size, y - dy * size * 1.5 + dx * size);
  pen.fill();
}
