// How states move: each example a path through the plane in which they spread most, from a small dot at its first step to a large one at its last.

import { WAY } from "./chosen.js";
import { make, surface, write } from "./dom.js";
import { seen } from "./gates_maps.js";
import { placed } from "./multiples.js";
import { dot, ring } from "./pen.js";
import { classToken } from "./plane.js";
import { FONT, colour, mixed, rgb } from "./theme.js";
import { figure as short, number, percent, say, told } from "./words.js";

const RIM = 16; // pixels free around the paths
const REACH = 14; // pixels within which a point is meant
const GLIDE = 280; // ms from one frame's places to the next
const FLAT = 0.12; // of its width that the plane is high at least
const PACE = 220; // ms of a step while time runs
const still = matchMedia("(prefers-reduced-motion: reduce)");

const PAUSED = "·"; // the symbol of nothing to be read
const PLAY = "M3 1.5v9l7.5-4.5z";
const PAUSE = "M2.5 1.5h2.6v9H2.5zM6.9 1.5h2.6v9H6.9z";

export class Path {
  #hand = null; // {path, step}
  #now = null; // where all points were drawn last
  #from = null; // where they were when the frame came
  #begun = -Infinity;
  #time = null; // how many steps are walked, or null: all
  #playing = null; // {since, from}
  #asked = 0;
  #run = "";
  #extent = { of: "", x: 0, y: 0 };

