// Draw, or take a picture of the data, spoil it with noise, and see what comes back.

import { Chooser } from "./chooser.js";
import { make, write } from "./dom.js";
import { Drawing } from "./drawing.js";
import { base64 } from "./dropped.js";
import { paint, pixels } from "./pictures.js";
import { number, percent, say } from "./words.js";

const NOISE = 0.5; // the most there is
const SEED = 1; // the same noise each time, so that only its amount changes
const KEPT = new WeakMap(); // what is drawn outlives a look at another tab: chosen -> {strokes, noise}

export class Cleaned {
  /** context: chosen (of chosen.js) */
  constructor(context) {
    this.context = context;
    const { chosen } = context;
    if (!KEPT.has(chosen)) KEPT.set(chosen, { strokes: [], noise: null });
    this.kept = KEPT.get(chosen);
    this.pad = new Drawing(() => this.#drawn(), this.kept.strokes);
    this.clean = pixels();
    this.given = pixels(say("What it is given"));
    this.back = pixels(say("What comes back"));
    const square = (text, ...inside) => make("figure", { class: "framed" }, make("div", { class: "square" }, ...inside), make("figcaption", { text }));
    this.left = square(say("yours: draw here"), this.clean, this.pad.canvas);
    this.amount = make("b");
    this.slider = make("input", { type: "range", min: 0, max: NOISE, step: 0.02, value: 0, "aria-label": say("Noise"), oninput: () => this.#spoil() });
    const noise = make("label", { title: say("Random numbers are added to every pixel") }, make("span", { text: say("Noise") }), this.amount, this.slider);
    const button = (text, onclick) => make("button", { type: "button", class: "small", text, onclick });
    this.undo = button(say("Undo stroke"), () => this.#undo());
    this.clear = button(say("Clear"), () => this.#set(null));
    this.chooser = new Chooser((part, index) => this.#set({ part, index }));
    this.words = make("p", { class: "said", "aria-live": "polite" });
    const sees = make("figure", { class: "sees" }, this.given, make("figcaption", { text: say("what it is given") }));
    const beside = make("div", { class: "beside" }, make("div", { class: "amounts" }, noise), make("div", { class: "row" }, this.undo, this.clear));
    this.element = make("div", { class: "stage tryout cleaned" }, make("div", { class: "pair" }, this.left, square(say("what comes back"), this.back)), make("div", { class: "drawer" }, sees, beside, this.chooser.element), this.words);
    this.unwatch = chosen.watch((news) => this.#told(news));
  }

  // -- which picture

  /** Another picture, as it is before noise; null: the frame's own. */
  #set(image) {
    this.pad.clear();
    this.#send(image);
  }

  #drawn() {
    const { rows, cols, bytes } = this.pad.bytes();
    this.#send({ pixels: base64(bytes), rows, cols, channels: 1, drawn: true });
  }

  #undo() {
    this.pad.undo();
    if (this.pad.empty) this.#send(null);
    else this.#drawn();
  }

  #spoil() {
    this.kept.noise = Number(this.slider.value);
    this.#send(this.#whole);
  }

  /** The picture in hand without its noise, or null. */
  get #whole() {
    const { image } = this.context.chosen;
    if (!image) return null;
    const { noise, seed, ...whole } = image;
    return whole;
  }

  /** Noise is added by the server: to a picture that is named, so the frame's own gets its name. */
  #send(image) {
    const noise = this.kept.noise ?? 0;
    const named = image ?? (noise ? { part: "test", index: 0 } : null);
    this.sent = named && noise ? { ...named, noise, seed: SEED } : named;
    this.context.chosen.set(this.sent);
  }

  // -- what is seen

  #told({ image }) {
    if (image !== this.sent) {
      this.sent = image; // chosen on another picture of the page
      this.pad.clear();
      if (image && !image.noise && this.kept.noise) return this.#send(image);
    }
    this.#draw();
  }

  show(frame) {
    this.frame = frame;
    if (this.kept.noise === null) {
      this.kept.noise = Math.min(NOISE, frame.noise);
      if (this.kept.noise && !this.context.chosen.image) this.#send(null);
    }
    this.#draw();
  }

  #draw() {
    if (!this.frame) return;
    const { image, figure } = this.context.chosen;
    const { clean, given, back, off } = (image && figure) || this.frame.example;
    paint(this.clean, clean ?? given);
    paint(this.given, given);
    paint(this.back, back);
    const noise = this.kept.noise ?? 0;
    if (Number(this.slider.value) !== noise) this.slider.value = noise;
    write(this.amount, number(noise, 2));
    this.undo.disabled = this.pad.empty;
    this.clear.disabled = !image;
    this.chooser.show(this.frame.parts, image ? (image.part ? image : null) : this.frame.example);
    write(this.words, this.#said(off));
    Object.assign(this.element.dataset, { given: off[0].toFixed(3), back: off[1].toFixed(3) });
  }

  #said([given, back]) {
    if (!(given > 0.001)) return say("What comes back is {back} off a pixel (root mean square; 100 % is from black to white).", { back: percent(back) });
    return back < given
      ? say("Noise put it {given} off a pixel (root mean square); what comes back is {back} off: cleaner.", { given: percent(given), back: percent(back) })
      : say("Noise put it {given} off a pixel (root mean square); what comes back is {back} off: not cleaner.", { given: percent(given), back: percent(back) });
  }

  repaint() {
    this.pad.repaint();
    this.#draw();
  }

  stop() {
    this.unwatch();
    this.pad.stop();
  }
}
