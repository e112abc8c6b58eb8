// How a campaign leaves is saved at every change and shown anew: what was typed meanwhile stays, and goes with the next.
import htmx from "htmx.org";

let sent = "";
let waits = false;

function form() {
  return document.querySelector("#departure > form");
}

function typedIn(one) {
  return new URLSearchParams(new FormData(one)).toString();
}

function isDate(element) {
  return element?.type === "datetime-local" && form()?.contains(element);
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt === form()) sent = typedIn(form());
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "departure" || !form()) return;
  // A date is typed part by part, and has no value before the last one.
  waits = isDate(document.activeElement);
  if (waits || typedIn(form()) !== sent) event.detail.shouldSwap = false;
});

document.addEventListener("focusout", (event) => {
  if (!waits || !isDate(event.target)) return;
  waits = false;
  htmx.trigger(form(), "change");
});
