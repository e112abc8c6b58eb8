// Says whether what is on the page is saved, tries again where it is not, and keeps a copy in this browser till then.
import htmx from "htmx.org";
import { entries, form, isOurs, say, sendInstead, words } from "./editor_acts.js";

const RETRY_MS = 5_000;
const TYPING = /^(act|csrf_token|pasted|pasted_kind|rest|removed)$/;
let retry = 0;
let changed = 0;
let sentAt = 0;

function key() {
  return `letterwright:article:${form().dataset.article}`;
}

function kept(work) {
  try {
    return work(localStorage);
  } catch {
    return null; // storage may be full or forbidden; saving goes on without it
  }
}

function keepCopy() {
  const values = Object.fromEntries(Object.entries(entries()).filter(([name]) => !TYPING.test(name)));
  kept((storage) => storage.setItem(key(), JSON.stringify(values)));
}

function dropCopy() {
  kept((storage) => storage.removeItem(key()));
}

function state(text, bad = false) {
  const shown = document.getElementById("save-state");
  if (!shown || shown.textContent === text) return;
  shown.textContent = text;
  shown.classList.toggle("not-saved", bad);
}

function again() {
  clearTimeout(retry);
  retry = setTimeout(() => htmx.trigger(form(), "letterwright:save"), RETRY_MS);
}

// The web's copy of a letter that left is saved by its button alone.
function savesItself() {
  return !!form()?.dataset.article;
}

document.addEventListener("input", (event) => {
  if (!savesItself() || !event.target.closest?.("form[data-article]") || !event.target.name) return;
  changed += 1;
  state(words("wordSaving"));
  keepCopy();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!savesItself() || !isOurs(event)) return;
  clearTimeout(retry);
  sentAt = changed;
  state(words("wordSaving"));
});

document.addEventListener("htmx:sendError", (event) => {
  if (!savesItself() || !isOurs(event)) return;
  keepCopy();
  state(words("wordOffline"), true);
  again();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr } = event.detail;
  if (!savesItself() || !isOurs(event) || !xhr?.status) return;
  if (xhr.status >= 500) {
    keepCopy();
    state(words("wordTrouble"), true);
    again();
  } else if (xhr.status === 200 && !xhr.responseText.includes("not-saved")) {
    if (sentAt === changed) dropCopy();
    else state(words("wordSaving"));
  }
});

window.addEventListener("online", () => savesItself() && htmx.trigger(form(), "letterwright:save"));
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-take-theirs]")) dropCopy();
});

// A copy that was never saved comes back; where somebody else saved meanwhile, the server asks which it shall be.
document.addEventListener("DOMContentLoaded", () => {
  if (!savesItself()) return;
  const copy = kept((storage) => JSON.parse(storage.getItem(key()) || "null"));
  if (!copy) return;
  const now = entries();
  const differs = Object.keys(copy).some((name) => name !== "revision" && copy[name] !== now[name]);
  if (!differs || !copy.revision) dropCopy();
  else if (sendInstead(copy, copy.revision)) say(words("wordBack"));
});
