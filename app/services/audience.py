"""Who gets a campaign: counted while it is written, frozen into messages, exclusions and chunks when it leaves."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.database.statements import statements_for
from app.errors import WrongState
from app.jobs import Job, enqueue
from app.models import Campaign, CampaignStatus, Chunk, Subscriber, Variant
from app.queries.audience import looked_at
from app.queries.books import count_left_out
from app.services.campaign_segments import fix_rules, write_members
from app.services.campaigns import get_campaign, lock_campaign
from app.services.canaries import first_wave
from app.services.departure_plans import find_plan
from app.services.freeze_order import needs_count, order_of_page

PAGE_SIZE = 50_000
GENTLE_PAGE_SIZE = 1_000
CHUNK_SIZE = 500
LARGE_GROUP = 250
RINGS = 4
CLOCKS_APART = timedelta(days=1)
"""More than the clocks of two hosts differ by."""


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """How many would get the letter now, and how many of those looked at would not, by reason."""

    confirmed: int
    excluded: dict[str, int]

    @property
    def candidates(self) -> int:
        return self.confirmed + sum(self.excluded.values())


def count_audience(session: Session, campaign_id: int) -> AudienceCount:
    """Counts as the freeze would, without writing anything."""
    get_campaign(session, campaign_id)
    looked = looked_at(session, campaign_id, 0, newest_subscriber(session)).subquery("counted")
    found = session.execute(select(looked.c.reason, func.count()).group_by(looked.c.reason))
    counts: dict[str | None, int] = dict(found.all())
    excluded = {reason: count for reason, count in counts.items() if reason}
    return AudienceCount(confirmed=counts.get(None, 0), excluded=dict(sorted(excluded.items())))


def count_letters(session: Session, campaign_id: int) -> int:
    """How many letters the freeze may expect to make."""
    return count_audience(session, campaign_id).confirmed


def expected_letters(session: Session, campaign_id: int) -> int | None:
    """The same before the freeze begins, where it has to know; else None."""
    return count_letters(session, campaign_id) if needs_count(session, campaign_id) else None


def note_expected(session: Session, campaign_id: int, letters: int | None) -> None:
    plan = find_plan(session, campaign_id)
    if letters is not None and plan is not None:
        plan.expected = letters


def newest_subscriber(session: Session) -> int:
    return session.scalar(select(func.max(Subscriber.id))) or 0


def freeze_page(session: Session, campaign_id: int, *, gentle: bool = False) -> bool:
    """Freezes the next page of people, its cursor with it; True while there are more pages, to be called again.

    A `gentle` page is small. Safe to run twice at once: the second waits and takes the page after. After the last one
    the campaign is sending and the senders are rung.

    Raises:
        WrongState: the letter was not compiled before (`letters.compile_campaign`).
    """
    campaign = lock_campaign(session, campaign_id)
    if campaign.status != CampaignStatus.PREPARING:
        return False
    if campaign.upper_subscriber_id is None:
        campaign.upper_subscriber_id = newest_subscriber(session)
        fix_rules(session, campaign)
    upper = campaign.upper_subscriber_id
    last_id = min(campaign.freeze_cursor + (GENTLE_PAGE_SIZE if gentle else PAGE_SIZE), upper)
    if last_id > campaign.freeze_cursor:
        page = {
            "campaign_id": campaign_id,
            "variant_id": compiled_variant(session, campaign_id),
            "after_id": campaign.freeze_cursor,
            "last_id": last_id,
            "chunk_size": CHUNK_SIZE,
            "large_group": LARGE_GROUP,
            "now": now(),
            "changed_since": (campaign.started_at or campaign.created_at) - CLOCKS_APART,
            "segmented": int(write_members(session, campaign, campaign.freeze_cursor, last_id)),
        }
        letters = partial(count_letters, session, campaign_id)
        page |= order_of_page(session, campaign, is_last=last_id >= upper, count=letters)
        campaign.candidates += statements_for(session).freeze_page(session, page)
        campaign.freeze_cursor = last_id
    if last_id < upper:
        return True
    begin_sending(session, campaign)
    return False


def compiled_variant(session: Session, campaign_id: int) -> int:
    variant_id = session.scalar(
        select(Variant.id).where(Variant.campaign_id == campaign_id, Variant.content_hash != "").order_by(Variant.id)
    )
    if variant_id is None:
        raise WrongState("The letter must be compiled before its audience is frozen.")
    return variant_id


def is_frozen(campaign: Campaign) -> bool:
    """Whether every page of the audience has been written."""
    return campaign.upper_subscriber_id is not None and campaign.freeze_cursor >= campaign.upper_subscriber_id


def begin_sending(session: Session, campaign: Campaign) -> None:
    campaign.move_to(CampaignStatus.SENDING)
    campaign.wave_open = first_wave(session, campaign)
    campaign.left_out = count_left_out(session, campaign.id)
    chunks = session.scalar(select(func.count()).select_from(Chunk).where(Chunk.campaign_id == campaign.id)) or 0
    for _ in range(min(chunks, RINGS)):
        enqueue(session, Job.SEND, campaign.id)
    if not chunks:
        enqueue(session, Job.FINISH, campaign.id)
