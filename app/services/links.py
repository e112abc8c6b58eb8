"""Links of letters that have left: a wrong address is corrected, and clicks lead to the right one from then on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import InvalidInput, NotFound
from app.models import Campaign, Link
from app.services import audit, typed
from app.services.campaigns import get_campaign


def correct_link(session: Session, campaign_id: int, number: int, url: str, *, user_id: int | None = None) -> Campaign:
    """Changes where one numbered link leads.

    Raises:
        InvalidInput: the address is no web address. NotFound: the letter has no such link.
    """
    campaign = get_campaign(session, campaign_id)
    address = typed.web_address("url", url)
    if not address:
        raise InvalidInput(
            {"url": "Write the address that this link should lead to, such as https://example.org/page."}
        )
    link = session.scalars(select(Link).where(Link.campaign_id == campaign_id, Link.number == number)).one_or_none()
    if link is None:
        raise NotFound("This letter has no such link.")
    facts = {"number": number, "from": link.url, "to": address}
    link.url = address
    audit.record(session, "campaign.link_corrected", campaign, user_id=user_id, facts=facts)
    return campaign
