// What the column was before each act, so that Ctrl+Z takes the act back; typing inside a field has its own undo.
import { entries, form, say, sendInstead, words } from "./editor_acts.js";

const MOST = 100;
const before = [];
const after = [];

export function remember(column) {
  before.push(column);
  if (before.length > MOST) before.shift();
  after.length = 0;
}

function go(from, to, told) {
  if (!form() || !from.length) return false;
  const now = entries();
  if (!sendInstead(from.at(-1))) return true;
  from.pop();
  to.push(now);
  say(words(told));
  return true;
}

export function undo() {
  return go(before, after, "wordUndone");
}

export function redo() {
  return go(after, before, "wordRedone");
}
