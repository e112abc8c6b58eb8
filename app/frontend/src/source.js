// Sources and notices: the letter beside follows what is typed; a problem leads to its line.
const PAUSE = 900;
const waiting = new WeakMap();

// A frame of its own each time: otherwise every letter shown would be a step of the browser's way back.
function show(form) {
  const button = form.querySelector("[data-show]");
  const old = button && document.querySelector(`iframe[name="${CSS.escape(button.formTarget)}"]`);
  if (!old) return;
  const next = old.cloneNode(false);
  next.removeAttribute("src");
  old.replaceWith(next);
  form.requestSubmit(button);
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-show-first]").forEach(show));

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-source]");
  if (!form?.querySelector("[data-show]")) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => show(form), PAUSE));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-line]");
  const box = link && document.getElementById("source");
  if (!box) return;
  event.preventDefault();
  const lines = box.value.split("\n");
  const line = Math.min(Number(link.dataset.line), lines.length);
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  box.focus();
  box.setSelectionRange(start, start + lines[line - 1].length);
  const height = parseFloat(getComputedStyle(box).lineHeight) || 20;
  box.scrollTop = Math.max(0, (line - 4) * height);
});
