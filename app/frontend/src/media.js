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
  const words = button.textContent.trim();
  const dialog = document.createElement("dialog");
  dialog.className = "media-dialog";
  dialog.setAttribute("aria-label", words);
  const head = document.createElement("div");
  head.className = "media-dialog-head";
  const title = document.createElement("h2");
  title.textContent = words;
  const search = document.createElement("input");
  search.type = "search";
  search.className = "input";
  search.placeholder = button.dataset.wordSearch || "";
  search.setAttribute("aria-label", search.placeholder || words);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button";
  close.textContent = button.dataset.wordClose || "×";
  close.addEventListener("click", () => dialog.close());
  const body = document.createElement("div");
  body.setAttribute("aria-live", "polite");
  head.append(title, search, close);
  dialog.append(head, body);
  dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
  document.body.append(dialog);
  return { dialog, body, search };
}

// The server's own page part, escaped there as every page is.
async function show(body, address, query = "") {
  const asked = `${address}?q=${encodeURIComponent(query)}`;
  body.dataset.asked = asked;
  const answer = await fetch(asked, { headers: { "HX-Request": "true" } });
  if (answer.ok && body.dataset.asked === asked) body.innerHTML = await answer.text();
  return answer.ok;
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
  const address = button.dataset.from || "/content/media/pick";
  const { dialog, body, search } = dialogFor(button);
  if (!(await show(body, address))) {
    dialog.remove();
    return;
  }
  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show(body, address, search.value), 250);
  });
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
