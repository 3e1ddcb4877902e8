// Which pixels speak for an answer: four ways to ask, drawn as a veil over the picture that the network sees.

import { make, write } from "./dom.js";
import { fill, pixels, veil } from "./pictures.js";
import { ON_BLACK } from "./theme.js";
import { figure as short, say, told } from "./words.js";

const AGAIN = 1000; // ms after which the same question is asked anew while it trains
const MAGNITUDE = "#ffea46"; // a size without a sign: the bright end of cividis

/** The ways, in the order they are offered; those behind More last. */
const METHODS = [
  { name: "gradcam", title: () => say("Grad-CAM"), about: (values) => say("Green: places where the last convolution finds what speaks for {class}. Coarse, as its maps are.", values) },
  { name: "occlusion", title: () => say("Occlusion"), about: (values) => say("A black patch covers each place in turn. Green: without it, the score for {class} falls; purple: it rises.", values) },
  { name: "saliency", more: true, title: () => say("Saliency"), about: (values) => say("How much the answer for {class} would move if a pixel changed a little, whichever way.", values) },
  { name: "integrated", more: true, title: () => say("Integrated gradients"), about: (values) => say("The way from a black picture to this one, added up. Green pixels speak for {class}, purple ones against it.", values) },
];

export class Why {
  #asking = false;
  #asked = "";
  #answered = 0;

  /** context: ask(name, params) -> promise */
  constructor(context) {
    this.context = context;
    this.method = METHODS[0];
    this.class = null; // null: what it says
    this.heat = pixels();
    this.heat.classList.add("heat");
    const button = (method) => make("button", { type: "button", class: "small", "data-method": method.name, text: method.title(), onclick: () => this.#choose(method) });
    this.buttons = METHODS.map(button);
    this.more = make("button", { type: "button", class: "small more", "aria-expanded": "false", text: say("More"), onclick: () => this.#open() });
    this.low = make("span");
    this.high = make("span");
    this.scale = make("i", { class: "range" });
    this.legend = make("div", { class: "signs" }, this.low, this.scale, this.high);
    this.words = make("p", { class: "said", "aria-live": "polite" });
    this.element = make("div", { class: "why" }, make("div", { class: "row", role: "group", "aria-label": say("Ways to ask why") }, ...this.buttons, this.more), this.legend, this.words);
    this.#mark(false);
  }

  #open() {
    this.#mark(this.more.getAttribute("aria-expanded") !== "true");
    this.buttons.find((button, at) => METHODS[at].more && !button.hidden)?.focus();
  }

  #mark(open) {
    this.more.setAttribute("aria-expanded", String(open));
    this.more.hidden = open;
    this.buttons.forEach((button, at) => {
      button.hidden = Boolean(METHODS[at].more) && !open;
      button.setAttribute("aria-pressed", String(METHODS[at] === this.method));
    });
  }

  #choose(method) {
    this.method = method;
    this.#mark(this.more.hidden);
    this.refresh();
  }

  /** Look at another picture or class, or at the same one again as the network has changed. image: the params of one. */
  show(image, answer) {
    Object.assign(this, { image, answer });
    this.refresh();
  }

  refresh() {
    if (!this.image) return;
    this.#ask(JSON.stringify({ image: this.image, method: this.method.name, class: this.class }));
    this.#describe();
  }

  /** One question at a time; what was chosen meanwhile is asked next. */
  async #ask(wanted) {
    const other = wanted !== this.#asked;
    this.#asked = wanted;
    if (other) this.#draw(null); // what was drawn is of another picture, way or class
    if (this.#asking || (!other && performance.now() - this.#answered < AGAIN)) return;
    this.#asking = true;
    try {
      const found = await this.context.ask("why", JSON.parse(wanted));
      if (this.#asked === wanted) this.#draw(found);
    } catch (refused) {
      if (this.#asked === wanted && refused.messages?.length) this.#draw({ refused: refused.messages.map(told).join(" ") });
    } finally {
      this.#asking = false;
      this.#answered = performance.now();
    }
    if (this.#asked && this.#asked !== wanted) this.#ask(this.#asked);
  }

  #draw(found) {
    this.found = found;
    this.heat.hidden = !found?.map;
    this.element.dataset.shown = found?.map ? this.method.name : "";
    if (found?.map) {
      const { array, dims: [rows, cols] } = found.map;
      const colours = found.signed ? veil(ON_BLACK.neg, ON_BLACK.pos) : veil("#000000", this.method.name === "gradcam" ? ON_BLACK.pos : MAGNITUDE);
      fill(this.heat, rows, cols, (at) => colours[array[at]]);
    }
    this.#describe();
  }

  #describe() {
    const { found, answer } = this;
    this.legend.hidden = !found?.map;
    if (found?.map) {
      this.scale.className = `range ${found.signed ? "signed" : this.method.name === "gradcam" ? "for" : "size"}`;
      write(this.low, found.signed ? short(-found.range) : "0");
      write(this.high, short(found.range));
    }
    const at = this.class ?? found?.class ?? answer?.said;
    const nothing = found?.map && found.map.array.every((shade) => shade === 128);
    if (nothing) write(this.words, say("Nothing is found this way: the map is 0 everywhere. Try another way to ask, or another class."));
    else write(this.words, found?.refused ?? (answer ? this.method.about({ class: told(answer.classes[at]) }) : ""));
  }

  stop() {
    this.#asked = "";
    this.image = null;
  }
}
