// What a recurrent network says at the steps where it answers, held against what is right.

import { ticked } from "./pen.js";
import { FONT, colour, faded } from "./theme.js";
import { lettered, sign } from "./unrolled_read.js";
import { figure as short, number, say, told } from "./words.js";

/** The row of answers. */
export function said(pen, answers, places) {
  const { kind } = places.said;
  heading(pen, answers, places);
  if (kind === "class") bars(pen, answers, places);
  else if (kind === "signs") signs(pen, answers, places);
  else if (kind === "number") mark(pen, answers, places);
  else curve(pen, answers, places);
}

/** How right it is, in words: [text, is it wrong?]; null where nobody knows. */
export function verdict({ classes, said: says, true: right, unit }) {
  const count = says.length;
  if (classes && says[0] < 0) return [say("no answer"), true];
  if (right?.length !== count) return null;
  if (classes && count === 1) return says[0] === right[0] ? [say("that is right"), false] : [say("that is wrong"), true];
  if (classes) return [say("{right} of {count} right", { right: Array.from(says).filter((one, at) => one === right[at]).length, count }), false];
  return [say("off by {value}", { value: valued(Math.sqrt(Array.from(says).reduce((sum, one, at) => sum + (one - right[at]) ** 2, 0) / count), unit) }), false];
}

/** The answer itself, in words. */
export function answer({ classes, said: says, unit }) {
  const texts = Array.from(says, (one) => (classes ? (one < 0 ? "–" : told(classes[one])) : valued(one, unit)));
  return classes && texts.every((text) => text.length === 1) ? texts.join("") : texts.join(", ");
}

const valued = (value, unit) => (unit ? `${signed(value)} ${told(unit)}` : signed(value));
const signed = (value) => short(value).replace("-", "−");

function heading(pen, answers, { narrow, left, said: { head, top, high, kind } }) {
  const found = verdict(answers);
  pen.textBaseline = "middle";
  pen.textAlign = narrow ? "left" : "right";
  pen.font = `600 11px ${FONT}`;
  pen.fillStyle = colour("--text");
  const text = say("It says");
  const ink = found?.[1] ? "--alert" : "--soft";
  if (narrow) {
    pen.fillText(text, left, head + 6);
    const begin = left + pen.measureText(text).width + 7;
    pen.font = `10px ${FONT}`;
    pen.fillStyle = colour(ink);
    if (found) pen.fillText(found[0], begin, head + 6);
    return;
  }
  if (kind === "signs" && answers.true) {
    pen.fillText(text, left - 10, top + 9);
    pen.font = `10px ${FONT}`;
    pen.fillStyle = colour(ink);
    pen.fillText(say("right is"), left - 10, top + 28);
    if (answers.steps[0] > 0 && found) return note(pen, found[0], { left, top, high }, answers);
    return;
  }
  pen.fillText(text, left - 10, top + high / 2 - (found ? 7 : 0));
  pen.font = `${found?.[1] ? 600 : 400} 10px ${FONT}`;
  pen.fillStyle = colour(ink);
  if (found) pen.fillText(found[0], left - 10, top + high / 2 + 7, left - 12);
}

/** A few words where no answers are. */
function note(pen, text, { left, top, high }) {
  pen.textAlign = "left";
  pen.fillText(text, left + 2, top + high / 2);
}

/** One answer: the likeliest classes with a bar each, the right one ticked or ringed. */
function bars(pen, { classes, top: likely, shares, share_true: own, said: says, true: right }, { left, right: edge, width, said: { top, rows } }) {
  const end = Math.max(edge, Math.min(width - 12, left + 300));
  const begin = Math.max(left, end - 330);
  const lines = Array.from({ length: rows }, (_, at) => ({ at: likely.array[at], share: shares.array[at] }));
  const truth = right?.[0] ?? null;
  if (truth !== null && !lines.some(({ at }) => at === truth)) lines[rows - 1] = { at: truth, share: own?.[0] };
  pen.font = `600 11px ${FONT}`;
  const names = Math.min(110, Math.max(...lines.map(({ at }) => pen.measureText(told(classes[at])).width)));
  const from = begin + names + 22;
  pen.textBaseline = "middle";
  lines.forEach(({ at, share }, row) => {
    const y = top + 8 + 16 * row;
    const first = at === says[0];
    const ink = !first ? "--soft" : truth !== null && truth !== at ? "--alert" : "--text";
    const size = Number.isFinite(share) ? share : 0;
    pen.fillStyle = faded("--soft", 0.12);
    pen.fillRect(from, y - 5, end - 46 - from, 10);
    pen.fillStyle = first ? colour(ink) : faded("--soft", 0.75);
    pen.fillRect(from, y - 5, Math.max(size > 0.002 ? 1.5 : 0, size * (end - 46 - from)), 10);
    pen.font = `${first ? 600 : 400} 11px ${FONT}`;
    pen.fillStyle = colour(first ? ink : at === truth ? "--text" : "--soft");
    pen.textAlign = "left";
    pen.fillText(told(classes[at]), begin, y, names + 2);
    if (at === truth) ticked(pen, from - 11, y, first);
    pen.textAlign = "right";
    pen.fillStyle = colour(first ? ink : "--soft");
    pen.fillText(Number.isFinite(share) ? `${number(share * 100, share > 0.99 && share < 0.9995 ? 1 : 0)} %` : "–", end, y);
  });
}

