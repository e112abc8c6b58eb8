// The step "Check and send" is shown anew when checks end: what was being typed into its form stays, and stays open.

const KEPT = ["override_reason", "at", "zone"];
let kept = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.target?.querySelector?.(".send-form");
  if (!form) return;
  const fields = KEPT.map((name) => form.elements.namedItem(name)).filter(Boolean);
  kept = { open: Boolean(form.querySelector("details.later")?.open), values: fields.map((field) => [field.name, field.value]), focus: fields.find((field) => field === document.activeElement)?.name };
});

document.addEventListener("htmx:afterSwap", () => {
  const form = document.querySelector(".send-form");
  if (!form || !kept) return;
  const { open, values, focus } = kept;
  kept = null;
  if (open) form.querySelector("details.later").open = true;
  for (const [name, value] of values) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    field.value = value;
    if (name === focus) field.focus();
  }
});
