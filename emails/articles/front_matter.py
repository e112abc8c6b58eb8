"""The front matter of a Markdown file: `key: value` lines between two `---`, or TOML between two `+++`."""

import re
import tomllib
from dataclasses import dataclass, field

from emails.articles.html_head import iso_date
from emails.articles.inline import is_web_address
from emails.articles.markup import clean_characters

MAX_LETTERS = 20_000

_YAML = re.compile(r"---[ \t]*\r?\n(?P<body>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\+\+\+[ \t]*\r?\n(?P<body>.*?\n)?\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"(?P<key>[A-Za-z][\w -]{0,60}?)\s*:(?:\s+(?P<value>.*))?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_ALIASES = {
    "title": ("title",),
    "subtitle": ("subtitle", "tagline"),
    "description": ("description", "summary", "excerpt"),
    "author": ("author", "authors"),
    "date": ("date", "published", "publishdate", "published_at"),
    "language": ("lang", "language", "locale"),
    "canonical_url": ("canonical_url", "canonical", "canonicalurl"),
    "image": ("image", "cover", "cover_image", "featured_image", "feature_image", "thumbnail"),
    "image_alt": ("image_alt", "alt", "cover_alt", "feature_image_alt"),
}


@dataclass(slots=True)
class FrontMatter:
    """The fields that an article has a place for; the rest of the file begins at `end`."""

    end: int = 0
    lines: int = 0
    fields: dict[str, str] = field(default_factory=dict)


def read_front_matter(text: str) -> FrontMatter:
    """What a file says about itself before its text; nothing when it does not begin with front matter."""
    head = text[:MAX_LETTERS]
    yaml = _YAML.match(head)
    toml = _TOML.match(head)
    if yaml:
        pairs = _yaml_pairs(yaml["body"] or "")
        if not pairs and (yaml["body"] or "").strip():
            return FrontMatter()
        return FrontMatter(yaml.end(), yaml[0].count("\n"), _known(pairs))
    if toml:
        return FrontMatter(toml.end(), toml[0].count("\n"), _known(_toml_pairs(toml["body"] or "")))
    return FrontMatter()


def _yaml_pairs(body: str) -> dict[str, str]:
    """The plain pairs of the outer level; a value may go on in indented lines."""
    pairs: dict[str, list[str]] = {}
    key = ""
    for line in body.splitlines():
        match = _PAIR.fullmatch(line)
        if match:
            key = match["key"].lower()
            value = (match["value"] or "").strip()
            pairs.setdefault(key, [] if value in {"|", ">", "|-", ">-"} else [value])
        elif key and line.startswith((" ", "\t", "-")):
            pairs[key].append(line.strip().removeprefix("- ").strip())
    return {name: _joined(values) for name, values in pairs.items()}


def _joined(values: list[str]) -> str:
    said = [_unquoted(value) for value in values if value]
    return (", " if values and not values[0] else " ").join(said)


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].replace('\\"', '"').replace("''", "'")
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_unquoted(part.strip()) for part in value[1:-1].split(",") if part.strip())
    return value.split(" #", 1)[0].strip()


def _toml_pairs(body: str) -> dict[str, str]:
    try:
        table = tomllib.loads(body)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    pairs = {}
    for key, value in table.items():
        if isinstance(value, list):
            pairs[key.lower()] = ", ".join(str(item) for item in value if not isinstance(item, dict))
        elif not isinstance(value, dict):
            pairs[key.lower()] = str(value)
    return pairs


def _known(pairs: dict[str, str]) -> dict[str, str]:
    found = {}
    for name, aliases in _ALIASES.items():
        value = next((pairs[alias] for alias in aliases if pairs.get(alias)), "")
        found[name] = " ".join(clean_characters(value).split())
    found["date"] = iso_date(found["date"])
    found["language"] = found["language"].replace("_", "-") if _LANGUAGE.fullmatch(found["language"]) else ""
    found["canonical_url"] = found["canonical_url"] if is_web_address(found["canonical_url"]) else ""
    return found
