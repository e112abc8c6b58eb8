"""Rules of style in sources: kept as written, or refused where they would fetch or run something."""

import re

MAX_STYLE = 60_000

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
_ADDRESS = re.compile(r"url\(\s*[\"']?\s*([^\"')]*)", re.IGNORECASE)
_REFUSED = (
    (re.compile(r"@import\b"), "@import fetches a style sheet from elsewhere; write its rules here"),
    (re.compile(r"expression\s*\("), "expression() runs a script"),
    (re.compile(r"(?:java|vb)script\s*:"), "javascript: runs a script"),
    (re.compile(r"(?:^|[;{\s])behaviou?r\s*:"), "behavior runs a script"),
    (re.compile(r"-moz-binding"), "-moz-binding runs a script"),
    (re.compile(r"</|<!|]]>"), "markup cannot stand in a style"),
)
_FETCHED = ("https://", "http://", "data:image/", "cid:")


def without_comments(css: str) -> str:
    """The rules alone: notes of the writer's own go to nobody, and may hold what no rule may."""
    return _COMMENT.sub(" ", css)


def style_trouble(css: str) -> str:
    """What is wrong with rules or declarations, "" where nothing is; a comment may not divide what would be refused."""
    if len(css) > MAX_STYLE:
        return f"the style is longer than {MAX_STYLE:,} characters"
    plain = _ESCAPE.sub(_unescaped, _COMMENT.sub("", css)).lower()
    if "\0" in plain or "\ufffd" in plain:
        return "the style holds a character that is none"
    bare = without_comments(css).lower()
    for pattern, trouble in _REFUSED:
        if pattern.search(plain) or pattern.search(bare):
            return trouble
    for address in _ADDRESS.findall(plain):
        if address.strip() and not address.strip().startswith(_FETCHED):
            return f"url({address.strip()[:40]}) does not begin with https://"
    return ""


def _unescaped(match: re.Match[str]) -> str:
    if not match[1]:
        return match[2] or ""
    number = int(match[1], 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"  # noqa: PLR2004
