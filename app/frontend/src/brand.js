// The brand's look: pickers beside the colours, and the letter in small, which follows what is typed.
import { showBehind } from "./frames.js";

const WHOLE = /^#?[0-9a-f]{6}$/i;

document.addEventListener("input", (event) => {
  const picker = event.target.closest?.("[data-picks]");
  if (picker) {
    document.getElementById(picker.dataset.picks).value = picker.value.toUpperCase();
    return;
  }
  const picked = event.target.id && document.querySelector(`[data-picks="${CSS.escape(event.target.id)}"]`);
  if (!picked) return;
  const text = event.target.value.trim() || event.target.placeholder;
  if (WHOLE.test(text)) picked.value = `#${text.replace("#", "").toLowerCase()}`;
}, { capture: true });

document.addEventListener("htmx:afterSwap", (event) => {
  const looked = document.getElementById("brand-preview");
  if (!looked || event.detail.target?.id !== "brand-preview") return;
  document.querySelectorAll("[data-sample]").forEach((paper) => {
    const address = looked.dataset[paper.dataset.sample];
    if (paper.dataset.shown !== address) showBehind(paper, address);
    paper.dataset.shown = address;
  });
});
