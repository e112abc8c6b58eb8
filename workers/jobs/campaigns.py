"""Campaigns on their way: started when due, prepared, finished; and whatever stands still is rung again."""

import logging
import time

from app.database.session import has_one_writer, reading, transaction
from app.jobs import Job, ring
from app.services.audience import expected_letters, freeze_page, note_expected
from app.services.campaign_news import tell_news
from app.services.delivery import finish_if_balanced
from app.services.letters import compile_campaign
from app.services.scheduling import is_any_sending, standing_still
from app.services.scheduling import start_due as start_due_campaigns
from workers.runtime import job, waiting_on

log = logging.getLogger(__name__)


@job
def start_due() -> None:
    """Every few seconds: starts what is due, then rings for every campaign whose next step nobody may be taking."""
    with transaction() as session:
        started = start_due_campaigns(session)
    with transaction() as session:
        still = standing_still(session)
    for campaign_id in still.preparing:
        if campaign_id not in started:  # those have just been rung
            ring(Job.PREPARE, campaign_id)
    for campaign_id in still.finishing:
        ring(Job.FINISH, campaign_id)
    # A send job runs for a minute: while rings wait, more of them would only queue up behind.
    if not waiting_on(Job.SEND):
        for campaign_id in still.sending:
            ring(Job.SEND, campaign_id)
    with transaction() as session:
        tell_news(session)


@job
def prepare(campaign_id: int) -> None:
    """Compiles the letter once and freezes the audience page by page, each page committed with its cursor."""
    ring(Job.MX_GROUPS)
    expected = letters_to_expect(campaign_id)
    with transaction() as session:
        more = compile_campaign(session, campaign_id)
        note_expected(session, campaign_id, expected)
    if not more:
        return
    while more:
        more = freeze_next_page(campaign_id)
    log.info("the audience is frozen", extra={"campaign_id": campaign_id})


def letters_to_expect(campaign_id: int) -> int | None:
    """Counted before anything is written, since counting many people takes seconds; None where nobody needs it."""
    with reading() as session:
        return expected_letters(session, campaign_id)


def freeze_next_page(campaign_id: int) -> bool:
    """One page; where all share one writer and letters leave, a small one, and then as long a pause for the others."""
    gentle = has_one_writer() and somebody_sends()
    began = time.monotonic()
    with transaction(parents_read=True) as session:
        more = freeze_page(session, campaign_id, gentle=gentle)
    if gentle:
        time.sleep(time.monotonic() - began)
    return more


def somebody_sends() -> bool:
    with reading() as session:
        return is_any_sending(session)


@job
def finish(campaign_id: int) -> None:
    """Ends the campaign when its books balance."""
    with transaction() as session:
        finished = finish_if_balanced(session, campaign_id)
    if finished:
        log.info("the campaign has ended", extra={"campaign_id": campaign_id})
