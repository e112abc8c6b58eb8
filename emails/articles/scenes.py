"""The description of a picture that some writers put above the title of a plain text."""

import re

MIN_WORDS = 8
MAX_LETTERS = 300

_PREFIX = re.compile(r"(?:image|alt|alt text|picture|photo|caption|bild|imagen)\s*:\s*(?P<alt>\S.*)", re.IGNORECASE)
_OPENING = re.compile(
    r"(?:an?|the|\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|several|some|many"
    r"|people|close[- ]up|aerial|view|young|old|photo|image|illustration|drawing|portrait|screenshot"
    r"|man|woman|person|hands?|group)\b",
    re.IGNORECASE,
)
_SCENE = re.compile(
    r"\b(?:sits?|sitting|seated|stands?|standing|holds?|holding|shows?|showing|looks?|looking|wears?"
    r"|wearing|smiles?|smiling|walks?|walking|lies|lying|leans?|leaning|covers|covering"
    r"|works? (?:at|on|in)|working|runs|running|poses?|posing|rest|rests|resting|gathers?|gathering"
    r"|overlook(?:s|ing)|surrounded by|in front of|in the background"
    r"|(?:photo|image|picture|illustration|view|portrait|drawing|close-up|screenshot) of)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|said|will|would|should|could|has been|have been)\b", re.IGNORECASE)


def scene_of(text: str, *, before_title: bool) -> str:
    """The picture's description, or "" when the text is anything else."""
    prefixed = _PREFIX.fullmatch(text)
    if prefixed and len(text) <= MAX_LETTERS and (before_title or len(prefixed["alt"].split()) >= MIN_WORDS):
        return prefixed["alt"] if not _is_name(prefixed["alt"]) else ""
    if not before_title or len(text) > MAX_LETTERS or not text.endswith(".") or len(text.split()) < MIN_WORDS:
        return ""
    one_sentence = not re.search(r"[.!?]\s", text)
    fits = _OPENING.match(text) and _SCENE.search(text) and not _PAST.search(text)
    return text if one_sentence and fits else ""


def _is_name(text: str) -> bool:
    """A photographer's name, as in “Photo: Ann Lee / Reuters”, describes no picture."""
    words = re.findall(r"[^\W\d_]+", text)
    return len(words) < MIN_WORDS and sum(word[0].isupper() for word in words) >= 0.6 * len(words)
