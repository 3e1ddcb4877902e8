// The network unrolled in time as a picture: what is read, each layer's states step by step, and the answers.

import { Atlas, surface } from "./dom.js";
import { hatch } from "./stack_network.js";
import { FONT, colour, faded, ramp } from "./theme.js";
import { said } from "./unrolled_answer.js";
import { read } from "./unrolled_read.js";
import { lay, least, rowTop } from "./unrolled_places.js";
import { threads } from "./unrolled_threads.js";
import { number, say, told } from "./words.js";

export class Picture {
  #sheets = new Map(); // layer number -> Atlas

  /** ranges: what the strongest colour of each layer stands for. */
  constructor(ranges) {
    this.ranges = ranges;
    this.surface = surface(say("The network, unrolled in time"));
  }

  least(figure, seen) {
    return least(figure, seen);
  }

  /** Draw a figure; hand: {band, row, step} or null; seen: how much of the width is seen at once. */
  draw(figure, hand, seen) {
    const { width, height } = this.surface.fit();
    if (!width || !height) return;
    const { pen } = this.surface;
    const places = (this.places = lay(figure, width, height, seen));
    pen.clearRect(0, 0, width, height);
    pen.lineCap = "butt";
    threads(pen, figure, places);
    axis(pen, figure, places, hand?.step ?? figure.phase?.step);
    read(pen, figure, places);
    for (const band of places.bands) this.#band(pen, band, places);
    said(pen, figure.answers, places);
    if (figure.phase) this.#time(pen, figure.phase, places);
    if (hand) held(pen, hand, places);
  }

  #band(pen, band, places) {
    const { layer, row, halves } = band;
    const { states, shown } = layer;
    const [, cols] = states.dims;
    const reach = this.ranges.of(layer.number);
    if (!this.#sheets.has(layer.number)) this.#sheets.set(layer.number, new Atlas());
    const signs = ramp("--neg", "--zero", "--pos");
    const sheet = this.#sheets.get(layer.number).paint(cols, shown.length, (at) => signs[shade(states.array[at], reach)]);
    const { first, last, wide, across, x } = places;
    pen.imageSmoothingEnabled = false;
    for (const { from, to, top, high } of halves) {
      if (to === from) continue;
      if (band.dense) pen.drawImage(sheet, 0, from, 1, to - from, x(last) - places.least / 2, top, places.least, high);
      else for (let step = first; step <= last; step++) pen.drawImage(sheet, step, from, 1, to - from, x(step) - wide / 2, top, wide + (places.apart ? 0 : 0.5), high);
      if (row >= 4) this.#grid(pen, { from, to, top, row }, band, places);
      pen.strokeStyle = faded("--soft", 0.4);
      pen.lineWidth = 1;
      if (band.dense) pen.strokeRect(x(last) - places.least / 2 - 0.5, top - 0.5, places.least + 1, high + 1);
      else if (places.apart > 4) for (let step = first; step <= last; step++) pen.strokeRect(x(step) - wide / 2 - 0.5, top - 0.5, wide + 1, high + 1);
      else pen.strokeRect(places.left - 0.5, top - 0.5, (last - first + 1) * across + 1, high + 1);
    }
    for (const unit of layer.silent) {
      const at = shown.indexOf(unit);
      if (at >= 0) hatch(pen, places.left, rowTop(band, at), places.right - places.left, row);
    }
    title(pen, band, places);
  }

  #grid(pen, { from, to, top, row }, band, places) {
    pen.fillStyle = colour("--bg");
    const [begin, end] = band.dense ? [places.x(places.last) - places.least / 2, places.x(places.last) + places.least / 2] : [places.left, places.right];
    for (let at = 1; at < to - from; at++) pen.fillRect(begin, Math.round(top + at * row) - 0.5, end - begin, row >= 9 ? 1 : 0.5);
  }

  /** A step through time: what is still to come lies pale, the present step is marked, and on the way back bars tell how much each step can still change the loss. */
  #time(pen, { name, step, pulls }, places) {
    const { first, last, x, across, bands, said: end } = places;
    if (step === null || step === undefined) return;
    const back = name === "backward";
    if (!back) {
      const begin = Math.max(places.left, x(step) + across / 2);
      pen.fillStyle = faded("--bg", 0.8);
      if (begin < places.right) pen.fillRect(begin, places.read.top - 1, places.width - begin, places.bottom - places.read.top + 4);
      if (step < last) pen.fillRect(0, end.head - 2, places.width, end.top + end.high - end.head + 6);
    }
    const most = Math.max(1e-30, ...(pulls ?? []).flatMap((one) => (one ? Array.from(one).filter(Number.isFinite) : [])));
    bands.forEach((band, at) => {
      const sizes = pulls?.[at];
      if (!sizes || !band.strip) return;
      const { top, high } = band.strip;
      pen.fillStyle = faded("--soft", 0.14);
      pen.fillRect(places.left, top + high, places.right - places.left, 1);
      for (let one = Math.max(first, step); one <= last; one++) {
        const tall = Number.isFinite(sizes[one]) ? Math.max(sizes[one] > 0 ? 1 : 0, (sizes[one] / most) * high) : 0;
        pen.fillStyle = colour(one === step ? "--text" : "--soft");
        pen.fillRect(x(one) - places.wide / 2, top + high - tall, Math.max(1, places.wide), tall);
      }
      if (places.narrow) return;
      pen.font = `10px ${FONT}`;
      pen.textAlign = "right";
      pen.textBaseline = "middle";
      pen.fillStyle = colour("--soft");
      pen.fillText(say("gradient here"), places.left - 8, top + high / 2 + 1);
    });
    if (step < first) return;
    const middle = x(step);
    const half = Math.max(across / 2, 4);
    pen.strokeStyle = colour("--text");
    pen.lineWidth = 1.5;
    pen.strokeRect(middle - half, places.read.top - 2, 2 * half, (bands.length ? bands.at(-1).top + bands.at(-1).high : places.read.top + places.read.high) - places.read.top + 4);
    pen.fillStyle = colour("--text");
    pen.beginPath();
    const way = back ? -1 : 1;
    const tip = middle + 18 * way;
    pen.moveTo(tip - 7 * way, places.axis - 4);
    pen.lineTo(tip, places.axis);
    pen.lineTo(tip - 7 * way, places.axis + 4);
    pen.fill();
  }

  stop() {
    this.surface.stop();
  }
}

