"""Long checks as jobs: each does its work in turns, keeps how far it is, and what it found stands in the report."""

import pytest

from app.database.session import reading, transaction
from app.models import Campaign, LetterCheck, Sender, Subscriber
from app.models.preflight import CheckKind, CheckStatus
from app.outside import links, spam_filter
from app.outside.links import LinkTrouble, Visit
from app.outside.spam_filter import RuleHit, SpamOpinion
from app.services.campaigns import CampaignChanges, update_campaign
from app.services.check_subjects import subjects_of
from app.services.letter_checks import ask_for
from app.services.preflight import check_campaign
from emails.domains.checks import DomainCheck, Level, Paste
from tests.factories.ready import make_ready
from workers import runtime
from workers.jobs import preflight
from workers.jobs.preflight import check

PEOPLE = 7


@pytest.fixture
def ready(database, monkeypatch) -> int:
    runtime.use_settings(database)
    with transaction() as session:
        campaign_id = make_ready(session, people=PEOPLE)[0].id
        ask_for(session, campaign_id, subjects_of(session, campaign_id))
    return campaign_id


def row_of(campaign_id: int, kind: CheckKind) -> LetterCheck:
    with reading() as session:
        return session.query(LetterCheck).filter_by(campaign_id=campaign_id, kind=kind).one()


def found(campaign_id: int) -> dict[str, str]:
    with reading() as session:
        return {one.id: one.severity.value for one in check_campaign(session, campaign_id).checks}


def answers(monkeypatch, *visits: Visit) -> list[list[str]]:
    """What the web answers, by address; tells which were visited together."""
    known, asked = {one.address: one for one in visits}, []

    def visit_all(addresses):
        asked.append(list(addresses))
        return [known.get(one, Visit(one, 200, final=one)) for one in addresses]

    monkeypatch.setattr(links, "visit_all", visit_all)
    return asked


@pytest.mark.parametrize(
    ("visit", "severity"),
    [
        ({"status": 404}, "reason"),
        ({"status": 410}, "reason"),
        ({"status": 503}, "advice"),
        ({"status": 403}, None),
        ({"status": 999}, None),
        ({"trouble": LinkTrouble.PRIVATE}, "reason"),
        ({"trouble": LinkTrouble.NO_HOST}, "reason"),
        ({"trouble": LinkTrouble.CERTIFICATE}, "reason"),
        ({"trouble": LinkTrouble.SLOW}, "advice"),
        ({"trouble": LinkTrouble.EXAMPLE}, "advice"),
        ({"status": 200}, None),
    ],
)
def test_a_dead_link_is_told_with_its_block_and_a_shy_one_is_not(ready, monkeypatch, visit, severity):
    answers(monkeypatch, Visit("https://example.test/find", **visit))
    check(ready, "links")
    assert found(ready).get("link_dead") == severity
    row = row_of(ready, CheckKind.LINKS)
    assert (row.status, row.done, row.total) == (CheckStatus.DONE, 2, 2)
    assert row.ended_at is not None
    if severity:
        assert row.findings[0]["place"] == "Block 2, call to action"


def test_many_links_are_visited_in_turns_and_none_twice(ready, monkeypatch):
    monkeypatch.setattr(links, "AT_ONCE", 1)
    monkeypatch.setattr(preflight, "TURN_SECONDS", -1)
    asked = answers(monkeypatch)
    check(ready, "links")
    assert (row_of(ready, CheckKind.LINKS).status, len(asked)) == (CheckStatus.WAITING, 1)
    check(ready, "links")
    assert row_of(ready, CheckKind.LINKS).status is CheckStatus.DONE
    assert asked == [["https://example.test"], ["https://example.test/find"]]


def test_the_letter_is_tried_on_everybody_page_by_page(ready, monkeypatch):
    monkeypatch.setattr(preflight, "PAGE_IDS", 2)
    monkeypatch.setattr(preflight, "TURN_SECONDS", -1)
    with transaction() as session:
        update_campaign(session, ready, CampaignChanges(greeting="Hi {{ subscriber.first_name }},"))
        session.query(Subscriber).order_by(Subscriber.id).first().first_name = "Ada"
        ask_for(session, ready, subjects_of(session, ready))
    turns = 0
    while row_of(ready, CheckKind.PEOPLE).status is not CheckStatus.DONE:
        check(ready, "people")
        turns += 1
    assert turns >= PEOPLE // 2
    facts = row_of(ready, CheckKind.PEOPLE).facts
    assert (facts["checked"], facts["hit"], facts["fields"]) == (PEOPLE, PEOPLE - 1, {"subscriber.first_name": 6})
    assert len(facts["people"]) == PEOPLE - 1
    assert found(ready)["people_gap"] == "reason"


