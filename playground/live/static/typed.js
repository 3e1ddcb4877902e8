// A sequence of one's own, sign by sign: what the network would say if it ended after each of them, and what it says at the end.

import { WAY } from "./chosen.js";
import { make, surface, write } from "./dom.js";
import { seen } from "./gates_maps.js";
import { classToken } from "./plane.js";
import { FONT, colour, mixed, rgb } from "./theme.js";
import { number, percent, say, told } from "./words.js";

const FEW = 8; // signs that have a key each
const TOP = 20; // pixels above the map, for the signs
const RIGHT = 42; // beside it, for the shares at the end
const WIDEST = 34; // pixels of a column
const ROOM = 8; // columns there is room for at least: so many signs can be typed before the map is drawn narrower
const KEY = 8; // a column narrower than this has no room for its sign
const ROW = { least: 14, most: 30, all: 150 }; // pixels of a class, and of all together while they fit
const PALE = 0.45; // a colour lighter than this is marked in black

export class Typed {
  #typed = null; // what the viewer typed, or null: the first test example, as frames tell it
  #found = null; // the answer to it
  #true = null; // its class, where it is one of the data
  #asked = null; // what is asked now
  #sent = "null"; // the example of the page that this one knows of, as text
  #at = null; // [column, row] in hand
  #shape = "";
  #run = "";

