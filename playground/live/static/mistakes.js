// The surest wrong answers, as pictures: what each is, what the network said, and how sure it was.

import { make, write } from "./dom.js";
import { Tiles, same } from "./pictures.js";
import { number, percent, say, told } from "./words.js";

export class Mistakes {
  /** context: chosen (of chosen.js) */
  constructor({ chosen }) {
    this.chosen = chosen;
    this.words = make("p", { class: "count" });
    this.tiles = new Tiles(({ at }) => chosen.set({ part: this.figure.part, index: this.figure.index[at] }));
    this.element = make("div", { class: "stage sheet mistakes" }, this.words, this.tiles.element);
    this.unwatch = chosen.watch(() => this.repaint());
  }

  show(figure) {
    this.figure = figure;
    this.repaint();
  }

  repaint() {
    const { figure } = this;
    if (!figure) return;
    const { pictures, part, index, classes, wrong, of, epoch } = figure;
    this.long = classes.some((name) => told(name).length > 2);
    this.element.classList.toggle("long", this.long);
    const tiles = Array.from(index, (_, at) => ({ pictures, at, ...this.#words(at) }));
    this.tiles.show(tiles, ({ at }) => same(this.chosen.image, part, index[at]));
    const values = { wrong: number(wrong), of: number(of), epoch: number(epoch, 1, 0), shown: number(tiles.length) };
    if (!wrong) write(this.words, of ? say("No mistakes on the test part.") : say("There is no test part: nothing to be wrong about."));
    else if (tiles.length < wrong) write(this.words, say("{wrong} of {of} wrong, as of epoch {epoch}. The {shown} it was surest of:", values));
    else write(this.words, say("{wrong} of {of} wrong, as of epoch {epoch}.", values));
    this.element.dataset.wrong = classes.length ? wrong : "";
  }

  #words(at) {
    const { true: own, said, sure, right, classes, index } = this.figure;
    const values = { true: told(classes[own[at]]), said: told(classes[said[at]]), sure: percent(sure[at]), right: percent(right[at]), number: index[at] + 1 };
    const [most, least] = [sure[at], right[at]].map((share) => `${number(share * 100)} %`);
    return {
      lines: this.long ? [values.true, say("said {said}", values), `${most} · ${least}`] : [say("{true} said {said}", values), most, `${values.true}: ${least}`],
      label: say("Picture {number} is a {true}; it said {said}, {sure} sure. For {true} it gave {right}.", values),
    };
  }

  stop() {
    this.unwatch();
  }
}
