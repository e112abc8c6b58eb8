"""Which lines of a plain text are headings: a score over a line, its neighbours and the habits of the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from emails.articles.text_lines import Chunk, Kind, is_code_like

MAX_LETTERS = 110
MAX_WORDS = 16
MAX_SHOUTED = 8
"""Words of a heading that ends with an exclamation mark; longer ones are sentences."""

ENOUGH = 1.5

_TERMINAL = re.compile(r"[.,;:!…。、，；：！،؛۔।][\"”’»)\]]*$")
_SHOUTED = re.compile(r"[^.!?…]*[!！]")
_QUOTED = re.compile(r"[“\"„«‘「『].*[”\"“»’」』](?:\s*[—–-]\s.*)?$|[—–]\s")
_CREDIT = re.compile(
    r"(?:photos?|photograph|images?|pictures?|illustrations?|video|graphics?|source|credits?|captions?|courtesy"
    r"|foto|bild|quelle|grafik|crédits?|fuente|imagen|写真|画像|出典|図|مصدر|المصدر|صورة|تصوير)"
    r"(?:\s*[:：/©=＝]|\s+(?:by|of|from|via|courtesy|credit|\d)\b)"
    r"|.{0,120}(?:©|\(c\)|\bgetty images|/\s?(?:reuters|afp|ap|dpa)\b)",
    re.IGNORECASE,
)
_TEASER = re.compile(
    r"(?:read (?:more|next|also)|related|see also|more (?:on|about|from)|also read|watch|listen|click here|share"
    r"|follow us|subscribe|sign up|advertisement|anzeige|lesen sie auch|mehr zum thema|weiterlesen|lire aussi"
    r"|à lire|関連記事|あわせて読みたい|اقرأ أيضا)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:By|BY|Words by|Written by|Von|Par|Por|Di|Text|Autor|Author)[:：]?\s+"
    r"(?:[A-ZÀ-Þ][\w.'’-]*,?(?:\s+(?:and|und|et|y|&))?(?:\s+|$)){1,6}$|(?:文|取材)[:：=＝]|(?:بقلم|كتب)\s"
    r"|(?:Words|Written|Reported|Edited|Reviewed|Photographed|Translated) by\s"
)
_DATE = re.compile(
    r"(?:\w+,?\s+)?\d{1,2}\.?\s+\w+\.?,?\s+\d{4}\b|\w+\.?\s+\d{1,2},\s+\d{4}\b"
    r"|\d{4}[-/年]\s?\d{1,2}|\d+[ -]min(?:ute)?s?\b",
    re.IGNORECASE,
)
_DATED = re.compile(r"^(?:\S+\s){1,4}\d{1,2}\.?\s\w{3,12}\.?,?\s\d{4}$|^(?:\S+\s){1,4}\w{3,12}\s\d{1,2},\s\d{4}$")
_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|liebe[rs]?|sehr geehrte[r]?|hallo|ch[eè]re?s?|bonjour|estimad[oa]s?|hola)\b", re.IGNORECASE
)
_BARE_STEP = re.compile(r"(?:step|schritt|étape|paso|part|teil|day|tag|ステップ|الخطوة)\s*\d+", re.IGNORECASE)
_FIGURE = re.compile(
    r"(?:fig(?:ure)?|table|chart|exhibit|listing|box|map|slide|screenshot|abb(?:ildung)?|tab(?:elle)?|tableau|図|表)"
    r"\.?\s*\d+|file(?: ?name)?\s*:",
    re.IGNORECASE,
)
_MEASURE = re.compile(r"\d+(?:[.,/½¼]\d*)?\s*(?:g|kg|ml|l|cl|oz|lb|cups?|tbsp|tsp|el|tl|cm|mm|km|%|°)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\S|^(?:\S+\s)?[\w-]+\.(?:com|org|net|de|io)$", re.IGNORECASE)
_BRACKETED = re.compile(
    r"[(\[（［〔<].*[)\]）］〕>]$|.*[）]$|.*\((?:[^()]*\b(?:photo|file|left|right)\b[^()]*|[A-Z]{2,5}/[^()]*)\)$"
)
_DASHED = re.compile(r".*\s[—–-]$|.*[—–]$")
_NUMBERED = re.compile(r"\(?(\d{1,2}(?:\.\d{1,2})*)[.)]?\s+\S")
_SIGNS = re.compile(r"[{}<>\\|$=`]|\w\(\)|^\S*_\S*(?:\s\S+)?$|\s_|_\s")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SMALL = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "of", "on", "or", "per", "the", "to"}
    | {"vs", "via", "with", "your", "our", "is", "it", "de", "la", "le", "et", "und", "der", "die", "das", "y", "el"}
)
_NEVER_TITLE = (_CREDIT, _BYLINE, _DATE, _GREETING)


@dataclass(frozen=True, slots=True)
class _Habits:
    """How this text writes its headings."""

    title_case: bool
    blank_lines: bool


def find_headings(chunks: Sequence[Chunk]) -> dict[int, int]:
    """The positions of the chunks that are headings, each with its level."""
    candidates = [n for n, chunk in enumerate(chunks) if _may_be_heading(chunk)]
    titled = [n for n in candidates if _leads_to_body(chunks, n) and is_title_case(chunks[n].text)]
    leading = [n for n in candidates if _leads_to_body(chunks, n) and not _oddities(chunks[n].whole)]
    habits = _Habits(
        title_case=len(leading) >= 3 and len(titled) >= 0.75 * len(leading),  # noqa: PLR2004  a habit, no accident
        blank_lines=any(chunk.after_blank for chunk in chunks[1:]),
    )
    return {n: _level(chunks[n]) for n in candidates if chunks[n].underline or _score(chunks, n, habits) >= ENOUGH}


def is_title(text: str, *, lines: int = 1) -> bool:
    """Whether this may be an article's title: short, on one line, not the end of a sentence."""
    if lines > 1 or len(text) > 120 or not text.strip():  # noqa: PLR2004  letters.md: a title is a line
        return False
    if _TERMINAL.search(text.rstrip("!？?")) or any(pattern.match(text) for pattern in _NEVER_TITLE):
        return False
    return not is_code_like(text) or len(text.split()) > 3  # noqa: PLR2004  code lines are terse