  /** context: chosen (of chosen.js), run() */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("States as paths"));
    const { canvas } = this.surface;
    canvas.tabIndex = 0;
    this.readout = make("div", { class: "readout", hidden: true });
    this.names = make("div", { class: "legend classes" });
    this.icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.icon.setAttribute("viewBox", "0 0 12 12");
    this.icon.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    this.play = make("button", { type: "button", class: "play", onclick: () => this.#toggle() }, this.icon);
    this.slider = make("input", { type: "range", min: 1, step: 1, "aria-label": say("Step in time"), oninput: () => this.#wind(Number(this.slider.value)) });
    this.output = make("output");
    this.caption = make("p", { class: "say" });
    const side = make("div", { class: "telling" }, make("div", { class: "time" }, this.play, this.slider, this.output), this.names, this.caption);
    this.element = make("div", { class: "stage path" }, make("div", { class: "field" }, canvas, this.readout), side);
    canvas.addEventListener("refit", () => this.repaint());
    for (const name of ["pointermove", "pointerdown"]) canvas.addEventListener(name, (event) => this.#take(this.#nearest(event)));
    canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && this.#take(null));
    canvas.addEventListener("blur", () => this.#take(null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("click", (event) => this.#pick(this.#nearest(event)));
    this.unwatch = context.chosen.watch(() => this.#look());
  }

  /** The path that is drawn strong while none is in hand: the viewer's own example, if it is one of them. */
  get #own() {
    const { example } = this.context.chosen;
    return example?.part === "test" ? Math.max(0, this.figure.index.indexOf(example.index)) : 0;
  }

  #look() {
    if (!this.figure) return;
    this.#describe();
    this.repaint();
  }

  /** All pictures of the page show this example. */
  #pick(hand) {
    if (hand) this.context.chosen.set({ part: "test", index: this.figure.index[hand.path] }, WAY);
  }

  show(figure) {
    const before = this.figure;
    this.figure = figure;
    const [paths, steps] = figure.points.dims;
    const same = before && this.#run === this.context.run() && String(before.points.dims) === String(figure.points.dims);
    this.#run = this.context.run();
    this.#from = same ? this.#now : null;
    this.#begun = same && this.#now && !still.matches ? performance.now() : -Infinity;
    if (this.#hand && (this.#hand.path >= paths || this.#hand.step >= steps)) this.#hand = null;
    if (this.#time > steps) this.#time = null;
    this.#reach();
    this.#legend();
    this.#describe();
    this.repaint();
  }

  get #steps() {
    return this.figure.points.dims[1];
  }

  /** How far the plane goes: it only grows as long as a run lasts. */
  #reach() {
    const { points: { array }, reach, layer } = this.figure;
    const of = `${this.#run} ${layer}`;
    if (of !== this.#extent.of) this.#extent = { of, x: 0, y: 0 };
    this.#extent.x = Math.max(this.#extent.x, reach);
    this.#extent.y = Math.max(this.#extent.y, FLAT * reach);
    for (let at = 0; at < array.length; at += 2) {
      if (Number.isFinite(array[at])) this.#extent.x = Math.max(this.#extent.x, Math.abs(array[at]));
      if (Number.isFinite(array[at + 1])) this.#extent.y = Math.max(this.#extent.y, Math.abs(array[at + 1]));
    }
  }

  /** Names of the colours: a dot a class, or the scale of the values. */
  #legend() {
    const { classes, range } = this.figure;
    const shape = JSON.stringify(classes ? classes.map(told) : range);
    if (shape === this.shape) return;
    this.shape = shape;
    if (classes) this.names.replaceChildren(...classes.map((name, at) => make("span", {}, make("i", { class: "dot", style: `background:var(${classToken(at)})` }), told(name))));
    else if (range) this.names.replaceChildren(make("span", { text: short(range[0]) }), make("i", { class: range[0] < 0 ? "values signed" : "values" }), make("span", { text: short(range[1]) }));
    else this.names.replaceChildren();
  }

  #describe() {
    const { points: { dims: [paths] }, spread: [across, upward], epoch, index } = this.figure;
    const values = { count: number(paths), across: percent(across), upward: percent(upward), epoch: number(epoch, 1, 0) };
    const strong = say("Drawn strong: example {number}.", { number: number(index[this.#own] + 1) });
    write(this.caption, `${say("{count} test examples. Across lies {across}, upward {upward} of the spread of their states. The axes are those of epoch {epoch}.", values)} ${strong}`);
    const label = `${say("States as paths")}. ${this.caption.textContent} ${say("Left and right walk along a path, up and down change it, Enter shows its example everywhere, Space lets time run.")}`;
    if (this.surface.canvas.getAttribute("aria-label") !== label) this.surface.canvas.setAttribute("aria-label", label);
    this.element.dataset.paths = paths;
    this.slider.max = this.#steps;
    this.#clock();
  }

  /** The slider and what stands beside it. */
  #clock() {
    const step = Math.floor(this.#time ?? this.#steps);
    if (Number(this.slider.value) !== step) this.slider.value = step;
    write(this.output, say("step {step} of {count}", { step, count: this.#steps }));
    this.icon.firstChild.setAttribute("d", this.#playing ? PAUSE : PLAY);
    const label = this.#playing ? say("Hold time") : say("Let time run");
    if (this.play.title !== label) {
      this.play.title = label;
      this.play.setAttribute("aria-label", label);
    }
    Object.assign(this.element.dataset, { step, playing: String(Boolean(this.#playing)) });
  }

  /** A point in pixels: the same scale on both axes. */
  #pixel(x, y) {
    const { middle: [u, v], scale } = this.view;
    return [u + x * scale, v - y * scale];
  }

  /** Walk on in time, or glide on to the frame's places: what is drawn at this moment. */
  #move() {
    const now = performance.now();
    if (this.#playing) {
      const walked = this.#playing.from + (now - this.#playing.since) / PACE;
      this.#time = still.matches ? Math.floor(walked) : walked;
      if (this.#time >= this.#steps) this.#time = this.#playing = null;
      this.#clock();
    }
    const { array } = this.figure.points;
    const done = Math.min(1, (now - this.#begun) / GLIDE);
    const eased = 1 - (1 - done) ** 3;
    this.#now = done < 1 && this.#from ? Float32Array.from(array, (to, at) => this.#from[at] + eased * (to - this.#from[at])) : array;
    return done < 1 || Boolean(this.#playing);
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const { x, y } = this.#extent;
    this.view = { middle: [width / 2, height / 2], scale: Math.min((width / 2 - RIM) / x, (height / 2 - RIM) / y) };
    const moving = this.#move();
    pen.clearRect(0, 0, width, height);
    pen.lineJoin = pen.lineCap = "round";
    this.#axes(pen, width, height);
    const [paths] = this.figure.points.dims;
    const strong = this.#hand?.path ?? this.#own;
    for (let path = paths - 1; path >= 0; path--) if (path !== strong) this.#path(pen, path, this.#hand ? 0.22 : 0.6, 1.2);
    if (paths) this.#path(pen, strong, 1, 2.6);
    if (paths) this.#labels(pen, strong, width, height);
    this.#tell(width, height);
    cancelAnimationFrame(this.#asked);
    if (moving) this.#asked = requestAnimationFrame(() => this.repaint());
  }

  #axes(pen, width, height) {
    const [u, v] = this.view.middle.map(Math.round);
    pen.fillStyle = colour("--line");
    pen.fillRect(0, v, width, 1);
    pen.fillRect(u, 0, 1, height);
    pen.font = `10px ${FONT}`;
    pen.fillStyle = colour("--soft");
    pen.textBaseline = "bottom";
    pen.textAlign = "right";
    pen.fillText(percent(this.figure.spread[0]), width - 2, v - 2);
    pen.textAlign = "left";
    pen.textBaseline = "top";
    pen.fillText(percent(this.figure.spread[1]), u + 4, 1);
  }

  #ink(path) {
    const { classes, colours, range } = this.figure;
    if (classes) return colour(classToken(colours[path]));
    if (!range) return colour("--text");
    const middle = mixed(rgb("--zero"), rgb("--soft"), 0.45); // 0 has to be seen, too
    if (range[0] >= 0) return `rgb(${mixed(middle, rgb("--text"), (colours[path] - range[0]) / (range[1] - range[0] || 1)).map(Math.round).join()})`;
    const share = Math.max(-1, Math.min(1, colours[path] / Math.max(-range[0], range[1])));
    return `rgb(${mixed(middle, rgb(share < 0 ? "--neg" : "--pos"), Math.abs(share)).map(Math.round).join()})`;
  }

  #at(path, step) {
    const at = 2 * (path * this.#steps + step);
    return this.#pixel(this.#now[at], this.#now[at + 1]);
  }

  /** The last place of a path that is walked by now, between its steps. */
  #tip(path, walked) {
    const step = Math.min(this.#steps - 1, Math.floor(walked - 1));
    const here = this.#at(path, step);
    const share = walked - 1 - step;
    if (share <= 0 || step + 1 >= this.#steps) return here;
    const next = this.#at(path, step + 1);
    return here.map((one, axis) => one + share * (next[axis] - one));
  }

  #path(pen, path, alpha, width) {
    const first = this.figure.first[path];
    const walked = this.#time ?? this.#steps;
    pen.strokeStyle = pen.fillStyle = this.#ink(path);
    pen.lineWidth = width;
    if (walked < this.#steps) {
      pen.globalAlpha = 0.14 * alpha;
      this.#line(pen, path, first, this.#steps);
    }
    pen.globalAlpha = alpha;
    if (walked < first + 1) return (pen.globalAlpha = 1);
    const tip = this.#tip(path, walked);
    this.#line(pen, path, first, Math.floor(walked), tip);
    dot(pen, this.#at(path, first), width);
    if (width > 2) for (let step = first + 1; step < Math.floor(walked); step++) dot(pen, this.#at(path, step), 2.2);
    pen.globalAlpha = Math.min(1, alpha + 0.25);
    dot(pen, tip, width > 2 ? 6 : 4);
    return (pen.globalAlpha = 1);
  }

  #line(pen, path, from, to, tip) {
    pen.beginPath();
    for (let step = from; step < to; step++) pen.lineTo(...this.#at(path, step));
    if (tip) pen.lineTo(...tip);
    pen.stroke();
  }

  /** What was read at the strong path's points, or their steps, where there is room. */
  #labels(pen, path, width, height) {
    const symbols = this.figure.symbols?.[path];
    const walked = Math.floor(this.#time ?? this.#steps);
    const taken = Array.from({ length: walked - this.figure.first[path] }, (_, at) => [...this.#at(path, this.figure.first[path] + at), 1]); // its own points are not written over
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.strokeStyle = colour("--bg");
    pen.fillStyle = colour("--text");
    const held = this.#hand?.step;
    const order = Array.from({ length: walked - this.figure.first[path] }, (_, at) => this.figure.first[path] + at).sort((a, b) => (b === held) - (a === held));
    for (const step of order) {
      pen.font = `600 ${step === held ? 13 : 11}px ${FONT}`;
      const text = symbols ? seen(symbols[step]) : number(step + 1);
      if (text === PAUSED && step !== held) continue;
      const half = pen.measureText(text).width / 2 + 1;
      const [x, y] = this.#at(path, step);
      const spots = [[0, -11], [0, 12], [half + 7, 0], [-half - 7, 0]].map(([dx, dy]) => [x + dx, y + dy]);
      const free = spots.find(([u, v]) => u > half && u < width - half && v > 7 && v < height - 7 && !taken.some(([a, b, c]) => Math.abs(a - u) < c + half && Math.abs(b - v) < 10));
      if (!free) continue;
      taken.push([...free, half]);
      pen.strokeText(text, ...free);
      pen.fillText(text, ...free);
    }
  }

  // -- a point in hand

  #nearest({ offsetX, offsetY }) {
    if (!this.view || !this.#now) return null;
    const [paths] = this.figure.points.dims;
    const walked = Math.floor(this.#time ?? this.#steps);
    let best = null;
    let least = REACH;
    for (let path = 0; path < paths; path++) {
      for (let step = this.figure.first[path]; step < walked; step++) {
        const [x, y] = this.#at(path, step);
        const far = Math.hypot(x - offsetX, y - offsetY);
        if (far < least) [best, least] = [{ path, step }, far];
      }
    }
    return best;
  }

  #take(hand) {
    this.surface.canvas.style.cursor = hand ? "pointer" : "";
    if (!this.figure || JSON.stringify(hand) === JSON.stringify(this.#hand)) return;
    this.#hand = hand;
    this.repaint();
  }

  #tell(width, height) {
    const hand = this.#hand;
    this.readout.hidden = !hand;
    this.element.dataset.hand = hand ? `${hand.path} ${hand.step}` : "";
    if (!hand) return;
    const [x, y] = this.#at(hand.path, hand.step);
    ring(this.surface.pen, [x, y], 6.5, "--text", 1.6);
    write(this.readout, this.#words(hand));
    placed(this.readout, x, width);
    Object.assign(this.readout.style, y > height / 2 ? { top: "2px", bottom: "" } : { top: "", bottom: "2px" });
  }

  #words({ path, step }) {
    const { classes, colours, symbols, index, first } = this.figure;
    const name = say("Example {number}", { number: number(index[path] + 1) });
    const kind = classes ? told(classes[colours[path]]) : this.figure.range ? short(colours[path]) : "";
    const at = step - first[path] + 1;
    const place = symbols ? say("step {step}, it read {read}", { step: at, read: `'${seen(symbols[path][step])}'` }) : say("step {step}", { step: at });
    return `${[name, kind].filter(Boolean).join(", ")}: ${place}`;
  }

  #key(event) {
    if (!this.figure) return;
    const [paths, steps] = this.figure.points.dims;
    if (event.key === " ") this.#toggle();
    else if (event.key === "Enter" && this.#hand) this.#pick(this.#hand);
    else if (event.key === "Escape" && this.#hand) this.#take(null);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const { path, step } = this.#hand ?? { path: this.#own, step: event.key === "ArrowRight" ? -1 : steps };
      this.#take({ path, step: Math.max(this.figure.first[path], Math.min(steps - 1, step + (event.key === "ArrowRight" ? 1 : -1))) });
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const path = this.#hand ? (this.#hand.path + (event.key === "ArrowDown" ? 1 : -1) + paths) % paths : this.#own;
      this.#take({ path, step: Math.max(this.figure.first[path], this.#hand?.step ?? steps - 1) });
    } else return;
    event.preventDefault();
  }

  // -- time

  #toggle() {
    if (!this.figure) return;
    const begin = Math.min(...this.figure.first) + 1;
    this.#playing = this.#playing ? null : { since: performance.now(), from: this.#time ?? begin };
    this.#clock();
    this.repaint();
  }

  #wind(step) {
    if (!this.figure) return;
    this.#playing = null;
    this.#time = step >= this.#steps ? null : step;
    this.#clock();
    this.repaint();
  }

  stop() {
    cancelAnimationFrame(this.#asked);
    this.unwatch();
    this.surface.stop();
  }
}
