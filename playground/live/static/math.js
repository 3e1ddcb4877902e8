// Formulas as a book sets them: variables in italics with index and power, numbers upright. Pieces come from the server, words are translated.

import { make } from "./dom.js";
import { told } from "./words.js";

/** A formula's element. pieces: strings, {i, sub, sup} for a variable, or {$t} for a word. */
export function formula(pieces, tag = "span") {
  return make(tag, { class: "formula" }, ...pieces.map(piece));
}

function piece(one) {
  if (typeof one === "string") return one;
  if ("$t" in one) return make("span", { class: "word", text: told(one) });
  const element = make("span", { class: "var" }, make("i", { text: one.i }));
  if (one.sup) element.append(make("sup", { text: one.sup }));
  if (one.sub) element.append(make("sub", { text: one.sub }));
  return element;
}

/** "neg", "pos" or "" by a number's sign: "−0.2" is "neg". */
export const sign = (text) => (/^−/.test(text) ? "neg" : /[1-9∞]/.test(text) ? "pos" : "");
