"""Lexical, the JSON in which Ghost keeps a post's text, written as HTML for the HTML reader."""

import json
from html import escape

from emails.articles.details import plain
from emails.articles.ghost_cards import CARDS, Node, words
from emails.errors import ArticleBroken

MAX_DEPTH = 60
MAX_NODES = 40_000

_MARKS = ((1, "strong"), (2, "em"), (4, "s"), (8, "u"), (16, "code"), (32, "sub"), (64, "sup"))
_CONTAINERS = {
    "root": "",
    "paragraph": "p",
    "quote": "blockquote",
    "extended-quote": "blockquote",
    "aside": "blockquote",
    "listitem": "li",
}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset({"paywall", "tk", "zwnj"})


def lexical_html(source: str) -> tuple[str, list[str]]:
    """The text as HTML, not yet safe, and the names of the cards that have no place in a letter.

    Raises: ArticleBroken for broken JSON or nodes nested deeper than MAX_DEPTH.
    """
    try:
        root = json.loads(source)
    except (ValueError, RecursionError) as wrong:
        raise ArticleBroken("The text of the post (Lexical) is broken. Open it in Ghost and save it again.") from wrong
    writer = _Writer()
    html = writer.write(root.get("root") if isinstance(root, dict) else None, 0)
    return html, sorted(writer.unread)


class _Writer:
    def __init__(self) -> None:
        self.unread: set[str] = set()
        self._nodes = 0

    def write(self, node: object, depth: int) -> str:
        if not isinstance(node, dict):
            return ""
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise ArticleBroken(
                f"The text of the post is nested more than {MAX_DEPTH} deep or has more than {MAX_NODES:,} parts. "
                "Split it into several posts."
            )
        kind = words(node, "type")
        card = CARDS.get(kind)
        if card:
            return card(node)
        return _marked(node) if kind in {"text", "extended-text"} else self._container(node, kind, depth)

    def _container(self, node: Node, kind: str, depth: int) -> str:
        children = node.get("children")
        inner = "".join(self.write(child, depth + 1) for child in children) if isinstance(children, list) else ""
        if kind in {"link", "autolink", "at-link"}:
            return f'<a href="{escape(words(node, "url"))}">{inner}</a>'
        tag = _tag(node, kind)
        if tag is None and not isinstance(children, list) and kind not in _SILENT:
            self.unread.add(plain(kind)[:40] or "unnamed")
        return f"<{tag}>{inner}</{tag}>" if tag else inner


def _tag(node: Node, kind: str) -> str | None:
    """The tag of a container, "" for one without, None for one that is not known."""
    tag = words(node, "tag")
    if kind in {"heading", "extended-heading"}:
        return tag if tag in _HEADINGS else "h2"
    if kind == "list":
        return "ol" if words(node, "listType") == "number" or tag == "ol" else "ul"
    return _CONTAINERS.get(kind)


def _marked(node: Node) -> str:
    text = escape(words(node, "text"), quote=False)
    bits = node.get("format")
    for bit, tag in _MARKS if isinstance(bits, int) else ():
        text = f"<{tag}>{text}</{tag}>" if isinstance(bits, int) and bits & bit else text
    return text
