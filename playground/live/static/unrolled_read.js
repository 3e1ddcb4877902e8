// What a recurrent network reads, step by step: signs in cells, a line for each channel, or coloured cells where there are many.

import { FONT, colour, faded, ramp } from "./theme.js";
import { number, say, told } from "./words.js";

const MONO = '"JetBrains Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace';
const SHOWN = { " ": "␣", "\n": "↵", "\t": "→" }; // signs that nobody would see

/** A sign as it can be seen. */
export const sign = (symbol) => SHOWN[symbol] ?? symbol;

/** The row of what is read. */
export function read(pen, figure, places) {
  heading(pen, figure, places);
  ({ symbols, plots, cells })[places.read.kind](pen, figure.input, places);
}

function heading(pen, { input }, { narrow, left, read: { head, top, high, kind } }) {
  pen.textBaseline = "middle";
  pen.fillStyle = colour("--text");
  pen.font = `600 11px ${FONT}`;
  const text = say("It reads");
  if (narrow) {
    pen.textAlign = "left";
    pen.fillText(text, left, head + 7);
    if (kind === "symbols") return;
    const begin = left + pen.measureText(text).width + 7;
    pen.font = `10px ${FONT}`;
    pen.fillStyle = colour("--soft");
    return pen.fillText(input.channels.map(told).join(" · "), begin, head + 7);
  }
  pen.textAlign = "right";
  if (kind === "symbols") return pen.fillText(text, left - 10, top + high / 2);
  const count = input.values.dims[0];
  pen.font = `${count > 1 ? 400 : 600} ${count > 5 ? 9 : 10}px ${FONT}`;
  for (let channel = 0; channel < count; channel++) {
    if ((high / count) * Math.ceil(9 / (high / count)) && channel % Math.max(1, Math.ceil(9 / (high / count)))) continue;
    pen.fillText(told(input.channels[channel]), left - 10, top + (channel + 0.5) * (high / count), left - 12);
  }
  return null;
}

/** signs: [text] a step; tint(step) -> fill or null; ink(step) -> token. */
export function lettered(pen, { x, wide, across, first }, { top, high }, signs, tint, ink = () => "--text") {
  const size = Math.max(7, Math.min(13, across * 1.45, high - 5));
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineWidth = 1;
  signs.forEach(([step, text]) => {
    if (step < first) return;
    const fill = tint(step);
    if (fill) {
      pen.fillStyle = fill;
      pen.fillRect(x(step) - wide / 2, top, Math.max(1, wide - (across > 4 ? 0.5 : 0)), high);
    }
    pen.font = `${text.length > 1 ? `10px ${FONT}` : `${size}px ${MONO}`}`;
    pen.fillStyle = colour(ink(step));
    if (text.length === 1 || pen.measureText(text).width <= across + 2) return pen.fillText(text, x(step), top + high / 2 + 0.5);
    if (across < 9) return;
    let kept = text;
    while (kept.length > 1 && pen.measureText(kept).width > across - 1) kept = kept.slice(0, -1);
    pen.fillText(kept, x(step), top + high / 2 + 0.5);
  });
}

function symbols(pen, input, places) {
  lettered(pen, places, places.read, input.symbols.map((symbol, step) => [step, sign(symbol)]), () => faded("--soft", 0.13));
}

/** A small plot for each channel: its line through the middles of the steps, a dot at each where there is room, and where 0 is. */
function plots(pen, { values, range }, { x, first, last, left, right, across, read: { top, high } }) {
  const [count, length] = values.dims;
  const each = high / count;
  const [low, most] = Number.isFinite(range?.[0]) && range[1] > range[0] ? range : [-1, 1];
  for (let channel = 0; channel < count; channel++) {
    const begin = top + channel * each;
    const y = (value) => begin + each - 4 - ((Math.max(low, Math.min(most, value)) - low) / (most - low)) * (each - 8);
    pen.fillStyle = faded("--soft", 0.08);
    pen.fillRect(left, begin + 1, right - left, each - 2);
    if (low < 0 && most > 0) {
      pen.fillStyle = faded("--soft", 0.35);
      pen.fillRect(left, Math.round(y(0)), right - left, 0.5);
    }
    pen.strokeStyle = colour("--text");
    pen.lineWidth = 1.4;
    pen.lineJoin = "round";
    pen.beginPath();
    for (let step = first; step <= last; step++) pen.lineTo(x(step), y(values.array[channel * length + step]));
    pen.stroke();
    if (across < 10 && last > first) continue;
    pen.fillStyle = colour("--text");
    for (let step = first; step <= last; step++) {
      pen.beginPath();
      pen.arc(x(step), y(values.array[channel * length + step]), 2, 0, 7);
      pen.fill();
    }
  }
}

/** Many channels: a coloured cell for each number. */
function cells(pen, { values, range }, { x, first, last, wide, read: { top, high } }) {
  const [count, length] = values.dims;
  const reach = Math.max(Math.abs(range[0]), Math.abs(range[1])) || 1;
  const signs = ramp("--neg", "--zero", "--pos");
  for (let step = first; step <= last; step++) {
    for (let channel = 0; channel < count; channel++) {
      const word = signs[Math.max(1, Math.min(255, Math.round(128 + (127 * values.array[channel * length + step]) / reach)))];
      pen.fillStyle = `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`;
      pen.fillRect(x(step) - wide / 2, top + (channel * high) / count, wide, high / count - 0.5);
    }
  }
}

/** What was read at a step, in words; "" where nothing is. */
export function readAt({ input, length, first }, step) {
  if (step < first) return "";
  if (input.symbols) return say("it read {sign}", { sign: `“${sign(input.symbols[step])}”` });
  const [count] = input.values.dims;
  const numbers = Array.from({ length: Math.min(4, count) }, (_, channel) => number(input.values.array[channel * length + step], 2).replace("-", "−"));
  return say("it read {sign}", { sign: numbers.join(", ") + (count > 4 ? " …" : "") });
}
