// The component: put together once, told new page data as often as Streamlit likes, taken down at the end.

import { Channel } from "./channel.js";
import { Chosen } from "./chosen.js";
import { make, write } from "./dom.js";
import { decode } from "./packets.js";
import { Panel } from "./panel.js";
import { share } from "./share.js";
import { adopt } from "./theme.js";
import { Tour } from "./tour.js";
import { Transport } from "./transport.js";
import { say, speak, told } from "./words.js";

const PLACES = ["step", "main", "tab", "side", "side_below"];
const WORKERLESS = new Set(["queued", "lost", "failed", "parked"]); // only the engine knows of these, no frame does
const PATIENCE = 3000; // ms after which charts are made even where no picture has come
let plotly = null; // one promise for the whole tab: 4.8 MB are loaded once

/** Files of the front: those at hand, as texts by name; the others from our route. */
function resources(base, files) {
  const text = async (name) => {
    if (files[name]) return files[name];
    const answer = await fetch(`${base}/assets/${name}`);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.text();
  };
  const script = (name) =>
    new Promise((resolve, reject) => {
      const src = files[name] ? URL.createObjectURL(new Blob([files[name]], { type: "text/javascript" })) : `${base}/assets/${name}`;
      document.head.append(make("script", { src, onload: resolve, onerror: () => reject(new Error(name)) }));
    });
  const charts = () => {
    if (window.Plotly) return Promise.resolve(window.Plotly);
    plotly ??= script("plotly.min.js").then(() => window.Plotly);
    plotly.catch(() => (plotly = null));
    return plotly;
  };
  if (!window.Plotly && !files["plotly.min.js"]) document.head.append(make("link", { rel: "preload", as: "script", href: `${base}/assets/plotly.min.js` }));
  return { text, charts };
}

class Live {
  #frame = null; // the latest one not yet painted
  #asked = 0;
  #frames = 0;
  #told = null; // the run the page named last: only a change of it moves us
  #run = null;
  #see = null;
  #seen = new Promise((resolve) => (this.#see = resolve)); // something is: Plotly takes the browser a second to read, and no picture need wait for it but its own

