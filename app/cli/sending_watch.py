"""Stays beside a campaign until nothing of it is pending; gives up when nobody is there to send it."""

import sys
import time

import click

from app.database.session import reading
from app.models import CampaignStatus
from app.queries.books import Books, books_of
from app.queries.readiness import workers_seen
from app.services.campaigns import get_campaign

POLL_SECONDS = 0.3
PATIENCE_SECONDS = 30.0
ENDED = {CampaignStatus.SENT, CampaignStatus.CANCELLED}
NEEDS_SOMEBODY = {CampaignStatus.HELD, CampaignStatus.PAUSED, CampaignStatus.DRAFT}


def wait_for(campaign_id: int) -> None:
    """Returns once nothing is pending; deferred letters may remain.

    Raises:
        click.ClickException: no worker was seen for 30 s, or the campaign needs a person.
    """
    alone_since: float | None = None
    while True:
        with reading() as session:
            books = books_of(session, campaign_id, at_a_glance=True)
            trouble = get_campaign(session, campaign_id).trouble
        show_progress(books)
        if is_over(books):
            return
        if books.status in NEEDS_SOMEBODY:
            reason = f": {trouble}" if trouble else ". Look at it in the browser."
            raise click.ClickException(f"Campaign {campaign_id} is {books.status.value}{reason}")
        alone_since = None if all((workers_seen() or {"send": 0}).values()) else alone_since or time.monotonic()
        if alone_since is not None and time.monotonic() - alone_since > PATIENCE_SECONDS:
            raise click.ClickException(
                f"No worker was seen for {PATIENCE_SECONDS:.0f} s, so nothing leaves. Start them: `letterwright up`, "
                f"or `letterwright work`; campaign {campaign_id} then goes on by itself."
            )
        time.sleep(POLL_SECONDS)


def is_over(books: Books) -> bool:
    """Ended, or only deferred letters are left; with nothing left at all the end is a moment away."""
    only_deferred = books.status == CampaignStatus.SENDING and books.pending == 0 and books.deferred > 0
    return books.status in ENDED or only_deferred


def show_progress(books: Books) -> None:
    if sys.stderr.isatty():
        done = books.messages - books.pending
        click.echo(f"\r{books.status.value}: {done} of {books.messages}\x1b[K", err=True, nl=is_over(books))
