// Hears a scanner that types like a keyboard, whatever has the focus, and gives the scan to the page's scan box.
import { submit } from "./swap.js";
import { tone } from "./tone.js";

/** How this device hears its scanner, as set on its page: a person does not type this fast, and shorter bursts are keys pressed together. */
const set = document.body.dataset;
const LEAST = Number(set.least ?? 6);
/** Nobody types a burst, so once there is one, the desk may be busy for so long in the middle of it. */
const BUSY_MS = 250;
/** The prefix a scanner can be set to send first; then nothing else is ever taken for a scan. STX is typed as Ctrl+B. */
const PREFIX = set.prefix ?? "F24";
const REPEAT_MS = 3000;
/** What a US keyboard has on its keys beside letters and digits. */
const US = { Minus: "-_", Equal: "=+", Comma: ",<", Period: ".>", Slash: "/?", Semicolon: ";:", Quote: "'\"", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Backquote: "`~", Space: "  " };

/** The burst so far, as it came and as the keys of a US keyboard; the pauses within; and the keys that ended the one before. */
let text = "", keys = "", gaps = [], ends = [];
let last = 0, leaked = null, prefixed = false;
let previous = { text: "", at: -REPEAT_MS };

export function start() {
  document.addEventListener("keydown", hear, true);
}

/** @param {KeyboardEvent} event */
function hear(event) {
  const form = document.querySelector("form[data-scan]");
  if (!form || event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
  if ((event.ctrlKey && event.code === "KeyB" ? "STX" : event.key) === PREFIX) { reset(); prefixed = true; last = event.timeStamp; event.preventDefault(); return; }
  if (event.ctrlKey) return;
  const gap = "calibrate" in form.dataset ? 200 : Number(set.gap ?? 35);
  const pause = event.timeStamp - last, quick = pause <= (text.length >= LEAST ? Math.max(BUSY_MS, gap) : gap);
  prefixed &&= pause <= Math.max(BUSY_MS, gap); // Who pressed the prefix by hand goes on typing.
  last = event.timeStamp;
  if (event.key === "Enter" || event.key === "Tab") {
    const scan = text, field = leaked, seen = { keys, gap: gaps.sort((one, other) => one - other)[gaps.length >> 1], prefix: prefixed ? PREFIX : "" };
    const whole = (quick || prefixed) && scan.length >= LEAST;
    // CR is followed by LF, or by a Tab: that presses nothing. More than that is no scanner's.
    const again = ends.length > 0 && ends.length < 3 && scan === "" && pause <= gap;
    reset();
    if (again) ends.push(event.key); else ends = whole ? [event.key] : [];
    if (!whole && !again) return;
    event.preventDefault();
    event.stopPropagation();
    if (field) field.element.value = field.before;
    if (whole) take(form, scan, seen, field?.element);
    return;
  }
  const meant = american(event);
  const letter = set.us ? meant : event.key.length === 1 ? event.key : "";
  if (!letter && !meant) return;
  if (!quick && !prefixed) reset();
  if (text === "") leaked = remember(document.activeElement);
  if (keys) gaps.push(Math.round(pause));
  text += letter;
  keys += meant;
  // A burst outside a field must not scroll the page or press what has the focus.
  if (prefixed || (quick && !leaked)) event.preventDefault();
}

/** The character of a key on a US keyboard, whatever this one is. */
function american({ code, key, shiftKey }) {
  const [, letter, digit] = /^(?:Key(.)|Digit(.))$/.exec(code) ?? [];
  const pair = letter ? letter.toLowerCase() + letter : digit ? digit + ")!@#$%^&*("[digit] : US[code];
  return pair?.[Number(shiftKey)] ?? (key.length === 1 ? key : "");
}

function remember(element) {
  return element?.matches?.("input, textarea") ? { element, before: element.value } : null;
}

function reset() {
  [text, keys, gaps, leaked, prefixed] = ["", "", [], null, false];
}

/** The same code again within three seconds is the scanner's repeat, not a second guest. */
function take(form, scan, seen, field) {
  const at = performance.now();
  if (scan === previous.text && at - previous.at < REPEAT_MS) return;
  previous = { text: scan, at };
  if (!document.getElementById("lost").hidden) { tone("reject"); return; }
  const badge = /^B:/i.test(scan) && document.getElementById("badge");
  if (badge && "badge" in (field?.dataset ?? {})) { field.value = scan; return; }
  if (badge) { badge.elements.who.value = scan; badge.requestSubmit(); return; }
  const box = form.querySelector("#scan");
  if (!box || box.disabled) return;
  const typed = box.value;
  box.value = scan;
  if ("calibrate" in form.dataset) {
    for (const name in seen) form.elements[name].value = seen[name] ?? "";
    // What comes right behind the code is part of the answer.
    setTimeout(() => { form.elements.ends.value = ends.join(" "); submit(form); }, BUSY_MS);
  } else submit(form);
  if (form.method === "post") box.value = typed;
}
