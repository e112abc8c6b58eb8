"""Transports as rows: what may be typed, how the secret is kept, whose letters they carry."""

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound, Unavailable, WrongState
from app.models import AuditEntry, CampaignStatus, TransportHour, TransportKind, Variant
from app.queries.transports import letters_of_a_day, shares
from app.services.transport_kinds import checked_details
from app.services.transport_ways import count_letters, open_transports, set_aside, take_back
from app.services.transports import (
    TransportDetails,
    create_transport,
    edit_transport,
    remove_transport,
    switch,
    transports,
    try_again,
)
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed
from tests.factories.transports import make_transport

SERVER = {"host": "smtp.example.org", "security": "starttls", "user": "news"}
SES = {"region": "eu-west-1", "user": "AKIAEXAMPLEEXAMPLE00"}


def test_a_secret_is_sealed_opens_for_sending_and_stays_when_nothing_is_typed(database):
    with transaction() as session:
        made = create_transport(session, TransportKind.SMTP, TransportDetails("Main", SERVER, secret="hunter2 ü"))
        assert "hunter2" not in made.sealed
        edit_transport(session, made.id, TransportDetails("Main", {**SERVER, "user": "other"}))
    with reading() as session:
        [one] = open_transports(session, "example.org")
        assert (one.secret, one.details["user"]) == ("hunter2 ü", "other")
        assert "hunter2" not in repr(one)
        assert "hunter2" not in str([entry.facts for entry in session.scalars(select(AuditEntry))])


def test_one_whose_secret_does_not_open_is_left_out_while_others_are_there(database):
    with transaction() as session:
        broken = create_transport(session, TransportKind.BREVO, TransportDetails("Broken", {}, secret="s"))
        broken.sealed = "AAAA"
        make_transport(session, "Whole")
        assert [one.name for one in open_transports(session, "example.org")] == ["Whole"]


def test_a_secret_of_another_row_does_not_open(database):
    with transaction() as session:
        first, second = (
            create_transport(session, TransportKind.BREVO, TransportDetails(name, {}, secret=name)) for name in "ab"
        )
        first.sealed, second.sealed = second.sealed, first.sealed
        with pytest.raises(Unavailable, match="type the secret anew"):
            open_transports(session, "example.org")


@pytest.mark.parametrize(
    ("kind", "details", "secret", "field"),
    [
        ("smtp", {"host": ""}, "", "host"),
        ("smtp", {"host": "smtp://example.org"}, "", "host"),
        ("smtp", {"host": "example.org", "port": "70000"}, "", "port"),
        ("smtp", {"host": "example.org", "security": "rot13"}, "", "security"),
        ("smtp", SERVER, "", "secret"),
        ("smtp", {"host": "example.org"}, "a password", "user"),
        ("ses", {**SES, "region": "Ireland"}, "key", "region"),
        ("ses", {**SES, "user": ""}, "key", "user"),
        ("ses", SES, "", "secret"),
        ("mailgun", {"domain": ""}, "key", "domain"),
        ("brevo", {"address": "http://example.org"}, "key", "address"),
        ("brevo", {"address": "https://user@example.org"}, "key", "address"),
        ("sendgrid", {}, "two\nlines", "secret"),
    ],
)
def test_what_cannot_be_used_is_refused_under_its_field(database, kind, details, secret, field):
    with transaction() as session, pytest.raises(InvalidInput) as refusal:
        create_transport(session, TransportKind(kind), TransportDetails("Main", details, secret=secret))
    assert list(refusal.value.fields) == [field]
    with reading() as session:
        assert not transports(session)


def test_names_are_told_apart_domains_read_and_numbers_bounded(database):
    with transaction() as session:
        made = make_transport(session, "Main", domains="@News.Example.org, bücher.example\n", per_day=5, weight=30)
        assert made.domains == ["news.example.org", "xn--bcher-kva.example"]
        assert (made.per_day, made.weight, made.connections) == (5, 30, 10)
        for wrong, field in (("MAIN", "name"), ("Other", "weight"), ("Third", "domains")):
            facts = {"weight": 0} if field == "weight" else {}
            with pytest.raises(InvalidInput) as refusal:
                make_transport(session, wrong, domains="no dots" if field == "domains" else "", **facts)
            assert field in refusal.value.fields


