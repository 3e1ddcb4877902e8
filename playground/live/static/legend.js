// The line below a map: whose colour is whose, what is shown, and how many points are wrong.

import { make, toggle, write } from "./dom.js";
import { classToken } from "./plane.js";
import { figure as short, number, say, told } from "./words.js";

let groups = 0; // radio buttons of one legend belong together

export class Legend {
  #names = "";

  /** changed(): something was ticked, or a class or value chosen. */
  constructor(changed) {
    this.group = `classes-${++groups}`;
    this.changed = changed;
    this.classes = make("span", { class: "classes" });
    this.low = make("span");
    this.high = make("span");
    this.values = make("span", { class: "signs" }, this.low, make("i", { class: "scale" }), this.high);
    this.tests = toggle(say("test points"), true, changed, say("Shows the points that test the network, ringed: it never learns from them"));
    this.hard = toggle(say("discretize"), false, changed, say("Shows only what is answered, not how sure"));
    this.wrong = toggle(say("misclassified"), false, changed, say("Rings the points that the network gets wrong now, and counts them"));
    this.unsure = toggle(say("uncertainty"), false, changed, say("Hatches where the answer is less than 60 percentage points ahead of the next: with two classes, less than 80 % sure"));
    this.toggles = make("span", { class: "toggles" }, this.tests.label, this.hard.label, this.wrong.label, this.unsure.label);
    this.counts = make("span", { class: "counts" });
    this.element = make("div", { class: "legend" }, this.classes, this.values, this.toggles, this.counts);
  }

  get look() {
    const { tests, hard, wrong, unsure } = this;
    return { tests: tests.box.checked, hard: hard.box.checked, wrong: wrong.box.checked, unsure: unsure.box.checked };
  }

  /** The class chosen for new points. */
  get chosen() {
    return Number(this.classes.querySelector("input:checked")?.value ?? 0);
  }

  choose(at) {
    const box = this.classes.querySelector(`input[value="${at}"]`);
    if (box) box.checked = true;
  }

  /** figure: as `Plane` draws it; train: its training points. */
  show(figure, train) {
    const valued = figure.task === "regression";
    this.#name(figure.classes.map(told));
    this.classes.hidden = valued;
    this.values.hidden = !valued;
    for (const one of [this.wrong, this.unsure]) one.label.hidden = valued;
    if (valued) {
      write(this.low, short(figure.ends[0]));
      write(this.high, short(figure.ends[2]));
    }
    const counted = this.look.wrong && train.wrong ? this.#counted(train, figure.test) : "";
    write(this.counts, counted);
    this.counts.hidden = !counted;
  }

  #counted(train, test) {
    const values = (part) => ({ wrong: wrongs(part), of: number(part.wrongs === undefined ? part.y.length : part.of) });
    const text = say("{wrong} of {of} training points wrong", values(train));
    return test.wrong ? `${text} · ${say("{wrong} of {of} test points", values(test))}` : text;
  }

  #name(names) {
    if (names.join("|") === this.#names) return;
    this.#names = names.join("|");
    const chosen = this.chosen;
    this.classes.replaceChildren(
      make("span", { class: "add", text: say("add") }),
      ...names.map((text, at) => make(
        "label", {}, make("input", { type: "radio", name: this.group, value: at, checked: at === chosen, "aria-label": say("Add points of {name}", { name: text }), onchange: this.changed }),
        make("i", { class: "dot", style: `background:var(${classToken(at)})` }), text,
      )),
    );
  }
}

/** How many points of a part are wrong: of all of them, as far as that is told, of the drawn ones otherwise. */
export const wrongs = ({ wrong, wrongs: all }) => all ?? (wrong ? wrong.reduce((sum, one) => sum + one, 0) : 0);
