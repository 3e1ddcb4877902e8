// A black square to draw on with light ink: strokes are kept as lines, so that one can be taken back, and handed on as grey pixels.

import { make } from "./dom.js";

const SIDE = 84; // pixels a side of what is handed on: three for each of 28
const BRUSH = 0.088; // of the side: as thick as the strokes of MNIST are, about two and a half of 28 pixels

export class Drawing {
  #strokes;
  #open = null; // the stroke under the pen
  #grey = make("canvas", { width: SIDE, height: SIDE });

  /** changed(): a stroke was begun, grew, was taken back. strokes: those of before. */
  constructor(changed, strokes = []) {
    this.changed = changed;
    this.#strokes = strokes;
    this.canvas = make("canvas", { class: "strokes", "aria-hidden": "true" });
    this.watch = new ResizeObserver(() => this.repaint());
    this.watch.observe(this.canvas);
    const on = (name, does) => this.canvas.addEventListener(name, does);
    on("pointerdown", (event) => this.#begin(event));
    on("pointermove", (event) => this.#go(event));
    for (const name of ["pointerup", "pointercancel"]) on(name, (event) => event.pointerId === this.#open?.pointer && (this.#open = null));
  }

  get strokes() {
    return this.#strokes;
  }

  get empty() {
    return !this.#strokes.length;
  }

  #begin(event) {
    if (event.button || !event.isPrimary) return;
    event.preventDefault(); // no text is selected, no page is dragged
    this.canvas.setPointerCapture(event.pointerId);
    this.#open = { pointer: event.pointerId, line: [] };
    this.#strokes.push(this.#open.line);
    this.#add([event]);
  }

  #go(event) {
    if (event.pointerId === this.#open?.pointer) this.#add(event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]);
  }

  #add(events) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    for (const { clientX, clientY } of events) this.#open.line.push([(clientX - left) / width, (clientY - top) / height]);
    this.repaint();
    this.changed();
  }

  undo() {
    this.#strokes.pop();
    this.repaint();
  }

  clear() {
    this.#strokes.length = 0;
    this.#open = null;
    this.repaint();
  }

  /** (84 * 84,) uint8, row 0 on top: 0 black, 255 ink. */
  bytes() {
    const pen = this.#grey.getContext("2d", { willReadFrequently: true });
    this.#draw(pen, SIDE, SIDE);
    const { data } = pen.getImageData(0, 0, SIDE, SIDE);
    return { rows: SIDE, cols: SIDE, bytes: Uint8Array.from({ length: SIDE * SIDE }, (_, at) => data[4 * at]) };
  }

  /** The square is clear as long as nothing is drawn: what lies below shows. */
  repaint() {
    const { canvas } = this;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * ratio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const pen = canvas.getContext("2d");
    if (this.empty) pen.clearRect(0, 0, width, height);
    else this.#draw(pen, width, height);
  }

  #draw(pen, width, height) {
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, width, height);
    pen.strokeStyle = "#fff";
    pen.lineWidth = BRUSH * width;
    pen.lineCap = pen.lineJoin = "round";
    for (const line of this.#strokes) {
      pen.beginPath();
      line.forEach(([x, y]) => pen.lineTo(x * width, y * height));
      if (line.length === 1) pen.lineTo(line[0][0] * width, line[0][1] * height + 0.01); // a dot
      pen.stroke();
    }
  }

  stop() {
    this.watch.disconnect();
  }
}
