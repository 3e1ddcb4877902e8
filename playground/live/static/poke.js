// What can be done to a picture to see whether the answer holds: moved, with noise, with a small step against it (FGSM).

import { make, write } from "./dom.js";
import { number, percent, say, told } from "./words.js";

const FAR = 8; // pixels a picture may be moved
const NOISE = 0.5;
const STEP = 0.3;
const SEED = 1; // the same noise each time, so that only its amount changes
const STILL = { shift: [0, 0], noise: 0, fgsm: 0 };
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The picture of an `image` as it was before it was poked. */
export function whole({ shift, noise, seed, fgsm, ...image }) {
  return image;
}

export class Poke {
  /** changed(): another amount was chosen. */
  constructor(changed) {
    this.changed = changed;
    this.amount = STILL;
    const arrow = (key, text, label) => make("button", { type: "button", class: `arrow ${key}`, "aria-label": label, title: label, text, onclick: () => this.move(key) });
    this.moved = make("span", { class: "moved" });
    const pad = make("div", { class: "arrows", role: "group", "aria-label": say("Move the picture") },
      arrow("ArrowUp", "↑", say("Move up")), arrow("ArrowLeft", "←", say("Move left")), this.moved, arrow("ArrowRight", "→", say("Move right")), arrow("ArrowDown", "↓", say("Move down")));
    this.noise = this.#slider(say("Noise"), "noise", NOISE, 0.02, say("Random numbers are added to every pixel"));
    this.fgsm = this.#slider(say("Small step against it"), "fgsm", STEP, 0.01, say("Every pixel moves by this much in the direction that raises the loss most: the fast gradient sign method (FGSM). Hardly seen, often enough to fool it."));
    this.reset = make("button", { type: "button", class: "small", text: say("As it was"), onclick: () => this.#set(STILL) });
    this.words = make("p", { class: "said", "aria-live": "polite" });
    this.element = make("div", { class: "poke" }, pad, make("div", { class: "amounts" }, this.noise.label, this.fgsm.label), make("div", { class: "row" }, this.words, this.reset));
  }

  #slider(text, name, most, step, about) {
    const value = make("b");
    const input = make("input", { type: "range", min: 0, max: most, step, value: 0, "aria-label": text, oninput: () => this.#set({ ...this.amount, [name]: Number(input.value) }) });
    return { input, value, label: make("label", { title: about }, make("span", { text }), value, input) };
  }

  /** One pixel by an arrow key; true when it was one. */
  move(key) {
    if (!MOVES[key]) return false;
    const shift = this.amount.shift.map((from, axis) => Math.max(-FAR, Math.min(FAR, from + MOVES[key][axis])));
    this.#set({ ...this.amount, shift });
    return true;
  }

  #set(amount) {
    this.amount = amount;
    this.changed();
  }

  get still() {
    const { shift, noise, fgsm } = this.amount;
    return !shift[0] && !shift[1] && !noise && !fgsm;
  }

  /** A picture, poked as it stands here. */
  of(image) {
    const { shift, noise, fgsm } = this.amount;
    return { ...image, ...(shift[0] || shift[1] ? { shift } : {}), ...(noise ? { noise, seed: SEED } : {}), ...(fgsm ? { fgsm } : {}) };
  }

  /** The amounts that an `image` has, or none. */
  take(image) {
    this.amount = { shift: image?.shift ?? STILL.shift, noise: image?.noise ?? 0, fgsm: image?.fgsm ?? 0 };
  }

  /** answer: as the network gives it now; before: its probabilities for the picture as it was, or null. */
  show(answer, before) {
    const { shift, noise, fgsm } = this.amount;
    for (const [slider, value] of [[this.noise, noise], [this.fgsm, fgsm]]) {
      if (Number(slider.input.value) !== value) slider.input.value = value;
      write(slider.value, number(value, 2));
    }
    write(this.moved, shift[0] || shift[1] ? shift.map((pixels) => number(pixels)).join(", ") : "0");
    this.moved.title = say("Pixels to the right and down");
    this.reset.disabled = this.still;
    write(this.words, this.#said(answer, before));
  }

  #said(answer, before) {
    this.element.classList.remove("flipped");
    if (this.still) return say("Move the picture, or spoil it a little: does the answer hold?");
    if (!before) return "";
    const { classes, probabilities, said } = answer;
    const was = before.indexOf(Math.max(...before));
    const values = { what: this.#what(), was: told(classes[was]), now: told(classes[said]), before: percent(before[was]), share: percent(probabilities[said]) };
    this.element.classList.toggle("flipped", was !== said);
    return was === said ? say("{what}: still {now}, {share} instead of {before}.", values) : say("{what}: {was} became {now}.", values);
  }

  #what() {
    const { shift: [right, down], noise, fgsm } = this.amount;
    const ways = [[right, right > 0 ? say("to the right") : say("to the left")], [down, down > 0 ? say("down") : say("up")]];
    const [first, second] = ways.map(([pixels, way]) => ({ count: Math.abs(pixels), way })).filter(({ count }) => count);
    const parts = [];
    if (first) parts.push(first.count === 1 ? say("Moved 1 pixel {way}", first) : say("Moved {count} pixels {way}", first));
    if (second) parts[0] = say("{moved}, {count} {way}", { moved: parts[0], ...second });
    if (noise) parts.push(say("Noise {amount}", { amount: number(noise, 2) }));
    if (fgsm) parts.push(say("A step of {amount} against it", { amount: number(fgsm, 2) }));
    return parts.join(" · ");
  }
}
