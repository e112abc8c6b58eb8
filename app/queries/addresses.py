"""Where the numbered links of a letter lead, and for which messages that is known. Read by the doors that redirect."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Brand, Campaign, Chunk, Link, Message
from emails.render.unseen import DECOY_NUMBER

WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class LetterAddresses:
    """`runs` are the first and last message ids that are this campaign's; `urls` the addresses by number.

    Number 0, the decoy, leads to the brand's website, or where it has none nowhere: that is a plain page.
    """

    campaign_id: int
    runs: tuple[tuple[int, int], ...]
    urls: Mapping[int, str]

    def holds(self, message_id: int) -> bool:
        place = bisect_right(self.runs, (message_id, 1 << 62))
        return place > 0 and message_id <= self.runs[place - 1][1]


def addresses_for(session: Session, message_id: int) -> LetterAddresses:
    """Those of the letter that this message is. Raises NotFound where its books are gone."""
    row = session.execute(
        select(Campaign.id, Brand.website_url)
        .join(Message, Message.campaign_id == Campaign.id)
        .join(Brand, Brand.id == Campaign.brand_id)
        .where(Message.id == message_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This letter is no longer known here.")
    links = session.execute(select(Link.number, Link.url).where(Link.campaign_id == row.id))
    urls = {link.number: link.url for link in links if link.url.startswith(WEB)}
    if row.website_url.startswith(WEB):
        urls[DECOY_NUMBER] = row.website_url
    return LetterAddresses(row.id, runs_of(session, row.id, message_id), urls)


def runs_of(session: Session, campaign_id: int, message_id: int) -> tuple[tuple[int, int], ...]:
    """Ids that are certainly this campaign's: its chunks, but for those whose ids another campaign's chunk shares."""
    ends = select(Chunk.first_id, Chunk.last_id).order_by(Chunk.first_id, Chunk.last_id)
    own = [(first, last) for first, last in session.execute(ends.where(Chunk.campaign_id == campaign_id))]
    if not own:
        return ((message_id, message_id),)
    lowest, highest = own[0][0], max(last for _first, last in own)
    near = (Chunk.campaign_id != campaign_id, Chunk.first_id <= highest, Chunk.last_id >= lowest)
    others = joined((first, last) for first, last in session.execute(ends.where(*near)))
    runs = joined(piece for piece in own if not touches(piece, others))
    return tuple(runs) or ((message_id, message_id),)


def touches(piece: tuple[int, int], runs: Sequence[tuple[int, int]]) -> bool:
    """Whether one of these sorted runs shares an id with the piece."""
    place = bisect_right(runs, (piece[1], 1 << 62))
    return place > 0 and runs[place - 1][1] >= piece[0]


def joined(pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted pieces, neighbours made one."""
    runs: list[tuple[int, int]] = []
    for first, last in pieces:
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
        else:
            runs.append((first, last))
    return runs


@dataclass(frozen=True, slots=True)
class NumberedLink:
    number: int
    url: str


def links_of(session: Session, campaign_id: int) -> tuple[NumberedLink, ...]:
    """In reading order; none where the letter left with bare links, which nobody can correct."""
    found = session.execute(select(Link.number, Link.url).where(Link.campaign_id == campaign_id).order_by(Link.number))
    return tuple(NumberedLink(row.number, row.url) for row in found)
