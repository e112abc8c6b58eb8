"""Shortcodes, the tags in brackets of WordPress: captions and players become HTML, the rest is said and taken out."""

import re
from collections.abc import Mapping
from html import escape, unescape

from emails.articles.blocks import Remark

_CODE = re.compile(r"\[(?P<end>/)?(?P<name>[a-zA-Z][\w-]{1,60})(?P<rest>(?:\s[^\[\]<>]{0,2000}|\s{0,9}/)?)\]")
_CAPTION = re.compile(
    r"\[(?:wp_)?caption\b(?P<rest>[^\[\]]{0,2000})\]"
    r"(?P<inner>(?:(?!\[/?(?:wp_)?caption\b).){0,20000})\[/(?:wp_)?caption\]",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'\]]{1,2000}))")
_PICTURE = re.compile(r"\s*((?:<a\b[^<>]{0,2000}>\s*)?<img\b[^<>]{0,3000}>(?:\s*</a>)?)(.*)", re.DOTALL)
_PLAYED = re.compile(
    r"\[(embed|youtube|vimeo)\b[^\[\]]{0,500}\]\s{0,50}(https?://[^\s\[\]<>\"]{1,2000})\s{0,50}\[/\1\]"
)
_MEDIA = frozenset({"video", "audio", "playlist", "embed", "youtube", "vimeo"})
_SOURCES = ("src", "mp4", "m4v", "webm", "ogv", "mp3", "m4a", "ogg", "wav", "url", "id")


def without_shortcodes(text: str, pictures: Mapping[str, str]) -> tuple[str, list[Remark]]:
    """The text with its shortcodes read or taken out; what stood between two of them stays."""
    left_out: set[str] = set()
    source = _PLAYED.sub(lambda match: _frame(match[2]), _CAPTION.sub(_figure, text))
    closed = {match["name"] for match in _CODE.finditer(source) if match["end"]}

    def replaced(match: re.Match[str]) -> str:
        values = _values(match["rest"])
        shown = "" if match["end"] else _shown(match["name"].lower(), values, pictures)
        if shown:
            return shown
        marked = match["end"] or values or match["rest"].strip() == "/"
        if marked or match["name"] in closed or "_" in match["name"]:
            left_out.add(match["name"])
            return ""
        return match[0]

    source = _CODE.sub(replaced, source)
    if not left_out:
        return source, []
    names = ", ".join(sorted(left_out))[:200]
    message = f"Shortcodes that only WordPress understands were left out: {names}. Look at what stood there."
    return source, [Remark("shortcodes_left_out", message)]


def _shown(name: str, values: Mapping[str, str], pictures: Mapping[str, str]) -> str:
    """What a shortcode without an end becomes, or ""."""
    if name == "gallery":
        numbers = [number.strip() for number in (values.get("ids") or values.get("include") or "").split(",")][:100]
        return "".join(f'<figure><img src="{escape(pictures.get(one, ""))}"></figure>' for one in numbers if one)
    played = (values[source] for source in _SOURCES if values.get(source, "").startswith(("http", "//")))
    address = next(played, "") if name in _MEDIA else ""
    return _frame(address) if address else ""


def _figure(match: re.Match[str]) -> str:
    picture = _PICTURE.match(match["inner"])
    caption = _values(match["rest"]).get("caption", "") or (picture[2].strip() if picture else "")
    shown = picture[1] if picture else match["inner"]
    return f"<figure>{shown}<figcaption>{caption}</figcaption></figure>"


def _frame(address: str) -> str:
    return f'<iframe src="{escape(address)}"></iframe>'


def _values(rest: str) -> dict[str, str]:
    text = unescape(rest).replace("“", '"').replace("”", '"').replace("″", '"')
    return {name.lower(): first or second or third for name, first, second, third in _ATTRIBUTE.findall(text)}
