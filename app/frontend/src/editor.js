// The block editor: rich-text fields, acts on the column, pictures, and the cursor after each swap.
import htmx from "htmx.org";
import { enrich } from "./rich_text.js";

function form() {
  return document.querySelector("form[data-article]");
}

// Sends the whole column with one act; the server answers with the column as it then is.
function act(value, fields = {}) {
  const source = form();
  if (!source) return;
  htmx.trigger(source, "letterwright:act");
  htmx.ajax("POST", source.action, { source, target: "#column", swap: "outerHTML", values: { act: value, ...fields } });
}

// Several paragraphs pasted at once are an article's part: the server reads them into blocks.
function paste(textarea, event) {
  const position = textarea.name.match(/^b(\d+)-text$/)?.[1];
  const html = event.clipboardData?.getData("text/html") || "";
  const text = event.clipboardData?.getData("text/plain") || "";
  const large = /<(h[1-6]|li|blockquote|table|p[\s>][\s\S]*<p[\s>])/i.test(html) || /\n\s*\n/.test(text.trim());
  if (position === undefined || !large) return false;
  act(`paste:${position}`, { pasted: html || text, pasted_kind: html ? "html" : "text" });
  return true;
}

function grow(textarea) {
  textarea.style.height = "auto";
  textarea.style.height = `${textarea.scrollHeight + 2}px`;
}

export function prepareColumn(root) {
  root.querySelectorAll("textarea[data-rich]").forEach((textarea) => enrich(textarea, { act, paste }));
  root.querySelectorAll("textarea[data-grow]:not([data-rich])").forEach((textarea) => {
    grow(textarea);
    textarea.addEventListener("input", () => grow(textarea));
  });
}

function focusBlock(column) {
  const position = column.dataset.focus;
  if (!position) return;
  const block = document.getElementById(`block-${position}`);
  if (!block) return;
  block.scrollIntoView({ block: "nearest" });
  const editor = block.querySelector("textarea[data-rich]")?.editor;
  if (editor) editor.commands.focus(column.dataset.focusEnd ? "end" : "start");
  else (block.querySelector(".block-fields input, .block-fields textarea") || block).focus();
}

document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.matches("select[data-act]")) act(target.dataset.act);
  if (target.matches("input[data-upload]") && target.files.length) act(target.dataset.upload);
});

document.addEventListener("focusin", (event) => {
  const block = event.target.closest?.(".block");
  const letter = document.getElementById("letter");
  if (block && letter) letter.dataset.near = block.id.replace("block-", "");
});

document.addEventListener("htmx:afterSettle", (event) => {
  const column = document.getElementById("column");
  if (!column) return;
  prepareColumn(column);
  if (event.detail.target?.id === "column" || event.detail.elt?.id === "column") focusBlock(column);
});

document.addEventListener("DOMContentLoaded", () => prepareColumn(document));
