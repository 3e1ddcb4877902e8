// The arithmetic of one number of the network, in double precision: what is weighed with what, added up, and bent. Plain numbers, no drawing.

/** Activations as training has them; the exact GELU needs an error function: its value is the network's own. */
const BENT = {
  linear: (z) => z, relu: (z) => Math.max(0, z), tanh: Math.tanh, sigmoid: (z) => 1 / (1 + Math.exp(-z)), leaky_relu: (z) => (z < 0 ? 0.01 * z : z),
  elu: (z) => (z < 0 ? Math.expm1(z) : z), silu: (z) => z / (1 + Math.exp(-z)), softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
};

/** What a unit hands on: its sum, bent, or 0 where it is switched off. given: what the network says it is, for activations that are not known here. */
export const handed = ({ activation, on = true }, z, given) => (on ? (BENT[activation]?.(z) ?? given) : 0);

/** An entry of an array with sides, a typed array, or a number. */
export const at = (values, ...places) => {
  if (typeof values === "number") return values;
  const { array = values, dims = [values.length] } = values;
  return array[places.reduce((index, place, side) => index * dims[side] + place, 0)];
};

/** One window of one channel: {row, column, x, w} each, in reading order; outside the map x is 0 and `pad` true. */
export function patch({ input, kernel, stride, padding }, row, column, channel) {
  const [, height, width] = input.dims;
  const [, rows, cols] = kernel.dims;
  return Array.from({ length: rows * cols }, (_, place) => {
    const [u, v] = [Math.floor(place / cols), place % cols];
    const [y, x] = [row * stride + u - padding, column * stride + v - padding];
    const pad = y < 0 || x < 0 || y >= height || x >= width;
    return { row: u, column: v, x: pad ? 0 : at(input, channel, y, x), w: at(kernel, channel, u, v), pad };
  });
}

export const added = (terms) => terms.reduce((sum, { x, w }) => sum + x * w, 0);

/** One output number of a convolution: {parts: (channels,) sums of the channels, sum: all of them, total: with the bias, own: the network's sum, output}. */
export function convolved(answer, row, column) {
  const parts = Array.from({ length: answer.input.dims[0] }, (_, channel) => added(patch(answer, row, column, channel)));
  const sum = parts.reduce((whole, part) => whole + part, 0);
  const total = sum + answer.bias;
  return { parts, sum, total, own: at(answer.sums, row, column), output: handed(answer, total, at(answer.output, row, column)) };
}

/** The window of a pooling: {values, best: place of the largest, output}. */
export function pooled({ kind, input, window }, row, column) {
  const values = Array.from({ length: window * window }, (_, place) => at(input, 0, row * window + Math.floor(place / window), column * window + (place % window)));
  const best = values.reduce((most, value, place) => (value > values[most] ? place : most), 0);
  return { values, best, output: kind === "max_pool" ? values[best] : values.reduce((sum, value) => sum + value, 0) / values.length };
}

/** One number of a batch norm: {x, spread: the root, output}. */
export function normed({ input, mean, variance, epsilon, gamma, beta }, row, column) {
  const x = input.dims ? at(input, 0, row, column) : at(input, 0);
  const spread = Math.sqrt(variance + epsilon);
  return { x, spread, output: (gamma * (x - mean)) / spread + beta };
}

/** One neuron: {products: (inputs,), order: places by their size, the largest first, sum, total, own, output}. */
export function weighed(answer) {
  const { input, weights, bias, sum: own, output } = answer;
  const products = Float64Array.from(input, (x, place) => x * weights[place]);
  const order = Array.from(products.keys()).sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
  const sum = products.reduce((whole, one) => whole + one, 0);
  const total = sum + bias;
  return { products, order, sum, total, own, output: answer.kind === "output" ? total : handed(answer, total, at(output, 0)) };
}

/** Softmax: {rows: [{z, e, share}], total, shifted: what was taken off each score so that e to it stays a number}. */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const shifted = largest > 80 || largest < -80 ? largest : 0;
  const rows = Array.from(logits, (z) => ({ z, e: Math.exp(z - shifted) }));
  const total = rows.reduce((sum, { e }) => sum + e, 0);
  return { rows: rows.map(({ z, e }) => ({ z, e, share: e / total })), total, shifted };
}

/** Do two sums agree, as far as numbers of seven digits can? size: of what was added up. */
export const agree = (ours, theirs, size = 1) => Math.abs(ours - theirs) <= 2e-5 * Math.max(1, Math.abs(ours), size);
