// A series in time and what the network foretells of it: each value from those before it, and beyond the data by itself. Beside it the naive forecast: as the last value was.

import { Axes, ticks } from "./axes.js";
import { make, surface, write } from "./dom.js";
import { line } from "./pen.js";
import { FONT, colour, faded } from "./theme.js";
import { Bars } from "./told_bars.js";
import { figure as short, say, told } from "./words.js";

const MOST = 180; // values that are told apart in one picture; of more, the end is shown first
const END = 120; // values of the data in a picture of the end
const LEAST = 4; // values in a chosen range of time
const DRAG = 6; // pixels from where a pointer's way is a range
const BEYOND = 0.6; // as far as answers may leave the series, in its spread, before they are cut off
const HEAD = 16; // pixels above the lines for the names of the parts
const SPILL = 8; // as many may a name be wider than its part
const MONTH = 1 / 12;

/** From the first drawn to the last, with what the legend says. */
const LINES = [
  { name: "naive", token: "--soft", dash: [1.5, 2.5], width: 1.2, mark: "dotted" },
  { name: "true", token: "--train", dash: [], width: 1.4, mark: "stroke" },
  { name: "said", token: "--c1", dash: [], width: 1.8, mark: "stroke" },
  { name: "free", token: "--c5", dash: [5, 3], width: 2, mark: "dashed" },
];

const words = () => ({ true: say("truth"), said: say("foretold"), naive: say("naive"), free: say("on its own") });
const abouts = () => ({
  true: say("The values as they were"), said: say("What the network said of each value, from the true ones before it"), naive: say("The last value again: what needs no network"),
  free: say("Beyond the data: each answer is its next input"),
});

export class Forecast {
  #axes = null;
  #span = null; // "all", "end" or [first, last] time; null: what reads well
  #at = -1; // the place in time in hand: of the series' values, then of those beyond
  #from = null; // where a drag began, and where it is, in pixels
  #hidden = new Set();

