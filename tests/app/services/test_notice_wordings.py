"""Notices in a brand's own words: what may be said, what must be, and the letters that say it."""

import pytest

from app.database.session import transaction
from app.errors import InvalidInput, NotFound
from app.services.notice_wordings import (
    LANGUAGES,
    TAGS,
    ReaderNotice,
    Wording,
    checked,
    filled,
    find_wording,
    forget_wording,
    our_words,
    save_wording,
    worded,
)
from tests.factories.brands import make_brand

BODY = "Dear reader,\n{{ lists }} is what you asked for.\n{{ link }}\nBye."
OWN = Wording("Welcome to {{ brand.name }}?", "Yes, please", BODY)


def key(notice: ReaderNotice = ReaderNotice.CONFIRM, language: str = "en") -> tuple[ReaderNotice, str]:
    return notice, language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", ReaderNotice)
def test_our_own_words_would_be_accepted(notice, language):
    ours = our_words(notice, language)
    kept = checked(notice, ours)
    assert kept.body.split() == ours.body.split()
    said = filled(kept, {"brand.name": "Quince", "lists": "Monthly", "about": "a•••@example.com"})
    assert "{" not in " ".join((said.subject, said.label, *said.before, *said.after))


@pytest.mark.parametrize(
    ("wording", "field", "told"),
    [
        (Wording("x", "Go", "Hello"), "body", "write {{ link }} once, on a line of its own"),
        (Wording("x", "Go", "Press {{ link }} now"), "body", "on a line of its own"),
        (Wording("x", "Go", "{{ link }}\n{{ link }}"), "body", "on a line of its own"),
        (Wording("x", "Go", "{{ link }}\n{{ today }}"), "body", "Line 2: {{ today }} is not known here"),
        (Wording("x", "Go", "{{ link }}\n{{ brand.name"), "body", "Line 2: a tag is not whole"),
        (Wording("x", "Go", "{{ link }}\n{% if x %}"), "body", "a tag is not whole"),
        (Wording("{{ link }}", "Go", "{{ link }}"), "subject", "{{ link }} is not known here"),
        (Wording("", "Go", "{{ link }}"), "subject", "Write something here"),
        (Wording("x", "", "{{ link }}"), "label", "Write something here"),
        (Wording("x", "y" * 61, "{{ link }}"), "label", "60 fit"),
        (Wording("x", "Go", "{{ link }}\n" + "y" * 4000), "body", "4000 fit"),
    ],
)
def test_what_would_be_of_no_use_is_refused_under_its_field(wording, field, told):
    with pytest.raises(InvalidInput) as refusal:
        checked(ReaderNotice.CONFIRM, wording)
    assert told in refusal.value.fields[field]


def test_a_notice_without_a_link_takes_none():
    assert "link" not in TAGS[ReaderNotice.ADDRESS_TAKEN]
    with pytest.raises(InvalidInput, match="is not known here"):
        checked(ReaderNotice.ADDRESS_TAKEN, Wording("x", "", "{{ link }}"))
    assert checked(ReaderNotice.ADDRESS_CHANGED, Wording("x", "", "Now {{ about }}.")).label == ""


def test_a_value_is_never_read_for_tags_again():
    said = filled(OWN, {"brand.name": "{{ lists }}", "lists": "{{ link }}"})
    assert said.subject == "Welcome to {{ lists }}?"
    assert said.before == ("Dear reader,", "{{ link }} is what you asked for.")
    assert said.after == ("Bye.",)


def test_words_are_kept_for_one_brand_and_language_and_can_be_given_up(database):
    with transaction() as session:
        brand, other = make_brand(session).id, make_brand(session).id
        save_wording(session, brand, key(), OWN)
        save_wording(session, brand, key(language="de"), OWN)
        save_wording(session, brand, key(), Wording("Again", OWN.label, OWN.body))
        assert worded(session, brand) == {("confirm", "en"), ("confirm", "de")}
        assert find_wording(session, brand, *key()).subject == "Again"
        assert find_wording(session, other, *key()) is None
        forget_wording(session, brand, *key())
        forget_wording(session, brand, *key())
        assert worded(session, brand) == {("confirm", "de")}
        with pytest.raises(NotFound):
            save_wording(session, brand, key(language="xx"), OWN)
