"""The bytes of a notice: a test letter as its readers would get it, or a short system letter."""

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Brand, Notice, NoticeKind, Sender
from app.services.campaigns import get_campaign
from app.services.letters import base_url, compile_test_letter, envelope_of, recipient_of
from app.services.notices import get_notice
from app.services.probe_letters import probe_letter
from app.services.reader_letters import SIGN_UP_KINDS, reader_letter
from app.services.reader_request_letters import reader_request_letter
from app.services.signing_keys import sign_for
from app.urls import letter_links, public_base
from emails.mime.build import LetterHeaders, compose, compose_notice
from emails.render.notices import OWN_BRAND, NoticeWords, notice_html, notice_text


def compose_notice_letter(session: Session, notice_id: int) -> tuple[str, str, bytes]:
    """Envelope sender, recipient, and the complete message ready to follow DATA.

    Raises:
        LetterError, Refused: it cannot be written, at any later try either.
    """
    sender, recipient, message = unsigned_letter(session, get_notice(session, notice_id))
    return sender, recipient, sign_for(session, sender, message)


def unsigned_letter(session: Session, notice: Notice) -> tuple[str, str, bytes]:
    if notice.kind == NoticeKind.READER_REQUEST:
        return reader_request_letter(session, notice, message_id)
    if notice.kind == NoticeKind.PROBE:
        return probe_letter(session, notice, message_id)
    if notice.kind in SIGN_UP_KINDS:
        return reader_letter(session, notice, message_id)
    return test_letter(session, notice) if notice.kind == NoticeKind.TEST else system_letter(session, notice)


def test_letter(session: Session, notice: Notice) -> tuple[str, str, bytes]:
    campaign = get_campaign(session, notice.campaign_id or 0)
    envelope = envelope_of(session, campaign)
    headers = LetterHeaders(
        message_id=message_id(notice, envelope.domain),
        date=now(),
        from_name=envelope.from_name,
        from_email=envelope.from_email,
        reply_to=envelope.reply_to,
        list_name=envelope.list_name,
        list_id=envelope.list_id,
    )
    brand = session.get_one(Brand, campaign.brand_id)
    reader = recipient_of(session, notice.payload.get("as_subscriber_id"))._replace(email=notice.email)
    compiled = compile_test_letter(session, campaign.id)
    return envelope.from_email, notice.email, compose(compiled, headers, reader, letter_links(0, base_url(brand)))


def system_letter(session: Session, notice: Notice) -> tuple[str, str, bytes]:
    sender = session.scalars(select(Sender).order_by(Sender.id).limit(1)).one_or_none()
    host = urlsplit(public_base()).hostname or "localhost"
    own = f"letterwright@{host if host.rpartition('.')[2].isalpha() else 'localhost'}"
    from_email = sender.email if sender else own
    headers = LetterHeaders(
        message_id=message_id(notice, from_email.rpartition("@")[2]),
        date=now(),
        from_name=OWN_BRAND.name,
        from_email=from_email,
        auto_submitted=True,
        one_click=False,
    )
    words = words_of(notice)
    data = compose_notice(headers, notice.email, words.subject, notice_text(words), notice_html(words, OWN_BRAND))
    return from_email, notice.email, data


def message_id(notice: Notice, domain: str) -> str:
    """The same at every try, so that a mailbox that got two shows one."""
    return f"n{notice.id}.{int(notice.created_at.timestamp()):x}@{domain}"


def words_of(notice: Notice) -> NoticeWords:
    tell = {
        NoticeKind.INVITATION: invitation,
        NoticeKind.PASSWORD: new_password,
        NoticeKind.CAMPAIGN_HELD: campaign_held,
        NoticeKind.CAMPAIGN_ENDED: campaign_ended,
        NoticeKind.APPROVAL_ASKED: approval_asked,
        NoticeKind.APPROVAL_ANSWERED: approval_answered,
        NoticeKind.PROBE_FAILED: probe_failed,
    }
    name = str(notice.payload.get("name", ""))
    return tell[notice.kind](notice, f"Hello {name}," if name else "Hello,")


def invitation(notice: Notice, greeting: str) -> NoticeWords:
    return NoticeWords(
        subject="You are invited to write letters together",
        before=(greeting, f"You have been invited to Letterwright at {public_base()}."),
        label="Accept the invitation",
        url=url_of(notice),
        after=(works_until(notice), "If you did not expect this, you need do nothing."),
    )


def new_password(notice: Notice, greeting: str) -> NoticeWords:
    return NoticeWords(
        subject="Choose a new password",
        before=(greeting, f"Somebody, probably you, asked to choose a new password at {public_base()}."),
        label="Choose a new password",
        url=url_of(notice),
        after=(works_until(notice), "If it was not you, you need do nothing: the old password still works."),
    )


def campaign_held(notice: Notice, greeting: str) -> NoticeWords:
    campaign = str(notice.payload["campaign"])
    return NoticeWords(
        subject=f"Held, it needs you: {campaign}",
        before=(
            greeting,
            f"“{campaign}” is held: nothing more of it leaves until you decide.",
            str(notice.payload["trouble"]),
        ),
        label="Look at the campaign",
        url=url_of(notice),
    )


def campaign_ended(notice: Notice, greeting: str) -> NoticeWords:
    campaign = str(notice.payload["campaign"])
    return NoticeWords(
        subject=f"Sent: {campaign}",
        before=(greeting, f"“{campaign}” has left.", *map(str, notice.payload["books"])),
        label="Report",
        url=url_of(notice),
    )


def approval_asked(notice: Notice, greeting: str) -> NoticeWords:
    campaign, who = str(notice.payload["campaign"]), str(notice.payload["by"]) or "Somebody of your team"
    note = str(notice.payload["words"])
    return NoticeWords(
        subject=f"Please look: {campaign}",
        before=(greeting, f"{who} asks you to approve “{campaign}” before it leaves.", *([note] if note else [])),
        label="Look at the letter",
        url=url_of(notice),
        after=("Anybody else of the team may answer first; then you need do nothing.",),
    )


def approval_answered(notice: Notice, greeting: str) -> NoticeWords:
    campaign, who = str(notice.payload["campaign"]), str(notice.payload["by"]) or "Somebody of your team"
    words, approved = str(notice.payload["words"]), bool(notice.payload["approved"])
    told = f"{who} approved “{campaign}”. It can leave." if approved else f"{who} sent “{campaign}” back:"
    return NoticeWords(
        subject=f"{'Approved' if approved else 'Sent back'}: {campaign}",
        before=(greeting, told, *([words] if words else [])),
        label="Open the campaign",
        url=url_of(notice),
    )


def probe_failed(notice: Notice, greeting: str) -> NoticeWords:
    sender = str(notice.payload["sender"])
    told = f"The daily letter to ourselves from {sender} shows that readers cannot leave with one click:"
    return NoticeWords(
        subject=f"One-click unsubscribe is broken: {sender}",
        before=(greeting, told, *map(str, notice.payload["found"])),
        label="Look at the sender",
        url=url_of(notice),
        after=("Gmail and Yahoo ask for a working one-click unsubscribe of everybody who sends to many.",),
    )


def url_of(notice: Notice) -> str:
    return str(notice.payload.get("url", ""))


def works_until(notice: Notice) -> str:
    return f"It works once, until {notice.expires_at:%-d %B %Y, %H:%M} UTC."
