// The pictures behind one cell of the confusion matrix, laid over it.

import { make, write } from "./dom.js";
import { Tiles, same } from "./pictures.js";
import { number, percent, say, told } from "./words.js";

export class Behind {
  #turn = 0;

  /** context: chosen (of chosen.js), ask(name, params) -> promise */
  constructor(context) {
    this.context = context;
    this.title = make("b");
    this.away = make("button", { type: "button", class: "small", "aria-label": say("Close"), title: say("Close"), text: "✕", onclick: () => this.close() });
    this.words = make("p", { class: "say" });
    this.tiles = new Tiles(({ index }) => context.chosen.set({ part: this.cell.part, index }));
    this.element = make("div", { class: "behind", role: "dialog", "aria-label": say("The pictures of one cell") }, make("div", { class: "bar" }, this.title, this.away), this.tiles.element, this.words);
    this.element.hidden = true;
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // the panel's own Escape is for another time
      this.close();
    });
    this.unwatch = context.chosen?.watch(() => this.#draw());
  }

  /** cell: {part, true, said}; names: of the classes; from: the button that was pressed. */
  async open(cell, names, from) {
    Object.assign(this, { cell, from, found: null });
    const turn = ++this.#turn;
    const values = { true: names[cell.true], said: names[cell.said] };
    write(this.title, cell.true === cell.said ? say("{true}, found", values) : say("{true}, taken for {said}", values));
    write(this.words, "");
    this.tiles.show([]);
    this.element.hidden = false;
    this.away.focus();
    try {
      const found = await this.context.ask("behind", cell);
      if (turn === this.#turn) this.found = found;
    } catch (refused) {
      if (turn === this.#turn) write(this.words, refused.messages?.length ? refused.messages.map(told).join(" ") : say("That did not reach the server. Try again in a moment."));
    }
    this.#draw();
  }

  #draw() {
    if (!this.found || this.element.hidden) return;
    const { pictures, index, sure, count } = this.found;
    const tiles = Array.from(index, (one, at) => ({
      pictures, at, index: one, lines: [`${number(sure[at] * 100)} %`], label: say("Picture {number}, {sure} sure", { number: one + 1, sure: percent(sure[at]) }),
    }));
    this.tiles.show(tiles, (tile) => same(this.context.chosen.image, this.cell.part, tile.index));
    if (!tiles.length) write(this.words, say("No picture is there any more: the network answers otherwise by now."));
    else write(this.words, tiles.length < count
      ? say("{shown} of {count}, the surest first. Click one to look at it.", { shown: tiles.length, count: number(count) })
      : say("The number is how sure it was. Click one to look at it."));
  }

  close() {
    this.#turn++;
    this.element.hidden = true;
    this.from?.focus();
  }

  stop() {
    this.unwatch?.();
  }
}
