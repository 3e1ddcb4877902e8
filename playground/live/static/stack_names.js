// What layers and their units are called.

import { number, say, told } from "./words.js";

/** "filter 5", "map 5", "neuron 5", or the class. */
export function unitName({ kind, shape }, unit, answer) {
  const values = { unit: unit + 1 };
  if (kind === "output") return answer.classes.length === shape[0] ? told(answer.classes[unit]) : say("output");
  if (kind === "conv") return say("filter {unit}", values);
  if (kind === "dense" || shape.length < 3) return say("neuron {unit}", values);
  return say("map {unit}", values);
}

/** What a unit of a layer hands on, to those behind it: "map 5" or "neuron 5". */
export const givenName = ({ shape }, unit) => (shape.length < 3 ? say("neuron {unit}", { unit: unit + 1 }) : say("map {unit}", { unit: unit + 1 }));

/** "Layer 3 · Convolution 3×3". */
export const layerName = ({ number: at, title, kind }) => (kind === "output" ? told(title) : say("Layer {number} · {title}", { number: number(at), title: told(title) }));