@example({"host": "0", "user": "\U00018d09"})
@example({"host": "0", "user": "a\x85b\u2028c\x1bd"})
@given(st.dictionaries(st.sampled_from(["host", "port", "user", "greeting", "security"]), st.text(max_size=40)))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(details):
    found, told = {"host": "?"}, {}
    try:
        found = checked_details(TransportKind.SMTP, details)
    except InvalidInput as refusal:
        told = refusal.fields
    assert found["host"]
    # Not `isprintable`: a letter that is younger than Python's tables is a letter all the same.
    assert all(len(text.splitlines()) <= 1 for text in found.values())
    assert "Cc" not in {unicodedata.category(mark) for text in found.values() for mark in text}
    assert all(told.values())


def test_rows_that_name_a_domain_carry_it_alone_and_the_settings_where_none_does(database):
    with transaction() as session:
        assert open_transports(session, "example.org") is None
        named = make_transport(session, "Named", domains="news.example.org")
        assert open_transports(session, "example.org") is None
        make_transport(session, "General")

        def carrying(domain):
            return [one.name for one in open_transports(session, domain)]

        assert carrying("news.example.org") == ["Named"]
        assert carrying("example.org") == ["General"]
        switch(session, named.id, on=False)
        with pytest.raises(Unavailable, match="switched off"):
            open_transports(session, "news.example.org")


def test_one_that_is_used_is_not_removed_until_it_is_off(database):
    with transaction() as session:
        mailing_list = make_list(session)
        make_confirmed(session, mailing_list, 1)
        campaign = make_sending(session, mailing_list)
        assert session.scalars(select(Variant.envelope).where(Variant.campaign_id == campaign.id)).one()
        made = make_transport(session)
        other = make_transport(session, "Other", domains="elsewhere.example")
        with pytest.raises(WrongState, match="Switch it off first"):
            remove_transport(session, made.id)
        remove_transport(session, other.id)
        switch(session, made.id, on=False)
        remove_transport(session, made.id)
    with reading() as session:
        assert not transports(session)
        acts = [entry.act for entry in session.scalars(select(AuditEntry)) if entry.noun == "transport"]
        assert acts[-2:] == ["transport.switched_off", "transport.removed"]
        assert campaign.status == CampaignStatus.SENDING


def test_what_fails_again_and_again_is_set_aside_for_longer_and_a_success_or_a_person_ends_it(database):
    with transaction() as session:
        made = make_transport(session)
        waits = []
        for _ in range(6):
            set_aside(session, made.id, "no answer")
            set_aside(session, made.id, "another host says the same")
            waits.append(round((made.aside_until - now()) / timedelta(minutes=1)))
            made.aside_until = now()
        assert waits == [5, 10, 20, 40, 60, 60]
        assert made.aside_reason == "no answer"
        take_back(session, made.id)
        assert (made.aside_until, made.aside_times, made.aside_reason) == (None, 0, "")
        set_aside(session, made.id, "no answer")
        try_again(session, made.id)
        assert made.aside_until is None
        set_aside(session, 999, "gone meanwhile")


def test_letters_are_counted_by_the_hour_and_old_hours_go(database):
    with transaction() as session:
        made = make_transport(session, weight=10)
        other = make_transport(session, "Other", weight=30)
        make_transport(session, "Elsewhere", domains="news.example.org")
        session.add(TransportHour(transport_id=made.id, hour=now() - timedelta(days=3), letters=9))
        count_letters(session, made.id, 5)
        count_letters(session, made.id, 7)
        count_letters(session, 999, 7)
        assert letters_of_a_day(session) == {made.id: 12}
        assert len(session.scalars(select(TransportHour)).all()) == 1
        assert [*shares(transports(session)).values()] == [25, 75, 100]
        remove_transport(session, other.id)
        session.flush()
        with pytest.raises(NotFound):
            switch(session, other.id, on=False)
