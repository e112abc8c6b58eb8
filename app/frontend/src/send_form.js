// The step "Check and send" is shown anew when checks end: what is typed, what is open and where the cursor is stay.
import htmx from "htmx.org";

const FIELDS = "input:not([type=hidden]), textarea, select";
let kept = null;
let waits = false;

function pane() {
  return document.getElementById("check");
}

function isPane(event) {
  return event.detail.target?.id === "check";
}

// The same field before and after: by its form and its name.
function nameOf(field) {
  return `${field.form?.getAttribute("action")} ${field.name} ${field.type === "checkbox" ? field.value : ""}`;
}

function changed(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  return field.tagName !== "SELECT" && field.value !== field.defaultValue;
}

function isDate(element) {
  return element?.type === "datetime-local";
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isPane(event)) return;
  // A date is typed part by part, and has no value before the last one: it is left alone until the cursor leaves it.
  if (isDate(document.activeElement) && pane().contains(document.activeElement)) {
    event.detail.shouldSwap = false;
    waits = true;
    return;
  }
  kept = {
    values: new Map([...pane().querySelectorAll(FIELDS)].filter(changed).map((field) => [nameOf(field), field.type === "checkbox" ? field.checked : field.value])),
    open: [...pane().querySelectorAll("details[open]")].map((details) => details.className),
  };
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!isPane(event) || !kept) return;
  const { values, open } = kept;
  kept = null;
  pane().querySelectorAll("details").forEach((details) => { if (open.includes(details.className)) details.open = true; });
  pane().querySelectorAll(FIELDS).forEach((field) => {
    const value = values.get(nameOf(field));
    if (value === undefined) return;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
  });
});

document.addEventListener("focusout", (event) => {
  if (!waits || !isDate(event.target)) return;
  waits = false;
  htmx.trigger(document.body, "checks-done");
});
