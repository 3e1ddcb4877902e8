// The network's probabilities for one picture: a bar for each class, the largest strong, and thin outlines where they stood before the picture was changed.

import { make, write } from "./dom.js";
import { number, percent, say, told } from "./words.js";

export class Guesses {
  #names = "";

  /** pick(at): the bar of a class was clicked. */
  constructor(pick) {
    this.pick = pick;
    this.element = make("div", { class: "guesses", role: "group", "aria-label": say("How sure the network is of each class") });
  }

  /** answer: {classes, probabilities, said, true}; before: (classes,) or null; chosen: the class that is explained, or null. */
  show({ classes, probabilities, said, true: right }, before, chosen) {
    this.#name(classes.map(told));
    classes.forEach((name, at) => {
      const row = this.element.children[at];
      const [label, track, share] = row.children;
      const value = probabilities[at];
      label.classList.toggle("own", at === right);
      track.firstChild.style.transform = `scaleX(${Number.isFinite(value) ? value : 0})`;
      track.lastChild.hidden = !(before?.[at] > 0.005); // less cannot be seen
      if (before) track.lastChild.style.width = `${100 * before[at]}%`;
      write(share, brief(value));
      row.classList.toggle("largest", at === said);
      row.setAttribute("aria-pressed", String(at === chosen));
      const words = before ? say("{name}: {share}, before {old}", { name: told(name), share: percent(value), old: percent(before[at]) }) : `${told(name)}: ${percent(value)}`;
      row.setAttribute("aria-label", at === right ? say("{words}, the true class", { words }) : words);
    });
  }

  #name(names) {
    if (names.join("|") === this.#names) return;
    this.#names = names.join("|");
    const wide = Math.max(...names.map((name) => name.length));
    this.element.style.setProperty("--name", `${0.62 * wide + 0.8}em`);
    this.element.classList.toggle("many", names.length > 10);
    this.element.classList.toggle("named", wide > 4); // then the names lie on the bars
    this.element.replaceChildren(...names.map((name, at) => make("button", { type: "button", class: "guess", "data-class": at, title: say("Why {name}?", { name }), onclick: () => this.pick(at) },
      make("span", { class: "name", text: name }), make("span", { class: "track" }, make("i"), make("s")), make("span", { class: "share" }))));
  }
}

/** Percent without decimals but where they tell the nearly sure from the sure. */
const brief = (value) => (!Number.isFinite(value ?? NaN) ? "–" : value > 0.99 && value < 0.9995 ? `${number(value * 100, 1)} %` : `${number(value * 100)} %`);
