// Where the run stands within a step: its phases in a row, the present one marked, with a sentence and the real numbers. Away between steps.

import { make, write } from "./dom.js";
import { formula } from "./math.js";
import { paint, pixels } from "./pictures.js";
import { told } from "./words.js";

export class Phase {
  constructor() {
    this.names = make("ol", { class: "names" });
    this.sentence = make("p", { class: "sentence", role: "status", "aria-live": "polite" });
    this.formulas = make("div", { class: "formulas" });
    this.pictures = make("div", { class: "drawn" });
    this.element = make("div", { class: "phases" }, this.names, this.sentence, this.pictures, this.formulas);
    this.element.hidden = true;
  }

  show(figure) {
    this.element.hidden = !figure.phase;
    if (!figure.phase) return;
    const now = figure.phases.findIndex(({ name }) => name === figure.phase);
    this.names.replaceChildren(
      ...figure.phases.map(({ name, title }, at) =>
        make("li", { "data-name": name, class: at < now ? "past" : "", "aria-current": at === now ? "step" : null, text: told(title) })),
    );
    write(this.sentence, told(figure.sentence));
    this.formulas.replaceChildren(...figure.formulas.map((pieces) => formula(pieces)));
    const count = figure.pictures?.dims[0] ?? 0;
    if (this.pictures.children.length !== count) this.pictures.replaceChildren(...Array.from({ length: count }, () => pixels()));
    [...this.pictures.children].forEach((canvas, at) => paint(canvas, figure.pictures, at));
    this.pictures.hidden = !count;
  }

  repaint() {}

  stop() {}
}
