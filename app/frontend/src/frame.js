// The frame of every page: menus that close, the colour switch, the browser's time zone, focus on what went wrong.

const quiet = (details) => details.removeAttribute("open");

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) quiet(menu);
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.activeElement?.closest?.("details.menu[open]") || document.querySelector("details.menu[open]");
    if (menu) {
      quiet(menu);
      menu.querySelector("summary").focus();
    }
    return;
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.metaKey && !event.ctrlKey && !event.altKey) {
    const search = document.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
});

// A second press of a form on its way would ask twice, and show the refusal of the second in place of the answer.
const TWICE_MS = 3000;
let onItsWay = new WeakMap();
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const leavesThePage = !(submitter?.formTarget || form.target);
  if (event.defaultPrevented || form.method !== "post" || !leavesThePage) return;
  const before = onItsWay.get(form);
  if (before && before.submitter === submitter && performance.now() - before.at < TWICE_MS) event.preventDefault();
  else onItsWay.set(form, { submitter, at: performance.now() });
});
window.addEventListener("pageshow", () => { onItsWay = new WeakMap(); });

// Colours change at once; the server keeps the choice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const pressed = event.submitter;
  if (!form.querySelector("[data-theme-switch]") || pressed?.name !== "theme") return;
  event.preventDefault();
  const body = new FormData(form, pressed);
  fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" }, credentials: "same-origin" })
    .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); })
    .then(() => {
      document.documentElement.dataset.theme = pressed.value;
      form.querySelectorAll("[name=theme]").forEach((one) => {
        one.setAttribute("aria-pressed", String(one === pressed));
      });
    })
    .catch(() => form.submit());
});

function detectZone(root) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  root.querySelectorAll("select[data-detect-zone]").forEach((select) => {
    const known = [...select.options].some((option) => option.value === here);
    if (known && select.value === "UTC") select.value = here;
  });
}

// A list that refreshes itself keeps the place of whoever moves through it by keyboard.
let kept = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  kept = target?.matches?.("[data-keep-focus]") && target.contains(document.activeElement) ? document.activeElement.id : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (kept) document.getElementById(kept)?.focus({ preventScroll: true });
  kept = null;
});

document.addEventListener("DOMContentLoaded", () => {
  detectZone(document);
  // Tabs that are wider than the screen begin where one is.
  const tab = document.querySelector(".tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
  document.querySelector("[data-focus]")?.focus();
});
