// Two pictures of the same thing in one place: a tick changes from the usual one to the histograms.

import { Bands } from "./bands.js";
import { Chart } from "./charts.js";
import { make, toggle } from "./dom.js";
import { Histograms } from "./histograms.js";
import { say } from "./words.js";

class Either {
  constructor(context, Usual) {
    this.make = (on) => (on ? new Histograms(context) : new Usual(context));
    this.choice = toggle(say("histogram"), false, () => this.#change(), say("How many have which value, over time"));
    this.tools = make("span", { class: "tools" }, this.choice.label);
    this.element = make("div", { class: "either" });
    this.#change();
  }

  #change() {
    this.shown?.stop();
    this.shown = this.make(this.choice.box.checked);
    this.element.replaceChildren(this.shown.element);
    if (this.figure) this.show(this.figure);
  }

  show(figure) {
    this.figure = figure;
    this.tools.hidden = !figure.histogram;
    this.shown.show(this.choice.box.checked ? figure.histogram : figure);
  }

  repaint() {
    this.shown.repaint();
  }

  stop() {
    this.shown.stop();
  }
}

export class Weights extends Either {
  constructor(context) {
    super(context, Bands);
  }
}

export class Gradients extends Either {
  constructor(context) {
    super(context, Chart);
  }
}
