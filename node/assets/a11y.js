// Words for those who listen, and the focus where it helps.

/** Says something once, politely. @param {string} words */
export function announce(words) {
  const place = document.getElementById("say");
  if (place && words) place.textContent = words;
}

/** Moves to the summary of errors, if there is one. */
export function focusFirstError() {
  const summary = document.getElementById("errors");
  summary?.focus();
  return Boolean(summary);
}
