"""The one sanitiser for the words inside a block: a tiny allow-list of inline HTML, balanced and collapsed.

Raw braces are merge tags that a marketer typed and survive; `&#123;` and `&#125;` are braces to be shown.
Importers write foreign words through `inline_of` and `inert`: a pasted `{{ x }}` never becomes a merge tag.
"""

import re
from collections.abc import Iterable
from html import escape, unescape

from emails.articles.markup import LINK_SCHEMES, Tag, clean_characters, clean_html
from emails.articles.runs import MARKS, Mark, Run

_ATTRIBUTES = {"a": {"href", "title"}}
_BREAKING_TAGS = frozenset({"br", "p", "div", "li"})
_LINK = re.compile(rf"(?:{'|'.join(sorted(LINK_SCHEMES))}):[^\s<>\"\\]+", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"\\/?#]+[^\s<>\"\\]*", re.IGNORECASE)
_MERGE_TAG = re.compile(r"\{\{[^{}]{0,500}\}\}|\{%[^{}]{0,500}%\}")
_SHOWN_BRACE = re.compile(r"&(?:#0*12([35])(?:;|(?!\d))|#[xX]0*7([bBdD])(?:;|(?![0-9a-fA-F]))|([lr])(?:cub|brace);)")
_MARKED_UP = re.compile(r"</?[a-zA-Z][^<>]*>")
_TAGS = re.compile(r"<[^<>]*>")
_BRAND_ADDRESS = re.compile(r"\{\{\s*brand\.url\s*\}\}")
_BLANKS = re.compile(r"[ \t\n\r\x85\u2028\u2029]+")


def sanitise(html: str) -> str:
    """Inline HTML as the editor or the API wrote it, safe and balanced; merge tags and shown braces survive.

    Raises: ArticleBroken when nested absurdly deep.
    """
    veil = _Veil(html)
    tags = clean_html(veil.covered, tags=MARKS | _BREAKING_TAGS, attributes=_ATTRIBUTES)
    return veil.lift(_run_of(tags, veil).to_html())


def inline_of(text: str) -> str:
    """Plain text as inline HTML; its braces are shown, never read as merge tags."""
    return inert(escape(_BLANKS.sub(" ", clean_characters(text)).strip(" "), quote=False))


def inert(html: str) -> str:
    """The same HTML with every brace as a character reference: it shows the same and is no merge tag."""
    return html.replace("{", "&#123;").replace("}", "&#125;")


def text_of(html: str) -> str:
    """Inline HTML as plain text; `<br>` becomes a line break."""
    return unescape(_TAGS.sub(lambda match: "\n" if match[0].startswith("<br") else "", html))


def is_link(address: str) -> bool:
    """Whether a reader may be sent there: http, https, mailto or tel, with merge tags allowed inside."""
    plain = _MERGE_TAG.sub("x", _BRAND_ADDRESS.sub("https://x", address))
    return bool(_LINK.fullmatch(plain)) and (bool(_WEB_ADDRESS.fullmatch(plain)) or plain[:1] in "mMtT")


def is_web_address(address: str) -> bool:
    """Whether this is an absolute http or https address, with merge tags allowed inside."""
    return bool(_WEB_ADDRESS.fullmatch(_MERGE_TAG.sub("x", _BRAND_ADDRESS.sub("https://x", address))))


def link_mark(address: str, title: str = "") -> Mark | None:
    """The mark for a link, or None where the address may not be linked."""
    tidy = address.strip().replace(" ", "%20") if "{" not in address else address.strip()
    if not is_link(tidy):
        return None
    named = f' title="{escape(title)}"' if title.strip() else ""
    return Mark("a", f' href="{escape(tidy)}"{named}')


def _run_of(tags: Iterable[Tag], veil: "_Veil") -> Run:
    run = Run()
    opened: list[tuple[str, Mark | None]] = []
    for tag in tags:
        if not tag.name:
            run.say(tag.text, tuple(mark for _, mark in opened if mark))
        elif tag.name in _BREAKING_TAGS:
            if tag.name == "br" or tag.closing:
                run.break_line()
        elif not tag.closing:
            opened.append((tag.name, _mark_of(tag, veil)))
        elif opened:
            opened.pop()
    return run


def _mark_of(tag: Tag, veil: "_Veil") -> Mark | None:
    if tag.name != "a":
        return Mark(tag.name)
    address = veil.reveal_merge_tags(tag.attributes.get("href", ""))
    return link_mark(address, veil.reveal_merge_tags(tag.attributes.get("title", "")))


class _Veil:
    """Covers merge tags and shown braces with plain words while the HTML parser works."""

    def __init__(self, html: str) -> None:
        self._word = "mergetag"
        while self._word in html:
            self._word += "x"
        self._hidden: list[str] = []
        self._pattern = re.compile(rf"{self._word}(\d+)z")
        self.covered = _MERGE_TAG.sub(self._cover_merge_tag, _SHOWN_BRACE.sub(self._cover_brace, html))

    def lift(self, html: str) -> str:
        return self._pattern.sub(lambda match: self._hidden[int(match[1])], html)

    def reveal_merge_tags(self, value: str) -> str:
        """An attribute's value with its merge tags as typed; shown braces stay covered until the end."""
        return self._pattern.sub(self._reveal, value)

    def _reveal(self, match: re.Match[str]) -> str:
        hidden = self._hidden[int(match[1])]
        return match[0] if hidden.startswith("&") else unescape(hidden)

    def _cover_merge_tag(self, match: re.Match[str]) -> str:
        if _MARKED_UP.search(match[0]):
            return match[0]
        return self._cover(escape(unescape(match[0]), quote=False))

    def _cover_brace(self, match: re.Match[str]) -> str:
        opening = match[1] == "3" or (match[2] or "").lower() == "b" or match[3] == "l"
        return self._cover("&#123;" if opening else "&#125;")

    def _cover(self, hidden: str) -> str:
        self._hidden.append(hidden)
        return f"{self._word}{len(self._hidden) - 1}z"
