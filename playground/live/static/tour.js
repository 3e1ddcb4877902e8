// A walk round the page: what each part shows, in the page's own words, one at a time.

import { make, write } from "./dom.js";
import { say } from "./words.js";

const GAP = 12;
const CARD = 340;

export class Tour {
  #at = -1;

  /** stops() -> [{element, title, texts}]: what there is to see now, in order. */
  constructor(stops) {
    this.stops = stops;
    this.button = make("button", { type: "button", class: "tour-button", onclick: () => this.open() });
    this.title = make("h4");
    this.title.id = "tour-title";
    this.texts = make("div");
    this.count = make("span", { class: "count" });
    this.back = make("button", { type: "button", onclick: () => this.#go(this.#at - 1) });
    this.next = make("button", { type: "button", class: "go", onclick: () => this.#go(this.#at + 1) });
    this.close = make("button", { type: "button", onclick: () => this.end() });
    this.card = make("div", { class: "card", role: "dialog", "aria-labelledby": "tour-title" }, this.title, this.texts, make("div", { class: "row" }, this.count, this.close, this.back, this.next));
    this.light = make("div", { class: "light" });
    this.element = make("div", { class: "tour" }, this.light, this.card);
    this.element.hidden = true;
    this.element.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.end();
      if (key === "ArrowRight" || key === "ArrowLeft") this.#go(this.#at + (key === "ArrowRight" ? 1 : -1));
    });
    this.onmove = () => this.#place();
  }

  setUp() {
    write(this.button, say("Tour"));
    this.button.title = say("What everything on this page is, one thing at a time");
    write(this.back, say("Back"));
    write(this.close, say("Close"));
    if (!this.element.hidden) this.#go(this.#at);
  }

  open() {
    this.element.hidden = false;
    addEventListener("resize", this.onmove);
    addEventListener("scroll", this.onmove, true);
    this.#go(0);
  }

  end() {
    if (this.element.hidden) return;
    this.element.hidden = true;
    removeEventListener("resize", this.onmove);
    removeEventListener("scroll", this.onmove, true);
    this.button.focus();
  }

  #go(at) {
    const stops = this.stops();
    if (at >= stops.length) return this.end();
    this.#at = Math.max(0, at);
    this.stop = stops[this.#at];
    write(this.title, this.stop.title);
    this.texts.replaceChildren(...this.stop.texts.filter(Boolean).map((text) => make("p", { text })));
    write(this.count, say("{place} of {count}", { place: this.#at + 1, count: stops.length }));
    write(this.next, this.#at === stops.length - 1 ? say("Done") : say("Next"));
    this.back.disabled = this.#at === 0;
    this.stop.element.scrollIntoView({ block: "nearest" });
    this.#place();
    this.next.focus({ preventScroll: true });
  }

  /** The light falls on the part that is meant; the card stands where there is room: beside, below or above it, else at the screen's foot. */
  #place() {
    if (this.element.hidden || !this.stop) return;
    const box = this.stop.element.getBoundingClientRect();
    const [top, left] = [Math.max(0, box.top), Math.max(0, box.left)];
    const [bottom, right] = [Math.min(innerHeight, box.bottom), Math.min(innerWidth, box.right)];
    Object.assign(this.light.style, { top: `${top}px`, left: `${left}px`, width: `${Math.max(0, right - left)}px`, height: `${Math.max(0, bottom - top)}px` });
    const width = Math.min(CARD, innerWidth - 2 * GAP);
    this.card.style.width = `${width}px`;
    const height = this.card.offsetHeight;
    const beside = right + GAP + width <= innerWidth ? right + GAP : left - GAP - width >= 0 ? left - GAP - width : null;
    const below = bottom + GAP + height <= innerHeight ? bottom + GAP : top - GAP - height >= 0 ? top - GAP - height : null;
    const x = below === null && beside !== null ? beside : Math.max(GAP, Math.min(innerWidth - width - GAP, left));
    const y = below ?? Math.max(GAP, Math.min(innerHeight - height - GAP, beside === null ? innerHeight : top));
    Object.assign(this.card.style, { left: `${x}px`, top: `${y}px` });
  }

  stopAll() {
    removeEventListener("resize", this.onmove);
    removeEventListener("scroll", this.onmove, true);
  }
}