  /** context: ask(name, params) -> promise, chosen (of chosen.js), run() -> token */
  constructor(context) {
    this.context = context;
    this.surface = surface(say("What it would say after each sign"));
    const { canvas } = this.surface;
    this.dot = make("i", { class: "dot" });
    this.name = make("b");
    this.share = make("span", { class: "share" });
    this.truth = make("span", { class: "truth" });
    this.verdict = make("p", { class: "verdict", "aria-live": "polite" }, this.dot, this.name, this.share, this.truth);
    this.input = make("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: false, "aria-label": say("Your sequence"), oninput: () => this.#enter(this.input.value) });
    this.count = make("span", { class: "count" });
    this.keys = make("div", { class: "keys", role: "group", "aria-label": say("Signs") });
    this.back = this.#button(say("First test example"), () => this.#back(), say("Show the first test example again"));
    this.other = this.#button(say("Another one"), () => this.#another(), say("Show the next test example"));
    this.words = make("p", { class: "said", "aria-live": "polite" });
    this.readout = make("div", { class: "readout", hidden: true });
    this.box = make("div", { class: "map" }, canvas, this.readout);
    this.element = make("div", { class: "stage typed" }, make("div", { class: "entry" }, this.input, this.count), this.keys, this.verdict, this.box, make("div", { class: "row" }, this.back, this.other), this.words);
    canvas.addEventListener("refit", () => this.repaint());
    for (const name of ["pointermove", "pointerdown"]) canvas.addEventListener(name, (event) => this.#hold(this.#under(event)));
    canvas.addEventListener("pointerleave", () => this.#hold(null));
    canvas.addEventListener("click", (event) => this.#turn(this.#under(event)));
    this.unwatch = context.chosen.watch((news) => this.#told(news));
  }

  #button(text, onclick, title) {
    return make("button", { type: "button", class: "small", text, title, onclick });
  }

  #key(text, onclick, title) {
    return make("button", { type: "button", class: "small", text, title, onclick, "aria-label": title });
  }

  show(figure) {
    const run = this.context.run();
    if (run !== this.#run) this.#found = null; // another network: what it said is not ours
    this.#run = run;
    this.figure = figure;
    this.#set();
    if (this.#typed !== null) this.#ask();
    this.#draw();
  }

  /** What is shown: the viewer's own as soon as it is answered, the first test example otherwise. */
  get #shown() {
    return (this.#typed !== null && this.#found) || this.figure;
  }

  /** The keys and limits, which change with the data alone. */
  #set() {
    const { alphabet, longest, shortest, classes } = this.figure;
    const shape = JSON.stringify([alphabet, longest, shortest, classes.length]);
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.input.maxLength = longest;
    const few = alphabet.length <= FEW;
    this.keys.hidden = !few;
    this.keys.replaceChildren(...(few ? [...alphabet.map((sign) => this.#key(seen(sign), () => this.#press(sign), say("Type {sign}", { sign: seen(sign) }))), this.#key("⌫", () => this.#erase(), say("Take the last sign away"))] : []));
    const high = Math.max(ROW.least, Math.min(ROW.most, Math.floor(ROW.all / classes.length)));
    this.box.style.height = `${TOP + high * classes.length + 2}px`;
    this.surface.canvas.classList.toggle("turns", few);
  }

  // -- what is typed

  /** From here: another sequence. */
  #enter(text) {
    this.#typed = text;
    this.#true = null;
    this.trouble = "";
    if (this.input.value !== text) this.input.value = text;
    this.#ask();
    this.#draw();
  }

  /** A key: where the caret is; over the sign that stands there when there is no room for more. */
  #press(sign) {
    const { value, selectionStart: from, selectionEnd: to } = this.input;
    const full = value.length - (to - from) + sign.length > this.figure.longest;
    const at = full && from >= value.length ? 0 : from;
    this.#enter(value.slice(0, at) + sign + value.slice(full && from === to ? at + sign.length : Math.max(at, to)));
    this.input.setSelectionRange(at + sign.length, at + sign.length);
  }

  #erase() {
    const { value, selectionStart: from, selectionEnd: to } = this.input;
    if (!value) return;
    const at = from === to ? Math.max(0, from - 1) : from;
    this.#enter(value.slice(0, at) + value.slice(from === to && !from ? 1 : to));
    this.input.setSelectionRange(at, at);
  }

  /** The sign of a column becomes the next one of few. */
  #turn(place) {
    if (!this.figure) return;
    const { alphabet, typed, symbols } = this.#shown;
    if (!place || alphabet.length > FEW || typed.length !== symbols.length) return;
    const next = alphabet[(alphabet.indexOf(symbols[place.column]) + 1) % alphabet.length];
    this.#enter(symbols.map((sign, at) => (at === place.column ? next : sign)).join(""));
  }

  #back() {
    this.#choose(null);
    this.#follow();
  }

  /** Back to what frames tell. */
  #follow() {
    this.#typed = this.#found = this.#true = null;
    this.trouble = "";
    this.#draw();
  }

  /** The next test example; after the last one the first. */
  #another() {
    if (!this.figure) return;
    const { example } = this.context.chosen;
    if (example?.part === "test") this.last = example.index;
    this.last = ((this.last ?? 0) + 1) % Math.max(1, this.figure.example.of);
    this.context.chosen.set(this.last ? { part: "test", index: this.last } : null, WAY);
  }

  #choose(example) {
    this.#sent = JSON.stringify(example);
    this.context.chosen.set(example, WAY);
  }

  /** Another example was chosen, here or on another picture of the page; `figure` is its way, which tells what was read. */
  #told({ example, figure }) {
    const key = JSON.stringify(example ?? null);
    if (key === this.#sent) return;
    if (!example) {
      this.#sent = key;
      return this.#follow();
    }
    const read = example.typed ?? figure?.input.symbols?.slice(figure.first).join("");
    if (read === undefined) return; // not known yet, or no signs
    this.#sent = key;
    this.#typed = read;
    this.#true = example.typed === undefined ? (figure.answers.true?.[0] ?? null) : null;
    this.trouble = "";
    this.#ask();
    this.#draw();
  }

