// A paste into <textarea data-rich-paste="id"> brings its headings, lists and links along, in the hidden field of that id.
// The box shows the plain words; whoever changes them there decides for the plain words alone.

const STRUCTURE = /<(h[1-6]|li|blockquote|table|img|a\s[^>]*href|strong|em|b>|i>)/i;

function tell(box, words) {
  const told = box.closest("form")?.querySelector("[data-rich-told]");
  if (told) told.textContent = words ? told.dataset.words : "";
}

document.addEventListener("paste", (event) => {
  const box = event.target.closest?.("textarea[data-rich-paste]");
  if (!box) return;
  const html = event.clipboardData?.getData("text/html") || "";
  const field = document.getElementById(box.dataset.richPaste);
  const replacesAll = box.selectionEnd - box.selectionStart >= box.value.trim().length;
  const keeps = replacesAll && STRUCTURE.test(html);
  field.value = "";
  tell(box, false);
  if (!keeps) return;
  box.dataset.pasting = "1";
  // After the browser has put the plain words into the box.
  setTimeout(() => { delete box.dataset.pasting; field.value = html; tell(box, true); }, 0);
});

document.addEventListener("input", (event) => {
  const box = event.target.closest?.("textarea[data-rich-paste]");
  if (!box || box.dataset.pasting) return;
  document.getElementById(box.dataset.richPaste).value = "";
  tell(box, false);
});
