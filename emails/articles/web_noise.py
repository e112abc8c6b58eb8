"""What a page holds beside words: scripts, styles, drawings, comments. Taken out in one pass, nested or not."""

import re

_OPENING = re.compile(r"<(script|style|svg|template)\b|<(!--)", re.IGNORECASE)
_ENDINGS = {
    "!--": re.compile("-->"),
    **{name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "svg", "template")},
}


def without_noise(html: str) -> str:
    """The page without them; what is opened and never closed is left for the parsers. Linear in the page's size."""
    kept: list[str] = []
    position = 0
    never_closed: set[str] = set()
    while found := _OPENING.search(html, position):
        name = (found[1] or found[2]).lower()
        end = None if name in never_closed else _ENDINGS[name].search(html, found.end())
        if end is None:
            never_closed.add(name)
            kept.append(html[position : found.end()])
            position = found.end()
        else:
            kept += [html[position : found.start()], " "]
            position = end.end()
    return "".join([*kept, html[position:]])
