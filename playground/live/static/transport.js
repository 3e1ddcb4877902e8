// The row on top: Train, Pause, Step, Stop, Reset, speed, device, Share, and the numbers that matter.

import { make, write } from "./dom.js";
import { Download } from "./download.js";
import { figure, number, ordinal, percent, say, told } from "./words.js";

const ICONS = { Train: "M3 1.5v11l9-5.5z", Pause: "M3 2h3v10H3zM8 2h3v10H8z" };
const NS = "http://www.w3.org/2000/svg";

function icon(path) {
  const svg = document.createElementNS(NS, "svg");
  for (const [name, value] of [["viewBox", "0 0 14 14"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
  svg.append(document.createElementNS(NS, "path"));
  svg.firstChild.setAttribute("d", path);
  return svg;
}

/** What the state means, in a sentence. */
function sentence(status, epochs) {
  const reason = status.reason ? told(status.reason) : "";
  if (status.queue) return say("The server is full. You are {place} in line.", { place: ordinal(status.queue) });
  switch (status.state) {
    case "ready": return say("Untrained. Press Train.");
    case "running": return say("It is learning.");
    case "paused": return say("Paused. Train goes on from here.");
    case "stopped": return say("Stopped.");
    case "finished": return say("Finished after {epochs} epochs. Reset starts again.", { epochs: status.epoch ?? epochs });
    case "queued": return say("One moment: it is being set up.");
    case "lost": return reason || say("Its worker ended unexpectedly. Train goes on from the last checkpoint.");
    case "parked": return say("Asleep, and safely kept. Train wakes it up.");
    case "diverged": return reason || say("The numbers grew without bound. Reset, and try a smaller learning rate.");
    case "failed": return reason || say("The training failed. Reset starts again.");
    default: return "";
  }
}

const TRAINABLE = new Set(["ready", "paused", "stopped", "lost", "parked"]);
const alerts = ({ state, queue }) => ["diverged", "failed", "lost"].includes(state) || Boolean(queue);

/** "CPU" for "cpu": what a device is called. */
export function deviceTitle(name) {
  const titles = { auto: say("automatic"), cpu: "CPU", cuda: "GPU (CUDA)", mps: "GPU (Apple)" };
  return titles[name] ?? String(name ?? "");
}

export class Transport {
  #speeds = "";
  #devices = "";
  #metrics = "";
  #chosen = "auto";

  /** on: command(name, params), reset(), ask(name) -> answer, share() -> sentence */
  constructor(on) {
    this.on = on;
    const button = (press) => make("button", { type: "button", onclick: press });
    this.train = button(() => on.command(this.pausing ? "pause" : "train"));
    this.train.classList.add("go");
    this.step = button(() => on.command("step", { unit: this.unit.value }));
    this.unit = make("select", { onchange: () => this.#hint() });
    const split = make("span", { class: "split" }, this.step, make("span", { class: "pick" }, this.unit));
    this.stop = button(() => on.command("stop"));
    this.reset = button(() => on.reset());
    this.share = button(async () => this.announce(await on.share()));
    this.share.classList.add("share");
    this.download = new Download(on.ask, (text) => this.announce(text));
    this.speed = make("select", { onchange: () => on.command("speed", { name: this.speed.value }) });
    this.device = make("select", { onchange: () => on.command("device", { name: (this.#chosen = this.device.value) }) });
    this.speedLabel = make("label", { class: "pick" }, make("span"), this.speed);
    this.deviceLabel = make("label", { class: "pick" }, make("span"), this.device);
    this.stats = make("div", { class: "stats" });
    this.state = make("p", { class: "state", role: "status", "aria-live": "polite" });
    this.note = make("p", { class: "note", role: "status", "aria-live": "polite" });
    this.element = make(
      "div", { class: "transport" },
      make("div", { class: "buttons" }, this.train, split, this.stop, this.reset, this.speedLabel, this.deviceLabel, this.note, this.download.element, this.share),
      make("div", { class: "figures" }, this.stats, this.state),
    );
  }

  /** Words, speeds and metrics of the page. Called again when they change. */
  setUp(page) {
    this.page = page;
    write(this.step, say("Step"));
    this.unit.setAttribute("aria-label", say("Step unit"));
    this.#units();
    write(this.stop, say("Stop"));
    write(this.reset, say("Reset"));
    this.reset.title = say("A fresh run of the same experiment, from its first weights");
    this.download.setUp();
    write(this.share, say("Share"));
    this.share.title = say("Copy a link to this experiment");
    write(this.speedLabel.firstChild, say("Speed"));
    write(this.deviceLabel.firstChild, say("Device"));
    this.#fill(this.speed, page.speeds ?? []);
    this.#numbers(page);
    this.button();
  }

  /** What Step takes: kept as long as the page is open. */
  #units() {
    const chosen = this.unit.value || "batch";
    const units = { phase: say("phase"), batch: say("mini-batch"), epoch: say("epoch") };
    this.unit.replaceChildren(...Object.entries(units).map(([value, text]) => make("option", { value, text })));
    this.unit.value = chosen;
    this.#hint();
  }

  #hint() {
    const hints = {
      phase: say("Take one phase of a step, and see its numbers: sample, forward, loss, backward, update"),
      batch: say("Take one step: a single mini-batch"),
      epoch: say("Go on to the end of the epoch, at the speed that is chosen"),
    };
    this.step.title = this.unit.title = hints[this.unit.value];
  }

  #fill(select, choices) {
    const chosen = select.value;
    select.replaceChildren(...choices.map(({ name, title }) => make("option", { value: name, text: title })));
    if (chosen && choices.some(({ name }) => name === chosen)) select.value = chosen;
  }

  /** The places for numbers: made once, written in place. Training scores but the first are left to the curves. */
  #numbers(page) {
    const metrics = (page.metrics ?? []).filter((metric, at) => at === 0 || !metric.name.startsWith("train_"));
    const wanted = [{ name: "epoch", title: say("Epoch") }, ...metrics, { name: "speed", title: say("Speed") }];
    const told = JSON.stringify(wanted);
    if (told === this.#metrics) return;
    this.#metrics = told;
    this.metrics = metrics;
    this.places = {};
    this.stats.replaceChildren(
      ...wanted.map(({ name, title }) => {
        const value = make("b", { text: "–" });
        const unit = make("small");
        this.places[name] = { value, unit };
        return make("div", { class: "stat", "data-stat": name }, make("span", { text: title }), make("div", {}, value, unit));
      }),
    );
  }

  /** Train or Pause: one button, its name is what it does. */
  button(state = this.status?.state) {
    this.pausing = state === "running";
    const text = this.pausing ? say("Pause") : say("Train");
    if (this.train.textContent !== text) this.train.replaceChildren(icon(this.pausing ? ICONS.Pause : ICONS.Train), text);
    this.train.disabled = !this.pausing && !TRAINABLE.has(state);
    this.step.disabled = !TRAINABLE.has(state) && !this.pausing;
    this.stop.disabled = !(this.pausing || state === "paused");
    this.reset.disabled = !state;
  }

  /** A run's status, numbers updated in place. */
  show(status) {
    this.status = status;
    this.button();
    const whole = status.state === "running" && status.epoch >= 1; // parts of an epoch only where one can read them
    write(this.places.epoch.value, number(whole ? Math.floor(status.epoch) : (status.epoch ?? NaN), 2, 0));
    for (const { name, percent: share } of this.metrics) {
      const value = status.metrics?.[name];
      write(this.places[name].value, share ? percent(value) : figure(value));
    }
    this.#pace(status);
    const devices = (status.devices ?? []).join();
    if (devices !== this.#devices) {
      this.#devices = devices;
      this.#fill(this.device, (status.devices ?? []).map((name) => ({ name, title: deviceTitle(name) })));
      this.device.value = this.#chosen;
      this.deviceLabel.hidden = !(status.devices ?? []).some((name) => name !== "auto" && name !== "cpu"); // where there is one device, there is nothing to choose
    }
    if (status.speed && document.activeElement !== this.speed) this.speed.value = status.speed;
    if (!this.away) this.tell(sentence(status, this.page.epochs), alerts(status));
  }

  /** Epochs a second; steps where an epoch takes longer than a second. And on what. */
  #pace(status) {
    const { value, unit } = this.places.speed;
    const slow = status.steps_per_second > 0 && !(status.epochs_per_second >= 1);
    const pace = (slow ? status.steps_per_second : status.epochs_per_second) ?? 0;
    write(value, number(pace, pace > 0 && pace < 10 ? 1 : 0));
    const per = slow ? say("steps/s") : say("epochs/s");
    write(unit, [per, deviceTitle(status.device)].filter(Boolean).join(" · "));
  }

  tell(text, alert = false) {
    write(this.state, text);
    this.state.classList.toggle("alert", alert);
  }

  /** "reconnecting" stands in the state's place until the connection is back. */
  connection(state) {
    this.away = state === "reconnecting";
    if (this.away) this.tell(say("The connection is gone, reconnecting..."), true);
    else if (this.status) this.show(this.status);
  }

  /** A sentence for a few seconds: a copied link, a refusal. */
  announce(text) {
    write(this.note, text);
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => write(this.note, ""), 6000);
  }
}
