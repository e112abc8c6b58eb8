"""Drafts of a brand that wants a second person's word: asked about, approved, changed since, sent back, in checks."""

from app.clock import now
from app.database.session import transaction
from app.models import ApprovalRule, Brand, LetterCheck, Role, Subscriber, User
from app.models.preflight import ApprovalAnswer, CheckKind, CheckStatus
from app.services import approvals
from app.services.approvals import Decision
from app.services.campaigns import CampaignChanges, duplicate_campaign, update_campaign
from app.services.check_subjects import subjects_of
from app.services.content_hash import campaign_hash
from app.services.letter_checks import Result, ask_for, finish, take_up
from emails.preflight.report import Finding, Severity
from tests.factories.ready import make_ready

DEAD = Finding(
    "link_dead", Severity.REASON, "Block 2, call to action", "https://example.test/find is gone.", "Mend it."
)
PEOPLE = 5


def checked_drafts() -> list[int]:
    with transaction() as session:
        first, _readers = make_ready(session, people=PEOPLE, brand="Two Pairs of Eyes", greeting="Hi {{ field.town }},")
        session.get_one(Brand, first.brand_id).approval_rule = ApprovalRule.SECOND_PERSON
        asker, other = (person(session, name) for name in ("Ada Lind", "Bo Berg"))
        drafts = [first.id, *(duplicate_campaign(session, first.id, name=f"Draft {n}").id for n in range(4))]
        for campaign_id in drafts[:4]:
            hashed = campaign_hash(session, campaign_id)
            approvals.ask(session, campaign_id, user_id=asker, seen_hash=hashed, note="The second paragraph is new.")
        for campaign_id, answer in zip(
            drafts[1:4], (ApprovalAnswer.APPROVED,) * 2 + (ApprovalAnswer.RETURNED,), strict=True
        ):
            said = Decision(other, campaign_hash(session, campaign_id), answer, "Name the study, please.")
            approvals.answer(session, campaign_id, said)
        update_campaign(session, drafts[2], CampaignChanges(subject="Changed after it was approved"))
        ask_for(session, first.id, subjects_of(session, first.id))
        ended(session, first.id)
        ask_for(session, drafts[4], subjects_of(session, drafts[4]))
        under_way(session, drafts[4])
        return drafts


def person(session, name: str) -> int:
    email = f"{name.split(maxsplit=1)[0].lower()}@eyes.test"
    user = User(email=email, email_key=email, name=name, role=Role.EDITOR)
    session.add(user)
    session.flush()
    return user.id


def ended(session, campaign_id: int) -> None:
    """Every check of a draft with something found."""
    ids = [one.id for one in session.query(Subscriber).order_by(Subscriber.id.desc()).limit(PEOPLE)]
    people = [{"id": number, "fields": ["field.town"], "error": ""} for number in ids]
    facts = {
        CheckKind.LINKS: {"visits": [{"address": "https://example.test/find"}]},
        CheckKind.PEOPLE: {"checked": 5, "hit": 5, "fields": {"field.town": 5}, "people": people, "upto": max(ids)},
        CheckKind.SPAM: {"installed": True, "points": 0.7, "required": 5.0},
        CheckKind.DOMAIN: {"known": False, "domain": "example.test"},
    }
    for kind, told in facts.items():
        claim = take_up(session, campaign_id, kind)
        finish(session, claim, Result((DEAD,) if kind is CheckKind.LINKS else (), told), done=5)


def under_way(session, campaign_id: int) -> None:
    """A check half way, and one that could not be made; the page asks on and on how far they are."""
    for row in session.query(LetterCheck).filter_by(campaign_id=campaign_id):
        row.status, row.beat_at, row.done, row.total = CheckStatus.RUNNING, now(), 40, 100
        if row.kind is CheckKind.SPAM:
            row.status, row.trouble, row.ended_at = CheckStatus.FAILED, "SpamAssassin did not answer in time.", now()