def test_a_letter_changed_after_it_was_asked_about_is_not_looked_at_for_the_old_one(ready, monkeypatch):
    with transaction() as session:
        update_campaign(session, ready, CampaignChanges(subject="Changed words"))
    check(ready, "people")
    row = row_of(ready, CheckKind.PEOPLE)
    assert (row.status, "changed" in row.trouble) == (CheckStatus.FAILED, True)


def test_a_letter_that_cannot_be_made_ends_its_checks_with_the_reason(ready):
    with transaction() as session:
        update_campaign(session, ready, CampaignChanges(greeting="Hi {{ subscriber."))
    check(ready, "people")
    assert "merge tags" in row_of(ready, CheckKind.PEOPLE).trouble


@pytest.mark.parametrize(("points", "severity"), [(0.7, None), (3.5, "advice"), (6.0, "reason")])
def test_a_spam_filter_advises_near_its_limit_and_wants_a_reason_above_it(ready, monkeypatch, points, severity):
    seen = []
    rules = (RuleHit(points, "RULE", "Looks like spam"),)
    monkeypatch.setattr(spam_filter, "find_program", lambda: "/usr/bin/filter")
    monkeypatch.setattr(
        spam_filter, "judge", lambda message: (seen.append(message), SpamOpinion(points, 5.0, rules))[1]
    )
    check(ready, "spam")
    assert found(ready).get("spam_score") == severity
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in seen[0]


def test_a_filter_that_is_not_installed_or_silent_stands_in_nobodys_way(ready, monkeypatch):
    monkeypatch.setattr(spam_filter, "find_program", lambda: "")
    check(ready, "spam")
    assert row_of(ready, CheckKind.SPAM).facts == {"installed": False}
    with transaction() as session:
        ask_for(session, ready, subjects_of(session, ready), again=True)
    monkeypatch.setattr(spam_filter, "find_program", lambda: "/usr/bin/filter")
    monkeypatch.setattr(spam_filter, "judge", lambda _message: None)
    check(ready, "spam")
    assert row_of(ready, CheckKind.SPAM).status is CheckStatus.FAILED
    assert "spam_score" not in found(ready)


CHECKED = (
    DomainCheck("spf:letters.org", Level.BAD, "The SPF record forbids it.", "Add it.", Paste("letters.org", "v=spf1")),
    DomainCheck("dmarc:letters.org", Level.ADVICE, "There is no DMARC record.", "Publish one."),
    DomainCheck("dkim:letters.org", Level.UNSURE, "Not known now.", "Try again."),
    DomainCheck("mx:letters.org", Level.GOOD, "It takes mail."),
)


def sent_from(campaign_id: int, address: str) -> None:
    with transaction() as session:
        session.get_one(Sender, session.get_one(Campaign, campaign_id).sender_id).email = address
        ask_for(session, campaign_id, subjects_of(session, campaign_id))


@pytest.mark.parametrize(("smtp_url", "severity"), [("", "advice"), ("smtp://mail.letters.org", "reason")])
def test_the_domains_records_are_told_as_far_as_dns_tells(ready, database, monkeypatch, smtp_url, severity):
    runtime.use_settings(database.model_copy(update={"smtp_url": smtp_url}))
    monkeypatch.setattr(preflight, "examine_domain", lambda _settings, name: CHECKED if name == "letters.org" else ())
    sent_from(ready, "news@letters.org")
    check(ready, "domain")
    told = {one: is_a for one, is_a in found(ready).items() if one.startswith("domain_")}
    assert told == {"domain_spf": severity, "domain_dmarc": "advice"}
    assert row_of(ready, CheckKind.DOMAIN).findings[0]["cure"] == "Add it. TXT record letters.org: v=spf1"


def test_names_for_trials_are_not_asked_about(ready, monkeypatch):
    monkeypatch.setattr(preflight, "examine_domain", lambda *_given: pytest.fail("asked"))
    check(ready, "domain")
    assert row_of(ready, CheckKind.DOMAIN).facts == {"domain": "example.test", "known": False}


def test_nobody_asked_and_nothing_is_done(ready):
    with transaction() as session:
        session.query(LetterCheck).delete()
    check(ready, "links")
    with reading() as session:
        assert session.query(LetterCheck).count() == 0
