// Every word the browser shows. English is the source text; the page's language comes as a table from the server's catalogue.

let language = "en";
let table = {};

const ENGLISH = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const CHINESE = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/** Use a language ("en", "zh_Hans") with its table of English text -> translated text. */
export function speak(name, words = {}) {
  language = name;
  table = words;
}

const locale = () => language.replace("_", "-");

/** A value as it stands in a sentence: texts translated, numbers in the page's way of writing them. */
function spoken(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return figure(value);
  if (typeof value === "string") return table[value] || value;
  return "$t" in value ? told(value) : String(value);
}

/** `text` in the page's language, its {places} filled. Always called with a literal, so that a test can collect them. */
export function say(text, values) {
  const said = table[text] || text;
  if (!values) return said;
  return said.replace(/\{(\w+)(?:[:!][^}]*)?\}/g, (place, name) => (name in values ? spoken(values[name]) : place));
}

/** A text that came with data: a plain string, {"$t": English, values} or {text: English, values}. */
export function told(item) {
  if (item === null || item === undefined) return "";
  if (typeof item !== "object") return spoken(item);
  const text = item.$t ?? item.text;
  return text ? say(text, item.values ?? {}) : "";
}

/** A number with at most `digits` decimals, in the page's way. */
export function number(value, digits = 0, least = digits) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return value.toLocaleString(locale(), { maximumFractionDigits: digits, minimumFractionDigits: least });
}

/** A number of unknown size, short: whole ones grouped, small ones with two or three digits that count. */
export function figure(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e12) return number(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(1);
  if (size >= 100) return number(value, 0);
  if (size >= 10) return number(value, 1);
  return size >= 0.01 ? number(value, 3) : number(value, 5, 0);
}

export const percent = (value) => (Number.isFinite(value ?? NaN) ? `${number(value * 100, 1)} %` : "–");

/** "third" or "第三位". `place` counts from 1. */
export function ordinal(place) {
  if (language === "zh_Hans") return `第${CHINESE[place - 1] ?? ` ${place} `}位`;
  if (place <= ENGLISH.length) return ENGLISH[place - 1];
  const teen = place % 100 > 10 && place % 100 < 14;
  return `${place}${teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[place % 10] ?? "th")}`;
}
