"""Letters to readers that are no campaign: confirm, a single reminder, welcome. From the brand, in their language."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import WrongState
from app.models import Brand, Form, MailingList, Notice, NoticeKind, OptIn, SignUp, Subscriber
from app.services.brand_looks import brand_content
from app.services.notice_wordings import Filled, ReaderNotice, Wording, filled, find_wording
from app.services.senders import find_sender_for
from app.services.sign_up_words import LetterWords, letter_words_for
from app.services.welcome_words import filled_welcome, recipient_of
from app.tokens import Purpose, sign
from app.urls import public_base
from emails.content import Recipient
from emails.mime.build import LetterHeaders, compose_notice
from emails.render.notices import NoticeWords, notice_html, notice_text

OWN_WORDS = {
    NoticeKind.CONFIRM: ReaderNotice.CONFIRM,
    NoticeKind.CONFIRM_REMINDER: ReaderNotice.REMINDER,
    NoticeKind.WELCOME: ReaderNotice.WELCOME_END,
}
SIGN_UP_KINDS = frozenset({NoticeKind.CONFIRM, NoticeKind.CONFIRM_REMINDER, NoticeKind.WELCOME})


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a letter is about: a sign-up, its form, whose it is and in which words it is answered."""

    sign_up: SignUp
    form: Form
    brand: Brand
    lists: str
    words: LetterWords
    reader: Recipient
    own: Wording | None = None

    def say(self, sentence: str) -> str:
        return sentence.format(brand=self.brand.name, lists=self.lists)

    def said(self) -> Filled | None:
        """The brand's own words for this reader, None where it has none."""
        values = {"brand.name": self.brand.name, "brand.address": one_line(self.brand.address), "lists": self.lists}
        return filled(self.own, values) if self.own else None


def reader_letter(session: Session, notice: Notice, identity: Callable[[Notice, str], str]) -> tuple[str, str, bytes]:
    """Envelope sender, recipient and message; `identity` makes its Message-ID.

    Raises:
        WrongState: the sign-up was forgotten or confirmed meanwhile, or there is nobody to write as.
    """
    occasion = occasion_of(session, notice)
    words = words_of(notice, occasion)
    sender = find_sender_for(session, occasion.brand.id)
    if sender is None:
        raise WrongState("There is nobody to write to this reader as. Add a sender.")
    headers = LetterHeaders(
        message_id=identity(notice, sender.email.rpartition("@")[2]),
        date=now(),
        from_name=sender.name,
        from_email=sender.email,
        reply_to=sender.reply_to,
        auto_submitted=True,
        one_click=False,
        unsubscribe_url=words.leave_url,
    )
    html = notice_html(words, brand_content(session, occasion.brand))
    data = compose_notice(headers, notice.email, words.subject, notice_text(words), html)
    return sender.email, notice.email, data


def occasion_of(session: Session, notice: Notice) -> Occasion:
    row = session.get(SignUp, int(notice.payload.get("sign_up_id", 0)))
    if row is None or (notice.kind is not NoticeKind.WELCOME and row.confirmed_at is not None):
        raise WrongState("This sign-up was forgotten or confirmed meanwhile.")
    form = session.get_one(Form, row.form_id)
    brand = session.get_one(Brand, form.brand_id)
    names = session.scalars(select(MailingList.name).where(MailingList.id.in_(row.list_ids)).order_by(MailingList.name))
    words = letter_words_for(row.language, form.language, brand.language)
    own = find_wording(session, brand.id, OWN_WORDS[notice.kind], words.language)
    return Occasion(row, form, brand, ", ".join(names), words, reader_of(session, notice, form), own)


def reader_of(session: Session, notice: Notice, form: Form) -> Recipient:
    """Whom merge tags tell of. Where one step was enough, nobody yet has said that what was typed is about them."""
    person = session.get(Subscriber, int(notice.payload.get("subscriber_id", 0)))
    if person is None or form.opt_in is not OptIn.DOUBLE:
        return Recipient(notice.email)
    return recipient_of(person)


def words_of(notice: Notice, occasion: Occasion) -> NoticeWords:
    tell = {
        NoticeKind.CONFIRM: confirm_words,
        NoticeKind.CONFIRM_REMINDER: reminder_words,
        NoticeKind.WELCOME: welcome_words,
    }
    return tell[notice.kind](occasion)


def own_words(occasion: Occasion, said: Filled) -> NoticeWords:
    """A question to confirm in the brand's own words; who writes stands below them whatever they are."""
    return NoticeWords(
        subject=" ".join(said.subject.split()),
        before=said.before,
        label=said.label,
        url=confirm_address(occasion),
        after=(*said.after, *signature(occasion)),
        language=occasion.words.language,
        fallback=occasion.words.fallback,
    )


def confirm_words(occasion: Occasion) -> NoticeWords:
    words = occasion.words
    if said := occasion.said():
        return own_words(occasion, said)
    return NoticeWords(
        subject=occasion.say(words.subject),
        before=(words.greeting, occasion.say(words.asked), words.press),
        label=words.label,
        url=confirm_address(occasion),
        after=(words.not_you, *signature(occasion)),
        language=words.language,
        fallback=words.fallback,
    )


def reminder_words(occasion: Occasion) -> NoticeWords:
    words = occasion.words
    if said := occasion.said():
        return own_words(occasion, said)
    return NoticeWords(
        subject=occasion.say(words.reminder_subject),
        before=(words.greeting, occasion.say(words.reminder), words.press),
        label=words.label,
        url=confirm_address(occasion),
        after=(words.reminder_last, *signature(occasion)),
        language=words.language,
        fallback=words.fallback,
    )


def welcome_words(occasion: Occasion) -> NoticeWords:
    """The team's own words, filled in for this reader; under them why it came, who wrote, and how to leave."""
    form, words, language = occasion.form, occasion.words, occasion.form.language or occasion.words.language
    said = occasion.said()
    why = (*said.before, *said.after) if said else (occasion.say(words.welcome_why),)
    subject, text = filled_welcome(form.welcome_subject, form.welcome_text, occasion.reader, occasion.brand)
    return NoticeWords(
        subject=" ".join(subject.split()),
        before=tuple(one.strip() for one in text.split("\n") if one.strip()),
        label="",
        url="",
        after=(*why, *signature(occasion)),
        language=language,
        fallback=words.fallback,
        leave_label=said.label if said else words.welcome_leave,
        leave_url=f"{public_base(occasion.brand.base_url)}/u/welcome/{sign(Purpose.WELCOME, occasion.sign_up.id)}",
    )


def confirm_address(occasion: Occasion) -> str:
    return f"{public_base(occasion.brand.base_url)}/confirm/{sign(Purpose.CONFIRM, occasion.sign_up.id)}"


def signature(occasion: Occasion) -> tuple[str, ...]:
    """The brand's name and, on one line, where it sits."""
    address = one_line(occasion.brand.address)
    return (f"{occasion.brand.name}, {address}" if address else occasion.brand.name,)


def one_line(address: str) -> str:
    return ", ".join(filter(None, (line.strip() for line in address.split("\n"))))
