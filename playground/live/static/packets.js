// Reads what playground/engine/protocol.py packs: header length (little-endian u32) | JSON header | arrays.

const KINDS = {
  f4: Float32Array, f8: Float64Array, i1: Int8Array, u1: Uint8Array, b1: Uint8Array,
  i2: Int16Array, u2: Uint16Array, i4: Int32Array, u4: Uint32Array,
};
const LONG = { i8: BigInt64Array, u8: BigUint64Array };
const NAMES = new Map([
  [Float32Array, "f4"], [Float64Array, "f8"], [Int8Array, "i1"], [Uint8Array, "u1"],
  [Int16Array, "i2"], [Uint16Array, "u2"], [Int32Array, "i4"], [Uint32Array, "u4"],
]);

/** An array out of `bytes`: a view where it lies aligned, else a copy. 64-bit whole numbers become doubles: charts know no BigInt. */
function typed(bytes, told, start) {
  const Kind = KINDS[told.$] ?? LONG[told.$];
  if (!Kind) throw new TypeError(`array of ${told.$}`);
  const count = told.shape.reduce((size, side) => size * side, 1);
  const at = bytes.byteOffset + start + told.at;
  const size = count * Kind.BYTES_PER_ELEMENT;
  if (start + told.at + size > bytes.byteLength) throw new RangeError("array past the end");
  const array = at % Kind.BYTES_PER_ELEMENT ? new Kind(bytes.buffer.slice(at, at + size)) : new Kind(bytes.buffer, at, count);
  return LONG[told.$] ? Float64Array.from(array, Number) : array;
}

/** One dimension: a typed array. More: what Plotly reads (dtype, bdata, shape), with the same numbers as `array` and sides as `dims`. */
function shaped(array, dims) {
  if (dims.length < 2) return array;
  const bdata = array.buffer.slice(array.byteOffset, array.byteOffset + array.byteLength);
  return { dtype: NAMES.get(array.constructor), bdata, shape: dims.join(", "), array, dims };
}

/** The header of a BINARY payload (ArrayBuffer or Uint8Array), its arrays in place. */
export function decode(payload) {
  const bytes = payload instanceof Uint8Array ? payload : new Uint8Array(payload);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const revive = (value) => {
    if (!value || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(revive);
    if ("$" in value) return shaped(typed(bytes, value, 4 + size), value.shape);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]));
  };
  return revive(JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size))));
}

/** Packets one after another (length big-endian u32 | kind | payload) as messages: TEXT is kind 0, BINARY kind 1. */
export function cut(bytes) {
  const messages = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 5 <= bytes.byteLength; ) {
    const size = view.getUint32(at);
    const payload = bytes.subarray(at + 5, at + 5 + size);
    messages.push(view.getUint8(at + 4) ? decode(payload) : JSON.parse(new TextDecoder().decode(payload)));
    at += 5 + size;
  }
  return messages;
}
