"""Which picture an `img` of foreign HTML shows, however its address was written, and which ones are no pictures."""

import re
from collections.abc import Mapping

from emails.articles.blocks import Image
from emails.articles.imported import SCHEME
from emails.articles.inline import is_web_address
from emails.articles.surroundings import Surroundings

WRITTEN_IN = ("data-lazy-src", "data-src", "data-original", "src")
"""Pages that load pictures late put a placeholder into `src`."""

_PIXELS = re.compile(r"\d{1,5}")
_FIRST_CANDIDATE = re.compile(r"\s*,?\s*([^\s,]\S{0,2000})")


def picture_of(attributes: Mapping[str, str], around: Surroundings) -> Image:
    """The picture, its `src` "" where none of its addresses can be shown."""
    alt = attributes.get("alt")
    described = None if alt is not None and not alt.strip() else " ".join((alt or "").split())
    written = [attributes.get(name, "").strip() for name in WRITTEN_IN]
    candidate = _FIRST_CANDIDATE.match(attributes.get("srcset", ""))
    addresses = (around.picture(one) for one in (*written, candidate[1].rstrip(",") if candidate else "") if one)
    shown = (one for one in addresses if (one.startswith(SCHEME) or is_web_address(one)) and "{" not in one)
    return Image(next(shown, ""), described)


def is_pixel(attributes: Mapping[str, str]) -> bool:
    """A picture of one dot only counts readers."""
    sizes = [_PIXELS.match(attributes.get(name, "")) for name in ("width", "height")]
    return any(size and int(size[0]) <= 1 for size in sizes)
