"""A letter that left, written again: the same bytes, and honest where a person's details changed since."""

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.database.session import reading, transaction
from app.errors import NotFound
from app.models import Campaign, Message, MessageStatus, Subscriber, Variant
from app.services.envelopes import envelope_from_json
from app.services.letter_rows import LetterRow
from app.services.letters import load_compiled
from app.services.sent_letters import can_be_shown, sent_letter
from app.services.subscribers import Person, edit_person, erase_person
from tests.factories.sent_letters import make_left
from workers.sending.writers import prepare_draft, write_letter

on_one_database = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


@pytest.fixture
def sent(database) -> tuple[int, int]:
    """A campaign whose letter was accepted for one person, two hours ago; their ids."""
    with transaction() as session:
        campaign, person = make_left(session)
        return campaign.id, person.id


def shown(sent):
    with reading() as session:
        return sent_letter(session, *sent)


def test_the_bytes_are_those_that_a_send_worker_writes(sent):
    with reading() as session:
        message = session.scalars(select(Message)).one()
        person = session.get_one(Subscriber, sent[1])
        envelope = envelope_from_json(session.scalars(select(Variant.envelope)).first())
        compiled = load_compiled(session, message.variant_id)
    draft = prepare_draft(compiled, envelope, campaign_id=sent[0], date=message.sent_at)
    row = LetterRow(message.id, message.variant_id, 0, person.email, person.first_name, person.last_name, person.language, person.fields)  # fmt: skip  # noqa: E501
    assert shown(sent).raw == write_letter({message.variant_id: draft}, row, date=message.sent_at).body


def test_a_letter_whose_reader_is_as_they_were_is_said_to_be_the_same(sent):
    letter = shown(sent)
    assert (letter.is_same, letter.is_certain, letter.changed_at) == (True, True, None)
    assert letter.letter.subject == "For Zoë"
    assert "Hi Zoë of Kraków," in letter.letter.html


def test_where_details_changed_since_it_is_said_and_which_stand_in_it(sent):
    with transaction() as session:
        edit_person(session, sent[1], Person("new@example.test", first_name="Zora", fields={"town": "Łódź"}))
    letter = shown(sent)
    assert letter.is_same is False
    assert letter.changed_at is not None
    assert letter.fields == ("first_name", "town")


def test_what_changes_no_detail_changes_nothing_that_is_said(sent):
    with transaction() as session:
        session.get_one(Subscriber, sent[1]).paused_until = now()
    assert shown(sent).is_same


def test_the_letter_stays_the_frozen_one_when_its_campaign_is_called_otherwise(sent):
    before = shown(sent).raw
    with transaction() as session:
        campaign = session.get_one(Campaign, sent[0])
        campaign.subject, campaign.greeting, campaign.theme = "Another", "", "signal"
    assert shown(sent).raw == before


def test_what_is_shown_would_count_and_undo_nothing(sent):
    letter = shown(sent)
    for door in ("/c/", "/o/", "/u/", "/v/", "/p/"):
        assert door in letter.letter.html
        assert door not in letter.shown, door
    assert letter.shown.count("data-own-link") >= 2


@on_one_database
@pytest.mark.parametrize("status", [MessageStatus.PENDING, MessageStatus.SKIPPED, MessageStatus.REFUSED])
def test_what_never_left_is_not_shown_as_if_it_had(sent, status):
    with transaction() as session:
        session.execute(update(Message).values(status=status))
    with reading() as session:
        assert not can_be_shown(session, *sent)
        with pytest.raises(NotFound, match="has left"):
            sent_letter(session, *sent)


@on_one_database
def test_a_letter_of_unknown_fate_is_shown_as_one(sent):
    with transaction() as session:
        session.execute(update(Message).values(status=MessageStatus.UNKNOWN, sent_at=None))
    assert shown(sent).is_certain is False


@on_one_database
def test_an_erased_persons_letter_is_gone(sent):
    with transaction() as session:
        erase_person(session, sent[1])
    with reading() as session, pytest.raises(NotFound, match="erased"):
        sent_letter(session, *sent)
