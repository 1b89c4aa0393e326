// Listens to what changes at this desk and asks for the page again; the server sends only what kind of thing changed.
import { cut, found, refresh } from "./swap.js";

const SETTLE_MS = 120;
let source;
let timer;
let wait = 500;

export function start() {
  if (!document.querySelector("[data-part]") || !window.EventSource) return;
  open();
  // Ages such as "5 s ago" go on even when nothing happens.
  setInterval(later, 15000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) later(); });
}

function open() {
  source = new EventSource("/live");
  source.addEventListener("change", later);
  source.addEventListener("open", () => { wait = 500; found(); later(); });
  source.addEventListener("error", () => {
    source.close();
    cut();
    setTimeout(open, wait + Math.random() * wait);
    wait = Math.min(wait * 2, 8000);
  });
}

/** Many changes at once are one look. */
function later() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, SETTLE_MS);
}
