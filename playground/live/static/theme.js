// Colours. Chrome is graphite, colour belongs to the data: purple to green only means negative to positive, classes are
// Okabe-Ito in a fixed order, with brown and indigo for a ninth and tenth. Data name colours as tokens ("--train"), so light and dark are the viewer's own.

const LIGHT = {
  bg: "#ffffff", panel: "#f7f8fa", line: "#e3e6eb", text: "#1d2430", soft: "#687384", accent: "#1d2430", "accent-text": "#ffffff",
  neg: "#762a83", zero: "#f4f3f2", pos: "#1b7837", train: "#1d2430", test: "#8a94a3", chance: "#8a94a3", alert: "#b3261e",
  c0: "#e69f00", c1: "#0072b2", c2: "#009e73", c3: "#cc79a7", c4: "#56b4e9", c5: "#d55e00", c6: "#f0e442", c7: "#000000", c8: "#7a4a22", c9: "#3b36d9",
};
const DARK = {
  bg: "#12161c", panel: "#1a2029", line: "#2b3440", text: "#e8ebef", soft: "#93a0b1", accent: "#e8ebef", "accent-text": "#12161c",
  neg: "#b57bc6", zero: "#232a34", pos: "#5dbf73", train: "#e8ebef", test: "#8a97a8", chance: "#8a97a8", alert: "#ff8a7d",
  c0: "#e69f00", c1: "#56b4e9", c2: "#009e73", c3: "#cc79a7", c4: "#0072b2", c5: "#d55e00", c6: "#f0e442", c7: "#ffffff", c8: "#96633a", c9: "#7d55f2",
};

export const FONT = 'Inter, "Source Sans 3", "Source Sans", "Helvetica Neue", Arial, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';

let tokens = LIGHT;

/** The token's colour, "--train" -> "#1d2430"; anything else is given back unchanged. */
export const colour = (value) => (value.startsWith("--") ? (tokens[value.slice(2)] ?? value) : value);

/** Signs on a picture, whose ground is black in any theme: what the dark theme has. */
export const ON_BLACK = { neg: DARK.neg, pos: DARK.pos };

/** "#rrggbb" or a token as [r, g, b]. */
export function rgb(value) {
  const hex = colour(value);
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** "--pos" at `alpha` as a colour for canvas. */
export const faded = (token, alpha) => `rgba(${rgb(token).join(",")},${alpha})`;

/** A colour as the browser tells it, in numbers; null when it is no colour or fully clear. */
function parsed(text) {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = "#010203";
  canvas.fillStyle = text;
  const said = canvas.fillStyle;
  if (said === "#010203" && text.trim() !== "#010203") return null;
  if (said.startsWith("#")) return [1, 3, 5].map((at) => parseInt(said.slice(at, at + 2), 16));
  const parts = said.match(/[\d.]+/g)?.map(Number) ?? [];
  return parts.length < 3 || parts[3] === 0 ? null : parts.slice(0, 3);
}

/** The page's background behind `element`: Streamlit's own variable, else the nearest ancestor that has one. */
function background(element) {
  const told = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  if (told) return parsed(told);
  for (let at = element; at; at = at.parentElement) {
    const found = parsed(getComputedStyle(at).backgroundColor);
    if (found) return found;
  }
  return null;
}

/** Choose light or dark by how bright the page is, and write the tokens on `root`. True when they changed. */
export function adopt(root) {
  const [r, g, b] = background(root) ?? [255, 255, 255];
  const chosen = 0.299 * r + 0.587 * g + 0.114 * b < 128 ? DARK : LIGHT;
  if (chosen === tokens && root.dataset.theme) return false;
  tokens = chosen;
  root.dataset.theme = chosen === DARK ? "dark" : "light";
  for (const [name, value] of Object.entries(chosen)) root.style.setProperty(`--${name}`, value);
  return true;
}

/** [r, g, b] as a little-endian RGBA word, opaque. */
export const word = ([r, g, b]) => ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;

/** Two colours [r, g, b] mixed: `share` 0 is the first, 1 the second. */
export const mixed = (a, b, share) => a.map((from, k) => from + (b[k] - from) * share);

/** 256 colours as little-endian RGBA words, from `low` over `middle` (at 128) to `high`. */
export function ramp(low, middle, high, strength = 1) {
  const [a, m, b] = [low, middle, high].map(rgb);
  return Uint32Array.from({ length: 256 }, (_, at) => {
    const share = Math.max(-1, (at - 128) / 127) * strength;
    return word(mixed(m, share < 0 ? a : b, Math.abs(share)));
  });
}
