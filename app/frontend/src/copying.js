// Buttons that copy what stands in a field or an element: <button data-copy="id-of-field" data-copied="Copied">. Hidden without script.

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const word = button.querySelector("span");
  const words = "value" in field ? field.value : field.textContent;
  field.select?.();
  try {
    await navigator.clipboard.writeText(words);
    const before = word.textContent;
    word.textContent = button.dataset.copied;
    setTimeout(() => { word.textContent = before; }, 2000);
  } catch {
    field.focus();
  }
});
