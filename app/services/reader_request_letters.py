"""Letters that answer readers: from the brand, in the reader's language, each with one link that counts for a day."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.clock import now
from app.errors import WrongState
from app.models import Brand, Notice, Subscriber
from app.services.brand_looks import brand_content
from app.services.notice_wordings import ReaderNotice, filled, find_wording, our_words
from app.services.reader_request_words import Telling, words_of_letter
from app.services.senders import find_sender_for
from emails.mime.build import LetterHeaders, compose_notice
from emails.render.notices import NoticeWords, notice_html, notice_text


def reader_request_letter(
    session: Session, notice: Notice, identity: Callable[[Notice, str], str]
) -> tuple[str, str, bytes]:
    """Envelope sender, recipient and message; `identity` makes its Message-ID.

    Raises:
        WrongState: the brand is gone, or there is nobody to write as.
    """
    brand = session.get(Brand, int(notice.payload.get("brand_id", 0)))
    sender = find_sender_for(session, brand.id) if brand else None
    if brand is None or sender is None:
        raise WrongState("There is nobody to answer this reader as. Add a sender.")
    headers = LetterHeaders(
        message_id=identity(notice, sender.email.rpartition("@")[2]),
        date=now(),
        from_name=sender.name,
        from_email=sender.email,
        reply_to=sender.reply_to,
        auto_submitted=True,
        one_click=False,
    )
    words = words_of(session, notice, brand)
    html = notice_html(words, brand_content(session, brand))
    data = compose_notice(headers, notice.email, words.subject, notice_text(words), html)
    return sender.email, notice.email, data


def words_of(session: Session, notice: Notice, brand: Brand) -> NoticeWords:
    person = session.get(Subscriber, int(notice.payload.get("subscriber_id", 0)))
    languages = (person.language if person else "", str(notice.payload.get("language", "")), brand.language)
    telling = Telling(str(notice.payload["telling"]))
    spoken = words_of_letter(telling, *languages)
    own = find_wording(session, brand.id, ReaderNotice(telling.value), spoken.language) or our_words(
        ReaderNotice(telling.value), spoken.language
    )
    about = str(notice.payload.get("about", ""))
    address = ", ".join(filter(None, (line.strip() for line in brand.address.split("\n"))))
    said = filled(own, {"brand.name": brand.name, "brand.address": address, "about": about})
    return NoticeWords(
        subject=" ".join(said.subject.split()),
        before=said.before,
        label=said.label,
        url=str(notice.payload.get("url", "")),
        after=(*said.after, brand.name),
        language=spoken.language,
        fallback=spoken.fallback,
    )