  constructor(host, context, files) {
    Object.assign(this, { host, context, files });
    this.undo = make("button", { type: "button", class: "undo", onclick: () => this.#act("undo", {}) });
    this.undo.hidden = true;
    this.chosen = new Chosen({ ask: (name, params) => this.channel.ask(name, params), refused: (sentence) => this.transport.announce(sentence) });
    const shared = {
      chosen: this.chosen,
      undo: this.undo,
      plotly: () => this.#seen.then(files.charts),
      run: () => this.#run ?? "",
      ask: (name, params) => this.channel.ask(name, params),
      act: (name, params) => this.#act(name, params),
      status: () => this.status,
      pick: (part, index) => this.panels.tab.choose("trace")?.pick(part, index),
      select: (neuron, moved) => this.panels.side.select(neuron, moved),
      opened: () => this.#watch(),
      before: () => (this.page.before?.run === this.dismissed ? null : this.page.before),
      go: (run) => this.#go(run),
      dismiss: () => this.#dismiss(),
      percents: () => new Set((this.page.metrics ?? []).filter((metric) => metric.percent).map((metric) => metric.name)),
    };
    this.transport = new Transport({ command: (...order) => this.#command(...order), reset: () => this.#reset(), ask: (name) => this.channel.ask(name), share: () => share(this.page.base ?? "", this.page.share ?? "") });
    this.panels = Object.fromEntries(PLACES.map((place) => [place, new Panel(place, shared)]));
    this.notice = make("p", { class: "notice", role: "alert" });
    const { step, main, tab, side, side_below: below } = this.panels;
    this.left = make("div", { class: "left" }, step.element, main.element, tab.element);
    this.right = make("div", { class: "right" }, side.element, below.element);
    this.tour = new Tour(() => this.#sights());
    this.transport.share.before(this.tour.button);
    this.root = make("div", { class: "live-view", "data-testid": "live-view" }, this.transport.element, this.notice, make("div", { class: "pictures" }, this.left, this.right), this.tour.element);
    for (const name of ["runState", "epoch", "step", "phase", "loss"]) this.root.dataset[name] = "";
    this.root.dataset.frames = "0";
    host.append(this.root);
    this.onvisible = () => document.hidden || this.#schedule();
    this.onresize = () => this.#room();
    document.addEventListener("visibilitychange", this.onvisible);
    addEventListener("resize", this.onresize);
    document.addEventListener("keydown", (this.onkey = (event) => this.#key(event)));
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", (this.ontheme = () => this.#theme()));
    setTimeout(this.#see, PATIENCE);
  }

  /** New page data, or a new theme. */
  update(page, words) {
    const before = this.page;
    this.page = page;
    this.#theme();
    const told = JSON.stringify([page.language, page.views, page.metrics, page.speeds, page.epochs, Object.keys(words).length]);
    if (told !== this.shown) {
      this.shown = told;
      speak(page.language, words);
      this.root.lang = page.language === "zh_Hans" ? "zh-Hans" : "en";
      for (const place of PLACES) this.panels[place].setUp((page.views ?? []).filter((view) => view.place === place));
      this.transport.setUp(page);
      write(this.undo, say("Undo"));
      this.undo.title = say("Take back the last change that was made by hand (Ctrl+Z)");
      this.tour.setUp();
      if (this.status) this.#show(this.status);
      if (this.last) this.#paint(this.last);
    }
    if (page.notice !== before?.notice) this.#notify(page.notice ?? "");
    if (JSON.stringify(page.before) !== JSON.stringify(before?.before)) this.panels.side_below.repaint();
    this.#room();
    this.#connect();
    if (page.run !== this.#told) {
      this.#told = page.run;
      if (page.run !== this.#run) this.#follow(page.run);
    }
    this.#watch();
    this.receive(page);
  }

  /** The polling way's packets; the same delivery given twice is read once. */
  receive(page) {
    if (page.sequence !== undefined && page.sequence !== null) this.channel?.deliver(page.sequence, page.packets);
  }

  #connect() {
    this.channel ??= new Channel({
      base: this.page.base ?? "",
      transport: this.context.polled ? "poll" : "push",
      trigger: (outbox) => this.context.setTriggerValue("outbox", outbox),
      on: {
        frame: (frame) => this.#take(frame),
        status: (status) => this.#show((this.said = status)),
        refusal: (messages) => this.#notify(messages.map(told).join(" ")),
        connection: (state) => this.transport.connection(state),
        transport: (name) => this.#way(name),
      },
    });
  }

  /** What the tour goes round: the buttons, each picture that is open, the form. */
  #sights() {
    const pictures = PLACES.map((place) => this.panels[place]).filter(({ open, element }) => open && element.offsetParent);
    const form = document.querySelector("[data-testid=stSidebar]");
    return [
      { element: this.transport.element, title: say("Train, Pause, Step"), texts: [say("Press Train, and a real training begins. Pause holds it, Step takes it one piece further, Reset makes a fresh one with the same settings."), say("The numbers below are those of this run, at this moment.")] },
      ...pictures.map(({ element, view }) => ({ element, title: view.title, texts: [view.question, view.about, view.effect] })),
      ...(form?.getBoundingClientRect().width > 40 ? [{ element: form, title: say("Your settings"), texts: [say("Data, network and training. Point at a question mark to read what a setting is and what it does."), say("Some settings apply at once while it trains; the others say that they start a fresh run.")] }] : []),
    ];
  }

  #way(name) {
    this.root.dataset.transport = name;
    if (name === "poll" || this.way === "poll") this.context.setStateValue("transport", name);
    this.way = name;
  }

  /** Another run: its first frame replaces what is shown. */
  #follow(run) {
    this.#run = run;
    this.#frame = null;
    this.last = null;
    this.status = this.said = null;
    this.chosen.forget();
    if (run) this.#notify(this.page.notice ?? "");
  }

  #watch() {
    const open = PLACES.map((place) => this.panels[place].open).filter(Boolean);
    if (this.channel && this.#run) this.channel.watch(this.#run, open);
  }

  #take(frame) {
    this.#frame = frame;
    this.#schedule();
  }

  #schedule() {
    if (!this.#frame || this.#asked || document.hidden) return;
    this.#asked = requestAnimationFrame(() => {
      this.#asked = 0;
      const frame = this.#frame;
      if (!frame || document.hidden) return;
      this.#frame = null;
      const begun = performance.now();
      try {
        this.#show(this.#newest(frame.status));
        this.#paint(frame);
        this.chosen.refresh();
      } finally {
        this.root.dataset.frames = ++this.#frames;
        requestAnimationFrame(() => setTimeout(this.#see));
        this.root.dataset.paintMs = (performance.now() - begun).toFixed(1);
        this.channel.ack(); // also when a picture could not be drawn: the next one may be
      }
    });
  }

  /** A frame may be older than the status that was told after it: then what was told stands. */
  #newest(status) {
    const { said } = this;
    if (!said) return status;
    if (status.step < said.step) return said;
    const { state, reason, queue } = status.step === said.step || WORKERLESS.has(said.state) ? said : status;
    return { ...status, state, reason, queue };
  }

  #paint(frame) {
    this.last = frame;
    for (const place of PLACES) this.panels[place].paint(frame.views ?? {});
  }

  #show(status) {
    this.status = status;
    this.transport.show(status);
    this.undo.hidden = !(status.undo > 0);
    const loss = status.metrics?.[this.page.metrics?.[0]?.name];
    const known = { runState: status.state, epoch: status.epoch, step: status.step, phase: status.phase, loss: Number.isFinite(loss ?? NaN) ? loss : "" };
    for (const [name, value] of Object.entries(known)) this.root.dataset[name] = value ?? "";
  }

  async #command(name, params) {
    try {
      await this.channel.command(name, params);
    } catch (refused) {
      this.#refused(refused);
    }
  }

