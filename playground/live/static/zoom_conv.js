// One filter: the map it is given, its kernel and the map it makes; and every number of one place of it.

import { make, write } from "./dom.js";
import { Grid, Steps, bracketed, plain, sign, tint } from "./numbers.js";
import { agree, convolved, patch } from "./pixel.js";
import { fill, pixels } from "./pictures.js";
import { ramp } from "./theme.js";
import { number, say, told } from "./words.js";
import { View } from "./zoom_view.js";

const CHIP = 26; // pixels of a channel's small pictures
const KERNEL = 72; // and of its kernel, large
const MANY = 49; // terms: more are not written out as a sentence

export class ConvBench {
  /** on: move(row, column, event), pick(row, column), channel(at) */
  constructor(on) {
    this.on = on;
    this.input = new View("input", { moved: (row, column, event) => on.move(...this.#over(row, column), event), picked: (row, column) => on.pick(...this.#over(row, column)) });
    this.sums = new View("summed", { moved: on.move, picked: on.pick });
    this.output = new View("output", { moved: on.move, picked: on.pick });
    this.tile = pixels(say("the kernel"));
    this.named = make("figcaption");
    this.kernelFoot = make("small");
    const kernel = make("figure", { class: "view kernel" }, this.named, this.tile, this.kernelFoot);
    this.then = sign("→");
    this.bent = make("small");
    const after = make("span", { class: "sign after" }, this.bent, "→");
    this.views = make("div", { class: "views" }, this.input.element, sign("∗"), kernel, this.then, this.sums.element, after, this.output.element);
    this.channels = make("div", { class: "channels", role: "group", "aria-label": say("The maps it is given: each with its own kernel and its share of the sum") });
    this.about = make("p", { class: "label" });
    this.patch = new Grid(say("window"));
    this.kernel = new Grid(say("kernel"));
    this.products = new Grid(say("products"));
    this.steps = new Steps();
    this.sentence = make("p", { class: "written" });
    this.whole = make("p", { class: "written" });
    this.workings = make("div", { class: "workings" }, make("div", { class: "row" }, this.patch.table, sign("×"), this.kernel.table, sign("="), this.products.table), this.steps.element);
    this.element = make("div", { class: "bench" }, this.views, this.about, this.channels, this.workings, this.sentence, this.whole);
  }

  /** Which place of the output looks at a pixel of the input. */
  #over(row, column) {
    const { kernel, stride, padding } = this.answer;
    const half = (kernel.dims[1] - 1) / 2;
    return [row, column].map((place) => Math.round((place + padding - half) / stride));
  }

  sides({ output }) {
    return output.dims;
  }

  /** state: {answer, layer, picture (is the input a picture?), row, column, channel, level, width, height, ranges: [input, output]}; gives {sum, output}. */
  draw(state) {
    const { answer, layer, row, column, channel, level } = state;
    this.answer = answer;
    const found = convolved(answer, row, column);
    const terms = patch(answer, row, column, channel);
    this.#views(state);
    this.#channels(state, found.parts);
    const size = answer.kernel.dims[2];
    const bare = size > 5 || size * 3 * 34 > Math.max(state.width, 340);
    this.workings.classList.toggle("small", size > 3);
    const [xs, ws] = [terms.map(({ x }) => x), terms.map(({ w }) => w)];
    const pads = terms.map(({ pad }) => pad);
    const strongest = largest(answer.kernel.array);
    this.patch.square(xs, size, state.ranges[0], { grey: state.picture, pads, bare });
    this.kernel.square(ws, size, strongest, { bare });
    this.products.square(terms.map(({ x, w }) => x * w), size, strongest * state.ranges[0], { bare, pads });
    const many = found.parts.length > 1;
    const bulk = found.parts.reduce((sum, part) => sum + Math.abs(part), 0);
    const same = agree(found.total, found.own, bulk);
    this.steps.fill([
      many ? [say("this map"), plain(found.parts[channel])] : [say("added up"), plain(found.sum)],
      ...(many ? [[say("all {count} maps", { count: found.parts.length }), plain(found.sum)]] : []),
      [say("+ bias"), `${bracketed(answer.bias)} = ${plain(found.total)}`],
      [answer.on ? told(layer.activation) : say("switched off"), `→ ${plain(found.output)}`, "end"],
      [say("the network's sum"), same ? `${plain(found.own)} ✓` : `${plain(found.own)} ≠`, same ? "own" : "own alert"],
    ]);
    const full = level === "pixel" || state.height > this.taken + 92;
    this.sentence.hidden = !full || terms.length > MANY;
    this.whole.hidden = !full || !many;
    if (full) {
      const part = terms.map(({ x, w }) => `${bracketed(x)} × ${bracketed(w)}`).join(" + ");
      write(this.sentence, many ? `${say("Map {number}", { number: channel + 1 })}: ${part} = ${plain(found.parts[channel])}` : `${part} = ${plain(found.sum)}`);
      write(this.whole, `${say("All maps")}: ${found.parts.map(bracketed).join(" + ")} = ${plain(found.sum)}`);
    }
    return { sum: found.total, output: found.output };
  }

  #views({ answer, layer, picture, row, column, channel, level, width, height, ranges, names }) {
    const [, rows, cols] = answer.input.dims;
    const [high, wide] = answer.output.dims;
    const size = answer.kernel.dims[2];
    const many = answer.input.dims[0] > 1;
    const below = (many ? 104 : 0) + Math.min(5, size) * 24 + 24 + (level === "pixel" ? 66 : 12);
    const side = Math.floor(Math.max(84, Math.min(200, (width - 76 - 2 * 46) / 2, height - 80 - below)));
    this.taken = side + 80 + below;
    const wide3 = width > 3 * side + 72 + 132; // room for the sums before they are bent
    this.sums.element.hidden = this.then.hidden = !wide3;
    const area = rows * cols;
    const window = { row: row * answer.stride - answer.padding, column: column * answer.stride - answer.padding, high: size, wide: size };
    this.input.draw({
      values: (at) => answer.input.array[channel * area + at], rows, cols, range: ranges[0], grey: picture, side, window, padding: answer.padding,
      caption: say("in: {name}", { name: names.input(channel) }), label: say("What it is given, with the window over it"),
    });
    const weights = answer.kernel.array.subarray(channel * size * size, (channel + 1) * size * size);
    this.#tile(this.tile, weights, size, (this.largest = largest(answer.kernel.array)));
    Object.assign(this.tile.style, { width: `${KERNEL}px`, height: `${KERNEL}px` });
    write(this.named, say("kernel {size}×{size}", { size }));
    write(this.kernelFoot, `± ${plain(this.largest)}`);
    if (wide3) {
      this.sums.draw({
        values: (at) => answer.sums.array[at], rows: high, cols: wide, range: Math.max(ranges[1], largest(answer.sums.array)), side, window: { row, column, high: 1, wide: 1 },
        caption: say("sums, with the bias"), label: say("The sums before they are bent"),
      });
    }
    this.output.draw({
      values: (at) => answer.output.array[at], rows: high, cols: wide, range: ranges[1], side, window: { row, column, high: 1, wide: 1 },
      caption: answer.on ? say("out: map {unit}", { unit: names.at + 1 }) : say("out: map {unit}, switched off", { unit: names.at + 1 }),
      label: say("The map it makes; row {row}, column {column} in hand", { row: row + 1, column: column + 1 }),
    });
    write(this.bent, told(layer.activation));
  }

  #tile(canvas, weights, size, range) {
    const colours = ramp("--neg", "--zero", "--pos");
    fill(canvas, size, size, (at) => colours[Math.max(1, Math.min(255, Math.round(128 + (127 * weights[at]) / range)))]);
  }

