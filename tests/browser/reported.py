"""A brand that has sent: ended campaigns with openings, clicks, goodbyes and refusals; one due today, one held."""

import random
from datetime import timedelta

from sqlalchemy import select

from app.clock import now
from app.database.session import transaction
from app.models import Article, EventKind, MessageStatus, Reason, Subscription, Variant
from app.services.letters import compile_campaign_letter, letter_plan
from tests.factories.campaigns import make_campaign
from tests.factories.events import AUTOMATED, HUMAN, UNDECIDED, click, make_ended, make_event, recount
from tests.factories.mailing_lists import make_list
from tests.factories.ready import READY, make_ready


def report() -> dict[str, int]:
    """Four ended campaigns of one brand, the last told richly; one due today, one held; two lists."""
    chance = random.Random(7)
    with transaction() as session:
        draft, readers = make_ready(session, people=60)
        compiled = compile_campaign_letter(session, draft, letter_plan(session, draft, tracked=True))
        for place, row in enumerate(session.scalars(select(Subscription).order_by(Subscription.id))):
            row.created_at = row.confirmed_at = now() - timedelta(days=6 * place)
        for name in ("Tea in autumn", "The long summer", "Spring water", "Water in winter"):
            campaign, messages = make_ended(
                session, readers, urls=tuple(link.url for link in compiled.links), name=name,
                ended_at=now(), started_at=now() - timedelta(days=2),
            )  # fmt: skip
            session.query(Variant).filter_by(campaign_id=campaign.id).update({"compiled": compiled.to_json()})
            session.get_one(Article, campaign.article_id).content = READY
            for message in messages[:45]:
                at = now() - timedelta(hours=48 * chance.random() ** 2)
                make_event(session, message, verdict=chance.choice((HUMAN, HUMAN, UNDECIDED, AUTOMATED)), at=at)
                if chance.random() < 0.4:
                    click(session, message, verdict=chance.choice((HUMAN, HUMAN, AUTOMATED)), at=at)
            for message in messages[50:53]:
                make_event(session, message, EventKind.UNSUBSCRIBED, None)
            make_event(session, messages[50], EventKind.REASON_GIVEN, None, facts={"reason": "too_many", "words": ""})
            made = {"reason": "other", "words": "I moved to the coast."}
            make_event(session, messages[51], EventKind.REASON_GIVEN, None, facts=made)
            for message, reason in zip(messages[55:], (Reason.ADDRESS_BAD, Reason.POLICY), strict=False):
                message.status, message.reason = MessageStatus.REFUSED, reason
            recount(session, campaign)
        make_campaign(session, name="Due today", status="scheduled", send_at=now())
        make_campaign(session, name="Held back", status="held", hold_cause="relay", trouble="Correct SMTP_URL.")
        return {"campaign": campaign.id, "list": readers.id, "empty": make_list(session).id}
