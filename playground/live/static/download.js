// What a run gives to take along: its history as a table, its weights. Asked of the run itself, so it is of that run and of now.

import { make, write } from "./dom.js";
import { say, told } from "./words.js";

function keep({ name, media, data }) {
  const link = make("a", { href: URL.createObjectURL(new Blob([data], { type: media })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export class Download {
  /** ask(name) -> promise of an answer with a file; announce(sentence) for what goes wrong. */
  constructor(ask, announce) {
    this.ask = ask;
    this.announce = announce;
    this.button = make("button", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.#open(this.menu.hidden) });
    this.items = ["history", "weights"].map((what) => make("button", { type: "button", role: "menuitem", onclick: () => this.#take(what) }));
    this.menu = make("div", { role: "menu", class: "menu" }, ...this.items);
    this.menu.hidden = true;
    this.element = make("div", { class: "download" }, this.button, this.menu);
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusout", ({ relatedTarget }) => this.element.contains(relatedTarget) || this.#open(false));
  }

  /** In the words of the page. */
  setUp() {
    write(this.button, say("Download"));
    write(this.items[0], say("History (CSV)"));
    write(this.items[1], say("Weights (safetensors)"));
  }

  #open(yes) {
    this.menu.hidden = !yes;
    this.button.setAttribute("aria-expanded", String(yes));
    if (yes) this.items[0].focus();
  }

  #key(event) {
    const at = this.items.indexOf(document.activeElement);
    if (event.key === "Escape" && !this.menu.hidden) {
      this.#open(false);
      this.button.focus();
    } else if (at >= 0 && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      this.items[(at + 1) % this.items.length].focus(); // of two, the other one
    } else return;
    event.preventDefault();
  }

  async #take(what) {
    this.#open(false);
    this.button.focus();
    try {
      const { file } = await this.ask(what);
      keep(file);
    } catch (error) {
      this.announce(error.messages?.length ? error.messages.map(told).join(" ") : say("That did not work. Try again in a moment."));
    }
  }
}
