// Hears a scanner that types like a keyboard, whatever has the focus, and gives the scan to the page's scan box.
import { submit } from "./swap.js";
import { tone } from "./tone.js";

/** A person does not type this fast, nor a scanner this slow. */
const GAP_MS = 35;
/** Shorter bursts are keys pressed together. */
const LEAST = 6;
/** Nobody types a burst, so once there is one, the desk may be busy for so long in the middle of it. */
const BUSY_MS = 250;
/** The prefix a scanner can be set to send first; then nothing else is ever taken for a scan. */
const PREFIX = "F24";
const REPEAT_MS = 3000;

let text = "";
let last = 0;
let leaked = null;
let prefixed = false;
let previous = { text: "", at: -REPEAT_MS };

export function start() {
  document.addEventListener("keydown", hear, true);
}

/** @param {KeyboardEvent} event */
function hear(event) {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) return;
  const form = document.querySelector("form[data-scan]");
  if (!form) return;
  if (event.key === PREFIX) { reset(); prefixed = true; event.preventDefault(); return; }
  const quick = event.timeStamp - last <= (text.length >= LEAST ? BUSY_MS : GAP_MS);
  last = event.timeStamp;
  if (event.key === "Enter" || event.key === "Tab") {
    const scan = text;
    const whole = (quick || prefixed) && scan.length >= LEAST;
    const field = leaked;
    reset();
    if (!whole) return;
    event.preventDefault();
    event.stopPropagation();
    if (field) field.element.value = field.before;
    take(form, scan);
    return;
  }
  if (event.key.length !== 1) return;
  if (!quick && !prefixed) reset();
  if (text === "") leaked = remember(document.activeElement);
  text += event.key;
  // A burst outside a field must not scroll the page or press what has the focus.
  if (prefixed || (quick && !leaked)) event.preventDefault();
}

function remember(element) {
  const field = element?.matches?.("input, textarea");
  return field ? { element, before: element.value } : null;
}

function reset() {
  text = "";
  leaked = null;
  prefixed = false;
}

/** The same code again within three seconds is the scanner's repeat, not a second guest. */
function take(form, scan) {
  const at = performance.now();
  if (scan === previous.text && at - previous.at < REPEAT_MS) return;
  previous = { text: scan, at };
  if (!document.getElementById("lost").hidden) { tone("reject"); return; }
  const badge = document.getElementById("badge");
  if (badge && /^B:/i.test(scan)) { badge.elements.who.value = scan; badge.requestSubmit(); return; }
  const box = form.querySelector("#scan");
  if (!box || box.disabled) return;
  const typed = box.value;
  box.value = scan;
  submit(form);
  if (form.method === "post") box.value = typed;
}
