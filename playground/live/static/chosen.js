// What the viewer chose to look at instead of the frame's own example, and what the network makes of it now. One for all pictures of the page.

import { told } from "./words.js";

/** How an example is asked about: the ask, and the key under which its params take it. Pictures of a convolutional network are asked for their maps, sequences for their way through time. */
export const MAPS = { ask: "maps", key: "image" };
export const WAY = { ask: "way", key: "example" };

export class Chosen {
  #watchers = new Set();
  #asking = false;
  #turn = 0; // of the run: answers of another one are late
  #value = null; // the example's params, or null: the frame's own
  #way = MAPS;

  /** on: ask(name, params) -> promise, and refused(sentence) */
  constructor(on) {
    this.on = on;
    this.figure = null; // the answer, or null until there is one
  }

  /** `image` params of the viewer's picture, or null. */
  get image() {
    return this.#way === MAPS ? this.#value : null;
  }

  /** `example` params of the viewer's sequence, {part, index} or {typed}, or null. */
  get example() {
    return this.#way === WAY ? this.#value : null;
  }

  /** Look at another one; null goes back to the frame's own. */
  set(value, way = this.#way) {
    this.#value = value;
    this.#way = way;
    this.figure = null;
    this.#tell();
    this.refresh();
  }

  /** hear({image, example, figure}): at each change, and at once where there is something to tell. Gives a function that ends it. */
  watch(hear) {
    this.#watchers.add(hear);
    if (this.figure) hear(this.#news());
    return () => this.#watchers.delete(hear);
  }

  /** Another run: what was answered was said by another network. Its first frame asks anew. */
  forget() {
    this.#turn++;
    this.figure = null;
    if (this.#value) this.#tell();
  }

  /** Ask again, as the network has learned since. One question at a time; what was chosen meanwhile is asked next. */
  async refresh() {
    if (!this.#value || this.#asking) return;
    const value = this.#value;
    const { ask, key } = this.#way;
    const turn = this.#turn;
    this.#asking = true;
    try {
      const figure = await this.on.ask(ask, { [key]: value });
      if (turn === this.#turn && this.#value && (value === this.#value || grown(value, this.#value))) {
        this.figure = figure;
        this.#tell();
      }
    } catch (refused) {
      this.#refused(value, turn, refused);
    } finally {
      this.#asking = false;
    }
    if (this.#value && this.#value !== value) this.refresh();
  }

  /** An example that this run has not is given up, and so is one that cannot be read; a connection that broke is not their fault. */
  #refused(value, turn, { messages = [] }) {
    if (turn !== this.#turn || value !== this.#value || !messages.length) return;
    this.on.refused(messages.map(told).join(" "));
    this.set(null);
  }

  #news() {
    return { image: this.image, example: this.example, figure: this.figure };
  }

  #tell() {
    for (const hear of this.#watchers) hear(this.#news());
  }
}

/** Is the second one the first, drawn or moved further? Then the answer to the first is better than none. */
const grown = (one, other) => (one.pixels ? Boolean(other.pixels && one.drawn === other.drawn) : one.part !== undefined && one.part === other.part && one.index === other.index);
