// One act at a time. While the server answers, keys are kept and typed again where the cursor lands: nothing is lost.
import htmx from "htmx.org";
import { remember } from "./editor_undo.js";

export const shown = { caret: "" };
const waiting = [];
let busy = false;
let since = 0;
let before = null;
const GIVE_UP_MS = 10_000;

export function form() {
  return document.querySelector("form[data-article]");
}

export function words(name) {
  return form()?.dataset[name] || "";
}

export function say(text) {
  const said = document.getElementById("said");
  if (said) said.textContent = text;
}

// The path of the block that a field belongs to, where the field holds its words.
export function addressOf(textarea) {
  return textarea.name.match(/^b([\d.]+)-text$/)?.[1];
}

export function entries() {
  return Object.fromEntries([...new FormData(form())].filter(([, value]) => typeof value === "string"));
}

export function acting() {
  return busy && Date.now() - since < GIVE_UP_MS;
}

function start() {
  busy = true;
  since = Date.now();
  before = document.getElementById("column");
}

// A refusal leaves the column as it is; another column says itself when it stands. A save that was on its way before
// an act is answered first, and says nothing about the act.
document.addEventListener("htmx:afterRequest", (event) => {
  const act = event.detail.requestConfig?.parameters?.act;
  if (busy && act && isOurs(event) && document.getElementById("column") === before) isBusy(false);
});

export function send(act, fields = {}) {
  const source = form();
  if (!source) return;
  if (acting()) {
    waiting.push({ act, fields });
    return;
  }
  remember(entries());
  start();
  htmx.ajax("POST", source.action, { source, target: "#column", swap: "outerHTML", values: { act, ...fields } })
    .catch(() => {});
}

// Whether an event of htmx is about saving the article.
export function isOurs(event) {
  const source = form();
  const path = event.detail.pathInfo?.requestPath;
  return !!source && !!path && new URL(path, location.href).pathname === new URL(source.action).pathname;
}

// Sends a column as it was, in place of the one on the page, once no save is on its way any more.
export function sendInstead(values, revision) {
  const source = form();
  if (!source || busy) return false;
  start();
  exchange(source, values, revision);
  return true;
}

function exchange(source, values, revision) {
  if (source.classList.contains("htmx-request")) {
    setTimeout(exchange, 40, source, values, revision);
    return;
  }
  const whole = { ...values, csrf_token: entries().csrf_token, revision: revision ?? entries().revision, act: "redraw" };
  htmx.ajax("POST", source.action, { source: document.body, target: "#column", swap: "outerHTML", values: whole })
    .catch(() => {});
}

// An act on the block with the cursor, wherever that is once the acts before it are done.
export function intend(act) {
  if (acting()) {
    waiting.push({ intended: act });
    return;
  }
  const path = document.activeElement?.closest(".block")?.dataset.path;
  if (path) send(act(path));
}

// While an act is on its way: letters, Enter, Backspace and Tab are kept.
export function hold(event) {
  if (!acting()) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return false;
  }
  if (event.key.length === 1) waiting.push({ typed: event.key });
  else if (event.key === "Enter" || event.key === "Backspace") waiting.push({ key: event.key });
  else if (event.key === "Tab") waiting.push({ steps: event.shiftKey ? -1 : 1 });
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

export function holdInput(event) {
  if (!acting() || !event.cancelable || !event.data) return;
  waiting.push({ typed: event.data });
  event.preventDefault();
  event.stopPropagation();
}

export function holdPaste(event) {
  const text = acting() && event.clipboardData?.getData("text/plain");
  if (!text) return;
  waiting.push({ typed: text.replace(/\s+/g, " ") });
  event.preventDefault();
  event.stopPropagation();
}

const REACHED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable=true], [tabindex='0']";

// As Tab goes: the next thing in the page's order that can have the cursor.
function step(steps) {
  const reached = [...document.querySelectorAll(REACHED)].filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }));
  reached[reached.indexOf(document.activeElement) + steps]?.focus();
}

function type(text) {
  const editor = document.activeElement?.closest(".rich")?.editor;
  if (editor) {
    if (text === "/" && editor.isEmpty) press("/");
    else editor.commands.insertContent({ type: "text", text });
    return;
  }
  const field = document.activeElement;
  if (!field?.matches?.("input, textarea")) return;
  field.setRangeText(text, field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function press(key) {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

export function isBusy(now) {
  busy = now;
  while (!busy && waiting.length) {
    const next = waiting.shift();
    if (next.typed) type(next.typed);
    else if (next.key) press(next.key);
    else if (next.steps) step(next.steps);
    else if (next.intended) intend(next.intended);
    else send(next.act, next.fields);
  }
}
