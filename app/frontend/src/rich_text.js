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

const OneParagraph = Document.extend({ content: "paragraph" });
const SAFE_LINK = /^(https?:\/\/|mailto:|tel:|\{\{)/i;

function words(textarea, name) {
  return textarea.form?.dataset[name] || document.body.dataset[name] || "";
}

function inlineHtml(editor) {
  const html = editor.getHTML();
  return html.replace(/^<p>/, "").replace(/<\/p>$/, "");
}

function htmlAfterCursor(editor) {
  const { state } = editor;
  const end = state.doc.content.size - 1;
  const holder = document.createElement("div");
  const serializer = editor.view.someProp("clipboardSerializer");
  const slice = state.doc.slice(state.selection.to, end);
  holder.append(
    serializer
      ? serializer.serializeFragment(slice.content)
      : editor.view.serializeForClipboard(slice).dom,
  );
  const paragraph = holder.querySelector("p");
  return paragraph ? paragraph.innerHTML : holder.innerHTML;
}

// Enter, Backspace and a pasted article act on the column of blocks, which belongs to the server.
function columnKeys(textarea, act) {
  const position = textarea.name.match(/^b(\d+)-text$/)?.[1];
  const splits = position !== undefined && textarea.closest(".block-paragraph, .block-heading, .block-quote");
  return Extension.create({
    name: "columnKeys",
    addKeyboardShortcuts() {
      return {
        Enter: ({ editor }) => {
          if (!splits) return true;
          const rest = htmlAfterCursor(editor);
          const { from } = editor.state.selection;
          editor.chain().deleteRange({ from, to: editor.state.doc.content.size - 1 }).run();
          act(`split:${position}`, { rest });
          return true;
        },
        "Shift-Enter": ({ editor }) => editor.commands.setHardBreak(),
        Backspace: ({ editor }) => {
          const { selection } = editor.state;
          if (!selection.empty || selection.from > 1) return false;
          if (!textarea.closest(".block-paragraph") || position === undefined || position === "0") return false;
          act(`join:${position}`, {});
          return true;
        },
        "Alt-ArrowUp": () => position !== undefined && (act(`up:${position}`, {}), true),
        "Alt-ArrowDown": () => position !== undefined && (act(`down:${position}`, {}), true),
      };
    },
  });
}

function toolbar(editor, textarea) {
  const bar = document.createElement("div");
  bar.className = "rich-bar";
  bar.setAttribute("role", "toolbar");
  const buttons = [
    ["wordBold", "bold", () => editor.chain().focus().toggleBold().run(), () => editor.isActive("bold")],
    ["wordItalic", "italic", () => editor.chain().focus().toggleItalic().run(), () => editor.isActive("italic")],
    ["wordLink", "link", () => toggleLink(editor, bar, textarea), () => editor.isActive("link")],
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

function toggleLink(editor, bar, textarea) {
  if (editor.isActive("link")) {
    editor.chain().focus().extendMarkRange("link").unsetLink().run();
    return;
  }
  if (bar.querySelector("input")) return;
  const input = document.createElement("input");
  input.className = "input rich-address";
  input.placeholder = "https://";
  input.setAttribute("aria-label", words(textarea, "wordAddress"));
  const close = () => { input.remove(); editor.commands.focus(); };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Enter") return;
    event.preventDefault();
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

export function enrich(textarea, { act, paste }) {
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
      columnKeys(textarea, act),
    ],
    content: `<p>${textarea.value}</p>`,
    injectCSS: false,
    editorProps: {
      attributes: { class: "rich-text input", role: "textbox", "aria-multiline": "true", "aria-label": textarea.getAttribute("aria-label") || "" },
      handlePaste: (_view, event) => paste(textarea, event),
    },
    onUpdate: ({ editor: changed }) => {
      textarea.value = inlineHtml(changed);
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  holder.prepend(toolbar(editor, textarea));
  holder.editor = editor;
  textarea.editor = editor;
}
