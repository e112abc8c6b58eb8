// Pictures dropped on a form are sent at once, and buttons with data-pick-media="id of a field" open the library:
// the picture chosen there puts its address into that field, and its description into the one of data-pick-alt.

document.addEventListener("dragover", (event) => {
  const form = event.target.closest?.("form[data-drop]");
  if (!form) return;
  event.preventDefault();
  form.classList.add("drop-over");
});

document.addEventListener("dragleave", (event) => {
  const form = event.target.closest?.("form[data-drop]");
  if (form && !form.contains(event.relatedTarget)) form.classList.remove("drop-over");
});

document.addEventListener("drop", (event) => {
  const form = event.target.closest?.("form[data-drop]");
  if (!form) return;
  event.preventDefault();
  form.classList.remove("drop-over");
  const field = form.querySelector("input[type=file]");
  if (!event.dataTransfer.files.length) return;
  field.files = event.dataTransfer.files;
  form.requestSubmit();
});

function dialogFor(button) {
  const dialog = document.createElement("dialog");
  dialog.className = "media-dialog";
  dialog.setAttribute("aria-label", button.textContent.trim());
  const head = document.createElement("header");
  const title = document.createElement("h2");
  title.textContent = button.textContent.trim();
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button";
  close.textContent = button.dataset.wordClose || "×";
  close.addEventListener("click", () => dialog.close());
  head.append(title, close);
  const body = document.createElement("div");
  dialog.append(head, body);
  dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
  document.body.append(dialog);
  return { dialog, body };
}

function fill(id, value, { onlyEmpty = false } = {}) {
  const field = id && (document.getElementById(id) || document.getElementsByName(id)[0]);
  if (!field || (onlyEmpty && field.value)) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-pick-media]");
  if (!button) return;
  event.preventDefault();
  const answer = await fetch(button.dataset.from || "/content/media/pick", { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const { dialog, body } = dialogFor(button);
  // The server's own page part, escaped there as every page is.
  body.innerHTML = await answer.text();
  body.addEventListener("click", (chosen) => {
    const one = chosen.target.closest?.("button[data-picked]");
    if (!one) return;
    dialog.close();
    fill(button.dataset.pickAlt, one.dataset.alt, { onlyEmpty: true });
    fill(button.dataset.pickMedia, one.dataset.picked);
    button.dispatchEvent(new CustomEvent("media-picked", {
      bubbles: true, detail: { address: one.dataset.picked, alt: one.dataset.alt },
    }));
  });
  dialog.showModal();
});

// Where the editor shows the picture above its field, it shows the one that was chosen.
document.addEventListener("media-picked", (event) => {
  const place = event.target.closest(".block-fields");
  if (!place) return;
  const shown = place.querySelector("img.picture") || document.createElement("img");
  shown.className = "picture";
  shown.src = event.detail.address;
  shown.alt = event.detail.alt;
  place.querySelector(".picture-missing")?.replaceWith(shown);
});
