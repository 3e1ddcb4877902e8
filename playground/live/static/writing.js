// What the network writes: its text as it is now, what it wrote earlier, and one's own try at another temperature or with another beginning.

import { make, write } from "./dom.js";
import { Bars } from "./told_bars.js";
import { number, say, told } from "./words.js";

const LENGTH = 200; // signs that are asked for
const PAUSE = 1000; // ms between two questions that nobody asked by hand
const TYPING = 900; // ms in which an answer appears
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Writing {
  #own = null; // {text, start, epoch}: what was written for this viewer, shown instead of the frame's
  #held = false; // it was asked for by hand, and stays until one goes on
  #asking = false;
  #again = false; // what is asked changed while a question was on its way
  #asked = -Infinity; // when
  #shown = Infinity; // signs of the text that are there already
  #seed = 1;
  #run = "";
  #frame = 0;

  /** context: ask(name, params) -> promise, run() -> token */
  constructor(context) {
    this.context = context;
    this.text = make("p", { class: "written", tabindex: 0, "aria-label": say("What it writes") });
    this.note = make("span", { class: "note-of" });
    this.live = make("button", { type: "button", class: "small", text: say("Follow it again"), title: say("Show what it writes as it learns"), onclick: () => this.#follow() });
    this.heat = make("input", { type: "range", min: 0.1, max: 2, step: 0.1, value: 0.8, oninput: () => this.#warm(), "aria-label": say("Temperature") });
    this.warmth = make("output");
    this.start = make("input", { type: "text", maxlength: 100, autocomplete: "off", autocapitalize: "off", spellcheck: false, "aria-label": say("Begin with"), placeholder: say("begin with …") });
    this.go = make("button", { type: "submit", class: "small", text: say("Write") });
    this.trouble = make("p", { class: "said alert", role: "alert" });
    this.earlier = make("ol", { class: "earlier", "aria-label": say("What it wrote earlier") });
    this.bars = new Bars(say("How hard the next sign is to foretell"));
    const form = make("form", { class: "begin", onsubmit: (event) => this.#write(event) }, this.start, this.go);
    const warm = make("label", { class: "warm", title: say("Low: always the surest sign. High: it takes chances.") }, make("span", { text: say("temperature") }), this.heat, this.warmth);
    this.element = make("div", { class: "stage writing" }, this.text, make("div", { class: "noted" }, this.note, this.live), warm, form, this.trouble, this.earlier, make("p", { class: "told-head", text: say("Loss on text never seen, in nats a sign") }), this.bars.element);
    this.live.hidden = this.trouble.hidden = true;
  }

  show(figure) {
    const first = !this.figure || this.#run !== this.context.run();
    if (first && this.figure) this.#forget();
    this.#run = this.context.run();
    this.figure = figure;
    if (first && !this.#warmed) this.heat.value = figure.temperature;
    this.#bars();
    this.#past();
    this.#draw();
    if (this.#warmed && !this.#held && !this.#typing && performance.now() - this.#asked >= PAUSE) this.#ask();
  }

  get #temperature() {
    return Number(this.heat.value);
  }

  /** Is another temperature chosen than the frames are written at? */
  get #warmed() {
    return Boolean(this.figure) && Math.abs(this.#temperature - this.figure.temperature) > 0.01;
  }

  get #typing() {
    return this.#shown < (this.#own?.text.length ?? 0);
  }

  #bars() {
    const { loss, chance } = this.figure;
    this.bars.show([
      { name: "network", title: say("network"), value: loss, token: "--c1", about: say("The mean of −ln of the share it gave to the sign that came. It is e to this power signs that it wavers between.") },
      { name: "chance", title: say("letter counts"), value: chance, token: "--chance", about: say("What one is left with who knows only how common each sign is: the entropy of single signs") },
    ], (value) => number(value, 2));
    Object.assign(this.element.dataset, { loss: loss ?? "", chance });
  }

  /** All texts but the newest, oldest first. */
  #past() {
    const past = this.figure.samples.slice(0, -1);
    if (this.earlier.children.length !== past.length) this.earlier.replaceChildren(...past.map(() => make("li", {}, make("b"), make("span"))));
    past.forEach(({ epoch, text }, at) => {
      const [when, what] = this.earlier.children[at].children;
      write(when, epochs(epoch));
      write(what, text);
      what.title = text;
    });
    this.earlier.hidden = !past.length;
  }

  #draw() {
    const { samples, start } = this.figure;
    const now = samples.at(-1);
    const { text, epoch, start: head } = this.#own ?? { ...now, start };
    const tail = text.slice(0, this.#shown);
    const key = `${head}\u0000${tail}`;
    if (key !== this.drawn) this.text.replaceChildren(make("i", { text: head }), tail);
    this.drawn = key;
    const values = { epochs: epochs(epoch), temperature: number(this.#own ? this.#own.temperature : this.figure.temperature, 1) };
    write(this.note, say("{epochs}, at temperature {temperature}", values));
    write(this.warmth, number(this.#temperature, 1));
    this.live.hidden = !this.#own;
    Object.assign(this.element.dataset, { own: this.#own ? (this.#held ? "held" : "live") : "", epoch, temperature: this.#temperature });
  }

  // -- one's own

  /** Another temperature: asked at once, and again as it learns. */
  #warm() {
    if (!this.figure) return;
    this.#held = false;
    write(this.warmth, number(this.#temperature, 1));
    if (this.#warmed) this.#ask();
    else this.#forget();
  }

  #write(event) {
    event.preventDefault();
    if (!this.figure) return;
    this.#held = true;
    this.#seed = 1 + Math.floor(Math.random() * 1e6);
    this.#ask(true);
  }

  /** Back to what the frames tell, and to their temperature. */
  #follow() {
    this.heat.value = this.figure.temperature;
    this.#forget();
  }

  #forget() {
    this.#own = null;
    this.#held = this.#again = false;
    this.#shown = Infinity;
    cancelAnimationFrame(this.#frame);
    this.#say("");
    this.#draw();
  }

  /** One question at a time; what changed meanwhile is asked next. slowly: the answer appears sign by sign. */
  async #ask(slowly = false) {
    if (this.#asking) return (this.#again = slowly ? "slowly" : this.#again || true);
    this.#asking = true;
    this.#asked = performance.now();
    const run = this.#run;
    const temperature = this.#temperature;
    try {
      const found = await this.context.ask("write", { temperature, length: LENGTH, seed: this.#seed, ...(this.start.value ? { start: this.start.value } : {}) });
      if (run === this.#run && (this.#held || this.#warmed)) this.#take({ ...found, temperature }, slowly);
    } catch ({ messages = [] }) {
      this.#say(messages.map(told).join(" ") || say("That did not reach the server. Try again in a moment."));
      if (!this.#own) this.#held = false;
    } finally {
      this.#asking = false;
    }
    const again = this.#again;
    this.#again = false;
    if (again && (this.#held || this.#warmed)) this.#ask(again === "slowly");
  }

  #take(found, slowly) {
    this.#say("");
    this.#own = found;
    cancelAnimationFrame(this.#frame);
    this.#shown = Infinity;
    if (slowly && !still.matches) this.#type(performance.now());
    this.#draw();
  }

  #type(begun) {
    const { text } = this.#own;
    const step = () => {
      this.#shown = Math.ceil(((performance.now() - begun) / TYPING) * text.length);
      if (this.#shown >= text.length) this.#shown = Infinity;
      else this.#frame = requestAnimationFrame(step);
      this.#draw();
    };
    step();
  }

  #say(text) {
    write(this.trouble, text);
    this.trouble.hidden = !text;
  }

  repaint() {
    if (this.figure) this.#draw();
  }

  stop() {
    cancelAnimationFrame(this.#frame);
  }
}

const epochs = (epoch) => say("after {epoch} epochs", { epoch: number(epoch, epoch < 10 ? 1 : 0, 0) });