  /** Every map it is given, small, with its kernel and what it adds at this place. */
  #channels({ answer, picture, channel, ranges, names }, parts) {
    const { channels } = this;
    this.about.hidden = channels.hidden = parts.length < 2;
    write(this.about, say("{count} maps come in, each with a kernel of its own. Below: what each adds here.", { count: parts.length }));
    if (channels.hidden) return;
    while (channels.children.length > parts.length) channels.lastChild.remove();
    while (channels.children.length < parts.length) channels.append(this.#chip(channels.children.length));
    const [, rows, cols] = answer.input.dims;
    const size = answer.kernel.dims[2];
    const signs = ramp("--neg", "--zero", "--pos");
    const most = largest(Float64Array.from(parts));
    parts.forEach((part, at) => {
      const chip = channels.children[at];
      const [map, kernel, text] = chip.children;
      const values = answer.input.array.subarray(at * rows * cols, (at + 1) * rows * cols);
      if (picture) fill(map, rows, cols, (place) => (0xff000000 | (Math.round(255 * values[place]) * 0x010101)) >>> 0);
      else fill(map, rows, cols, (place) => signs[Math.max(1, Math.min(255, Math.round(128 + (127 * values[place]) / ranges[0])))]);
      this.#tile(kernel, answer.kernel.array.subarray(at * size * size, (at + 1) * size * size), size, this.largest);
      write(text, plain(part));
      text.style.boxShadow = `inset 0 -3px ${tint(part, most).background}`;
      chip.setAttribute("aria-pressed", String(at === channel));
      const label = say("{name}: adds {value}", { name: names.input(at), value: plain(part) });
      if (chip.title !== label) chip.title = label;
    });
  }

  #chip(at) {
    const small = () => {
      const canvas = pixels();
      Object.assign(canvas.style, { width: `${CHIP}px`, height: `${CHIP}px` });
      return canvas;
    };
    return make("button", { type: "button", class: "channel", onclick: () => this.on.channel(at), "data-channel": number(at) }, small(), small(), make("span"));
  }
}

const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