/** An answer at many steps: a cell for each, the darker the surer; wrong ones in the colour of alarm; the right ones beneath. */
function signs(pen, { classes, steps, said: says, true: right, shares }, places) {
  const { top } = places.said;
  const at = new Map(Array.from(steps, (step, place) => [step, place]));
  const name = (one) => (one < 0 ? "–" : sign(told(classes[one])));
  const wrong = (step) => right && says[at.get(step)] !== right[at.get(step)];
  const many = shares?.dims[1] ?? 1;
  const sure = (step) => shares?.array[at.get(step) * many] ?? 0;
  lettered(pen, places, { top, high: 18 }, Array.from(steps, (step, place) => [step, name(says[place])]), (step) => faded(wrong(step) ? "--alert" : "--text", 0.06 + 0.24 * sure(step)), (step) => (wrong(step) ? "--alert" : "--text"));
  if (right) lettered(pen, places, { top: top + 20, high: 17 }, Array.from(steps, (step, place) => [step, name(right[place])]), () => faded("--soft", 0.1), () => "--soft");
}

/** One number: said, right and naive on one line. */
function mark(pen, { said: says, true: right, naive, unit }, { left, right: edge, width, said: { top } }) {
  const end = Math.max(edge, Math.min(width - 12, left + 300)) - 6;
  const begin = Math.max(left + 6, end - 330);
  const marks = [[naive?.[0], "naive", say("the value before")], [right?.[0], "right", say("right is")], [says[0], "said", say("says")]].filter(([value]) => Number.isFinite(value));
  const values = marks.map(([value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const spread = high - low || Math.abs(high) || 1;
  const x = (value) => begin + ((value - low + 0.15 * spread) / (high - low + 0.3 * spread)) * (end - begin);
  const y = top + 10;
  pen.fillStyle = faded("--soft", 0.5);
  pen.fillRect(begin, y - 0.5, end - begin, 1);
  for (const [value, kind] of marks) {
    pen.beginPath();
    pen.strokeStyle = pen.fillStyle = colour(kind === "naive" ? "--soft" : "--text");
    pen.lineWidth = 1.5;
    if (kind === "naive") {
      pen.moveTo(x(value), y - 6);
      pen.lineTo(x(value), y + 6);
    } else pen.arc(x(value), y, kind === "said" ? 4 : 6.5, 0, 7);
    if (kind === "said") pen.fill();
    else pen.stroke();
  }
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  const signs = { said: "●", right: "○", naive: "|" };
  const told_ = marks.reverse().map(([value, kind, text]) => ({ kind, font: `${kind === "said" ? 600 : 400} 10px ${FONT}`, words: `${signs[kind]} ${text} ${valued(value, kind === "said" ? unit : "")}` }));
  const wide = told_.map(({ font, words }) => {
    pen.font = font;
    return pen.measureText(words).width + 12;
  });
  let at = Math.max(4, Math.min(begin, width - wide.reduce((sum, one) => sum + one, 0)));
  told_.forEach(({ kind, font, words }, place) => {
    pen.font = font;
    pen.fillStyle = colour(kind === "naive" ? "--soft" : "--text");
    pen.fillText(words, at, top + 28);
    at += wide[place];
  });
}

/** Numbers at many steps: what is right pale, what is said strong. */
function curve(pen, { steps, said: says, true: right, naive }, { x, across, said: { top, high } }) {
  const all = [...says, ...(right ?? []), ...(naive ?? [])].filter(Number.isFinite);
  const [low, most] = [Math.min(...all), Math.max(...all)];
  const y = (value) => top + high - 4 - ((value - low) / (most - low || 1)) * (high - 8);
  pen.fillStyle = faded("--soft", 0.08);
  pen.fillRect(x(steps[0]) - across / 2, top, x(steps.at(-1)) - x(steps[0]) + across, high);
  for (const [values, ink, dashes] of [[right, "--soft", [3, 2]], [says, "--text", []]]) {
    if (!values) continue;
    pen.setLineDash(dashes);
    pen.strokeStyle = colour(ink);
    pen.lineWidth = 1.5;
    pen.beginPath();
    steps.forEach((step, at) => Number.isFinite(values[at]) && pen.lineTo(x(step), y(values[at])));
    pen.stroke();
  }
  pen.setLineDash([]);
}
