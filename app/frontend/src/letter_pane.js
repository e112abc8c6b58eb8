// The letter beside the steps: shows what the server rendered, again after each save, near the block being written.
import { showBehind } from "./frames.js";

function pane() {
  return document.getElementById("letter");
}

function address(letter) {
  const url = new URL(letter.dataset.letter, location.href);
  url.searchParams.set("view", letter.dataset.view || letter.querySelector("[data-view][aria-current]")?.dataset.view || "desktop");
  const reader = letter.querySelector("[data-reader]")?.value;
  if (reader) url.searchParams.set("reader", reader);
  const design = document.querySelector("[name=theme]:checked")?.value;
  if (design) url.searchParams.set("design", design);
  if (letter.dataset.near) url.searchParams.set("near", letter.dataset.near);
  url.searchParams.set("at", String(Date.now()));
  if (letter.dataset.near) url.hash = "here";
  return url.href;
}

function refresh() {
  const letter = pane();
  if (letter) showBehind(letter.querySelector(".letter-paper"), address(letter));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#letter [data-view]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  const letter = pane();
  letter.querySelectorAll("[data-view]").forEach((one) => one.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  letter.className = `letter letter-${link.dataset.view}`;
  letter.dataset.view = link.dataset.view;
  refresh();
});

// A test letter is filled as for whoever the letter is looked at as.
function keepReader(select) {
  const name = select.value ? select.selectedOptions[0].textContent : "";
  document.querySelectorAll("[data-reader-kept]").forEach((one) => { one.value = select.value; });
  document.querySelectorAll("[data-reader-name]").forEach((one) => { one.textContent = name || one.dataset.nobody; });
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-reader]")) keepReader(event.target);
  if (event.target.matches("[data-reader], .designs [name=theme]")) refresh();
});

document.body?.addEventListener("letter-changed", refresh);
document.addEventListener("DOMContentLoaded", () => document.body.addEventListener("letter-changed", refresh));
