// One question at a time: while it is under way only the newest other one waits, so that a pointer never runs ahead of the answers.

export class Asking {
  #busy = false;
  #next = null;

  /** ask(name, params) -> promise; heard(answer, params): it came. A question that is refused or cut off is dropped: the next frame asks again. */
  constructor(ask, heard) {
    Object.assign(this, { ask, heard });
  }

  async put(name, params) {
    this.#next = { name, params };
    if (this.#busy) return;
    this.#busy = true;
    while (this.#next) {
      const now = this.#next;
      this.#next = null;
      const answer = await this.ask(now.name, now.params).catch(() => null);
      if (answer) this.heard(answer, now.params);
    }
    this.#busy = false;
  }
}
