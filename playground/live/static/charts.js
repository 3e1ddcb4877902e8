// Charts with axes: Plotly draws them, the theme is ours. Zoom survives new data; only what changed is drawn.

import { chip, paleLines, roof, sentence } from "./before.js";
import { make, write } from "./dom.js";
import { FONT, colour } from "./theme.js";
import { say, told } from "./words.js";

const PACE = 125; // ms between two drawings of one chart: eight a second are enough for a curve
const SHARE = 5; // and at most a fifth of the time goes into it, however slow the machine is
const AXIS = /^[xy]axis\d*$/;
const LOW = 150; // px: in a lower chart the x axis' title lies inside, to leave the room to the lines

/** Tokens to colours and texts to words, anywhere in a figure; arrays of numbers are left as they are. */
export function dress(value) {
  if (typeof value === "string") return colour(value);
  if (!value || typeof value !== "object" || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value;
  if (Array.isArray(value)) return value.map(dress);
  if ("$t" in value) return told(value);
  if ("bdata" in value) return { dtype: value.dtype, bdata: value.bdata, shape: value.shape };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, dress(item)]));
}

function axis(given = {}, log, room) {
  const soft = colour("--soft");
  const logged = log || given.type === "log";
  const named = given.ticktext || given.type === "category"; // room for words and for 0.00001 is measured, which is slow; other numbers have a fixed one
  return {
    gridcolor: colour("--line"), gridwidth: 1, linecolor: colour("--line"), zeroline: false, ticks: "", automargin: Boolean(named || logged),
    nticks: logged ? 3 : Math.max(2, Math.min(6, Math.floor(room / 18))), tickformat: logged ? "~g" : undefined, tickfont: { size: 11, color: soft }, exponentformat: "power", ...given,
    title: given.title ? { standoff: 6, font: { size: 11, color: soft }, ...(typeof given.title === "string" ? { text: given.title } : given.title) } : undefined,
    ...(log ? { type: "log", autorange: true } : {}),
  };
}

/** The word for the y axis where there is only one: it stands first in the legend's row. */
const upwards = ({ layout = {} }) => (Object.keys(layout).some((key) => /^yaxis\d+$/.test(key)) ? null : (layout.yaxis?.title?.text ?? layout.yaxis?.title ?? null));

/** Titles of several y axes as words above them, lying: they are read without tilting the head and take no width. */
function above(given) {
  return Object.keys(given).filter((key) => /^yaxis\d*$/.test(key) && given[key].title).map((key) => {
    const number = key.slice(5);
    const { title, anchor } = given[key];
    return {
      text: title.text ?? title, xref: `${anchor ?? `x${number}`} domain`, yref: `y${number} domain`, x: 0, y: 1, xanchor: "left", yanchor: "bottom", showarrow: false,
      font: { size: 11, color: colour("--soft") },
    };
  });
}

/** Of a low chart the x axes' titles, inside at the right end. */
function inside(given) {
  return Object.keys(given).filter((key) => /^xaxis\d*$/.test(key) && given[key].title).map((key) => {
    const number = key.slice(5);
    const { title, anchor } = given[key];
    return {
      text: title.text ?? title, xref: `x${number} domain`, yref: `${anchor ?? `y${number}`} domain`, x: 1, y: 0, xanchor: "right", yanchor: "bottom", showarrow: false,
      font: { size: 11, color: colour("--soft") },
    };
  });
}

/** The figure's layout in our theme. revision: as long as it is the same, a person's zoom stays. */
export function layoutOf(figure, { width, height, revision, log }) {
  const given = dress(figure.layout ?? {});
  const low = height < LOW;
  const annotations = [...(given.annotations ?? []).map((one) => ({ showarrow: false, ...one, font: { size: 11, color: colour("--soft"), ...one.font } })), ...(upwards(figure) ? [] : above(given)), ...(low ? inside(given) : [])];
  const layout = {
    ...given, width, height, annotations, uirevision: revision, font: { family: FONT, size: 11, color: colour("--soft") }, paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 38, r: 8, t: given.annotations?.length || !upwards(figure) ? 20 : 6, b: given.xaxis?.title && !low ? 38 : 22, pad: 2 }, showlegend: false,
    hovermode: given.hovermode ?? "closest", dragmode: "zoom",
    hoverlabel: { bgcolor: colour("--panel"), bordercolor: colour("--line"), font: { family: FONT, size: 12, color: colour("--text") } },
  };
  for (const name of new Set(["xaxis", "yaxis", ...Object.keys(given).filter((key) => AXIS.test(key))])) {
    const upright = name.startsWith("y");
    const logged = log && upright;
    layout[name] = { ...axis(given[name], logged, upright ? height - layout.margin.t - layout.margin.b : width), uirevision: logged ? `${revision} log` : revision };
    if (upright || low) layout[name].title = undefined;
  }
  return layout;
}

