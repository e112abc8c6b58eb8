"""Letters that answer readers come from the brand, speak the reader's language and carry one link of a day."""

from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from app.database.session import transaction
from app.errors import WrongState
from app.models import Notice, ReaderAct, Subscriber, SuppressionReason
from app.services import reader_requests, suppressions
from app.services.brands import get_brand
from app.services.notice_letters import compose_notice_letter
from app.services.notice_wordings import ReaderNotice, Wording, save_wording
from app.services.reader_request_words import Telling, words_of_letter
from app.services.reader_requests import Answer, Wish
from app.services.subscribers import erase_person
from app.tokens import Purpose, verify
from tests.factories.brands import make_brand, make_sender


def ask(person_id: int, brand_id: int, act: ReaderAct = ReaderAct.PREFERENCES, **given) -> Answer:
    with transaction() as session:
        return reader_requests.ask(session, person_id, Wish(act, brand_id, **given))


def written() -> tuple[str, str, object]:
    with transaction() as session:
        notice_id = session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()
        sender, recipient, data = compose_notice_letter(session, notice_id)
    return sender, recipient, message_from_bytes(data, policy=policy.default)


@pytest.fixture
def sender(brand, database):
    with transaction() as session:
        make_sender(session, make_brand(session), name="Somebody else", email="else@example.test")
    with transaction() as session:
        from_brand = make_sender(session, get_brand(session, brand), email="news@clearer.test", name="Clearer Days")
        return from_brand.email


def test_the_letter_comes_from_the_brand_and_its_link_opens_what_was_asked(amara, brand, sender):
    assert ask(amara, brand) is Answer.SENT
    from_email, recipient, mail = written()
    assert (from_email, recipient) == ("news@clearer.test", "Amara@example.test")
    assert mail["From"] == "Clearer Days <news@clearer.test>"
    assert mail["Subject"] == "Your preferences at Clearer Days"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert "Letterwright" not in mail.as_string()
    token = mail.get_body(("plain",)).get_content().partition("/p/")[2][:32]
    assert verify(Purpose.REQUEST, token) > 0


@pytest.mark.parametrize("telling", list(Telling))
@pytest.mark.parametrize("language", ["en", "de-AT", "fr", "ar"])
def test_every_letter_speaks_every_language_of_the_readers_pages(telling, language):
    words = words_of_letter(telling, "", "xx", language, "en")
    assert words.language == language[:2]
    assert words.subject
    assert words.before


def test_an_arabic_letter_runs_from_right_to_left(amara, brand, sender):
    with transaction() as session:
        session.get_one(Subscriber, amara).language = "ar"
    ask(amara, brand, ReaderAct.EXPORT)
    assert 'lang="ar" dir="rtl"' in written()[2].get_body(("html",)).get_content()


def test_a_brand_with_braces_in_its_name_is_written_as_it_is(amara, brand, sender):
    with transaction() as session:
        brand_row = make_brand(session, name="Clear {0} {brand} Days")
    ask(amara, brand_row.id)
    assert "Clear {0} {brand} Days" in written()[2]["Subject"]


def test_the_news_to_an_old_address_has_nothing_to_press(amara, brand, sender):
    ask(amara, brand)
    with transaction() as session:
        wish = session.scalars(select(reader_requests.ReaderRequest)).one()
        reader_requests.send(session, wish, "old@example.test", Telling.ADDRESS_CHANGED, about="n•••@new.test")
    _, recipient, mail = written()
    assert recipient == "old@example.test"
    assert "n•••@new.test" in mail.get_body(("plain",)).get_content()
    assert "<a " not in mail.get_body(("html",)).get_content()


def test_without_any_sender_the_letter_cannot_be_written(amara, brand):
    ask(amara, brand)
    with pytest.raises(WrongState, match="Add a sender"):
        written()


def test_a_letter_that_waits_for_somebody_erased_does_not_leave(amara, brand, sender):
    ask(amara, brand)
    with transaction() as session:
        erase_person(session, amara)
        assert [one.status.value for one in session.scalars(select(Notice))] == ["expired"]


def test_a_stopped_address_gets_no_letter(amara, brand):
    with transaction() as session:
        hashed = session.get_one(Subscriber, amara).address_hash
        suppressions.suppress(session, hashed, SuppressionReason.LEGAL)
    assert ask(amara, brand) is Answer.SILENT
    with transaction() as session:
        assert session.scalars(select(Notice)).all() == []


def test_it_says_what_the_brand_would_rather_say_around_the_same_link(amara, brand, sender):
    with transaction() as session:
        wording = Wording("Here you are", "My page", "Hello from {{ brand.name }}.\n{{ link }}\nGood for a day.")
        save_wording(session, brand, (ReaderNotice.PREFERENCES, "en"), wording)
    ask(amara, brand)
    mail = written()[2]
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert mail["Subject"] == "Here you are"
    assert text.startswith("Hello from Clearer Days.\n\nMy page:\nhttp")
    assert text.endswith("Good for a day.\n\nClearer Days\n")
