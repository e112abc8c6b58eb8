"""Stops a campaign that needs a person, with the reason and its cure; the timetable mails the news to its owner."""

from sqlalchemy.orm import Session

from app.clock import now
from app.models import Campaign, CampaignStatus, Event, EventKind, HoldCause


def hold(session: Session, campaign: Campaign, cause: HoldCause, sentence: str) -> None:
    """Holds a locked campaign. `sentence` names the place and the cure; it is shown until somebody acts.

    Raises:
        WrongState: it is in no state to be held.
    """
    campaign.move_to(CampaignStatus.HELD)
    campaign.hold_cause = cause
    campaign.trouble, campaign.trouble_at = sentence, now()
    facts = {"cause": cause.value, "reason": sentence}
    session.add(Event(kind=EventKind.CAMPAIGN_HELD, campaign_id=campaign.id, facts=facts))


def let_go(campaign: Campaign) -> None:
    """Forgets why a campaign was held or in trouble: somebody acted."""
    campaign.hold_cause = None
    campaign.trouble, campaign.trouble_at = "", None
