// Where the run stands within a step: its phases in a row, the present one marked, with a sentence and the real numbers. Away between steps.

import { make, write } from "./dom.js";
import { formula } from "./math.js";
import { paint, pixels } from "./pictures.js";
import { number, say, told } from "./words.js";

export class Phase {
  constructor() {
    this.names = make("ol", { class: "names" });
    this.sentence = make("p", { class: "sentence", role: "status", "aria-live": "polite" });
    this.formulas = make("div", { class: "formulas" });
    this.pictures = make("div", { class: "drawn" });
    this.time = make("div", { class: "time" });
    this.element = make("div", { class: "phases" }, this.names, this.sentence, this.pictures, this.formulas, this.time);
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
    this.#time(figure.time);
  }

  /** Where it stands in time, where there is one: which step, and the equations of the first layer's first unit there, each with its result. */
  #time(time) {
    this.time.hidden = !time;
    if (!time) return;
    const { place: at, of, cell } = time;
    const place = make("b", { text: say("step {step} of {count}", { step: number(Math.max(0, at)), count: number(of) }) });
    const lines = (cell?.lines ?? []).map(({ label, formula: pieces }) => {
      const line = formula(brief(pieces));
      line.title = told(label);
      return line;
    });
    this.time.replaceChildren(place, ...(cell ? [make("span", { class: "whose", text: told(cell.title) })] : []), ...lines);
  }

  repaint() {}

  stop() {}
}

/** An equation without the numbers between its symbols and its result. */
function brief(pieces) {
  const signs = pieces.flatMap((piece, at) => (at > 1 && typeof piece === "string" && piece.startsWith(" = ") ? [at] : []));
  return signs.length ? [...pieces.slice(0, signs[0]), " = ", pieces.at(-1)] : pieces;
}
