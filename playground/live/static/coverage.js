// What a generator finds and leaves out: a bar for each clump or class, how far real and made up lie apart, and what that means.

import { make, write } from "./dom.js";
import { number, percent, say, told } from "./words.js";

export class Coverage {
  constructor() {
    this.bars = make("div", { class: "bars", role: "list" });
    this.found = make("b");
    this.largest = make("b");
    this.js = make("b");
    this.kl = make("b");
    this.frechet = make("b");
    this.floor = make("b");
    const fact = (title, value, help) => make("div", { class: "fact", title: help }, make("span", { text: title }), value);
    const found = say("A clump is found where it has at least a quarter of its fair share");
    this.of = {
      clumps: [fact(say("clumps found"), this.found, found), fact(say("largest share"), this.largest, say("The share of all made-up points that are of the fullest clump"))],
      points: [fact(say("Jensen-Shannon"), this.js, say("0: alike; 0.69: nothing in common. Over a grid of 30 by 30 places")), fact(say("Kullback-Leibler"), this.kl, say("Of the real from the made up: large where real points are that are never made up"))],
      classes: [fact(say("Fréchet distance"), this.frechet, say("Of 1,000 made-up pictures from held-out real ones, in the features of a small classifier: 0 is alike")), fact(say("real pictures"), this.floor, say("What real training pictures reach: nobody can be expected to do better"))],
    };
    this.facts = make("div", { class: "facts" }, ...Object.values(this.of).flat());
    for (const fact of this.facts.children) fact.hidden = true; // until it is known what is told
    this.sentence = make("p", { class: "say long", role: "status" });
    this.element = make("div", { class: "stage coverage" }, this.facts, this.bars, this.sentence);
  }

  show(figure) {
    const { shares, found } = figure;
    const count = shares?.length ?? 0;
    const shown = figure.names ? ["classes"] : count ? ["clumps", "points"] : ["points"];
    for (const [name, facts] of Object.entries(this.of)) for (const fact of facts) fact.hidden = !shown.includes(name);
    this.facts.dataset.count = 2 * shown.length;
    this.bars.hidden = !count;
    if (count) {
      const of = Array.from(found).reduce((sum, one) => sum + one, 0);
      write(this.found, say("{count} of {of}", { count: of, of: count }));
      write(this.largest, percent(Math.max(...shares)));
      this.#fill(shares, found, figure.names?.map(told));
      this.element.dataset.found = of;
    }
    write(this.js, number(figure.js, 2));
    write(this.kl, number(figure.kl, 2));
    write(this.frechet, number(figure.frechet, 1));
    write(this.floor, number(figure.floor, 1));
    write(this.sentence, told(figure.say));
    this.element.dataset.clumps = count;
    this.element.dataset.js = figure.js ?? "";
    this.element.dataset.frechet = figure.frechet ?? "";
  }

  /** names: of the classes; clumps have numbers. */
  #fill(shares, found, names) {
    if (this.bars.children.length !== shares.length) {
      this.bars.replaceChildren(...Array.from(shares, () => make("div", { class: "bar", role: "listitem" }, make("i"), make("i", { class: "fair" }), make("span"))));
    }
    const fair = 1 / shares.length;
    const top = Math.max(2 * fair, ...shares);
    [...this.bars.children].forEach((bar, at) => {
      const [own, even, name] = bar.children;
      own.style.height = `${(100 * shares[at]) / top}%`;
      own.className = found[at] ? "found" : "missing";
      even.style.bottom = `${(100 * fair) / top}%`;
      write(name, names?.[at] ?? number(at + 1));
      bar.setAttribute("aria-label", names ? `${names[at]}: ${percent(shares[at])}` : say("clump {number}: {share}", { number: at + 1, share: percent(shares[at]) }));
      bar.title = bar.getAttribute("aria-label");
    });
  }

  repaint() {}

  stop() {}
}
