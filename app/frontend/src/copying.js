// Buttons that copy what stands in a field: <button data-copy="id-of-field" data-copied="Copied">. Hidden without script.

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const word = button.querySelector("span");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    const before = word.textContent;
    word.textContent = button.dataset.copied;
    setTimeout(() => { word.textContent = before; }, 2000);
  } catch {
    field.focus();
  }
});
