// Ask it: a picture that is drawn, dropped or chosen, and what the network says to it now; then poke it, and ask why.

import { Chooser } from "./chooser.js";
import { make, write } from "./dom.js";
import { Drawing } from "./drawing.js";
import { Unfit, base64, opened } from "./dropped.js";
import { Guesses } from "./guesses.js";
import { paint, pixels } from "./pictures.js";
import { Poke, whole } from "./poke.js";
import { Why } from "./why.js";
import { number, percent, say, told } from "./words.js";

const KEPT = new WeakMap(); // what is drawn outlives a look at another tab: chosen -> {strokes, mode}
const SIDEWAYS = { ArrowLeft: -1, ArrowRight: 1 };

export class Tryout {
  #sent; // the image that was last set from here
  #answers = 0;

  /** context: chosen (of chosen.js), ask(name, params) -> promise */
  constructor(context) {
    this.context = context;
    const { chosen } = context;
    if (!KEPT.has(chosen)) KEPT.set(chosen, { strokes: [], mode: "draw", image: null });
    this.kept = KEPT.get(chosen);
    this.#sent = this.kept.image;
    this.pad = new Drawing(() => this.#drawn(), this.kept.strokes);
    this.poke = new Poke(() => this.#poked());
    this.why = new Why(context);
    this.guesses = new Guesses((at) => this.#explain(at));
    this.chooser = new Chooser((part, index) => this.#set({ part, index }));
    this.large = pixels();
    this.small = pixels(say("What the network sees"));
    this.square = make("div", { class: "square", tabindex: 0, role: "img", onkeydown: (event) => this.#key(event) }, this.large, this.why.heat, this.pad.canvas, make("span", { class: "hint", text: say("Draw here") }));
    this.modes = make("div", { class: "modes", role: "tablist", "aria-label": say("What to do with the picture") }, ...["draw", "poke", "why"].map((mode) => this.#mode(mode)));
    this.verdict = make("p", { class: "verdict" });
    this.sides = { draw: this.#drawer(), poke: this.poke.element, why: this.why.element };
    this.element = make("div", { class: "stage tryout" }, make("div", { class: "top" }, this.modes, this.verdict), make("div", { class: "look" }, this.square, this.guesses.element), ...Object.values(this.sides));
    this.element.dataset.answers = 0;
    this.#droppable();
    this.#turn(this.kept.mode);
    this.unwatch = chosen.watch((news) => this.#told(news));
    this.#told({ image: chosen.image, figure: null });
  }

  #mode(mode) {
    const text = { draw: () => say("Draw"), poke: () => say("Poke"), why: () => say("Why") }[mode]();
    const tab = make("button", { type: "button", role: "tab", "data-mode": mode, text, onclick: () => this.#turn(mode) });
    tab.addEventListener("keydown", ({ key }) => {
      const all = [...this.modes.children];
      const next = all[(all.indexOf(tab) + (SIDEWAYS[key] ?? 0) + all.length) % all.length];
      if (!SIDEWAYS[key]) return;
      this.#turn(next.dataset.mode);
      next.focus();
    });
    return tab;
  }

  #drawer() {
    const button = (text, onclick, title) => make("button", { type: "button", class: "small", text, title, onclick });
    this.undo = button(say("Undo stroke"), () => this.#back());
    this.clear = button(say("Clear"), () => this.#set(null));
    this.file = make("input", { type: "file", accept: "image/png,image/jpeg,image/webp,image/gif,image/bmp,image/avif", tabindex: -1, "aria-label": say("Picture file"), onchange: () => this.#open(this.file.files[0]) });
    const choose = button(say("Open…"), () => this.file.click(), say("A picture file of yours, or drop one here. It is made small in your browser; only those pixels are sent."));
    this.words = make("p", { class: "said", "aria-live": "polite" });
    const sees = make("figure", { class: "sees" }, this.small, make("figcaption", { text: say("what the network sees") }));
    return make("div", { class: "drawer" }, sees, make("div", { class: "beside" }, this.words, make("div", { class: "row" }, this.undo, this.clear, choose, this.file)), this.chooser.element);
  }

  #turn(mode) {
    this.kept.mode = mode;
    this.element.dataset.mode = mode;
    for (const tab of this.modes.children) {
      const on = tab.dataset.mode === mode;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    for (const [name, element] of Object.entries(this.sides)) element.hidden = name !== mode;
    this.#draw();
  }

  // -- which picture

  /** From here: another picture for all. null: the frame's own. */
  #set(image, keep = false) {
    if (!keep) {
      this.pad.clear();
      this.poke.take(null);
      this.why.class = null;
      this.trouble = this.note = "";
    }
    this.#sent = this.kept.image = image;
    this.context.chosen.set(image);
  }

  #drawn() {
    this.poke.take(null);
    this.trouble = this.note = "";
    const { rows, cols, bytes } = this.pad.bytes();
    this.#set({ pixels: base64(bytes), rows, cols, channels: 1, drawn: true }, true);
  }

  #back() {
    this.pad.undo();
    if (this.pad.empty) this.#set(null);
    else this.#drawn();
  }

  #poked() {
    this.#set(this.poke.of(this.#whole()), true);
  }

  /** The picture that is looked at, as it was before it was poked: `image` params, also of the frame's own. */
  #whole() {
    const { image } = this.context.chosen;
    const { part, index } = this.frame.picture;
    return image ? whole(image) : { part, index };
  }

  async #open(file) {
    this.file.value = "";
    if (!file || !this.frame) return;
    try {
      const { image, turned } = await opened(file, this.frame.shape[0] === 3 ? 3 : 1, this.frame.drawing);
      this.#set(image);
      this.note = turned ? say("Turned to light ink on black, as its training pictures are.") : "";
    } catch (unfit) {
      if (!(unfit instanceof Unfit)) throw unfit;
      this.trouble = unfit.message;
    }
    this.#draw();
  }

  #droppable() {
    const over = (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.element.classList.toggle("over", event.type === "dragover");
      if (event.type === "drop") {
        this.#turn("draw");
        this.#open(event.dataTransfer.files[0]);
      }
    };
    for (const name of ["dragover", "drop"]) this.element.addEventListener(name, over);
    this.element.addEventListener("dragleave", () => this.element.classList.remove("over"));
  }

  /** Arrow keys: to the next picture, or move the one that is poked. */
  #key(event) {
    const poked = this.kept.mode === "poke" && this.poke.move(event.key);
    if (!poked && !SIDEWAYS[event.key]) return;
    event.preventDefault();
    if (!poked) this.chooser.step(SIDEWAYS[event.key]);
  }

  #explain(at) {
    this.why.class = this.kept.mode === "why" && this.why.class === at ? null : at;
    this.#turn("why");
  }

  // -- what is seen

  #told({ image, figure }) {
    if (image !== this.#sent && JSON.stringify(image) !== JSON.stringify(this.#sent)) {
      this.#sent = this.kept.image = image; // chosen on another picture of the page
      this.pad.clear();
      this.poke.take(image);
      this.trouble = this.note = "";
    }
    if (!image) this.found = null;
    else if (figure) {
      this.found = figure;
      this.element.dataset.answers = ++this.#answers;
    }
    this.#draw();
  }

  show(frame) {
    this.frame = frame;
    this.#draw();
  }

  #draw() {
    if (!this.frame) return;
    const { image } = this.context.chosen;
    const shown = (image && this.found) || this.frame;
    const { picture, answer } = shown;
    const poked = this.kept.mode !== "draw";
    this.pad.canvas.classList.toggle("away", poked);
    this.square.classList.toggle("blank", !poked && !image && this.pad.empty);
    paint(this.large, picture.pixels);
    paint(this.small, picture.pixels);
    this.#verdict(answer);
    this.guesses.show(answer, image ? this.found?.before : null, this.kept.mode === "why" ? (this.why.class ?? answer.said) : null);
    this.poke.show(answer, this.found?.before);
    this.chooser.show(this.frame.parts, image ? (image.part ? image : null) : this.frame.picture);
    this.undo.disabled = this.clear.disabled = this.pad.empty;
    this.clear.disabled = !image;
    write(this.words, this.trouble || this.note || this.#origin(image, answer));
    this.words.classList.toggle("alert", Boolean(this.trouble));
    this.why.heat.classList.toggle("away", this.kept.mode !== "why");
    if (this.kept.mode === "why") this.why.show(image ?? this.#whole(), answer);
  }

  #verdict({ classes, probabilities, said }) {
    const name = told(classes[said]);
    const share = percent(probabilities[said]);
    this.element.dataset.said = said;
    this.element.dataset.probability = probabilities[said];
    const words = say("It says {name}: {share}", { name, share });
    if (this.verdict.title !== words) this.verdict.replaceChildren(make("b", { text: name }), make("span", { text: share }));
    this.verdict.title = words;
    this.square.setAttribute("aria-label", `${say("Draw here, or use the left and right arrow keys for another picture.")} ${words}`);
  }

  #origin(image, { classes, true: right }) {
    if (image && !image.part) return this.pad.empty ? say("Your picture, as large as its training pictures are.") : say("Your drawing, centred and scaled as its training pictures are.");
    const index = (image ?? this.frame.picture).index;
    const values = { number: number(index + 1), name: right === null || right === undefined ? "" : told(classes[right]) };
    return values.name ? say("Picture {number} is a {name}. Draw your own above, or drop a picture.", values) : say("Picture {number}. Draw your own above, or drop a picture.", values);
  }

  repaint() {
    this.pad.repaint();
    this.#draw();
  }

  stop() {
    this.unwatch();
    this.pad.stop();
    this.why.stop();
  }
}
