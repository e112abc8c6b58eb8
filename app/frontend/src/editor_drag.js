// Blocks are dragged by their grip, within the column and into the columns of a block; keys do the same with Alt.
import Sortable from "sortablejs";
import { send } from "./editor_acts.js";

function pathIn(list, at) {
  const prefix = list.dataset.blocks;
  return prefix ? `${prefix}.${at}` : String(at);
}

function dropped({ item, from, to, oldIndex, newIndex }) {
  from.insertBefore(item, from.children[oldIndex + (from === to && newIndex < oldIndex ? 1 : 0)] ?? null);
  if (from === to && oldIndex === newIndex) return;
  const before = from === to && newIndex > oldIndex ? newIndex + 1 : newIndex;
  send(`move:${item.dataset.path}:${pathIn(to, before)}`);
}

export function draggable(root) {
  root.querySelectorAll("[data-blocks]").forEach((list) => {
    if (list.sorted) return;
    list.sorted = true;
    Sortable.create(list, {
      handle: "[data-grip]",
      draggable: ".block",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      group: {
        name: "blocks",
        put: (to, _from, item) => !to.el.dataset.blocks || !item.matches(".block-columns, .block-sponsor"),
      },
      onEnd: dropped,
    });
  });
}
