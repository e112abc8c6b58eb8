"""What a feed's entry carries beside its text: the picture that stands for it, and what can be played."""

import re
from collections.abc import Mapping
from typing import Any

from emails.articles.blocks import Article, Embed, Image
from emails.articles.html_pictures import picture_of
from emails.articles.inline import is_web_address
from emails.articles.surroundings import Surroundings

_PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp)(?:\?|$)", re.IGNORECASE)


def hero_of(entry: Mapping[str, Any], article: Article, around: Surroundings) -> Image | None:
    """The entry's own picture, unless its text shows pictures already."""
    if any(isinstance(block, Image) for block in article.blocks):
        return None
    media = [one for one in entry.get("media_content", []) if _is_picture(one)]
    cover = entry.get("image")
    addresses = [one.get("url", "") for one in [*media, *entry.get("media_thumbnail", [])]]
    addresses += [*_enclosed(entry, "image/"), cover.get("href", "") if isinstance(cover, dict) else ""]
    for address in addresses:
        image = picture_of({"src": str(address)}, around)
        if image.src:
            return Image(image.src, "")
    return None


def players_of(entry: Mapping[str, Any]) -> list[Embed]:
    """The sound and the films attached to an entry."""
    return [Embed(url) for url in _enclosed(entry, "audio/", "video/")]


def _is_picture(media: Mapping[str, Any]) -> bool:
    kind = f"{media.get('medium', '')} {media.get('type', '')}".strip()
    return "image" in kind or (not kind and bool(_PICTURE_NAME.search(str(media.get("url", "")))))


def _enclosed(entry: Mapping[str, Any], *kinds: str) -> list[str]:
    """The web addresses of what is attached to the entry, of these kinds."""
    attached = [(str(one.get("href", "")), str(one.get("type", ""))) for one in entry.get("enclosures", [])]
    return [url for url, kind in attached if kind.startswith(kinds) and is_web_address(url) and "{" not in url]
