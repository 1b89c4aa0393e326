// Keeps what was begun in a marked form with the desk, for its author: after a lock, another person's shift or a restart it stands there again.

const WAIT_MS = 700;
let timer;

export function start() {
  fill();
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(() => keep(form, new URLSearchParams(fields(form)).toString()), WAIT_MS);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-draft]")) return;
    clearTimeout(timer);
    keep(event.target, "");
  });
}

/** What a person typed; the form's own keys and passwords are no part of it. */
function fields(form) {
  return [...new FormData(form)].filter(([name]) => form.elements[name]?.type !== "hidden" && form.elements[name]?.type !== "password");
}

function keep(form, body) {
  fetch(`/draft/${form.dataset.draft}`, { method: "POST", body, keepalive: true, headers: { "Apron-Quiet": "1", "Content-Type": "text/plain" } }).catch(() => undefined);
}

async function fill() {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const reply = await fetch(`/draft/${form.dataset.draft}`, { headers: { "Apron-Quiet": "1" } }).catch(() => null);
    if (!reply?.ok) continue;
    for (const [name, value] of new URLSearchParams(await reply.text())) {
      const field = form.elements[name];
      if (field && "value" in field && !field.value) field.value = value;
    }
  }
}
