// The absolute link to an experiment, copied; the sentence says whether that worked.

import { say } from "./words.js";

/** Copy without the clipboard API (plain http, old browsers): a selected field and the copy command. */
function copyOldWay(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.cssText = "position:fixed;opacity:0";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

export async function share(base, path) {
  const link = `${location.origin}${base}${path}`;
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    if (!copyOldWay(link)) return say("Copy this link: {link}", { link });
  }
  return say("Link copied.");
}
