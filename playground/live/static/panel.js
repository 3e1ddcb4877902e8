// One place on the page: its heading or tabs, the question, what it shows behind a "?", and the picture of the view that is open.

import { Boundary } from "./boundary.js";
import { Chart } from "./charts.js";
import { Cleaned } from "./cleaned.js";
import { make, write } from "./dom.js";
import { Gradients, Weights } from "./either.js";
import { Embedding } from "./embedding.js";
import { Fit } from "./fit.js";
import { Forecast } from "./forecast.js";
import { Gates } from "./gates.js";
import { Histograms } from "./histograms.js";
import { Latent } from "./latent.js";
import { Filters } from "./kernels.js";
import { Memory } from "./memory.js";
import { Mistakes } from "./mistakes.js";
import { Sums, Walk } from "./mixing.js";
import { Network } from "./network.js";
import { Path } from "./path.js";
import { Coverage } from "./coverage.js";
import { Layered } from "./layered.js";
import { Rows } from "./rows.js";
import { Samples } from "./samples.js";
import { Confusion, Predictions } from "./scores.js";
import { Sheet } from "./sheet.js";
import { Slice } from "./slice.js";
import { Stack } from "./stack.js";
import { Strip } from "./strip.js";
import { Surface } from "./surface.js";
import { Phase } from "./phase.js";
import { Trace } from "./trace.js";
import { Tryout } from "./tryout.js";
import { Typed } from "./typed.js";
import { Unrolled } from "./unrolled.js";
import { say } from "./words.js";
import { Writing } from "./writing.js";

const RENDERERS = { network: Network, boundary: Boundary, slice: Slice, fit: Fit, surface: Surface, phase: Phase, trace: Trace, plotly: Chart,
  weights: Weights, gradients: Gradients, histograms: Histograms, memory: Memory, confusion: Confusion, predictions: Predictions,
  stack: Stack, tryout: Tryout, filters: Filters, mistakes: Mistakes, embedding: Embedding, sheet: Sheet, unrolled: Unrolled, forecast: Forecast, writing: Writing, typed: Typed, gates: Gates, path: Path, layered: Layered, coverage: Coverage, samples: Samples, latent: Latent, cleaned: Cleaned, rows: Rows, walk: Walk, sums: Sums };

export class Panel {
  #choice = null;

  /** place: main, side, side_below, tab. context: what renderers need, and opened() when another tab is chosen. */
  constructor(place, context) {
    Object.assign(this, { place, context });
    this.tabs = make("div", { class: "tabs", role: "tablist" });
    this.question = make("span", { class: "question" });
    this.extra = make("span", { class: "extra" });
    this.help = make("button", { type: "button", class: "help", "aria-expanded": "false", onclick: () => this.#explain(), text: "?" });
    this.about = make("div", { class: "about" });
    this.about.hidden = true;
    this.about.id = `about-${place}`;
    this.help.setAttribute("aria-controls", this.about.id);
    this.body = make("div", { class: "body" });
    this.head = make("div", { class: "head" }, this.tabs, this.question, this.extra, this.help);
    this.element = make("section", { class: `panel ${place}` }, this.head, this.about, this.body);
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.#explain(false));
  }

  /** The views of this place; the one that was open stays open. */
  setUp(views) {
    this.views = views;
    this.element.hidden = !views.length;
    if (!views.length) return this.#close();
    this.tabs.replaceChildren(...(views.length > 1 ? views.map((view) => this.#tab(view)) : [make("h3", { text: views[0].title })]));
    this.tabs.setAttribute("role", views.length > 1 ? "tablist" : "presentation");
    const kept = views.find(({ name }) => name === this.#choice) ?? views[0];
    this.#show(kept, true);
  }

  #tab(view) {
    const tab = make("button", { type: "button", role: "tab", "data-tab": view.name, text: view.title, onclick: () => this.#show(view) && this.context.opened() });
    tab.addEventListener("keydown", ({ key }) => {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[key];
      if (!move) return;
      const next = this.views[(this.views.indexOf(view) + move + this.views.length) % this.views.length];
      if (this.#show(next)) this.context.opened();
      this.tabs.querySelector(`[data-tab="${next.name}"]`).focus();
    });
    return tab;
  }

  /** Opens the view of this name and gives what draws it; null where this place has none. */
  choose(name) {
    const view = this.views?.find((one) => one.name === name);
    if (!view) return null;
    if (this.#show(view)) this.context.opened();
    return this.renderer;
  }

  /** Opens a view. `again`: the page's words may have changed, so its picture is made anew. True when another one is open now. */
  #show(view, again = false) {
    const other = view.name !== this.#choice || view.renderer !== this.view?.renderer;
    if (!other && !again) return false;
    this.#choice = view.name;
    this.view = view;
    for (const tab of this.tabs.querySelectorAll("[role=tab]")) {
      const on = tab.dataset.tab === view.name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    write(this.question, view.question);
    this.help.setAttribute("aria-label", say("What is this? {title}", { title: view.title }));
    this.about.replaceChildren(make("p", { text: view.about }), make("p", { text: view.effect }));
    this.#open(view);
    return other;
  }

  #open(view) {
    this.#close();
    const Renderer = RENDERERS[view.renderer];
    if (!Renderer) return;
    this.renderer = new Renderer({ ...this.context, view, title: (text) => this.#title(text) });
    this.renderer.element.dataset.view = view.name;
    this.body.append(this.renderer.element);
    if (this.renderer.log) this.extra.append(this.renderer.log);
    if (this.renderer.tools) this.extra.append(this.renderer.tools);
    if (this.place === "main") this.extra.append(this.context.undo, ...(["network", "stack", "unrolled"].includes(view.renderer) ? [signs()] : []));
    this.#choice = view.name;
  }

  /** A neuron's name stands where the title was, as long as it is shown large. */
  #title(text) {
    const heading = this.tabs.querySelector("h3");
    if (heading) write(heading, text ?? this.view.title);
    else write(this.question, text ?? this.view?.question ?? "");
    this.question.hidden = Boolean(text && heading);
  }

  /** A neuron in hand, or null; `moved`: the same one, new numbers. On a plane the picture here shows it large; a table's lies over whatever is here. */
  select(neuron, moved) {
    if (!neuron?.stripes) {
      if (this.strip) this.#title(null);
      this.strip?.stop();
      this.strip = null;
      this.renderer?.select?.(neuron, moved);
    } else if (this.renderer) {
      if (!this.strip) this.body.append((this.strip = new Strip(this.context)).element);
      this.#title(neuron.title);
      this.strip.show(neuron);
    }
  }

  #close() {
    this.strip?.stop();
    this.renderer?.stop();
    this.renderer?.element.remove();
    this.strip = this.renderer = null;
    this.extra.replaceChildren();
    this.#title(null);
  }

  #explain(open = this.about.hidden) {
    this.about.hidden = !open;
    this.help.setAttribute("aria-expanded", String(open));
  }

  /** The name of the open view, or null. */
  get open() {
    return this.renderer ? this.view.name : null;
  }

  paint(views) {
    const figure = this.renderer && views[this.view.name];
    if (figure) this.renderer.show(figure);
  }

  repaint() {
    this.strip?.repaint();
    this.renderer?.repaint();
  }

  stop() {
    this.#close();
  }
}

/** What the two colours of sign mean. */
function signs() {
  return make("span", { class: "signs" }, make("span", { text: say("negative") }), make("i", { class: "scale" }), make("span", { text: say("positive") }));
}
