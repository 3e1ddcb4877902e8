// The run before, as pale lines under a chart's own and a chip that leads back to it; and what a chart shows, in a sentence.

import { make } from "./dom.js";
import { figure as short, number, percent, say } from "./words.js";

const PALE = 0.35; // opacity
const BEYOND = 4; // times the present lines' top: above that the pale line leaves the chart instead of flattening them
const WINDOW = 30; // points at the end of a line that tell where it goes
const CALM = 0.01; // a change by less than this share is none

const tops = (lines) => Math.max(...lines.map(({ y }) => Math.max(...Array.from(y ?? []).filter(Number.isFinite))));

/** The lines of a chart that are metrics of the history: [part, metric name, trace]. They come first in its data, in the order of `figure.metrics`. */
const measured = (figure, data) => Object.entries(figure.metrics ?? {}).map(([part, metric], at) => [part, metric, data[at]]).filter(([, , trace]) => trace);

/** Pale traces for the metrics that the run before has as well; drawn under all others. NaN gaps stay gaps. */
export function paleLines(figure, data, before) {
  return measured(figure, data).flatMap(([, metric, trace]) => {
    const [x, y] = before?.curves?.[metric] ?? [];
    if (!y?.length) return [];
    return [{ ...trace, x, y, opacity: PALE, zorder: -1, showlegend: false, name: say("before: {name}", { name: trace.name }) }];
  });
}

/** The upper end of the y axis where the pale lines would flatten the present ones; null where the axis may choose. */
export function roof(pale, data) {
  const now = tops(data.filter((trace) => trace.mode === "lines"));
  return pale.length && now > 0 && Number.isFinite(now) && tops(pale) > BEYOND * now ? 1.1 * now : null;
}

/** What differed, as a button that goes to that run, and a small one that takes the pale line away. */
export function chip(before, mark, { go, dismiss }) {
  const text = say("before: {change}", { change: before.title });
  const back = make("button", { type: "button", class: "back", title: say("Go to the run before"), onclick: () => go(before.run) }, ...(mark ? [mark] : []), make("span", { text }));
  const away = make("button", { type: "button", class: "away", text: "×", "aria-label": say("Dismiss the run before"), title: say("Dismiss the run before"), onclick: dismiss });
  return make("span", { class: "before" }, back, away);
}

/** Where a line goes at its end: the mean of its last points against those before them. */
function trend(y) {
  const end = Array.from(y).slice(-WINDOW);
  if (!Number.isFinite(end.at(-1))) return say("no number any more");
  const known = end.filter(Number.isFinite);
  const half = known.length >> 1;
  if (half < 2) return "";
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [old, late] = [mean(known.slice(0, half)), mean(known.slice(-half))];
  if (Math.abs(late - old) <= CALM * Math.max(Math.abs(old), 1e-9)) return say("hardly moving");
  return late < old ? say("falling") : say("rising");
}

/** "Loss: train 0.012, test 0.034 at epoch 320; falling." Out of what is drawn; "" for a chart of something else. percents: metrics that are shares of 100. */
export function sentence(title, figure, data, percents) {
  const lines = measured(figure, data).filter(([, , trace]) => trace.y?.length);
  if (!lines.length) return "";
  const numbers = lines.map(([, metric, trace]) => `${trace.name} ${(percents.has(metric) ? percent : short)(trace.y.at(-1))}`).join(", ");
  const [, , first] = lines[0];
  const values = { title, numbers, epoch: number(first.x.at(-1), 1, 0), trend: trend(first.y) };
  return values.trend ? say("{title}: {numbers} at epoch {epoch}; {trend}.", values) : say("{title}: {numbers} at epoch {epoch}.", values);
}
