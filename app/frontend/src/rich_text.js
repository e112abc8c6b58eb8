// Turns a textarea of inline HTML into a small rich-text field. The textarea stays the truth that the form sends.
import { Editor, Extension } from "@tiptap/core";
import Bold from "@tiptap/extension-bold";
import Document from "@tiptap/extension-document";
import HardBreak from "@tiptap/extension-hard-break";
import Italic from "@tiptap/extension-italic";
import Link from "@tiptap/extension-link";
import Paragraph from "@tiptap/extension-paragraph";
import Text from "@tiptap/extension-text";
import { UndoRedo } from "@tiptap/extensions";
import { DOMSerializer } from "@tiptap/pm/model";
import { addressOf, shown } from "./editor_acts.js";

const OneParagraph = Document.extend({ content: "paragraph" });
const NEAR_MS = 400;
const SAFE_LINK = /^(https?:\/\/|mailto:|tel:|\{\{)/i;

function words(textarea, name) {
  return textarea.form?.dataset[name] || document.body.dataset[name] || "";
}

function field(tag, label, attributes = {}) {
  const made = document.createElement(tag);
  made.className = "input rich-address";
  made.setAttribute("aria-label", label);
  Object.assign(made, attributes);
  // What is chosen here is no part of the form.
  ["input", "change"].forEach((name) => made.addEventListener(name, (event) => event.stopPropagation()));
  return made;
}

function inlineHtml(editor) {
  const html = editor.getHTML();
  return html.replace(/^<p>/, "").replace(/<\/p>$/, "");
}

function htmlAfterCursor(editor) {
  const { doc, selection } = editor.state;
  const holder = document.createElement("div");
  const after = doc.slice(selection.to, doc.content.size - 1);
  holder.append(DOMSerializer.fromSchema(editor.schema).serializeFragment(after.content));
  return (holder.querySelector("p") || holder).innerHTML;
}

// Home and the arrows are the browser's: it moves the cursor at once and tells the editor a moment later.
function selectionNow(editor) {
  editor.view.domObserver.flush();
  return editor.state.selection;
}

// Enter, Backspace, "/" and a pasted article act on the column of blocks, which belongs to the server.
function columnKeys(textarea, { send, insertBelow }) {
  const path = addressOf(textarea);
  const block = textarea.closest(".block");
  const splits = path !== undefined && block?.matches(".block-paragraph, .block-heading, .block-quote");
  const holder = () => textarea.editor?.view.dom.closest(".rich");
  return Extension.create({
    name: "columnKeys",
    priority: 1000,
    addKeyboardShortcuts() {
      return {
        Enter: ({ editor }) => {
          if (!splits) return addItem(textarea, send);
          const { from } = selectionNow(editor);
          const rest = htmlAfterCursor(editor);
          editor.chain().deleteRange({ from, to: editor.state.doc.content.size - 1 }).run();
          shown.caret = "start";
          send(`split:${path}`, { rest });
          return true;
        },
        "Shift-Enter": ({ editor }) => editor.commands.setHardBreak(),
        Backspace: ({ editor }) => {
          const selection = selectionNow(editor);
          if (!selection.empty || selection.from > 1) return false;
          if (editor.isEmpty && removeItem(textarea, send)) return true;
          if (!block?.matches(".block-paragraph") || path === undefined || /(^|\.)0$/.test(path)) return false;
          send(editor.isEmpty ? `remove:${path}` : `join:${path}`);
          return true;
        },
        "/": ({ editor }) => {
          if (!splits || !block.matches(".block-paragraph") || !editor.isEmpty) return false;
          insertBelow(textarea);
          return true;
        },
        "Mod-k": () => { holder()?.querySelector(".rich-link")?.click(); return true; },
      };
    },
  });
}

const ITEM = /^b([\d.]+)-i([\d.]+)-text$/;

function itemsBeside(textarea) {
  return textarea.closest(".items").querySelectorAll(":scope > .item");
}

// Enter in an item of a list begins the next one; in an empty last item it ends the list, and a paragraph follows.
function addItem(textarea, send) {
  const item = textarea.name.match(ITEM);
  if (!item) return true;
  const [, path, place] = item;
  if (textarea.value.trim()) {
    send(`item-add:${path}:${place}`);
    return true;
  }
  const items = itemsBeside(textarea);
  if (items.length < 2 || place.includes(".") || textarea.closest(".item") !== items[items.length - 1]) return true;
  send(`item-end:${path}:${place}`);
  return true;
}

// Backspace in an empty item takes it away, unless it is the only one.
function removeItem(textarea, send) {
  const item = textarea.name.match(ITEM);
  if (!item || itemsBeside(textarea).length < 2) return false;
  send(`item-remove:${item[1]}:${item[2]}`);
  return true;
}

function toolbar(editor, textarea) {
  const bar = document.createElement("div");
  bar.className = "rich-bar";
  bar.setAttribute("role", "toolbar");
  const buttons = [
    ["wordBold", "bold", () => editor.chain().focus().toggleBold().run(), () => editor.isActive("bold")],
    ["wordItalic", "italic", () => editor.chain().focus().toggleItalic().run(), () => editor.isActive("italic")],
    ["wordLink", "link", () => toggleLink(editor, bar, textarea), () => editor.isActive("link")],
    ...(offered(textarea).length ? [["wordMerge", "merge", () => chooseField(editor, bar, textarea), () => false]] : []),
  ].map(([name, symbol, act, isOn]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `rich-button rich-${symbol}`;
    button.textContent = words(textarea, name);
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", act);
    bar.append(button);
    return [button, isOn];
  });
  const show = () => buttons.forEach(([button, isOn]) => button.setAttribute("aria-pressed", String(isOn())));
  editor.on("transaction", show);
  show();
  return bar;
}

function offered(textarea) {
  return textarea.form?.dataset.editor ? JSON.parse(textarea.form.dataset.editor).fields : [];
}

// A merge tag with what stands there for people of whom the field is not known.
function chooseField(editor, bar, textarea) {
  bar.querySelectorAll(".rich-address, .rich-put").forEach((one) => one.remove());
  const select = field("select", words(textarea, "wordField"));
  offered(textarea).forEach(([value, label]) => select.append(new Option(label, value)));
  const fallback = field("input", words(textarea, "wordDefault"), { placeholder: words(textarea, "wordDefault") });
  const put = document.createElement("button");
  put.type = "button";
  put.className = "rich-button rich-put";
  put.textContent = words(textarea, "wordPut");
  const close = () => { [select, fallback, put].forEach((one) => one.remove()); editor.view.focus(); };
  const insert = () => {
    const otherwise = fallback.value.trim().replaceAll("\\", "").replaceAll("'", "\u2019").replace(/[{}%]/g, "");
    const tag = otherwise ? `{{ ${select.value} | default('${otherwise}') }}` : `{{ ${select.value} }}`;
    close();
    editor.chain().focus().insertContent({ type: "text", text: tag }).run();
  };
  put.addEventListener("click", insert);
  [select, fallback].forEach((one) => one.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter") insert();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }));
  bar.append(select, fallback, put);
  select.focus();
}

function toggleLink(editor, bar, textarea) {
  if (editor.isActive("link")) {
    editor.chain().focus().extendMarkRange("link").unsetLink().run();
    return;
  }
  if (bar.querySelector("input")) return;
  const input = field("input", words(textarea, "wordAddress"), { placeholder: "https://" });
  const close = () => { input.remove(); editor.view.focus(); };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    const href = input.value.trim();
    if (!SAFE_LINK.test(href)) {
      input.setAttribute("aria-invalid", "true");
      return;
    }
    close();
    const chain = editor.chain().focus();
    if (editor.state.selection.empty) chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
    else chain.setLink({ href }).run();
  });
  bar.append(input);
  input.focus();
}

// What stands around the cursor goes a moment after it: what is being pressed below must not move away.
export function stayNear(holder, name) {
  let leaving = 0;
  holder.addEventListener("focusin", () => {
    clearTimeout(leaving);
    holder.classList.add(name);
  });
  holder.addEventListener("focusout", () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => holder.classList.remove(name), NEAR_MS);
  });
}

export function enrich(textarea, acts) {
  if (textarea.dataset.enriched) return;
  textarea.dataset.enriched = "true";
  const holder = document.createElement("div");
  holder.className = "rich";
  textarea.after(holder);
  textarea.hidden = true;
  const editor = new Editor({
    element: holder,
    extensions: [
      OneParagraph, Paragraph, Text, Bold, Italic, HardBreak, UndoRedo,
      Link.configure({ openOnClick: false, autolink: false, linkOnPaste: true, isAllowedUri: (url) => SAFE_LINK.test(url), HTMLAttributes: { rel: null, target: null } }),
      columnKeys(textarea, acts),
    ],
    content: `<p>${textarea.value}</p>`,
    injectCSS: false,
    editorProps: {
      attributes: { class: "rich-text input", role: "textbox", "aria-multiline": "true", "aria-label": textarea.getAttribute("aria-label") || "" },
      handlePaste: (_view, event) => acts.paste(textarea, event),
    },
    onUpdate: ({ editor: changed }) => {
      textarea.value = inlineHtml(changed);
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  holder.prepend(toolbar(editor, textarea));
  stayNear(holder, "rich-near");
  holder.editor = editor;
  textarea.editor = editor;
}
