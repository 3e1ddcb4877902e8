// Strokes on a canvas that several pictures draw alike.

import { colour } from "./theme.js";

/** The path so far, as the line of a chart. */
export function line(pen, token, dash, width) {
  pen.strokeStyle = colour(token);
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.lineJoin = "round";
  pen.stroke();
  pen.setLineDash([]);
}

export function dot(pen, [x, y], radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fill();
}

export function ring(pen, [x, y], radius, token, width = 2) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.strokeStyle = colour(token);
  pen.lineWidth = width;
  pen.stroke();
}

/** The right class: a tick where it was said, else a ring. */
export function ticked(pen, x, y, right) {
  pen.strokeStyle = colour("--text");
  pen.lineWidth = 1.4;
  pen.beginPath();
  if (right) {
    pen.moveTo(x - 4, y);
    pen.lineTo(x - 1, y + 3);
    pen.lineTo(x + 4, y - 4);
  } else pen.arc(x, y, 3, 0, 7);
  pen.stroke();
}