  /** One question at a time; what was typed meanwhile is asked next, and what was typed before the first picture came, with it. */
  async #ask() {
    if (!this.figure || this.#asked !== null || this.#typed === null) return;
    const asked = this.#typed;
    if (asked.length < this.figure.shortest) return this.#draw();
    const run = this.#run;
    this.#asked = asked;
    try {
      const found = await this.context.ask("believe", { typed: asked });
      if (run === this.#run && this.#typed !== null) this.#take(asked, found);
    } catch ({ messages = [] }) {
      if (asked === this.#typed && messages.length) this.trouble = messages.map(told).join(" ");
    } finally {
      this.#asked = null;
    }
    this.#draw();
    if (this.#typed !== null && this.#typed !== asked) this.#ask();
  }

  #take(asked, found) {
    this.#found = found;
    this.trouble = "";
    if (asked === this.#typed && this.#true === null) this.#share(asked);
  }

  /** The whole page looks at it, once the network could read it. */
  #share(typed) {
    if (this.#sent !== JSON.stringify({ typed })) this.#choose({ typed });
  }

  // -- what is seen

  #draw() {
    if (!this.figure) return;
    const { typed, alphabet, longest, shortest } = this.figure;
    const text = this.#typed ?? typed;
    if (this.input.value !== text) this.input.value = text;
    write(this.count, say("{count} of {longest}", { count: text.length, longest }));
    const missing = this.#typed === null ? 0 : shortest - text.length;
    this.element.classList.toggle("late", Boolean(this.trouble) || missing > 0);
    const hint = alphabet.length <= FEW ? say("Press the keys, or click a sign above the map to change it.") : say("Signs: {signs}", { signs: ranges(alphabet) });
    write(this.words, missing > 0 ? say("{count} more signs, then it answers.", { count: missing }) : this.trouble || hint);
    this.words.classList.toggle("alert", Boolean(this.trouble) && missing <= 0);
    this.back.disabled = this.#typed === null;
    this.#say();
    this.repaint();
  }

  /** The answer after the last sign. */
  #say() {
    const { classes, shares, true: own, typed } = this.#shown;
    const [steps, count] = shares.dims;
    const last = shares.array.subarray((steps - 1) * count);
    const said = last.indexOf(Math.max(...last));
    const right = this.#typed === null ? own : (this.#true ?? own);
    const sure = said >= 0;
    write(this.name, sure ? told(classes[said]) : "–");
    write(this.share, percent(last[said]));
    this.dot.style.background = `var(${classToken(Math.max(0, said))})`;
    const known = right !== null && right !== undefined;
    write(this.truth, !known ? "" : right === said ? say("that is right") : say("it is {name}", { name: told(classes[right]) }));
    this.truth.classList.toggle("wrong", known && right !== said);
    Object.assign(this.element.dataset, { typed, said, share: last[said] ?? "", true: known ? right : "", steps });
    const label = say("What it would say after each sign of {typed}: at the end {name}, {share}", { typed, name: this.name.textContent, share: this.share.textContent });
    if (this.surface.canvas.getAttribute("aria-label") !== label) this.surface.canvas.setAttribute("aria-label", label);
  }

  repaint() {
    const { width, height } = this.surface.fit();
    if (!this.figure || !width || !height) return;
    const { pen } = this.surface;
    const { classes, shares, symbols } = this.#shown;
    const [steps, count] = shares.dims;
    pen.clearRect(0, 0, width, height);
    pen.font = `12px ${FONT}`;
    const names = classes.map(told);
    const left = Math.min(0.34 * width, Math.max(...names.map((name) => pen.measureText(name).width)) + 8);
    const across = Math.min(WIDEST, (width - left - RIGHT) / Math.max(ROOM, steps));
    const high = (height - TOP) / count;
    this.view = { left, across, high, steps, count };
    const zero = rgb("--zero");
    const last = (steps - 1) * count;
    const said = shares.array.subarray(last).indexOf(Math.max(...shares.array.subarray(last)));
    pen.textBaseline = "middle";
    for (let row = 0; row < count; row++) {
      const y = TOP + row * high;
      pen.font = `${row === said ? 600 : 400} 12px ${FONT}`;
      pen.fillStyle = colour(row === said ? "--text" : "--soft");
      pen.textAlign = "left";
      pen.fillText(names[row], 0, y + high / 2, left - 6);
      pen.fillText(brief(shares.array[last + row]), left + across * steps + 5, y + high / 2);
    }
    for (let step = 0; step < steps; step++) {
      const own = shares.array.subarray(step * count, (step + 1) * count);
      const most = own.indexOf(Math.max(...own));
      const x = left + step * across;
      for (let row = 0; row < count; row++) {
        const ink = mixed(zero, rgb(classToken(row)), Math.max(0, Math.min(1, own[row] || 0)));
        pen.fillStyle = `rgb(${ink.map(Math.round).join()})`;
        pen.fillRect(x, TOP + row * high, Math.max(1, across - 1), Math.max(1, high - 1));
        if (row === most) mark(pen, x + (across - 1) / 2, TOP + (row + 0.5) * high - 0.5, Math.min(3.2, across / 4), ink);
      }
      this.#sign(pen, seen(symbols[step]), x + across / 2 - 0.5, step, across);
    }
    this.#tell(width);
  }

  #sign(pen, text, x, step, across) {
    if (across < KEY && step % 2 && across * 2 < KEY * 2.4) return;
    pen.font = `600 ${across < 11 ? 11 : 14}px ${FONT}`;
    pen.textAlign = "center";
    pen.fillStyle = colour("--text");
    if (this.#at?.column === step) pen.fillRect(x - across / 2, TOP - 3, across - 1, 2);
    pen.fillText(text, x, TOP / 2 - 1);
  }

  #under({ offsetX, offsetY }) {
    if (!this.view) return null;
    const { left, across, high, steps, count } = this.view;
    const column = Math.floor((offsetX - left) / across);
    if (column < 0 || column >= steps || offsetY < 0) return null;
    return { column, row: Math.max(-1, Math.min(count - 1, Math.floor((offsetY - TOP) / high))) };
  }

