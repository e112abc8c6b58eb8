"""A draft's pictures brought here from where they lie on the web: each fetched, checked as an upload is, and kept.

The article is changed once, at the end, so that whoever writes meanwhile is interrupted once at most.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound, Refused
from app.jobs import Job, enqueue
from app.models import Article, Campaign, CampaignStatus, PictureFetch, PictureFetchStatus
from app.outside import http
from app.services.article_sources import Fetch
from app.services.assets import LARGEST_FILE, Picture, fit_for_letters
from app.services.campaigns import lock_campaign, lock_draft
from app.services.media import OF_MEDIA, Origin, add_picture, address_of, get_item
from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Article as Written
from emails.articles.blocks import Block, Image, every_block, with_every_block

MOST_PICTURES = 100
STILL_AFTER = timedelta(seconds=30)
TOO_MANY = f"Up to {MOST_PICTURES} pictures come at once. Press again for this one."
_S = PictureFetchStatus


def fetch_picture(url: str) -> http.Fetched:
    """A picture at a public address. Raises: FetchRefused."""
    return http.fetch(url, accept=http.PICTURES, most=LARGEST_FILE)


def is_outside(address: str) -> bool:
    """Whether a picture lies with somebody else."""
    return address.lower().startswith(("http://", "https://")) and not OF_MEDIA.search(address) and "{" not in address


def outside_pictures(article: Written) -> tuple[str, ...]:
    """The addresses of pictures that lie elsewhere, each once, in reading order."""
    sources = (block.src for block in every_block(article.blocks) if isinstance(block, Image))
    return tuple(dict.fromkeys(source for source in sources if is_outside(source)))


def begin(session: Session, campaign_id: int, *, user_id: int | None = None) -> PictureFetch:
    """Lets the pictures of a draft be brought; one that is at it already goes on.

    Raises:
        WrongState: it is no draft. InvalidInput: no picture lies elsewhere.
    """
    campaign = lock_draft(session, campaign_id)
    running = newest(session, campaign_id)
    if running is not None and running.status == _S.RUNNING:
        return running
    kept = session.get_one(Article, campaign.article_id)
    if kept.letter_kind:
        raise InvalidInput({"pictures": "This letter is written whole. Put the pictures' addresses into its source."})
    wanted = outside_pictures(article_from_json(kept.content))
    if not wanted:
        raise InvalidInput({"pictures": "Every picture of this letter is here already."})
    row = PictureFetch(campaign_id=campaign_id, wanted=list(wanted), came={}, failed={}, user_id=user_id, beat_at=now())
    row.failed = dict.fromkeys(wanted[MOST_PICTURES:], TOO_MANY)
    session.add(row)
    session.flush()
    enqueue(session, Job.PICTURES, row.id)
    return row


def newest(session: Session, campaign_id: int) -> PictureFetch | None:
    """The latest time that this campaign's pictures were asked for."""
    statement = select(PictureFetch).where(PictureFetch.campaign_id == campaign_id).order_by(PictureFetch.id.desc())
    return session.scalars(statement.limit(1)).one_or_none()


def lock_fetch(session: Session, fetch_id: int) -> PictureFetch:
    statement = select(PictureFetch).where(PictureFetch.id == fetch_id).with_for_update()
    found = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFound("These pictures are not being fetched any more.")
    return found


def next_address(session: Session, fetch_id: int) -> str:
    """The next picture to be fetched, "" where all were tried or nobody wants them any more."""
    row = session.get(PictureFetch, fetch_id)
    if row is None or row.status != _S.RUNNING:
        return ""
    return next((one for one in row.wanted if one not in row.came and one not in row.failed), "")


def try_picture(address: str, fetch: Fetch = fetch_picture) -> Picture | str:
    """The picture made fit for letters, or the reason why it is not to be had; no transaction should be open."""
    try:
        return fit_for_letters(fetch(address).data)
    except InvalidInput as refusal:
        return refusal.fields.get("picture", str(refusal))
    except Refused as refusal:
        reason = str(refusal).removeprefix(f"{address[:300]}: ")
        return f"{reason[:1].upper()}{reason[1:]}"


def note(session: Session, fetch_id: int, address: str, outcome: Picture | str, uploads: Path) -> None:
    """Keeps a picture that came in the library, or the reason why it did not."""
    row = lock_fetch(session, fetch_id)
    if row.status != _S.RUNNING:
        return
    if isinstance(outcome, str):
        row.failed = {**row.failed, address: outcome}
    else:
        brand_id = session.get_one(Campaign, row.campaign_id).brand_id
        origin = Origin(brand_id, row.user_id, uploads)
        name, alt = address.partition("?")[0].rpartition("/")[2], alt_at(session, row.campaign_id, address)
        item = add_picture(session, outcome, filename=name, origin=origin, alt=alt)
        row.came = {**row.came, address: address_of(get_item(session, item.id)[1], item.name)}
    row.beat_at = now()


def alt_at(session: Session, campaign_id: int, address: str) -> str:
    """What the article says that this picture shows, for the library."""
    kept = session.get_one(Article, session.get_one(Campaign, campaign_id).article_id)
    images = (block for block in every_block(article_from_json(kept.content).blocks) if isinstance(block, Image))
    return next((image.alt or "" for image in images if image.src == address), "")


def stop(session: Session, campaign_id: int) -> None:
    """Calls the fetching off; pictures that came by then are put in their places."""
    row = newest(session, campaign_id)
    if row is not None:
        finish(session, row.id)


def finish(session: Session, fetch_id: int) -> None:
    """Gives the article the new addresses, where it is still a draft's; safe to run twice."""
    row = lock_fetch(session, fetch_id)
    if row.status != _S.RUNNING:
        return
    row.ended_at = now()
    campaign = lock_campaign(session, row.campaign_id)
    if campaign.status != CampaignStatus.DRAFT:
        row.move_to(_S.CANCELLED)
        return
    row.move_to(_S.DONE)
    kept = session.get_one(Article, campaign.article_id)
    article = article_from_json(kept.content)
    changed = readdressed(article, row.came)
    if changed != article:
        kept.content = article_to_json(changed)
        kept.revision += 1
        kept.updated_at = campaign.updated_at = now()


def readdressed(article: Written, addresses: dict[str, str]) -> Written:
    def placed(block: Block) -> Block:
        known = isinstance(block, Image) and block.src in addresses
        return replace(block, src=addresses[block.src]) if known and isinstance(block, Image) else block

    return replace(article, blocks=with_every_block(article.blocks, placed))


def standing_still(session: Session) -> tuple[int, ...]:
    """Fetches of which nothing was committed lately: nobody may be at them."""
    still = PictureFetch.beat_at < now() - STILL_AFTER
    statement = select(PictureFetch.id).where(PictureFetch.status == _S.RUNNING, still).order_by(PictureFetch.id)
    return tuple(session.scalars(statement))
