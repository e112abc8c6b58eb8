// What is shown anew keeps the cursor: whoever goes by keyboard would have to begin at the top of the page again.
// The column of blocks has rules of its own (editor.js), and lists that renew themselves name theirs (frame.js).

let kept = null;

// What the same control is called before and after: the form it is in, what it is, and what it says without figures.
function nameOf(control) {
  const form = control.closest("form")?.getAttribute("action") || "";
  const words = control.matches("input, textarea, select") ? "" : control.textContent.replace(/[\d\s]+/g, " ").trim();
  return [form, control.tagName, control.name || "", control.matches("button, [type=checkbox], [type=radio]") ? control.value : "", words].join("|");
}

function same(name, tag) {
  return [...document.querySelectorAll(tag)].filter((one) => nameOf(one) === name);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const active = document.activeElement;
  if (!detail.shouldSwap || detail.target?.id === "column" || !detail.target?.contains?.(active) || active === document.body) return;
  const name = nameOf(active);
  kept = { id: active.id, name, tag: active.tagName, place: same(name, active.tagName).indexOf(active), from: active.selectionStart, to: active.selectionEnd };
});

document.addEventListener("htmx:afterSettle", () => {
  if (!kept) return;
  const { id, name, tag, place, from, to } = kept;
  kept = null;
  if (document.activeElement !== document.body) return;
  const found = (id && document.getElementById(id)) || same(name, tag)[place] || same(name, tag)[0];
  if (!found) return;
  found.focus({ preventScroll: true });
  if (typeof from === "number" && found.value) found.setSelectionRange?.(from, to);
});
