// A picture file of the viewer's: looked at before it is decoded, made small, and turned into the pixels of an ask. It never leaves as a file.

import { make } from "./dom.js";
import { number, say } from "./words.js";

const MOST_BYTES = 8 * 2 ** 20;
const MOST_PIXELS = 30e6;
const SIDES = { 1: 112, 3: 84 }; // the longest side by channels: a message may have 64 kB
const LIGHT = 128; // a rim lighter than this is paper

/** Thrown with a sentence that says what is wrong and what to do. */
export class Unfit extends Error {}

/** Bytes as base64, as messages carry them. */
export function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** The `image` of a file, for a data set with `channels` that is drawn as `drawing` says ("" where it is none of drawings). Gives {image, turned}. */
export async function opened(file, channels, drawing) {
  if (file.size > MOST_BYTES) {
    throw new Unfit(say("The file has {size} MB; a picture may have 8 MB. Save it smaller, or choose another.", { size: number(file.size / 2 ** 20, 1) }));
  }
  if (!/^image\/(png|jpeg|webp|gif|bmp|avif)$/.test(file.type)) {
    throw new Unfit(say("“{name}” is no picture. Choose a PNG, JPEG or WebP file.", { name: file.name }));
  }
  const { width, height } = await measured(file);
  if (width * height > MOST_PIXELS) {
    throw new Unfit(say("The picture has {size} million pixels; it may have 30 million. Save it smaller, or choose another.", { size: number((width * height) / 1e6, 1) }));
  }
  const longest = SIDES[channels];
  const scale = Math.min(1, longest / Math.max(width, height));
  const [cols, rows] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const bitmap = await createImageBitmap(file, { resizeWidth: cols, resizeHeight: rows, resizeQuality: "high" }).catch(unreadable);
  const pen = make("canvas", { width: cols, height: rows }).getContext("2d");
  pen.fillStyle = "#fff"; // what is clear in a picture lies on paper
  pen.fillRect(0, 0, cols, rows);
  pen.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = pen.getImageData(0, 0, cols, rows);
  if (channels === 3) {
    const bytes = Uint8Array.from({ length: rows * cols * 3 }, (_, at) => data[4 * Math.floor(at / 3) + (at % 3)]);
    return { image: { pixels: base64(bytes), rows, cols, channels: 3, drawn: false }, turned: false };
  }
  const grey = Uint8Array.from({ length: rows * cols }, (_, at) => Math.round(0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2]));
  const turned = Boolean(drawing) && paper(grey, rows, cols) > LIGHT;
  return { image: { pixels: base64(drawing ? inked(grey, rows, cols, turned) : grey), rows, cols, channels: 1, drawn: Boolean(drawing) }, turned };
}

/** Width and height of a picture file. Its head is read, its pixels are not decoded yet. */
async function measured(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    await new Promise((resolve, reject) => Object.assign(image, { onload: resolve, onerror: reject, src: url }));
    return { width: image.naturalWidth, height: image.naturalHeight };
  } catch {
    return unreadable();
  } finally {
    URL.revokeObjectURL(url);
  }
}

function unreadable() {
  throw new Unfit(say("This picture cannot be read: it is damaged, or of a kind that this browser does not know. Choose a PNG or JPEG file."));
}

/** How light the rim of a grey picture is: the median of its outermost pixels. */
function paper(grey, rows, cols) {
  const rim = grey.filter((_, at) => at < cols || at >= (rows - 1) * cols || at % cols === 0 || at % cols === cols - 1).sort();
  return rim[Math.floor(rim.length / 2)];
}

/** Ink on paper as light strokes on black: the paper's own shade becomes 0, the strongest ink 255. */
function inked(grey, rows, cols, turned) {
  const ground = paper(grey, rows, cols);
  const ink = Float32Array.from(grey, (value) => Math.max(0, turned ? ground - value : value - ground));
  const most = ink.reduce((top, value) => Math.max(top, value), 1);
  const floor = 0.2 * most; // the paper's grain and shadows
  return Uint8Array.from(ink, (value) => Math.round((255 * Math.max(0, value - floor)) / (most - floor)));
}
