// A small box to type one weight or bias into, at the place it belongs to.

import { make, write } from "./dom.js";
import { say } from "./words.js";

const NUDGE = 0.1; // one press of an arrow key; with Shift ten times as much

export class WeightBox {
  #typed = false; // a person's own text stands: new numbers do not replace it
  #target = null;
  #nudged = false;

  /** on: value(target) -> number, title(target) -> text, apply(target, value), step(target, by) -> the next target or null, closed(byKey) */
  constructor(on) {
    this.on = on;
    this.title = make("span", { class: "what" });
    this.input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "data-testid": "weight" });
    this.hint = make("span", { class: "hint" });
    this.element = make("div", { class: "weight-box", role: "dialog" }, this.title, this.input, this.hint);
    this.element.hidden = true;
    this.input.addEventListener("input", () => this.#write());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("keyup", ({ key }) => (key === "ArrowUp" || key === "ArrowDown") && this.#settled());
    this.element.addEventListener("focusout", ({ relatedTarget }) => this.element.contains(relatedTarget) || this.close(false));
  }

  get target() {
    return this.#target;
  }

  /** Open at a pixel of the picture; `width`, `height` are the picture's. */
  open(target, [x, y], { width, height }) {
    this.#target = target;
    this.#typed = this.#nudged = false;
    this.element.hidden = false;
    const title = this.on.title(target);
    write(this.title, title);
    for (const element of [this.element, this.input]) element.setAttribute("aria-label", title);
    write(this.hint, say("Enter sets it · ↑ ↓ nudge · Tab next"));
    const [half, tall] = [this.element.offsetWidth / 2, this.element.offsetHeight];
    this.element.style.left = `${Math.max(half, Math.min(width - half, x))}px`;
    this.element.style.top = `${y + tall + 10 > height ? Math.max(0, y - tall - 10) : y + 10}px`;
    this.refresh();
    this.input.focus({ preventScroll: true });
    this.input.select();
  }

  /** The number as it is now, as long as nobody types. */
  refresh() {
    if (!this.#target || this.#typed) return;
    const value = this.on.value(this.#target);
    if (value === undefined) return this.close(false);
    const text = String(Number(value.toPrecision(4)));
    if (text === this.input.value) return;
    const whole = this.input.selectionEnd - this.input.selectionStart === this.input.value.length;
    this.input.value = text;
    if (whole && document.activeElement === this.input) this.input.select();
  }

  close(byKey) {
    if (!this.#target) return;
    this.#target = null;
    this.element.hidden = true;
    this.on.closed(byKey);
  }

  #write() {
    this.#typed = true;
    this.input.removeAttribute("aria-invalid");
  }

  /** The number that stands there; null where there is none, which is said. */
  #read() {
    const text = this.input.value.trim().replace(",", ".").replace("−", "-");
    const value = text ? Number(text) : NaN;
    if (Number.isFinite(value)) return value;
    this.input.setAttribute("aria-invalid", "true");
    write(this.hint, say("Give a number, such as 0.5 or -2"));
    return null;
  }

  #apply() {
    const value = this.#read();
    if (value === null) return;
    this.#typed = this.#nudged = false;
    this.input.select();
    this.on.apply(this.#target, value);
  }

  #settled() {
    if (this.#nudged) this.#apply(); // once a press, however long it lasted
  }

  #nudge(by) {
    const value = this.#read();
    if (value === null) return;
    this.input.value = String(Number((value + by).toPrecision(6)));
    this.#typed = this.#nudged = true;
  }

  #key(event) {
    const { key, shiftKey } = event;
    event.stopPropagation(); // no picture's and no panel's keys while one types
    if (key === "Enter") this.#apply();
    else if (key === "Escape") this.close(true);
    else if (key === "ArrowUp" || key === "ArrowDown") this.#nudge((key === "ArrowUp" ? 1 : -1) * NUDGE * (shiftKey ? 10 : 1));
    else if (key !== "Tab" || !this.on.step(this.#target, shiftKey ? -1 : 1)) return;
    event.preventDefault();
  }
}
