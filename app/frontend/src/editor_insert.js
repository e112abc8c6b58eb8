// The menu that "/" opens in an empty paragraph: type to find a block or a saved section, arrows choose, Enter inserts.
import { form, send, words } from "./editor_acts.js";

let open = null;

function options(path) {
  const offered = JSON.parse(form().dataset.editor);
  const kinds = path.includes(".") ? offered.inside : offered.kinds;
  const sections = path.includes(".") ? [] : offered.sections;
  return [
    ...kinds.map(([kind, label]) => ({ label, act: `put:${path}:${kind}` })),
    ...sections.map(([id, label]) => ({ label, act: `section:${path}:${id}` })),
  ];
}

export function closeInsertMenu() {
  open?.remove();
  open = null;
}

function element(tag, attributes) {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  return made;
}

export function openInsertMenu(block, path, textarea) {
  closeInsertMenu();
  const all = options(path);
  const menu = element("div", { class: "insert-menu", role: "group", "aria-label": words("wordInsert") });
  const input = element("input", {
    class: "input", role: "combobox", "aria-expanded": "true", "aria-controls": "insert-list", "aria-autocomplete": "list",
    "aria-label": words("wordInsert"), placeholder: words("wordFind"), autocomplete: "off",
  });
  const list = element("ul", { id: "insert-list", role: "listbox", "aria-label": words("wordInsert") });
  menu.append(input, list);
  block.append(menu);
  open = menu;
  let shown = all;
  let at = 0;

  function leave() {
    closeInsertMenu();
    textarea.editor?.view.focus();
  }
  function mark() {
    [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", shown.length ? `insert-${at}` : "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }
  function draw() {
    const wanted = input.value.trim().toLowerCase();
    shown = all.filter(({ label }) => label.toLowerCase().includes(wanted));
    at = 0;
    list.replaceChildren(...shown.map(({ label, act }, place) => {
      const option = element("li", { role: "option", id: `insert-${place}` });
      option.textContent = label;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(act); });
      return option;
    }));
    mark();
  }
  function choose(act) {
    closeInsertMenu();
    send(act);
  }
  input.addEventListener("input", (event) => { event.stopPropagation(); draw(); });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) at = (at + step + shown.length) % shown.length;
    else if (event.key === "Enter") { if (shown[at]) choose(shown[at].act); }
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (open) mark();
  });
  input.addEventListener("blur", () => setTimeout(() => { if (open === menu && !menu.contains(document.activeElement)) closeInsertMenu(); }, 150));
  draw();
  input.focus();
}
