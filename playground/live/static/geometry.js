// Where the network's neurons and lines lie, and what is under the pointer. Plain numbers, no drawing.

const TOP = 30;
const BOTTOM = 26;
const HEARING = 7; // pixels around a line that count as on it
const FINGER = 14; // the same for a finger
const PARTS = 14; // pieces a line is cut into to find the nearest

/** Places for a network figure in `width` x `height`: columns of nodes {x, y, size, column, at}, evenly laid out. pictured: the inputs are one picture, drawn large. */
export function lay(columns, width, height, left, right, pictured = false) {
  const most = Math.max(...columns.map(({ shown }) => shown.length));
  const apart = (width - left - right) / Math.max(1, columns.length - 0.4);
  const slot = Math.min(76, (height - TOP - BOTTOM) / most);
  const size = Math.max(8, Math.min(54, slot * 0.76, apart * 0.62));
  const last = columns.length - 1;
  const sizes = columns.map(({ shown }, at) => (at === last && shown.length === 1 ? Math.min(76, size * 1.5) : size));
  if (pictured) {
    sizes[0] = Math.max(size, Math.min(112, width * 0.15, height * 0.5));
    sizes[1] = Math.max(8, Math.min(54, ((height - TOP - BOTTOM) / columns[1].shown.length) * 0.88, apart * 0.62)); // to be read pixel by pixel
  }
  const first = left + sizes[0] / 2;
  const step = (width - right - sizes[last] / 2 - first) / Math.max(1, last);
  const middle = TOP + (height - TOP - BOTTOM) / 2;
  return columns.map(({ shown }, column) => {
    const gap = pictured && column === 1 ? sizes[1] / 0.88 : shown.length < most ? Math.min(76, slot * 1.2, (height - TOP - BOTTOM) / shown.length) : slot;
    return Array.from(shown, (unit, at) => ({
      column, at, unit: Number(unit), size: sizes[column],
      x: first + column * step, y: middle + (at - (shown.length - 1) / 2) * gap,
    }));
  });
}

/** The curve from one node to another as [x0, y0, x1, y1, x2, y2, x3, y3]. */
export function curve(from, to) {
  const a = from.x + from.size / 2 + 1;
  const b = to.x - to.size / 2 - 1;
  const bend = (b - a) * 0.45;
  return [a, from.y, a + bend, from.y, b - bend, to.y, b, to.y];
}

/** The node under a point, or null. */
export function nodeAt(nodes, x, y) {
  for (const column of nodes) {
    for (const node of column) {
      const reach = node.size / 2 + 2;
      if (Math.abs(x - node.x) <= reach && Math.abs(y - node.y) <= reach) return node;
    }
  }
  return null;
}

/** Where a neuron's bias stands: {x, y, radius}, at its lower left. */
export function biasOf({ x, y, size }) {
  return { x: x - size / 2, y: y + size / 2, radius: Math.max(2.5, Math.min(5, size * 0.12)) };
}

/** The neuron whose bias is under a point, or null; `biased(node)`: has it one? */
export function biasAt(nodes, x, y, biased, finger = false) {
  for (const column of nodes.slice(1)) {
    for (const node of column) {
      const mark = biasOf(node);
      if (Math.hypot(x - mark.x, y - mark.y) <= mark.radius + (finger ? 9 : 4) && biased(node)) return node;
    }
  }
  return null;
}

/** The line nearest to a point within reach: {from, to}, or null. */
export function lineAt(nodes, x, y, finger = false) {
  const gap = nodes.findIndex((column, at) => at + 1 < nodes.length && x > column[0].x && x < nodes[at + 1][0].x);
  if (gap < 0) return null;
  let best = null;
  let least = finger ? FINGER : HEARING;
  for (const from of nodes[gap]) {
    for (const to of nodes[gap + 1]) {
      const far = away(curve(from, to), x, y);
      if (far < least) [least, best] = [far, { from, to }];
    }
  }
  return best;
}

/** Pixels from a point to a curve. */
function away(c, x, y) {
  let least = Infinity;
  let [px, py] = [c[0], c[1]];
  for (let part = 1; part <= PARTS; part++) {
    const t = part / PARTS;
    const u = 1 - t;
    const weight = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
    const qx = weight[0] * c[0] + weight[1] * c[2] + weight[2] * c[4] + weight[3] * c[6];
    const qy = weight[0] * c[1] + weight[1] * c[3] + weight[2] * c[5] + weight[3] * c[7];
    const [dx, dy] = [qx - px, qy - py];
    const share = Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x - px - share * dx, y - py - share * dy));
    [px, py] = [qx, qy];
  }
  return least;
}
