// Gates and states of one layer as heat maps: units down, time across, the same step at the same place in each; under each its mean over the units and what was read.

import { Atlas } from "./dom.js";
import { FONT, colour, faded, mixed, ramp, rgb, word } from "./theme.js";
import { say } from "./words.js";

const LEFT = 28; // pixels for the names of the units
const GAP = 12;
const HEAD = 37; // a map's title, and its switch or its scale
const TOUCHED = 45; // where a finger has to reach the switch
const PHONE = 500; // pixels across below which it is a finger
const MEAN = 18;
const READ = 15;
const APART = 8; // between rows of maps
const NARROWEST = 80; // below this a map's title and switch have no room, as long as another row has
const WIDEST = 48; // pixels of one step
const RIM = 7; // cells of so many pixels are parted by a hairline
const NAMED = 6.5; // symbols of so many pixels a step can be read
const SIGNS = { " ": "␣", "\n": "↵", "\t": "⇥" };

/** Where the maps lie: {maps: [{x, y, wide, high, first}], across, down: the sides of a cell, head: pixels above each}; in as many rows as lets the cells be largest. */
export function laid(count, units, steps, width, height) {
  const head = width < PHONE ? TOUCHED : HEAD;
  const found = Array.from({ length: count }, (_, at) => sides(Math.ceil(count / (at + 1)), at + 1, units, steps, width, height - (at + 1) * head));
  const wide = found.filter(({ across }) => across * steps >= NARROWEST);
  const { columns, lines, across, down } = (wide.length ? wide : found).reduce((best, one) => (score(one) > score(best) ? one : best));
  const maps = Array.from({ length: count }, (_, at) => {
    const [line, column] = [Math.floor(at / columns), at % columns];
    return { x: LEFT + column * (across * steps + GAP), y: Math.round((line * height) / lines) + head, wide: across * steps, high: down * units, first: !column };
  });
  return { maps, across, down, head };
}

const score = ({ across, down }) => Math.min(2 * across, down);

function sides(columns, lines, units, steps, width, height) {
  const across = Math.min(WIDEST, (width - LEFT - GAP * (columns - 1) - 1) / columns / steps);
  return { columns, lines, across, down: Math.max(0.5, (height / lines - MEAN - READ - 4 - (lines > 1 ? APART : 0)) / units) };
}

/** What a symbol that leaves no ink is shown as. */
export const seen = (symbol) => SIGNS[symbol] ?? symbol;

/** The steps at which something else is read than what is read most often, if all of them are so far apart that they can be shown; else none. */
function rare(symbols, apart) {
  const counts = new Map();
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const [usual] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
  const steps = symbols.flatMap((symbol, step) => (symbol === usual ? [] : [step]));
  return new Set(steps.every((step, at) => !at || step - steps[at - 1] >= apart) ? steps : []);
}

/** The row's mean over the units shown at each step. */
export function means({ array, dims: [units, steps] }) {
  const found = new Float32Array(steps);
  for (let at = 0; at < array.length; at++) found[at % steps] += array[at] / units;
  return found;
}

export class Maps {
  #atlas = new Atlas();

  /** ranges: what the strongest colour of a row's states stands for, of(row), and the highest its means go, mean(row). */
  constructor(surface, ranges) {
    Object.assign(this, { surface, ranges });
  }

  /** hand: {row, unit, step} under the cross hair, or null. */
  draw(figure, hand) {
    const { width, height } = this.surface.fit();
    this.figure = figure;
    this.places = null;
    if (!width || !height || !figure.rows.length) return;
    const { pen } = this.surface;
    const { rows, length, shown } = figure;
    this.places = laid(rows.length, shown.length, length, width, height);
    pen.clearRect(0, 0, width, height);
    pen.lineJoin = "round";
    const picture = this.#picture();
    rows.forEach((row, at) => {
      this.#map(pen, picture, row, at);
      this.#mean(pen, row, at, hand);
      this.#read(pen, at, hand);
      if (hand) this.#cross(pen, at, hand);
    });
  }

