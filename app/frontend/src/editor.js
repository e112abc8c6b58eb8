// The block editor: what is done to the column goes to the server, which answers with the column as it then is.
import { draggable } from "./editor_drag.js";
import { acting, addressOf, hold, holdInput, holdPaste, intend, isBusy, isOurs, send, shown } from "./editor_acts.js";
import { closeInsertMenu, openInsertMenu } from "./editor_insert.js";
import "./editor_saving.js";
import { redo, undo } from "./editor_undo.js";
import { enrich, stayNear } from "./rich_text.js";

// Several paragraphs pasted at once, or what looks like Markdown, are an article's part: the server reads them.
const MARKDOWN = /^(#{1,6} |[-*+] |\d+[.)] |> |```|\|.+\|)/m;
const LARGE_HTML = /<(h[1-6]|li|blockquote|table|pre|hr|p[\s>][\s\S]*<p[\s>])/i;

function paste(textarea, event) {
  const path = addressOf(textarea);
  const html = event.clipboardData?.getData("text/html") || "";
  const text = event.clipboardData?.getData("text/plain") || "";
  const looks = html && LARGE_HTML.test(html) ? "html" : MARKDOWN.test(text.trim()) && /\n|^[#>|`]/.test(text.trim()) ? "markdown" : "text";
  const large = looks !== "text" || (!html && /\n\s*\n/.test(text.trim()));
  if (!path || !large) return false;
  send(`paste:${path}`, { pasted: looks === "html" ? html : text, pasted_kind: looks });
  return true;
}

function grow(textarea) {
  textarea.style.height = "auto";
  textarea.style.height = `${textarea.scrollHeight + 2}px`;
}

function insertBelow(textarea) {
  const path = addressOf(textarea);
  if (path) openInsertMenu(textarea.closest(".block"), path, textarea);
}

export function prepareColumn(root) {
  root.querySelectorAll("textarea[data-rich]").forEach((textarea) => enrich(textarea, { intend, send, paste, insertBelow }));
  root.querySelectorAll("textarea[data-grow]:not([data-rich])").forEach((textarea) => {
    grow(textarea);
    textarea.addEventListener("input", () => grow(textarea));
  });
  root.querySelectorAll(".block").forEach((block) => stayNear(block, "block-near"));
  draggable(root);
}

// At once: the editor's own command waits for a frame, and what was typed meanwhile must not.
function focusWords(editor, atStart) {
  editor.commands.setTextSelection(atStart ? 0 : editor.state.doc.content.size);
  editor.view.focus();
}

// The cursor goes where the act led, and what was typed meanwhile follows it.
function focusBlock(column) {
  const path = column.dataset.focus;
  const block = path && document.getElementById(`block-${path}`);
  if (!block) {
    if (document.activeElement === document.body) document.getElementById("title")?.focus();
    return;
  }
  block.scrollIntoView({ block: "nearest" });
  const named = column.dataset.focusField && [...block.querySelectorAll("[name]")].find((one) => one.name === column.dataset.focusField);
  if (named) {
    if (named.editor) focusWords(named.editor, false);
    else named.focus();
    return;
  }
  const textarea = block.querySelector("textarea[data-rich]");
  const plain = block.querySelector(".block-fields input:not([type=hidden]):not([type=file]):not([type=checkbox]), .block-fields textarea:not([hidden])");
  const first = textarea && (!plain || textarea.compareDocumentPosition(plain) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (first) focusWords(textarea.editor, shown.caret === "start");
  else (plain || block).focus();
  shown.caret = "";
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("form[data-article] button[name=act]");
  if (!button || !button.value || event.defaultPrevented) return;
  event.preventDefault();
  send(button.value);
});

document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.matches("select[data-act]")) send(target.dataset.act);
  if (target.matches("input[data-upload]") && target.files.length) send(target.dataset.upload);
});

document.addEventListener("keydown", (event) => {
  // Between two columns nothing has the cursor.
  const between = acting() && event.target === document.body;
  if ((!between && !event.target.closest?.("form[data-article]")) || hold(event)) return;
  const arrow = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (event.altKey && arrow && (between || event.target.closest(".block"))) {
    event.preventDefault();
    intend((path) => `${arrow}:${path}`);
  }
  if (between) return;
  const wants = (event.ctrlKey || event.metaKey) && event.key.toLowerCase();
  const again = wants === "y" || (wants === "z" && event.shiftKey);
  if (wants !== "z" && wants !== "y") return;
  const field = event.target.closest(".rich")?.editor;
  const typed = field ? (again ? field.can().redo() : field.can().undo()) : !again && event.target.value !== event.target.defaultValue;
  if (!typed && (again ? redo() : undo())) event.preventDefault();
}, true);

// Signs that no key tells of (accents, other scripts, a keyboard on a screen), and what is pasted.
document.addEventListener("beforeinput", (event) => { if (event.target.closest?.("form[data-article]")) holdInput(event); }, true);
document.addEventListener("paste", (event) => { if (event.target.closest?.("form[data-article]")) holdPaste(event); }, true);

// Enter in a line of a block saves; it never presses the first button.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("form[data-article] input:not([type=checkbox])")) return;
  if (event.target.closest(".insert-menu, .rich-bar")) return;
  event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const block = event.target.closest?.(".block");
  const letter = document.getElementById("letter");
  if (block && letter) letter.dataset.near = block.dataset.path;
});

// Once for each column that the server sent: later answers change no words, and must not move the cursor.
document.addEventListener("htmx:afterSettle", () => {
  const column = document.getElementById("column");
  if (!column || column.settled) return;
  column.settled = true;
  prepareColumn(column);
  closeInsertMenu();
  focusBlock(column);
  isBusy(false);
});

// A conflict is an answer, not an error.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 409 && isOurs(event)) event.detail.isError = false;
});

document.addEventListener("DOMContentLoaded", () => {
  prepareColumn(document);
  const column = document.getElementById("column");
  if (column) column.settled = true;
});

