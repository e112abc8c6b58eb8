// A frame whose page changes: the new one loads behind the old one and takes its place when it is there.
export function showBehind(paper, address) {
  const next = paper.querySelector("iframe").cloneNode(false);
  next.classList.add("letter-next");
  next.addEventListener("load", () => {
    paper.querySelectorAll("iframe").forEach((frame) => { if (frame !== next) frame.remove(); });
    next.classList.remove("letter-next");
  }, { once: true });
  next.src = address;
  paper.querySelectorAll(".letter-next").forEach((frame) => frame.remove());
  paper.append(next);
}
