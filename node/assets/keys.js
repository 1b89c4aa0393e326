// The keys of a page: pressed, they do what the marked element does; F1 lists them.

export function start() {
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
    const copy = event.target.closest?.("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy);
  });
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.isComposing) return;
  if (event.key === "F1") { event.preventDefault(); sheet(); return; }
  const combo = (event.ctrlKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  if (event.shiftKey) return;
  const target = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === combo && !element.disabled);
  if (target) {
    event.preventDefault();
    if (target.matches("input, textarea")) { target.focus(); target.select(); } else target.click();
    return;
  }
  rows(event);
}

/** Arrows walk through a numbered list; while one of its rows has the focus, a number opens that row. */
function rows(event) {
  const list = [...document.querySelectorAll("[data-row]")];
  if (list.length === 0) return;
  const field = document.activeElement?.matches("input, textarea, select") && document.activeElement.id !== "scan";
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !field) {
    event.preventDefault();
    const at = list.indexOf(document.activeElement);
    list[Math.max(0, Math.min(list.length - 1, at + step))].focus();
  } else if (list.includes(document.activeElement)) {
    list.find((row) => row.dataset.row === event.key)?.click();
  }
}

function sheet() {
  const dialog = document.getElementById("keys");
  const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  const list = Object.assign(document.createElement("dl"), { className: "pairs" });
  for (const element of document.querySelectorAll("[data-key]")) {
    const words = element.labels?.[0]?.textContent ?? element.textContent;
    list.append(make("dt", element.dataset.key), make("dd", words.replace(element.dataset.key, "").trim()));
  }
  dialog.replaceChildren(make("h2", dialog.dataset.head), list);
  if (!dialog.open) dialog.showModal();
}
