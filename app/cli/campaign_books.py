"""What commands tell of one campaign: its books, how it is getting on, why it stands, and what could be tried again."""

import json
from dataclasses import dataclass
from datetime import datetime

import click

from app.database.session import reading
from app.models import Campaign, CampaignStatus, DeparturePlan, WaitsFor
from app.queries.books import Books, books_of
from app.queries.progress import Progress, progress_of
from app.queries.retries import Retryable, retryable
from app.services.campaigns import get_campaign
from app.services.departure_plans import plan_of

WAITS = {WaitsFor.CANARY: "first letters", WaitsFor.HOURS: "hours", WaitsFor.QUOTA: "domain's next day of warm-up"}
STATES = ("sent", "pending", "deferred", "refused", "skipped", "cancelled", "unknown")


@dataclass(frozen=True, slots=True)
class Account:
    """One campaign at one moment."""

    campaign: Campaign
    books: Books
    progress: Progress
    retryable: Retryable
    plan: DeparturePlan

    @property
    def waits_for(self) -> WaitsFor | None:
        return self.plan.waits_for if self.campaign.status == CampaignStatus.WAITING else None


def tell_books(campaign_id: int, *, as_json: bool) -> Books:
    """Prints the account of a campaign and returns its books."""
    with reading() as session:
        books = books_of(session, campaign_id)
        account = Account(
            get_campaign(session, campaign_id),
            books,
            progress_of(session, books),
            retryable(session, campaign_id),
            plan_of(session, campaign_id),
        )
        told = json.dumps(as_document(account), indent=2) if as_json else "\n".join(lines_of(account))
    click.echo(told)
    return books


def as_document(account: Account) -> dict[str, object]:
    """The books, and beside them what changes by the second."""
    campaign, progress = account.campaign, account.progress
    return {
        **account.books.to_json(),
        "held": campaign.hold_cause.value if campaign.hold_cause else None,
        "trouble": campaign.trouble or None,
        "trouble_since": as_text(campaign.trouble_at),
        "waits_for": account.waits_for.value if account.waits_for else None,
        "waits_until": as_text(account.plan.waits_until) if account.waits_for else None,
        "finish_by": as_text(account.plan.finish_by),
        "rate_a_minute": progress.rate,
        "seconds_left": progress.seconds_left,
        "next_retry": as_text(progress.next_try),
        "chunks_in_hand": progress.in_hand,
        "unknown_left": campaign.unknown_left,
        "retryable": {"refused": account.retryable.refused, "unknown": account.retryable.unknown},
    }


def as_text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def lines_of(account: Account) -> list[str]:
    return [*book_lines(account.books), *standing_lines(account), *question_lines(account)]


def book_lines(books: Books) -> list[str]:
    document = books.to_json()
    lines = [f"campaign {books.campaign} is {books.status.value}", f"{books.candidates:>9}  candidates"]
    lines += [f"{count:>9}    left out: {reason}" for reason, count in books.excluded.items()]
    lines.append(f"{books.messages:>9}  messages")
    lines += [f"{document[word]:>9}    {word}" for word in STATES if document[word]]
    if not books.balanced:
        lines.append("The books do not balance. Please report this with the output of `letterwright doctor`.")
    return lines


def standing_lines(account: Account) -> list[str]:
    """How fast it leaves, or why it stands."""
    campaign, progress = account.campaign, account.progress
    lines = []
    if progress.rate:
        left = f", about {progress.seconds_left} s left" if progress.seconds_left is not None else ""
        lines.append(f"{progress.rate} a minute{left}")
    if progress.in_hand:
        stopping = campaign.status in {CampaignStatus.PAUSED, CampaignStatus.HELD, CampaignStatus.CANCELLED}
        lines.append(f"chunks in hand: {progress.in_hand}" + (", their letters are being finished" if stopping else ""))
    if progress.next_try:
        lines.append(f"next retry: {as_text(progress.next_try)}")
    if account.waits_for:
        lines.append(f"waits for its {WAITS[account.waits_for]} until {as_text(account.plan.waits_until)}")
    if account.plan.finish_by and campaign.ended_at is None:
        lines.append(f"what has not left by {as_text(account.plan.finish_by)} is left out")
    if campaign.trouble:
        cause = f"held ({campaign.hold_cause.value})" if campaign.hold_cause else "letters are waiting"
        lines.append(f"{cause} since {as_text(campaign.trouble_at)}: {campaign.trouble}")
    return lines


def question_lines(account: Account) -> list[str]:
    """What somebody may decide, and the command for it."""
    campaign, could = account.campaign, account.retryable
    if campaign.status == CampaignStatus.CANCELLED:
        return []
    lines = []
    if account.books.unknown > campaign.unknown_left:
        lines.append(
            f"{account.books.unknown} of unknown fate: `letterwright campaign settle {campaign.id} --leave` leaves "
            f"them as they are, --again sends to {could.unknown} once more"
        )
    if could.refused:
        lines.append(f"{could.refused} refused can be tried again: `letterwright campaign retry {campaign.id}`")
    return lines
