"""Pictures that lie in a source: which bytes are one, how many and how large they may be, how they are named."""

import re
from hashlib import sha256
from pathlib import PurePosixPath

from emails.articles.imported import Picture

MAX_PICTURE = 10 * 1024 * 1024
MAX_PICTURES = 200
MAX_TOGETHER = 60 * 1024 * 1024
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)


class PictureBag:
    """The pictures of one article, each under a name of its own; what does not fit in is counted."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.left_out = 0
        self._together = 0
        self._names: dict[bytes, str] = {}

    @property
    def is_full(self) -> bool:
        """Whether nothing further need be read for it."""
        return self._together > MAX_TOGETHER or len(self.pictures) >= MAX_PICTURES

    def add(self, data: bytes, *, called: str = "") -> str:
        """The picture's name, or "" when it is none that a letter can show, or when the bag is full."""
        media_type = media_type_of(data)
        self._together += len(data)
        if not media_type or len(data) > MAX_PICTURE or self.is_full:
            self.left_out += 1
            return ""
        same = sha256(data).digest()
        if same not in self._names:
            self._names[same] = self._name(PurePosixPath(called).stem, ENDINGS[media_type])
            self.pictures.append(Picture(self._names[same], media_type, data))
        return self._names[same]

    def _name(self, stem: str, ending: str) -> str:
        wanted = _UNSAFE.sub("-", stem).strip("-.")[:80] or f"picture-{len(self.pictures) + 1}"
        name, number = f"{wanted}.{ending}", 1
        taken = {picture.name.lower() for picture in self.pictures}
        while name.lower() in taken:
            number += 1
            name = f"{wanted}-{number}.{ending}"
        return name


def media_type_of(data: bytes) -> str:
    """The type that a picture's first bytes tell, or ""."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""