def is_credit(text: str) -> bool:
    """Whether a line credits or captions a picture."""
    return bool(_CREDIT.match(text))


def is_title_case(text: str) -> bool:
    """Whether the words that carry weight are capitalised, or all letters are capitals."""
    words = [word for word in _WORD.findall(text) if word.lower() not in _SMALL]
    cased = [word for word in words if word[0].isupper() or word[0].islower()]
    return len(cased) > 1 and sum(word[0].isupper() for word in cased) >= 0.8 * len(cased)


def _may_be_heading(chunk: Chunk) -> bool:
    text = chunk.whole
    if chunk.kind is not Kind.TEXT or chunk.lines > 1:
        return False
    if chunk.underline:
        return True
    longest = 40 if _CJK.search(text) else MAX_LETTERS
    if len(text) > longest or len(text.split()) > MAX_WORDS or not any(char.isalpha() for char in text):
        return False
    shouted = len(text.split()) <= MAX_SHOUTED and _SHOUTED.fullmatch(text)
    return not ((_TERMINAL.search(text) and not shouted) or _QUOTED.match(text))


def _leads_to_body(chunks: Sequence[Chunk], position: int) -> bool:
    """Whether what follows is longer text, a list or code: something that needs a heading."""
    following = chunks[position + 1] if position + 1 < len(chunks) else None
    if following is None or following.kind is Kind.RULE:
        return False
    if following.kind is not Kind.TEXT:
        return True
    own = len(chunks[position].whole)
    return len(following.whole) >= 1.3 * own and not _is_bare(following)


def _leads_to_list(chunks: Sequence[Chunk], position: int) -> bool:
    """A short line right above a list, without a colon, is what the list is about."""
    following = chunks[position + 1] if position + 1 < len(chunks) else None
    return following is not None and following.kind is Kind.ITEM and len(chunks[position].whole.split()) <= 5  # noqa: PLR2004


def _is_bare(chunk: Chunk) -> bool:
    return _may_be_heading(chunk) and len(chunk.whole.split()) <= MAX_WORDS


def _score(chunks: Sequence[Chunk], position: int, habits: _Habits) -> float:
    chunk = chunks[position]
    title_case = is_title_case(chunk.whole)
    one_word = len(chunk.whole.split()) == 1 and chunk.whole[:1].isupper()
    plain = not (title_case or one_word or chunk.whole[-1:] in "?？؟" or _NUMBERED.match(chunk.whole))
    score = 2.0 + title_case - _oddities(chunk.whole)
    if _leads_to_list(chunks, position):
        score += 0.5
    if not _leads_to_body(chunks, position):
        score -= 1.5 if _leads_to_heading(chunks, position) else 3
    if habits.title_case and plain:
        score -= 1
    if plain and len(chunk.whole.split()) > 9:  # noqa: PLR2004  the length of a caption
        score -= 0.5
    if habits.blank_lines and not chunk.after_blank:
        score -= 1
    before = chunks[position - 1] if position else None
    if before and before.kind is Kind.TEXT and is_credit(before.whole):
        score -= 0.5
    return score


def _leads_to_heading(chunks: Sequence[Chunk], position: int) -> bool:
    """A heading right above a smaller heading."""
    after = position + 1
    if after >= len(chunks) or not is_title_case(chunks[position].whole) or _oddities(chunks[after].whole):
        return False
    return _may_be_heading(chunks[after]) and _leads_to_body(chunks, after)


def _oddities(text: str) -> float:
    """What speaks against a heading in the line itself."""
    odd = 0.0
    for pattern in (_CREDIT, _TEASER, _BYLINE, _DATE, _FIGURE, _MEASURE, _GREETING):
        odd += 3 * bool(pattern.match(text))
    odd += 3 * bool(_DATED.search(text))
    odd += 3 * bool(_DASHED.match(text)) + 0.5 * bool(_SHOUTED.fullmatch(text))
    odd += 3 * bool(_ADDRESS.search(text) or _SIGNS.search(text) or is_code_like(text))
    odd += 2 * bool(_BARE_STEP.fullmatch(text)) + 2 * bool(_BRACKETED.match(text))
    first = next((char for char in text if char.isalpha()), "A")
    odd += 2 * first.islower()
    digits = sum(char.isdigit() for char in text)
    return odd + 2 * (digits > 0.3 * len(text))


def _level(chunk: Chunk) -> int:
    if chunk.underline:
        return 2 if chunk.underline == "=" else 3
    number = _NUMBERED.match(chunk.whole)
    return min(2 + number[1].count("."), 4) if number else 2