/** The place of a value among 256 colours. */
const shade = (value, reach) => (Number.isFinite(value) ? Math.max(1, Math.min(255, Math.round(128 + (127 * value) / reach))) : 128);

/** A layer's name with what was done to it. */
function title(pen, { layer, head, top, high }, places) {
  const { narrow, left } = places;
  pen.textBaseline = "middle";
  pen.textAlign = narrow ? "left" : "right";
  const lines = about(layer);
  if (narrow) {
    pen.font = `600 11px ${FONT}`;
    pen.fillStyle = colour("--text");
    const name = lines[0][0];
    pen.fillText(name, left, head + 6);
    const at = left + pen.measureText(name).width + 7;
    pen.font = `10px ${FONT}`;
    pen.fillStyle = colour("--soft");
    return pen.fillText(lines.slice(1).map(([text]) => text).join(" · "), at, head + 6);
  }
  pen.font = `600 11px ${FONT}`;
  const bold = wrapped(pen, lines[0][0], left - 12);
  const kept = [...bold.map((text) => [text, "--text"]), ...lines.slice(1)].slice(0, Math.max(2, Math.floor((high + 10) / 13)));
  kept.forEach(([text, ink], row) => {
    pen.font = row >= bold.length ? `10px ${FONT}` : `600 11px ${FONT}`;
    pen.fillStyle = colour(ink);
    pen.fillText(text, left - 10, top + high / 2 + (row - (kept.length - 1) / 2) * 13, left - 12);
  });
  return null;
}

/** A text in as few lines as fit. */
function wrapped(pen, text, room) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && pen.measureText(longer).width <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The lines of a layer's title: [text, ink]. */
export function about({ number: at, title: name, units, shown, both, silent, held }) {
  const lines = [[`${number(at)} · ${told(name)}`, "--text"]];
  const count = both ? say("2 × {count} units", { count: units }) : say("{count} units", { count: units });
  lines.push([shown.length < units * (both ? 2 : 1) ? say("{shown} of {count} units", { shown: shown.length, count: units * (both ? 2 : 1) }) : count, "--soft"]);
  for (const { gate, to, unit } of held) {
    const one = unit !== null && unit !== undefined;
    lines.push([one ? say("{gate} of unit {unit} held at {to}", { gate: GATES[gate]?.() ?? gate, unit: unit + 1, to }) : say("{gate} held at {to}", { gate: GATES[gate]?.() ?? gate, to }), "--alert"]);
  }
  if (silent.length) lines.push([say("{count} silenced", { count: both ? silent.length / 2 : silent.length }), "--alert"]);
  return lines;
}

const GATES = {
  input: () => say("input gate"), forget: () => say("forget gate"), candidate: () => say("candidate"), output: () => say("output gate"), reset: () => say("reset gate"), update: () => say("update gate"),
};

/** Numbers of the steps, as many as there is room for. */
function axis(pen, { length, first }, { axis: y, x, across, left, narrow }, marked) {
  pen.textBaseline = "middle";
  pen.font = `10px ${FONT}`;
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((count) => count * across >= 24) ?? 1000;
  pen.textAlign = "center";
  for (let step = first; step < length; step++) {
    const here = marked === step;
    if (!here && ((step - first + 1) % every || Math.abs(step - marked) * across < 26)) continue;
    pen.font = `${here ? 600 : 400} 10px ${FONT}`;
    pen.fillStyle = colour(here ? "--text" : "--soft");
    pen.fillText(number(step - first + 1), x(step), y);
  }
  if (narrow) return;
  pen.font = `10px ${FONT}`;
  pen.fillStyle = colour("--soft");
  pen.textAlign = "right";
  pen.fillText(say("step"), left - 10, y);
}

/** The column and the row of the number in hand. */
function held(pen, { band: at, row, step }, places) {
  const { x, wide, read: top, bands, left, right } = places;
  const band = bands[at];
  const half = Math.max(wide / 2, 2) + 1;
  const end = bands.length ? bands.at(-1).top + bands.at(-1).high : top.top + top.high;
  pen.strokeStyle = faded("--text", 0.55);
  pen.lineWidth = 1;
  pen.strokeRect(x(step) - half, top.top - 1.5, 2 * half, end - top.top + 3);
  if (!band) return;
  const y = rowTop(band, row);
  if (!band.dense) pen.strokeRect(left - 1, y - 0.5, right - left + 2, band.row + 1);
  const wider = band.dense ? places.least / 2 + 1 : half;
  pen.strokeStyle = colour("--text");
  pen.lineWidth = 2;
  pen.strokeRect(x(step) - wider, y - 1, 2 * wider, band.row + 2);
}
