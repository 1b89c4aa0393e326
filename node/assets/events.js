// Listens to what changes at this desk and asks for the page again; the server sends only what kind of thing changed.
import { cut, found, refresh } from "./swap.js";

const SETTLE_MS = 120;
/** Where much changes, the page still leaves most of the time to who works with it. */
const REST_MS = 800;
let source, timer, rested = 0, again = false, wait = 500;

export function start() {
  if (!document.querySelector("[data-part]") || !window.EventSource) return;
  open();
  window.addEventListener("pagehide", () => source.close()); // A page that is put away keeps none of the browser's six connections.
  window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });
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

/** Many changes at once are one look; one that gave way to somebody's work is made up for. */
function later() {
  again = true;
  if (document.hidden || timer) return;
  timer = setTimeout(async () => {
    again = false;
    const whole = await refresh().catch(() => false);
    rested = performance.now() + REST_MS;
    timer = undefined;
    if (again || !whole) later();
  }, Math.max(SETTLE_MS, rested - performance.now()));
}
