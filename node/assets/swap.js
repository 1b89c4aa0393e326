// Sends marked forms and links without leaving the page, and replaces the parts that changed.
import { announce, focusFirstError } from "./a11y.js";
import { tone } from "./tone.js";

/** Parsing goes through one named policy: the security policy of the pages allows no other. */
const policy = window.trustedTypes?.createPolicy("fragment", { createHTML: (text) => text });
const parse = (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");

/** Sends wait for one another, so that answers are shown in the order of the scans. */
let queue = Promise.resolve();
let pending = 0, sent = 0, retry = 0;

export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-live]")) return;
    event.preventDefault();
    if (!form.dataset.busy) submit(form, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-live]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    visit(link.href, true);
  });
  window.addEventListener("popstate", () => visit(location.href, false));
}

/** Sends a form as it stands now. @param {HTMLFormElement} form @param {HTMLElement | null} [button] */
export function submit(form, button) {
  const data = new URLSearchParams(new FormData(form, button?.name ? button : undefined));
  const scan = form.hasAttribute("data-scan");
  if (scan) {
    if (data.has("form")) data.set("form", numbered(data.get("form")));
    if (form.method === "post") form.reset();
  } else form.dataset.busy = "1";
  const target = new URL(form.action, location.href);
  const get = form.method === "get";
  if (get) target.search = data.toString();
  // The answer to a scan comes without the long lists; the change that it makes brings them.
  const options = get ? {} : { method: "POST", body: data, headers: scan ? { "Apron-Brief": "1" } : {} };
  return enqueue(() => request(target.href, options, true).finally(() => delete form.dataset.busy));
}

/** Sends what no plain form holds. @param {string} address @param {FormData} body */
export function send(address, body) {
  return enqueue(() => request(address, { method: "POST", body }, false));
}

/** Shows another address. @param {string} address @param {boolean} push */
export function visit(address, push) {
  return enqueue(() => request(address, {}, push));
}

/** Fetches this page again and takes over what changed, and leaves that as soon as somebody sends something. Whether it came to its end. */
export async function refresh() {
  const at = sent;
  const left = () => pending > 0 || sent !== at;
  if (!left()) await request(location.href, { headers: { "Apron-Quiet": "1" } }, false, left);
  return !left();
}

function enqueue(work) {
  [pending, sent] = [pending + 1, sent + 1];
  queue = queue.then(work, work).catch(() => undefined).finally(() => { pending -= 1; });
  return queue;
}

/** @param {(() => boolean) | undefined} left says that nobody waits for this any more: nobody pressed anything to get it */
async function request(address, options, push, left) {
  const slow = setTimeout(() => left || document.getElementById("verdict")?.classList.add("working"), 150);
  let reply;
  try {
    reply = await fetch(address, { ...options, headers: { "X-Fragment": "1", ...options.headers }, redirect: "follow" });
  } catch {
    await lost();
    return left ? undefined : request(address, options, push, left);
  } finally {
    clearTimeout(slow);
  }
  found();
  if (!reply.headers.get("content-type")?.startsWith("text/html")) { if (!left?.()) location.href = reply.url; return; }
  const text = await reply.text();
  if (left?.()) return;
  const place = new URL(reply.headers.get("content-location") ?? reply.url, reply.url).href;
  if (push && reply.ok && place !== location.href) history.pushState(null, "", place);
  await show(parse(text), left);
}

/** Takes over the parts of another rendering of this page; another kind of page is taken over whole. */
async function show(page, left) {
  const here = document.getElementById("main");
  const there = page.getElementById("main");
  const focus = document.activeElement?.id || "-";
  if (!there || here.className !== there.className) {
    document.title = page.title;
    here.replaceWith(there);
    swap(document.getElementById("top"), page.getElementById("top"));
    swap(document.getElementById("foot"), page.getElementById("foot"));
    (there.querySelector("[autofocus]") ?? there.querySelector("h1"))?.focus();
    return;
  }
  for (const old of document.querySelectorAll("[data-part]")) {
    const fresh = page.getElementById(old.id);
    // Between two parts the keys of a scanner are heard.
    if (left) await new Promise((done) => setTimeout(done));
    if (left?.()) return;
    if (fresh && !(left && typing(old)) && !old.isEqualNode(fresh)) swap(old, fresh);
  }
  document.title = page.title;
  const wrong = focusFirstError();
  const asked = left ? null : document.querySelector("#ask [autofocus]");
  if (asked) asked.focus();
  else if (!wrong && document.activeElement === document.body && !left) {
    (document.getElementById(focus) ?? here.querySelector("[autofocus]"))?.focus({ preventScroll: true });
  }
  speak();
}

function swap(old, fresh) {
  if (!old || !fresh) return;
  if (old.matches("tbody")) { rows(old, fresh); return; }
  const lists = [...old.querySelectorAll(".scroll")].map((list) => list.scrollTop);
  const unfolded = [...old.querySelectorAll(".photos [open]")].map((part) => part.id);
  old.replaceWith(fresh);
  unfolded.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  fresh.querySelectorAll(".scroll").forEach((list, at) => { list.scrollTop = lists[at] ?? 0; });
}

/** Makes a list like its fresh rendering and touches only the rows that differ, by their ids: the others need not be laid out again. */
function rows(old, fresh) {
  const wanted = new Map([...fresh.children].map((row) => [row.id, row]));
  for (const row of [...old.children]) if (!wanted.get(row.id)?.isEqualNode(row)) row.remove();
  const kept = new Map([...old.children].map((row) => [row.id, row]));
  let next = old.firstElementChild;
  for (const [id, row] of wanted) {
    if (next && next === kept.get(id)) next = next.nextElementSibling;
    else old.insertBefore(kept.get(id) ?? row, next);
  }
}

/** Whether somebody is in the middle of filling this part in. */
function typing(part) {
  return [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) =>
    field === document.activeElement || (/checkbox|radio/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== (field.defaultValue ?? field.value)));
}

/** Plays and says a new verdict once. */
let heard = document.getElementById("verdict")?.dataset.id;
function speak() {
  const verdict = document.getElementById("verdict");
  if (!verdict || verdict.dataset.id === heard) return;
  heard = verdict.dataset.id;
  verdict.scrollIntoView({ block: "nearest" });
  tone(verdict.dataset.tone);
  announce(document.querySelector("#counters")?.dataset.say ?? "");
}

/** The desk itself does not answer: say so in red, keep what was typed, try again. */
async function lost() {
  cut();
  retry = Math.min(retry + 1, 5);
  await new Promise((done) => setTimeout(done, 400 * retry + Math.random() * 400));
}

/** Says that the desk is out of reach, and lets nothing be pressed that would be lost. */
export function cut() {
  document.getElementById("lost").hidden = false;
  document.querySelectorAll("main button:enabled").forEach((button) => { button.disabled = true; button.dataset.lost = "1"; });
}

/** The desk answers again. */
export function found() {
  retry = 0;
  document.getElementById("lost").hidden = true;
  document.querySelectorAll("[data-lost]").forEach((button) => { button.disabled = false; delete button.dataset.lost; });
}

/** The number of a scan, for its place in the id. It begins by chance: a page that a browser kept and shows again is not mistaken for itself. */
let scans = crypto.getRandomValues(new Uint16Array(1))[0];

/** The id of a scan: that of the page, with the scan's number. Several may be on their way at once. @param {string} page */
function numbered(page) {
  scans = (scans + 1) % 65536;
  return page.slice(0, 30) + scans.toString(16).padStart(4, "0") + page.slice(34);
}
