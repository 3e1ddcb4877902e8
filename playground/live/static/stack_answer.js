// The answer at the end of the network: a bar for each class, what it says strong, and whether that is right.

import { ticked } from "./pen.js";
import { FONT, colour, faded } from "./theme.js";
import { number, say, told } from "./words.js";

const LONG = 0.34; // a share of the room: longer names lie on their bars

/** places: {title, begin, left, right, rows: [{at, y, high}], more, bottom}; held: the class in hand, or -1. */
export function answered(pen, { classes, probabilities, said, true: own }, { title, begin: from, left, right, rows, more, bottom }, held) {
  const wrong = own !== null && own !== undefined && said !== null && said !== own;
  heading(pen, title, classes[said], own === null || own === undefined ? null : !wrong, from, right);
  pen.font = `600 11px ${FONT}`;
  const names = classes.map(told);
  const widest = Math.max(...names.map((name) => pen.measureText(name).width));
  const over = widest > (right - left) * LONG;
  const begin = over ? left : left + widest + 22;
  const end = right - 40;
  for (const { at, y, high } of rows) {
    const share = Number.isFinite(probabilities[at]) ? probabilities[at] : 0;
    const largest = at === said;
    const tall = Math.max(5, Math.min(over ? 16 : 11, high - 4));
    const ink = !largest ? "--text" : wrong ? "--alert" : "--text";
    pen.fillStyle = faded("--soft", at === held ? 0.28 : 0.12);
    pen.fillRect(begin, y - tall / 2, end - begin, tall);
    pen.fillStyle = largest ? (over ? faded(ink, 0.45) : colour(ink)) : faded("--soft", over ? 0.35 : 0.75);
    pen.fillRect(begin, y - tall / 2, Math.max(share > 0.002 ? 1.5 : 0, share * (end - begin)), tall);
    pen.font = `${largest ? 600 : 400} ${high < 14 ? 10 : 11}px ${FONT}`;
    pen.fillStyle = colour(largest ? ink : at === own ? "--text" : "--soft");
    pen.textAlign = "left";
    pen.fillText(names[at], left + (over ? 4 : 0), y + 0.5, over ? end - left - 8 : widest + 2);
    if (at === own) ticked(pen, over ? end - 6 : begin - 11, y, largest);
    pen.textAlign = "right";
    pen.fillStyle = colour(largest ? ink : "--soft");
    pen.fillText(brief(probabilities[at]), right, y + 0.5);
  }
  if (!more) return;
  pen.font = `10px ${FONT}`;
  pen.textAlign = "left";
  pen.fillStyle = colour("--soft");
  pen.fillText(say("+ {count} more", { count: more }), left, bottom + 9);
}

function heading(pen, title, name, right, from, to) {
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.font = `600 11px ${FONT}`;
  pen.fillStyle = colour("--text");
  pen.fillText(title, from, 9, to - from);
  const values = { name: told(name) };
  pen.font = `${right === false ? 600 : 400} 10px ${FONT}`;
  pen.fillStyle = colour(right === false ? "--alert" : "--soft");
  const verdict = name === undefined ? say("no answer") : right === null ? say("says {name}", values) : right ? say("says {name}, right", values) : say("says {name}, wrong", values);
  pen.fillText(verdict, from, 24, to - from);
}

/** Percent without decimals but where they tell the nearly sure from the sure. */
const brief = (value) => (!Number.isFinite(value ?? NaN) ? "–" : value > 0.99 && value < 0.9995 ? `${number(value * 100, 1)} %` : `${number(value * 100)} %`);
