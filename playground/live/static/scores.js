// How right the answers are: a table of true against answered classes with its scores, and the scatter of a regression with its errors.

import { Behind } from "./behind.js";
import { Chart } from "./charts.js";
import { make, write } from "./dom.js";
import { faded } from "./theme.js";
import { figure as short, number, percent, say, told } from "./words.js";

const PARTS = ["test", "train"]; // in the order of the figure's parts
const MANY = 5; // more classes than these have narrow columns
let groups = 0; // radio buttons of one table belong together

export class Confusion {
  #shape = "";

  /** context: ask and chosen, where cells open the pictures behind them */
  constructor(context) {
    this.behind = new Behind(context);
    this.group = `part-${++groups}`;
    this.part = 0;
    this.parts = make("div", { class: "legend parts", role: "radiogroup", "aria-label": say("Which examples") });
    this.table = make("table", { class: "matrix" });
    this.words = make("p", { class: "say" });
    this.element = make("div", { class: "stage scores" }, this.parts, this.table, this.words, this.behind.element);
  }

  show(figure) {
    this.figure = figure;
    this.#set(figure);
    const part = figure.parts[this.part];
    this.table.hidden = !part.counts;
    write(this.words, part.counts ? [said(part), figure.note && told(figure.note)].filter(Boolean).join(" ") : told(figure.none));
    if (part.counts) this.#fill(part, figure.classes.length);
  }

  /** The table's frame, made anew only for other classes or words. */
  #set({ classes, parts, pictures }) {
    const names = classes.map(told);
    const shape = [...names, ...parts.map(({ title }) => told(title)), Boolean(pictures)].join("|");
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.parts.replaceChildren(...parts.map(({ title }, at) => {
      const box = make("input", { type: "radio", name: this.group, checked: at === this.part, onchange: () => { this.part = at; this.repaint(); } });
      return make("label", { class: "toggle" }, box, make("span", { text: told(title) }));
    }));
    const score = (text, about) => make("th", { scope: "col", class: "score", text, title: about });
    const brief = briefly(names);
    const head = (name, at) => make("th", { scope: "col", text: brief[at], title: name });
    const top = [
      make("th", { class: "corner", text: say("true \\ answered") }), ...names.map(head),
      score(say("recall"), say("Of those that are of the class: how many it found")), score("F1", say("Precision and recall joined: 1 only if both are")),
    ];
    const cells = (count, kind) => Array.from({ length: count }, () => make("td", { class: kind }));
    const rows = names.map((name, at) => make("tr", {}, make("th", { scope: "row", text: brief[at], title: name }), ...(pictures ? names.map((_, said) => this.#opener(at, said)) : cells(names.length, "count")), ...cells(2, "score")));
    const last = make("tr", {}, make("th", { scope: "row", class: "score", text: say("precision"), title: say("Of those answered so: how many are of the class") }), ...cells(names.length, "score"), ...cells(2, "score"));
    this.table.replaceChildren(make("thead", {}, make("tr", {}, ...top)), make("tbody", {}, ...rows, last));
    this.table.classList.toggle("dense", names.length > MANY);
  }

  /** A cell that opens the pictures it counts. */
  #opener(row, said) {
    const open = ({ currentTarget }) => this.behind.open({ part: this.figure.parts[this.part].name ?? PARTS[this.part], true: row, said }, this.figure.classes.map(told), currentTarget);
    return make("td", { class: "count" }, make("button", { type: "button", class: "cell", onclick: open }));
  }

  #name(button, count, row, said) {
    const [own, answered] = [row, said].map((at) => told(this.figure.classes[at]));
    const name = say("true {true}, answered {said}: {count}", { true: own, said: answered, count: number(count) });
    if (button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
    button.disabled = !count;
  }

  #fill({ counts, recall, precision, f1 }, classes) {
    const [...rows] = this.table.tBodies[0].rows;
    for (let row = 0; row < classes; row++) {
      const { cells } = rows[row];
      const of = counts.array.slice(row * classes, (row + 1) * classes).reduce((sum, count) => sum + count, 0);
      for (let column = 0; column < classes; column++) {
        const count = counts.array[row * classes + column];
        const cell = cells[column + 1];
        const button = cell.firstElementChild;
        write(button ?? cell, number(count));
        if (button) this.#name(button, count, row, column);
        cell.style.background = count ? faded(row === column ? "--test" : "--alert", 0.12 + (0.5 * count) / of) : "";
      }
      write(cells[classes + 1], share(recall[row]));
      write(cells[classes + 2], share(f1[row]));
      write(rows[classes].cells[row + 1], share(precision[row]));
    }
  }

  repaint() {
    if (this.figure) this.show(this.figure);
  }

  stop() {
    this.behind.stop();
  }
}

const said = ({ accuracy, macro_f1: macro }) => say("Accuracy {accuracy}. Macro F1, the mean over the classes: {macro}.", { accuracy: percent(accuracy), macro: share(macro) });

/** In narrow columns names go without the word that all of them begin with: "class 0", "class 1" are 0 and 1. */
function briefly(names) {
  const [word] = names[0].split(/(?<=\s)|(?=\d)/);
  return names.length > MANY && names.every((name) => name.startsWith(word) && name.length > word.length) ? names.map((name) => name.slice(word.length)) : names;
}

const share = (value) => (Number.isFinite(value ?? NaN) ? number(value, 2) : "–");

export class Predictions {
  constructor(context) {
    this.chart = new Chart(context);
    this.list = make("dl", { class: "errors" });
    this.none = make("p", { class: "say" });
    this.element = make("div", { class: "stage scores" }, this.chart.element, this.list, this.none);
  }

  show(figure) {
    this.chart.show(figure);
    write(this.none, figure.scores.length ? "" : told(figure.none));
    this.none.hidden = figure.scores.length > 0;
    if (this.list.children.length !== figure.scores.length) this.list.replaceChildren(...figure.scores.map(() => make("div", {}, make("dt"), make("dd"))));
    figure.scores.forEach(({ title, value, to, about }, at) => {
      const [name, number] = this.list.children[at].children;
      write(name, told(title));
      write(number, to === undefined ? short(value) : say("{low} to {high}", { low: short(value), high: short(to) }));
      this.list.children[at].title = told(about);
    });
  }

  repaint() {
    this.chart.repaint();
  }

  stop() {
    this.chart.stop();
  }
}
