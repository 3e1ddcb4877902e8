// The viewer's own picture: which one it is, and what the network makes of it now. One for all pictures of the page.

import { told } from "./words.js";

export class Chosen {
  #watchers = new Set();
  #asking = false;
  #turn = 0; // of the run: answers of another one are late

  /** on: ask(name, params) -> promise, and refused(sentence) */
  constructor(on) {
    this.on = on;
    this.image = null; // `image` params, or null: the frame's own picture
    this.figure = null; // the answer to `maps`, or null until there is one
  }

  /** Look at another picture; null goes back to the frame's own. */
  set(image) {
    this.image = image;
    this.figure = null;
    this.#tell();
    this.refresh();
  }

  /** hear({image, figure}): at each change, and at once where there is something to tell. Gives a function that ends it. */
  watch(hear) {
    this.#watchers.add(hear);
    if (this.figure) hear({ image: this.image, figure: this.figure });
    return () => this.#watchers.delete(hear);
  }

  /** Another run: what was answered was said by another network. Its first frame asks anew. */
  forget() {
    this.#turn++;
    this.figure = null;
    if (this.image) this.#tell();
  }

  /** Ask again, as the network has learned since. One question at a time; what was chosen meanwhile is asked next. */
  async refresh() {
    if (!this.image || this.#asking) return;
    const { image } = this;
    const turn = this.#turn;
    this.#asking = true;
    try {
      const figure = await this.on.ask("maps", { image });
      if (turn === this.#turn && this.image && (image === this.image || grown(image, this.image))) {
        this.figure = figure;
        this.#tell();
      }
    } catch (refused) {
      this.#refused(image, turn, refused);
    } finally {
      this.#asking = false;
    }
    if (this.image && this.image !== image) this.refresh();
  }

  /** A picture that this run has not is given up, and so is one that is no picture; a connection that broke is not their fault. */
  #refused(image, turn, { messages = [] }) {
    if (turn !== this.#turn || image !== this.image || !messages.length) return;
    this.on.refused(messages.map(told).join(" "));
    this.set(null);
  }

  #tell() {
    const { image, figure } = this;
    for (const hear of this.#watchers) hear({ image, figure });
  }
}

/** Is the second picture the first one, drawn or moved further? Then the answer to the first is better than none. */
const grown = (one, other) => (one.pixels ? Boolean(other.pixels && one.drawn === other.drawn) : one.part === other.part && one.index === other.index);
