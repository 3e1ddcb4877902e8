// Training points changed by hand, while it trains: by mouse, finger or keys. What was done shows at once and stands until a frame has it.

import { make, toggle, write } from "./dom.js";
import { colour } from "./theme.js";
import { figure as short, say, told } from "./words.js";

const REACH = 10; // pixels around a point that count as on it
const FINGER = 20;
const STILL = 4; // a press that moves less is a click
const STEP = 0.02; // of the plane's width: one press of an arrow key; with Shift five times as far
const LATE = 3; // frames after its answer by which a change is in the figure, or was overtaken by another

const near = (a, b) => Math.abs(a - b) < 0.006;
const rounded = (value) => Math.round(value * 100) / 100;

export class PointEditor {
  #changes = []; // {at: number, x: [u, v] | null, y, answered, frames}: done here, not yet in the figure
  #fresh = -1; // the number by which the next new point goes until the run has given it one of its own
  #coming = new Map(); // such a number: the promise of the run's own, null where the point was refused
  #held = null; // {at, y, x, from, start}: the point that is dragged, or was picked up by key
  #pressed = null; // where an empty place was pressed
  #cross = null; // the cross that keys move, as a place of the plane
  #pointer = null; // where the mouse is

  /** on: {canvas, plane, legend, figure() -> the newest, run() -> token, act(params) -> promise of an answer or null, changed()} */
  constructor(on) {
    this.on = on;
    this.mode = toggle(say("edit points"), false, () => this.#switch(), say("Add, move and remove training points by hand, also while it trains"));
    this.mode.box.dataset.mode = "edit";
    this.remove = toggle(say("remove"), false, () => this.#say(), say("While this is ticked, a click or tap takes a point away"));
    this.value = make("input", { type: "range", min: -1, max: 1, step: 0.1, value: 1, "aria-label": say("Value of new points"), oninput: () => this.#shown() });
    this.told = make("output");
    this.values = make("label", { class: "value" }, make("span", { text: say("add") }), this.value, this.told);
    this.hint = make("p", { class: "hint", role: "status", "aria-live": "polite" });
    this.element = make("div", { class: "edit" }, this.values, this.remove.label, this.hint);
    this.element.hidden = true;
    const { canvas } = on;
    canvas.addEventListener("pointerdown", (event) => this.active && this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.active && this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.active && this.#up(event));
    canvas.addEventListener("pointercancel", () => this.#let());
    canvas.addEventListener("pointerleave", () => (this.#pointer = null));
    canvas.addEventListener("contextmenu", (event) => this.active && this.#menu(event));
    canvas.addEventListener("keydown", (event) => this.active && this.#key(event));
    canvas.addEventListener("blur", () => this.#cross && ((this.#cross = null), this.on.changed()));
  }

  get active() {
    return this.mode.box.checked && Boolean(this.on.figure());
  }

  #switch() {
    const { canvas, legend, figure } = this.on;
    const editing = this.mode.box.checked;
    const valued = figure()?.task === "regression";
    this.element.hidden = !editing;
    this.values.hidden = !valued;
    legend.element.classList.toggle("editing", editing);
    canvas.classList.toggle("editing", editing);
    if (editing) canvas.tabIndex = 0;
    else canvas.removeAttribute("tabindex");
    canvas.setAttribute("role", editing ? "application" : "img");
    this.#let();
    this.#cross = null;
    this.#shown();
    this.#say();
    this.on.changed();
  }

  #shown() {
    write(this.told, short(Number(this.value.value)));
  }

  #say(text) {
    const fixed = this.remove.box.checked ? say("Click a training point to take it away.") : say("Click adds, drag moves, right click removes.");
    write(this.hint, text ?? `${fixed} ${say("Keys: arrows, Enter, M, Delete.")}`);
    this.hint.title = say("Only training points change; M takes the nearest one in hand. Test points stay: they are the judge.");
  }

  // -- what is shown

  /** The training points of the figure with what was changed since: {x: {array}, y, number, wrong, of}. */
  train() {
    const { train } = this.on.figure();
    const { x: { array }, y, number } = train;
    const held = this.#held?.x ? [{ at: this.#held.at, x: this.#held.x, y: this.#held.y }] : [];
    const changes = [...this.#changes, ...held];
    if (!changes.length || !number) return train;
    const changed = new Map(changes.map((one) => [one.at, one])); // the last word on a point counts
    const added = [...changed.values()].filter(({ at }) => !number.includes(at));
    const rows = [];
    number.forEach((at, row) => {
      const change = changed.get(at);
      if (change?.x !== null) rows.push({ at, x: change?.x ?? [array[2 * row], array[2 * row + 1]], y: change?.y ?? y[row], wrong: train.wrong?.[row] ?? 0 });
    });
    for (const { at, x, y: own } of added) if (x) rows.push({ at, x, y: own, wrong: 0 });
    return {
      x: { array: Float32Array.from(rows.flatMap((row) => row.x)) }, y: Float32Array.from(rows, (row) => row.y), number: rows.map((row) => row.at),
      wrong: train.wrong && Uint8Array.from(rows, (row) => row.wrong), of: train.of + rows.length - number.length,
    };
  }

  /** A new figure: changes that it has are done with; those of another run, or overtaken, as well. */
  settle() {
    const { train } = this.on.figure();
    if (this.run !== this.on.run()) [this.#changes, this.#coming] = [[], new Map()];
    this.run = this.on.run();
    this.mode.label.hidden = !train.number;
    this.#changes = this.#changes.filter((change) => {
      if (!change.answered) return true;
      change.frames += 1;
      const row = train.number.indexOf(change.at);
      const there = change.x ? row >= 0 && near(train.x.array[2 * row], change.x[0]) && near(train.x.array[2 * row + 1], change.x[1]) : row < 0;
      return !there && change.frames < LATE;
    });
  }

  /** The cross that keys move, and a ring round the point in hand. */
  draw(pen) {
    if (!this.active) return;
    if (this.#held?.x) this.#ring(pen, this.#held.x);
    if (!this.#cross) return;
    const [x, y] = this.on.plane.onto(this.#cross);
    pen.lineWidth = 1;
    pen.strokeStyle = colour("--text");
    pen.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      pen.moveTo(x + 4 * dx, y + 4 * dy);
      pen.lineTo(x + 13 * dx, y + 13 * dy);
    }
    pen.stroke();
  }

  #ring(pen, place) {
    const [x, y] = this.on.plane.onto(place);
    pen.beginPath();
    pen.arc(x, y, 8, 0, 7);
    pen.strokeStyle = colour("--text");
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  // -- what is done

  #y() {
    return this.on.figure().task === "regression" ? Number(this.value.value) : this.on.legend.chosen;
  }

  #inside([u, v]) {
    return this.on.figure().domain.map(([low, high], axis) => rounded(Math.max(low, Math.min(high, [u, v][axis]))));
  }

  /** The training point nearest to a pixel within reach: {at, x, y}, or null. */
  #at(x, y, reach) {
    const train = this.train();
    let [best, least] = [null, reach];
    for (let row = 0; row < train.y.length; row++) {
      const place = [train.x.array[2 * row], train.x.array[2 * row + 1]];
      const [px, py] = this.on.plane.onto(place);
      const far = Math.hypot(px - x, py - y);
      if (far < least) [best, least] = [{ at: train.number[row], x: place, y: train.y[row] }, far];
    }
    return best;
  }

  /** Add (`at` null), move, or take away (`x` null) a point. One that is not confirmed yet can be changed too: that change follows when it is. */
  async #do(at, x, y) {
    const own = at ?? this.#fresh--;
    const change = { at: own, x, y, answered: false, frames: 0 };
    this.#changes = [...this.#changes.filter((one) => one.at !== own), change];
    this.on.changed();
    const answering = at === null ? this.on.act({ at, x, y }) : this.#follow(own, x, y);
    if (at === null) this.#coming.set(own, answering.then((answer) => answer?.at ?? null));
    const answer = await answering;
    if (at === null) this.#number(own, answer?.at ?? null);
    if (answer) change.answered = true;
    else this.#changes = this.#changes.filter((one) => one !== change); // refused, which was said
    this.on.changed();
  }

  /** Change a point by the run's number for it, waiting for that where it is still coming. */
  async #follow(own, x, y) {
    const at = this.#coming.has(own) ? await this.#coming.get(own) : own;
    return at === null ? null : this.on.act({ at, x, y });
  }

  /** A new point has its number, or was refused: whatever was done to it since goes by that, or goes. */
  #number(own, at) {
    if (at === null) this.#changes = this.#changes.filter((one) => one.at !== own);
    if (at === null && this.#held?.at === own) this.#held = null;
    for (const one of [...this.#changes, this.#held]) if (one?.at === own) one.at = at;
    this.#coming.delete(own);
  }

  #take(point) {
    if (point) this.#do(point.at, null, point.y);
  }

  #drop() {
    const { at, y, x } = this.#held;
    this.#held = null;
    if (x) this.#do(at, x, y);
    else this.on.changed();
  }

  #let() {
    if (!this.#held && !this.#pressed) return;
    this.#held = this.#pressed = null;
    this.on.changed();
  }

  // -- mouse and finger

  #down({ button, offsetX: x, offsetY: y, pointerId, pointerType, shiftKey }) {
    if (button !== 0) return;
    const found = this.#at(x, y, pointerType === "touch" ? FINGER : REACH);
    this.#cross = null;
    this.#held = this.#pressed = null;
    if (shiftKey || this.remove.box.checked) return this.#take(found);
    this.on.canvas.setPointerCapture(pointerId);
    if (found) this.#held = { at: found.at, y: found.y, x: null, start: [x, y] };
    else this.#pressed = [x, y];
  }

  #move({ offsetX: x, offsetY: y, pointerType }) {
    this.#pointer = [x, y];
    const held = this.#held;
    if (held?.start && (held.x || Math.hypot(x - held.start[0], y - held.start[1]) >= STILL)) {
      held.x = this.#inside(this.on.plane.from(x, y));
      this.on.changed();
    }
    if (pointerType === "mouse") this.on.canvas.style.cursor = held || this.#at(x, y, REACH) ? "grab" : this.remove.box.checked ? "" : "crosshair";
  }

  #up({ offsetX: x, offsetY: y }) {
    if (this.#held?.start) this.#drop();
    else if (this.#pressed && Math.hypot(x - this.#pressed[0], y - this.#pressed[1]) < STILL) this.#do(null, this.#inside(this.on.plane.from(x, y)), this.#y());
    this.#pressed = null;
  }

  #menu(event) {
    event.preventDefault();
    this.#take(this.#at(event.offsetX, event.offsetY, REACH));
  }

  // -- keys

  #key(event) {
    const moves = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    const { key, shiftKey } = event;
    const names = this.on.figure().classes;
    if (key in moves) this.#walk(moves[key], shiftKey ? 5 * STEP : STEP);
    else if (key === "Enter" || key === " ") this.#held ? this.#drop() : this.#do(null, this.#inside(this.#place()), this.#y());
    else if (key === "m" || key === "M") this.#pick();
    else if (key === "Delete" || key === "Backspace") this.#take(this.#at(...this.#spot(), FINGER));
    else if (key === "Escape" && this.#held) this.#let();
    else if (/^\d$/.test(key) && Number(key) < names.length) this.on.legend.choose(Number(key));
    else return;
    event.preventDefault();
  }

  /** Where keys act: at the cross, which starts where the mouse is, or in the middle. */
  #place() {
    const middle = this.on.figure().domain.map(([low, high]) => (low + high) / 2);
    this.#cross ??= this.#pointer ? this.#inside(this.on.plane.from(...this.#pointer)) : middle;
    return this.#cross;
  }

  #spot() {
    return this.on.plane.onto(this.#place());
  }

  #walk([across, up], share) {
    const [u, v] = this.#place();
    const [[x0, x1], [y0, y1]] = this.on.figure().domain;
    this.#cross = this.#inside([u + across * share * (x1 - x0), v + up * share * (y1 - y0)]);
    if (this.#held) this.#held.x = this.#cross;
    const [first, second] = this.on.figure().features.map(told);
    this.#say(say("{first} {u}, {second} {v}", { first, u: this.#cross[0], second, v: this.#cross[1] }));
    this.on.changed();
  }

  #pick() {
    if (this.#held) return this.#drop();
    const found = this.#at(...this.#spot(), FINGER);
    if (!found) return this.#say(say("No training point is near the cross."));
    this.#held = { at: found.at, y: found.y, x: found.x };
    this.#cross = found.x;
    this.on.changed();
  }
}