  #hold(place) {
    if (JSON.stringify(place) === JSON.stringify(this.#at)) return;
    this.#at = place;
    this.repaint();
  }

  #tell(width) {
    const { classes, shares, symbols } = this.#shown;
    const [steps, count] = shares.dims;
    this.readout.hidden = !this.#at || this.#at.column >= steps;
    if (this.readout.hidden) return;
    const { column } = this.#at;
    const own = shares.array.subarray(column * count, (column + 1) * count);
    const row = this.#at.row < 0 ? own.indexOf(Math.max(...own)) : this.#at.row;
    const before = symbols.slice(0, column + 1).map(seen).join("");
    write(this.readout, say("after {read}: {name} {share}", { read: before.length > 16 ? `…${before.slice(-15)}` : before, name: told(classes[row]), share: percent(own[row]) }));
    const half = this.readout.offsetWidth / 2;
    this.readout.style.left = `${Math.max(half, Math.min(width - half, this.view.left + (column + 0.5) * this.view.across))}px`;
    this.readout.style.top = `${TOP + (row + 1) * this.view.high + 3}px`;
  }

  stop() {
    this.unwatch();
    this.surface.stop();
  }
}

/** A dot that is seen on any ground. */
function mark(pen, x, y, radius, [r, g, b]) {
  const light = 0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2;
  pen.fillStyle = light > PALE ? "#000000" : "#ffffff";
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fill();
}

/** Percent without decimals, which stand beside the map. */
const brief = (share) => (Number.isFinite(share ?? NaN) ? `${number(share * 100)} %` : "–");

/** Signs in order, with a dash where many follow each other: "a–z". */
function ranges(alphabet) {
  const found = [];
  for (const sign of alphabet) {
    const last = found.at(-1);
    if (last && sign.length === 1 && sign.codePointAt(0) === last.at(-1).codePointAt(0) + 1) last.push(sign);
    else found.push([sign]);
  }
  return found.map((run) => (run.length > 2 ? `${seen(run[0])}–${seen(run.at(-1))}` : run.map(seen).join(" "))).join(" ");
}