  /** A change of the run, by hand on a picture: its answer, or null where it was refused, which is then said. */
  async #act(name, params) {
    try {
      return await this.channel.action(name, params);
    } catch (refused) {
      this.#refused(refused);
      return null;
    }
  }

  /** Ctrl+Z or Cmd+Z takes the last change by hand back, unless one is typing: then it is the text's own. */
  #key(event) {
    const { target } = event;
    const ours = this.root.contains(target) || target === document.body;
    const typing = target.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])");
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || !ours || typing || !(this.status?.undo > 0)) return;
    event.preventDefault();
    this.#act("undo", {});
  }

  /** To the run before; the page hears its token, and fills the form with its experiment. */
  #go(run) {
    this.#follow(run);
    this.#watch();
    this.context.setTriggerValue("go", run);
  }

  /** The run before is not shown any more. */
  #dismiss() {
    this.dismissed = this.page.before?.run;
    this.panels.side_below.repaint();
  }

  /** A fresh run of the same experiment; the page hears its token. */
  async #reset() {
    try {
      const { run } = await this.channel.command("reset");
      if (!run) return;
      this.#follow(run);
      this.#watch();
      this.context.setStateValue("run", run);
    } catch (refused) {
      this.#refused(refused);
    }
  }

  #refused({ messages = [] }) {
    this.transport.announce(messages.length ? messages.map(told).join(" ") : say("That did not reach the server. Try again in a moment."));
  }

  #notify(text) {
    write(this.notice, text);
    this.notice.hidden = !text;
  }

  #theme() {
    if (adopt(this.root)) for (const place of PLACES) this.panels[place].repaint();
  }

  /** The height that is left below the page's header, so that everything fits without scrolling. */
  #room() {
    let above = this.root.getBoundingClientRect().top;
    for (let at = this.root.parentElement; at; at = at.parentElement) above += at.scrollTop;
    const header = document.querySelector("[data-testid=stHeader]"); // Streamlit's, which lies over what scrolls
    this.root.style.setProperty("--stick", `${header?.getBoundingClientRect().bottom ?? 0}px`);
    this.root.style.setProperty("--room", `${Math.max(560, Math.min(1100, innerHeight - above - 6))}px`);
  }

  stop() {
    this.channel?.close();
    cancelAnimationFrame(this.#asked);
    document.removeEventListener("visibilitychange", this.onvisible);
    document.removeEventListener("keydown", this.onkey);
    removeEventListener("resize", this.onresize);
    this.dark.removeEventListener("change", this.ontheme);
    this.tour.stopAll();
    for (const place of PLACES) this.panels[place].stop();
    this.root.remove();
  }
}

/** The words of a language; English needs none. Without them English stands. */
async function wordsOf(language, files, known) {
  if (language === "en") return {};
  known[language] ??= files.text(`words-${language}.json`).then(JSON.parse);
  return known[language].catch(() => {
    delete known[language];
    return {};
  });
}

/** Our style sheet in the page, once. */
async function dressed(files) {
  const text = (await Promise.all(["style.css", "steps.css", "tryout.css", "conv.css", "unrolled.css", "gates.css", "told.css", "gan.css", "autoencoder.css"].map(files.text))).join("\n");
  document.querySelector("style[data-live]")?.remove();
  document.head.append(make("style", { "data-live": "", text }));
}

/**
 * Called by the bootstrap at each change of data or theme; the newest call wins.
 * context: {data, parentElement, setStateValue, setTriggerValue, base, files, polled}; data: the page data, as an object or as packed bytes.
 */
export async function mount(context) {
  const host = context.parentElement;
  const page = context.data instanceof Uint8Array ? decode(context.data) : context.data;
  if (!page) return;
  const state = (host.liveState ??= { known: {}, turn: 0 });
  if (state.live) {
    Object.assign(state.live.context, context);
    state.live.receive(page); // packets are read even when a newer call overtakes this one
  }
  const turn = ++state.turn;
  state.files ??= resources(context.base, context.files);
  state.style ??= dressed(state.files);
  const [words] = await Promise.all([wordsOf(page.language, state.files, state.known), state.style]);
  if (turn !== state.turn || state.gone) return;
  state.live ??= new Live(host, context, state.files);
  state.live.update(page, words);
}

export function unmount(host) {
  const state = host.liveState;
  if (!state) return;
  state.gone = true;
  state.live?.stop();
  delete host.liveState;
}