  constructor() {
    this.surface = surface(say("Forecast"));
    const { canvas } = this.surface;
    canvas.tabIndex = 0;
    this.readout = make("div", { class: "readout", hidden: true });
    this.lines = make("span", { class: "switches" });
    this.spans = make("span", { class: "spans", role: "group", "aria-label": say("Which part of the time") }, this.#spanButton("all", say("all")), this.#spanButton("end", say("the end")));
    this.bars = new Bars(say("Typical error on values never seen"));
    this.head = make("p", { class: "told-head" });
    this.caption = make("p", { class: "say" });
    this.box = make("div", { class: "over" }, canvas, this.spans, this.readout);
    this.element = make("div", { class: "stage forecast" }, make("div", { class: "legend" }, this.lines), this.box, this.head, this.bars.element, this.caption);
    this.#switches();
    this.#listen(canvas);
  }

  #listen(canvas) {
    canvas.addEventListener("refit", () => this.repaint());
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#release(event));
    canvas.addEventListener("pointercancel", () => this.#drop());
    canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && !this.#from && this.#hold(-1));
    canvas.addEventListener("blur", () => this.#hold(-1));
    canvas.addEventListener("dblclick", () => this.#show(null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #switches() {
    const [names, said] = [words(), abouts()];
    this.lines.replaceChildren(...["true", "said", "naive", "free"].map((name) => {
      const { token, mark } = LINES.find((line) => line.name === name);
      return make("button", { type: "button", class: "switch", "data-line": name, "aria-pressed": "true", title: said[name], onclick: ({ currentTarget }) => this.#switch(name, currentTarget) },
        make("i", { class: `mark ${mark}`, style: `--own:var(${token})` }), names[name]);
    }));
  }

  #switch(name, button) {
    if (!this.#hidden.delete(name)) this.#hidden.add(name);
    button.setAttribute("aria-pressed", String(!this.#hidden.has(name)));
    this.repaint();
  }

  #spanButton(name, text) {
    return make("button", { type: "button", "data-span": name, text, title: say("Or drag over the picture to choose a range of time; a double click shows what it showed first"), onclick: () => this.#show(name) });
  }

  #show(span) {
    this.#span = span;
    this.repaint();
  }

  show(figure) {
    const before = this.figure;
    this.figure = figure;
    const { times, free, scores } = figure;
    if (before && (before.times.length !== times.length || before.times[0] !== times[0])) this.#span = null;
    if (this.#at >= times.length + free.times.length) this.#at = -1;
    this.monthly = times.length > 2 && Math.abs((times.at(-1) - times[0]) / (times.length - 1) - MONTH) < MONTH / 20;
    this.lines.querySelector("[data-line=free]").hidden = !free.times.length;
    this.spans.hidden = times.length <= END;
    write(this.head, say("Typical error (RMSE) on values never seen"));
    const { rmse, mae, naive_rmse: naive, naive_mae: off } = scores.test ?? {};
    const learned = say("RMSE on the values it learns from: {rmse}", { rmse: short(scores.train?.rmse) });
    const apart = (mae) => say("Mean absolute error on values never seen: {mae}", { mae: short(mae) });
    this.bars.show([
      { name: "network", title: say("network"), value: rmse, token: "--c1", about: `${learned}. ${apart(mae)}.` },
      { name: "naive", title: say("naive"), value: naive, token: "--chance", about: `${abouts().naive}. ${apart(off)}.` },
    ]);
    write(this.caption, told(figure.say));
    Object.assign(this.element.dataset, { rmse: rmse ?? "", naive: naive ?? "", free: free.times.length });
    this.#describe(rmse, naive);
    this.repaint();
  }

  #describe(rmse, naive) {
    const label = `${say("Forecast")}: ${say("RMSE test {rmse}, naive {naive}", { rmse: short(rmse), naive: short(naive) })}. ${told(this.figure.say)} ${say("Left and right walk through time.")}`;
    if (this.surface.canvas.getAttribute("aria-label") !== label) this.surface.canvas.setAttribute("aria-label", label);
  }

  // -- which times

  /** The first and last time in the picture. */
  get #range() {
    const { times, free } = this.figure;
    const last = free.times.length ? free.times.at(-1) : times.at(-1);
    if (Array.isArray(this.#span)) return this.#span;
    return this.#named === "end" ? [times[Math.max(0, times.length - END)], last] : [times[0], last];
  }

  get #named() {
    if (Array.isArray(this.#span)) return "chosen";
    return this.#span ?? (this.figure.times.length > MOST ? "end" : "all");
  }

  /** Low and high of what is in the picture: of the series, and of the answers as far as they do not leave it by much. */
  #reach([from, to]) {
    const { times, true: own, said, naive, free } = this.figure;
    const within = (at, values) => Array.from(values).filter((value, place) => Number.isFinite(value) && at[place] >= from && at[place] <= to);
    let truth = within(times, own);
    if (!truth.length) truth = Array.from(own).filter(Number.isFinite);
    const [low, high] = [Math.min(...truth), Math.max(...truth)];
    const spread = high - low || Math.abs(high) || 1;
    const rest = [...within(times, said), ...(this.#hidden.has("naive") ? [] : within(times, naive)), ...(this.#hidden.has("free") ? [] : within(free.times, free.values))];
    const bottom = Math.max(low - BEYOND * spread, Math.min(low, ...rest));
    const top = Math.min(high + BEYOND * spread, Math.max(high, ...rest));
    return [bottom - 0.04 * (top - bottom || 1), top + 0.04 * (top - bottom || 1)];
  }

  // -- drawing

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const range = this.#range;
    const [low, high] = this.#reach(range);
    const head = (HEAD / Math.max(40, height - 40 - HEAD)) * (high - low);
    const axes = (this.#axes = new Axes({ width, height }, range, [low, high + head], { y: told(this.figure.unit) }));
    axes.across = { at: [], digits: 0 }; // times are no amounts: years have no commas
    pen.clearRect(0, 0, width, height);
    axes.draw(pen, true);
    this.#parts(pen, range);
    this.#times(pen, range, width);
    axes.inside(pen, () => {
      for (const line of LINES) if (!this.#hidden.has(line.name)) this.#line(pen, line);
      this.#mark(pen);
      this.#band(pen);
    });
    this.#tell(width, height);
    const named = this.#named;
    for (const button of this.spans.children) button.setAttribute("aria-pressed", String(button.dataset.span === named));
    Object.assign(this.element.dataset, { span: named, from: range[0], to: range[1], drawn: LINES.map(({ name }) => name).filter((name) => !this.#hidden.has(name)).join(" ") });
  }

  #times(pen, [from, to], width) {
    const { at, digits } = ticks(from, to, width / 70);
    const bottom = this.#axes.top + this.#axes.height;
    pen.font = `11px ${FONT}`;
    pen.fillStyle = colour("--soft");
    pen.textBaseline = "top";
    pen.textAlign = "center";
    for (const time of at) {
      const text = time.toFixed(digits);
      const half = pen.measureText(text).width / 2;
      pen.fillText(text, Math.min(width - half, this.#axes.px(time)), bottom + 5);
    }
  }

  /** A ground for what was never learned from, and the names of the parts. */
  #parts(pen, [from, to]) {
    const { times, test, validation, free } = this.figure;
    const { left, top, width, height } = this.#axes;
    const edge = (index) => (index <= 0 ? from : index >= times.length ? times.at(-1) : (times[index - 1] + times[index]) / 2);
    const known = validation === null || validation === undefined ? test : Math.min(validation, test);
    const parts = [{ name: "train", from: times[0], to: edge(known), text: say("learned from") }];
    if (known !== test) parts.push({ name: "validation", from: edge(known), to: edge(test), text: say("validation") });
    parts.push({ name: "test", from: edge(test), to: times.at(-1), text: say("never seen") });
    if (free.times.length) parts.push({ name: "free", from: times.at(-1), to: free.times.at(-1), text: words().free });
    const clip = (time) => left + ((Math.max(from, Math.min(to, time)) - from) / (to - from)) * width;
    pen.font = `11px ${FONT}`;
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.strokeStyle = colour("--bg");
    pen.textAlign = "center";
    let end = left + width; // the names are put from the right: the last ones matter most
    const shown = parts.reverse().map((part) => ({ ...part, x0: clip(part.from), x1: clip(part.to), wide: pen.measureText(part.text).width })).filter(({ x0, x1 }) => x1 - x0 >= 1);
    for (const { name, text, x0, x1, wide } of shown) {
      if (name !== "train") {
        pen.fillStyle = faded(name === "free" ? "--c5" : "--soft", { free: 0.07, validation: 0.06, test: 0.13 }[name]);
        pen.fillRect(x0, top, x1 - x0, height);
      }
      const high = name !== "free" || x1 - x0 >= wide; // without room above, where others are named, it stands below
      const middle = Math.min((x0 + Math.min(x1, end)) / 2, left + width - wide / 2 - 2);
      if (name === "free" ? this.#hidden.has("free") : Math.min(x1, end) - x0 < wide - SPILL) continue;
      pen.fillStyle = colour(name === "free" ? "--c5" : "--soft");
      pen.textBaseline = high ? "top" : "bottom";
      const y = high ? top + 3 : top + height - 3;
      pen.strokeText(text, middle, y);
      pen.fillText(text, middle, y);
      if (high) end = Math.min(x0, middle - wide / 2 - 8);
    }
  }

  /** A line with gaps where nothing was said. The one beyond the data begins at its end. */
  #line(pen, { name, token, dash, width }) {
    const { times, true: own, free } = this.figure;
    const [at, values] = name === "free" ? [[times.at(-1), ...free.times], [own.at(-1), ...free.values]] : [times, this.figure[name]];
    const [low, high] = [this.#axes.top - 1e3, this.#axes.top + this.#axes.height + 1e3];
    pen.beginPath();
    let pending = true;
    for (let place = 0; place < values.length; place++) {
      if (!Number.isFinite(values[place])) pending = true;
      else {
        const [x, y] = [this.#axes.px(at[place]), Math.max(low, Math.min(high, this.#axes.py(values[place])))];
        if (pending) pen.moveTo(x, y);
        else pen.lineTo(x, y);
        pending = false;
      }
    }
    line(pen, token, dash, width);
  }

  #band(pen) {
    if (!this.#from || Math.abs(this.#from.to - this.#from.x) < DRAG) return;
    const { x, to } = this.#from;
    pen.fillStyle = faded("--text", 0.12);
    pen.fillRect(Math.min(x, to), this.#axes.top, Math.abs(to - x), this.#axes.height);
  }

  // -- a place in time

  /** All that is known of a place: its time, and what each line has there. */
  #place(at) {
    const { times, true: own, said, naive, free } = this.figure;
    if (at < times.length) return { time: times[at], true: own[at], said: said[at], naive: naive[at] };
    return { time: free.times[at - times.length], free: free.values[at - times.length] };
  }

  #mark(pen) {
    if (this.#at < 0) return;
    const place = this.#place(this.#at);
    const x = Math.round(this.#axes.px(place.time)) + 0.5;
    pen.strokeStyle = colour("--soft");
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(x, this.#axes.top);
    pen.lineTo(x, this.#axes.top + this.#axes.height);
    pen.stroke();
    for (const { name, token } of LINES) {
      if (this.#hidden.has(name) || !Number.isFinite(place[name] ?? NaN)) continue;
      pen.beginPath();
      pen.arc(x, this.#axes.py(place[name]), 3.2, 0, 7);
      pen.fillStyle = colour(token);
      pen.fill();
      pen.strokeStyle = colour("--bg");
      pen.stroke();
    }
  }

  #tell(width) {
    this.readout.hidden = this.#at < 0 || Boolean(this.#from && Math.abs(this.#from.to - this.#from.x) >= DRAG);
    this.element.dataset.at = this.#at;
    if (this.readout.hidden) return;
    const place = this.#place(this.#at);
    const names = words();
    const known = LINES.map(({ name }) => name).reverse().sort((a, b) => (b === "true") - (a === "true")).filter((name) => Number.isFinite(place[name] ?? NaN));
    const rows = known.map((name) => make("span", { "data-line": name }, make("i", { class: `mark ${LINES.find((line) => line.name === name).mark}`, style: `--own:var(${LINES.find((line) => line.name === name).token})` }), `${names[name]} `, make("b", { text: short(place[name]) })));
    this.readout.replaceChildren(make("strong", { text: this.#when(place.time) }), ...rows);
    const x = this.#axes.px(place.time);
    const half = this.readout.offsetWidth / 2;
    const aside = x > width / 2 ? x - half - 10 : x + half + 10;
    this.readout.style.left = `${Math.max(half, Math.min(width - half, aside))}px`;
    this.readout.style.top = `${this.#axes.top + 4}px`;
  }

  /** A time as it is read: a month of a year, a year, or a step. */
  #when(time) {
    if (!this.monthly) return Number.isInteger(time) ? String(time) : time.toFixed(2);
    const month = Math.max(0, Math.min(11, Math.floor((time - Math.floor(time)) * 12)));
    const language = this.element.closest("[lang]")?.lang || "en";
    return new Date(Date.UTC(Math.floor(time), month, 15)).toLocaleDateString(language, { month: "short", year: "numeric", timeZone: "UTC" });
  }

  /** The place in time nearest to a pixel. */
  #nearest(x) {
    const [time] = this.#axes.at(x, 0);
    const all = [...this.figure.times, ...this.figure.free.times];
    return all.reduce((best, one, at) => (Math.abs(one - time) < Math.abs(all[best] - time) ? at : best), 0);
  }

  #hold(at) {
    if (at === this.#at) return;
    this.#at = at;
    this.repaint();
  }

  #press({ offsetX, button, pointerId, target }) {
    if (!this.figure || !this.#axes || button) return;
    target.setPointerCapture(pointerId);
    this.#from = { x: offsetX, to: offsetX };
    this.#hold(this.#nearest(offsetX));
  }

  #move({ offsetX }) {
    if (!this.figure || !this.#axes) return;
    if (this.#from) {
      this.#from.to = offsetX;
      this.repaint();
    } else this.#hold(this.#nearest(offsetX));
  }

  #release({ offsetX }) {
    const from = this.#from;
    this.#from = null;
    if (!from || !this.#axes) return;
    if (Math.abs(offsetX - from.x) >= DRAG) {
      const places = [from.x, offsetX].sort((a, b) => a - b).map((x) => this.#nearest(x));
      if (places[1] - places[0] >= LEAST) {
        this.#at = -1;
        return this.#show(places.map((at) => this.#place(at).time));
      }
    }
    this.repaint();
  }

  #drop() {
    this.#from = null;
    this.#at = -1;
    this.repaint();
  }

  #key(event) {
    if (!this.figure) return;
    const { times, free } = this.figure;
    const last = times.length + free.times.length - 1;
    const by = event.shiftKey ? 10 : 1;
    const first = times.findIndex((time) => time >= this.#range[0]);
    const to = { ArrowLeft: (this.#at < 0 ? last + 1 : this.#at) - by, ArrowRight: this.#at < 0 ? first : this.#at + by, Home: 0, End: last, Escape: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (event.key === "Escape") return this.#hold(-1);
    const at = Math.max(0, Math.min(last, to));
    const [from, until] = this.#range;
    const { time } = this.#place(at);
    if (time < from || time > until) this.#span = "all";
    this.#hold(at);
  }

  stop() {
    this.surface.stop();
  }
}