  /** All maps under each other, a pixel a cell. */
  #picture() {
    const { rows, length, shown } = this.figure;
    const [shut, open] = ["--zero", "--text"].map(rgb);
    const shades = Array.from({ length: 256 }, (_, at) => word(mixed(shut, open, at / 255)));
    const signs = ramp("--neg", "--zero", "--pos");
    const alarm = word(rgb("--alert"));
    const cells = shown.length * length;
    return this.#atlas.paint(length, shown.length * rows.length, (at) => {
      const row = rows[Math.floor(at / cells)];
      const value = row.values.array[at % cells];
      if (!Number.isFinite(value)) return alarm;
      const share = Math.max(-1, Math.min(1, value / this.ranges.of(row)));
      return row.low < 0 ? signs[Math.round(128 + 127 * share)] : shades[Math.round(255 * Math.max(0, share))];
    });
  }

  #map(pen, picture, row, at) {
    const { x, y, wide, high, first } = this.places.maps[at];
    const { across, down } = this.places;
    const { length, shown, first: begun, silent } = this.figure;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(picture, 0, at * shown.length, length, shown.length, x, y, wide, high);
    pen.fillStyle = faded("--bg", 0.75);
    if (across >= RIM && down >= RIM && row.held === null) {
      for (let step = 1; step < length; step++) pen.fillRect(x + step * across - 0.5, y, 1, high);
      for (let unit = 1; unit < shown.length; unit++) pen.fillRect(x, y + unit * down - 0.5, wide, 1);
    }
    if (begun) pen.fillRect(x, y, begun * across, high); // nothing was read there yet
    shown.forEach((unit, line) => silent.includes(unit) && this.#silenced(pen, x, y + line * down, wide, down));
    if (row.held !== null) this.#held(pen, this.places.maps[at], row.held);
    if (first) this.#label(pen, say("mean"), y + high + 4 + MEAN / 2);
  }

  #silenced(pen, x, y, wide, down) {
    pen.fillStyle = faded("--bg", 0.8);
    pen.fillRect(x, y, wide, down);
    pen.fillStyle = colour("--soft");
    pen.fillRect(x, y + down / 2 - 0.5, wide, 1);
  }

  /** A held gate is hatched and framed: what it shows was not learned. */
  #held(pen, { x, y, wide, high }, to) {
    pen.save();
    pen.beginPath();
    pen.rect(x, y, wide, high);
    pen.clip();
    pen.strokeStyle = faded(to ? "--bg" : "--text", 0.4);
    pen.lineWidth = 1;
    pen.beginPath();
    for (let at = -high; at < wide; at += 7) {
      pen.moveTo(x + at, y + high);
      pen.lineTo(x + at + high, y);
    }
    pen.stroke();
    pen.restore();
    pen.strokeStyle = colour("--text");
    pen.lineWidth = 2;
    pen.strokeRect(x - 1, y - 1, wide + 2, high + 2);
  }

  #label(pen, text, y) {
    pen.font = `9px ${FONT}`;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillStyle = colour("--soft");
    pen.fillText(text, LEFT - 5, y, LEFT - 4);
  }

  /** The mean as a line: of a gate between 0 and 1, of states around 0. */
  #mean(pen, row, at, hand) {
    const { x, y: top, wide, high } = this.places.maps[at];
    const { across } = this.places;
    const y = top + high + 4;
    const signed = row.low < 0;
    const range = signed ? this.ranges.mean(row) : 1;
    const up = (value) => y + MEAN - 3 - (signed ? 0.5 + value / range / 2 : value) * (MEAN - 4);
    const line = means(row.values);
    pen.fillStyle = colour("--line");
    for (const level of signed ? [0] : [0, 1]) pen.fillRect(x, Math.round(up(level)), wide, 1);
    pen.strokeStyle = pen.fillStyle = colour("--text");
    pen.lineWidth = 1.3;
    pen.beginPath();
    line.forEach((value, step) => step >= this.figure.first && Number.isFinite(value) && pen.lineTo(x + (step + 0.5) * across, up(value)));
    pen.stroke();
    if (!hand || hand.step < this.figure.first) return;
    pen.beginPath();
    pen.arc(x + (hand.step + 0.5) * across, up(line[hand.step]), 2.6, 0, 7);
    pen.fill();
  }

  /** What was read at each step: its symbols as far as they have room, or its numbers as a line a channel. */
  #read(pen, at, hand) {
    const { symbols, values } = this.figure;
    const { x, y, wide, high } = this.places.maps[at];
    const top = y + high + 4 + MEAN;
    if (symbols) this.#symbols(pen, symbols, x, top + READ / 2, hand);
    else if (values) this.#channels(pen, values, x, top + 2, wide);
  }

  #symbols(pen, symbols, x, y, hand) {
    const { across } = this.places;
    const shown = across >= NAMED ? null : rare(symbols, NAMED / across);
    const size = shown ? 10 : Math.min(11, across * 1.35);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    symbols.forEach((symbol, step) => {
      const held = step === hand?.step;
      if (step < this.figure.first || (shown && !shown.has(step) && !held)) return;
      if (shown && hand && !held && Math.abs(step - hand.step) * across < 2 * NAMED) return; // it makes room
      pen.font = `${held ? `700 ${Math.max(11, size)}` : size}px ${FONT}`;
      pen.fillStyle = colour(held ? "--text" : "--soft");
      pen.fillText(seen(symbol), x + (step + 0.5) * across, y);
    });
  }

  #channels(pen, { array, dims: [channels, steps] }, x, y, wide) {
    const [low, high] = array.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
    for (let channel = 0; channel < channels; channel++) {
      pen.strokeStyle = faded("--text", 1 - (0.72 * channel) / Math.max(1, channels - 1));
      pen.lineWidth = 1;
      pen.beginPath();
      for (let step = 0; step < steps; step++) pen.lineTo(x + ((step + 0.5) / steps) * wide, y + (READ - 4) * (1 - (array[channel * steps + step] - low) / (high - low || 1)));
      pen.stroke();
    }
  }

  /** The same step and unit, marked in this map; strongest where the pointer is. */
  #cross(pen, at, { row, unit, step }) {
    const { x, y, wide, high } = this.places.maps[at];
    const { across, down } = this.places;
    const [left, top] = [x + step * across, y + unit * down];
    const frame = (token, width, rim, ...box) => {
      pen.strokeStyle = token;
      pen.lineWidth = width;
      pen.strokeRect(box[0] - rim, box[1] - rim, box[2] + 2 * rim, box[3] + 2 * rim);
    };
    frame(faded("--c5", 0.75), 1, 0, left, y, across, high);
    frame(faded("--c5", 0.75), 1, 0, x, top, wide, down);
    frame(colour("--bg"), at === row ? 5 : 3, 1.5, left, top, across, down);
    frame(colour("--c5"), at === row ? 2.4 : 1.6, 1.5, left, top, across, down);
  }

  /** {row, unit, step} at a place of the canvas, or null; a pixel beside a map is still its edge. */
  at({ offsetX, offsetY }) {
    if (!this.places) return null;
    const { maps, across, down } = this.places;
    const { length, shown } = this.figure;
    const row = maps.findIndex(({ x, y, wide, high }) => offsetX >= x - 1 && offsetX <= x + wide + 1 && offsetY >= y - 1 && offsetY <= y + high + MEAN + READ);
    if (row < 0) return null;
    const [unit, step] = [Math.floor((offsetY - maps[row].y) / down), Math.floor((offsetX - maps[row].x) / across)];
    return { row, unit: Math.max(0, Math.min(shown.length - 1, unit)), step: Math.max(0, Math.min(length - 1, step)) };
  }
}