const DASHES = { dash: "5 3", dot: "1.5 2.5", dashdot: "6 3 1.5 3", solid: "" };
const NS = "http://www.w3.org/2000/svg";

/** A short piece of the line itself, so that dash and colour can be recognised. */
function swatch({ line, opacity = 1 }) {
  const svg = document.createElementNS(NS, "svg");
  const piece = document.createElementNS(NS, "line");
  const attributes = { x1: 1, y1: 4, x2: 19, y2: 4, stroke: line?.color ?? "currentColor", "stroke-width": 2, "stroke-opacity": opacity, "stroke-dasharray": DASHES[line?.dash ?? "solid"] ?? "" };
  for (const [name, value] of Object.entries(attributes)) piece.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: 20, height: 8, "aria-hidden": "true" })) svg.setAttribute(name, value);
  svg.append(piece);
  return svg;
}

export class Chart {
  #drawn = 0;
  #cost = 0;
  #timer = null;
  #legend = "";
  #box = null;

  /**
   * context: plotly() -> promise of Plotly, run() -> token, view (its name, title); and for the run before: before() -> {run, title, curves} or null,
   * go(run), dismiss(), percents() -> names of metrics that are shares of 100
   */
  constructor(context) {
    this.context = context;
    this.plot = make("div", { class: "plot", role: "img" });
    this.legend = make("div", { class: "legend" });
    this.logBox = make("input", { type: "checkbox", onchange: () => this.#draw() });
    this.log = make("label", { class: "toggle log" }, this.logBox, make("span", { text: say("log") }));
    this.log.title = say("Logarithmic scale: equal distances are equal factors");
    this.log.hidden = true;
    this.spoken = make("p", { class: "say", "aria-live": "off" });
    this.element = make("div", { class: "stage chart" }, this.legend, this.plot, this.spoken);
    this.watch = new ResizeObserver(() => {
      this.#box = null;
      this.#draw();
    });
    this.watch.observe(this.plot);
    context.plotly().then((plotly) => {
      this.Plotly = plotly;
      this.#draw();
    }, () => write(this.plot, say("The charts could not be loaded. Reload the page to try again.")));
  }

  /** Draws when its turn has come, in a task of its own: the canvases of this frame do not wait for it. */
  show(figure) {
    this.figure = figure;
    this.log.hidden = !figure.log;
    const wait = this.#drawn + Math.max(PACE, SHARE * this.#cost) - performance.now();
    this.#timer ??= setTimeout(() => this.#draw(), Math.max(0, wait));
  }

  repaint() {
    this.#legend = "";
    this.#draw();
  }

  #draw() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.figure || !this.Plotly || !this.plot.isConnected) return;
    this.#box ??= { width: this.plot.clientWidth, height: this.plot.clientHeight };
    if (!this.#box.width || !this.#box.height) return;
    const begun = performance.now();
    const log = this.logBox.checked && this.figure.log;
    const data = dress(this.figure.data ?? []);
    const before = this.figure.metrics ? (this.context.before?.() ?? null) : null;
    const pale = paleLines(this.figure, data, before);
    const layout = layoutOf(this.figure, { ...this.#box, revision: this.context.run(), log });
    const top = log || layout.yaxis.range ? null : roof(pale, data);
    if (top) Object.assign(layout.yaxis, { range: [0, top], autorange: false });
    write(this.spoken, told(this.figure.say) || sentence(this.context.view.title, this.figure, data, this.context.percents?.() ?? new Set()));
    this.spoken.hidden = !this.spoken.textContent;
    this.Plotly.react(this.plot, [...data, ...pale], layout, { displayModeBar: false, responsive: false, scrollZoom: false, showTips: false, doubleClick: "reset" });
    this.#name(data, before, pale[0]);
    this.#drawn = performance.now();
    this.#cost = this.#drawn - begun;
  }

  #name(data, before, pale) {
    const lines = data.filter((trace) => trace.name && trace.showlegend !== false && (trace.type ?? "scatter").startsWith("scatter") && trace.mode !== "markers");
    const title = dress(upwards(this.figure));
    const key = [title, ...lines.map(({ name, line }) => `${name}${line?.color}${line?.dash}`), before && `${before.run} ${before.title} ${Boolean(pale)}`].join("|");
    if (key === this.#legend) return;
    this.#legend = key;
    this.legend.replaceChildren(...(title ? [make("span", { class: "axis", text: title })] : []), ...lines.map((trace) => make("span", {}, swatch(trace), trace.name)));
    if (before) this.legend.append(chip(before, pale ? swatch(pale) : null, this.context));
    this.plot.setAttribute("aria-label", [this.context.view.title, ...lines.map(({ name }) => name)].join(", "));
  }

  stop() {
    clearTimeout(this.#timer);
    this.watch.disconnect();
    this.Plotly?.purge(this.plot);
  }
}
