// Small helpers for elements and canvases. Data only ever become text nodes.

/** An element: tag, properties (class, text, data-*, aria-*, on*), children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A box to tick with its word; `title` says what it does. */
export function toggle(text, checked, onchange, title) {
  const box = make("input", { type: "checkbox", checked, onchange });
  return { box, label: make("label", { class: "toggle", title }, box, make("span", { text })) };
}

/** Write `text` only when it differs: nothing is laid out anew for nothing. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A canvas that fills its box at the screen's resolution. `fit()` -> {width, height} in CSS pixels, measured only after a resize. */
export function surface(label) {
  const canvas = make("canvas", { role: "img", "aria-label": label });
  const pen = canvas.getContext("2d");
  let box = null;
  const watch = new ResizeObserver(() => {
    box = null;
    canvas.dispatchEvent(new Event("refit"));
  });
  watch.observe(canvas);
  const fit = () => {
    if (!box) {
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      box = { width: canvas.clientWidth, height: canvas.clientHeight, ratio };
      canvas.width = Math.round(box.width * ratio);
      canvas.height = Math.round(box.height * ratio);
    }
    pen.setTransform(box.ratio, 0, 0, box.ratio, 0, 0);
    return box;
  };
  return { canvas, pen, fit, stop: () => watch.disconnect() };
}

/** A picture of `rows * count` by `cols` pixels under each other, filled from bytes through 256 colours; kept between frames. */
export class Atlas {
  #canvas = document.createElement("canvas");
  #image = null;

  /** bytes: (count * rows * cols,) uint8. Gives the canvas to draw from. */
  fill(bytes, cols, height, colours) {
    return this.paint(cols, height, (at) => colours[bytes[at]]);
  }

  /** The same with a colour of its own for each pixel: pixel(at) is a little-endian RGBA word. */
  paint(cols, height, pixel) {
    const pen = this.#canvas.getContext("2d");
    if (this.#image?.width !== cols || this.#image?.height !== height) {
      this.#canvas.width = cols;
      this.#canvas.height = height;
      this.#image = pen.createImageData(cols, height);
    }
    const pixels = new Uint32Array(this.#image.data.buffer);
    for (let at = 0; at < pixels.length; at++) pixels[at] = pixel(at);
    pen.putImageData(this.#image, 0, 0);
    return this.#canvas;
  }
}
