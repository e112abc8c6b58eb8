// A sign-up form's puzzle (ALTCHA), solved while one types. Without script, or where the browser has no crypto (plain
// http), the form still works: it asks for one more press.

import { pbkdf2, solveChallenge } from "altcha/lib";

import "./sign_up.css";

const form = document.querySelector("form[data-puzzle]");

async function solve(puzzle) {
  const challenge = JSON.parse(puzzle);
  const solution = await solveChallenge({ challenge, deriveKey: pbkdf2.deriveKey });
  return solution ? btoa(JSON.stringify({ challenge, solution })) : "";
}

function carry(solution) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "altcha";
  field.value = solution;
  form.append(field);
}

if (form && globalThis.crypto?.subtle) {
  const button = form.querySelector("button.main");
  const word = button.textContent;
  let ready = false;
  const solving = solve(form.dataset.puzzle).then(carry, () => {}).then(() => { ready = true; });
  form.addEventListener("submit", (event) => {
    if (ready) return;
    event.preventDefault();
    button.textContent = form.dataset.working;
    button.setAttribute("aria-busy", "true");
    solving.then(() => form.submit());
  });
  // A page that comes back from the browser's memory holds a puzzle that was used.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
    button.textContent = word;
    button.removeAttribute("aria-busy");
  });
}
