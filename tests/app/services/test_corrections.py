"""A letter corrected on the web: shown there, told to readers if wished, and nothing of what was sent is touched."""

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Article, AuditEntry, Brand, Campaign, CampaignStatus, Correction
from app.services import archive_tags, corrections
from app.services.articles import article_of
from app.services.corrections import Wanted, correct, corrected, take_back
from app.services.issues import read_issue
from app.services.letters import campaign_hash
from emails.articles.article_json import article_to_json
from emails.articles.blocks import Article as Written
from emails.articles.blocks import Paragraph, Sponsor
from emails.errors import ArticleBroken
from tests.factories.campaigns import make_campaign
from tests.factories.issues import make_archive, make_issue

on_one_database = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)
SENT = Written("Water", (Paragraph("Drink three litres."), Sponsor("Acme", "Paid by Acme")))
RIGHT = Written("Water", (Paragraph("Drink two litres."), Sponsor("Acme", "Paid by Acme")))


@pytest.fixture
def campaign(database) -> int:
    with transaction() as session:
        return make_issue(session, make_archive(session), "water", SENT).id


def put(campaign_id: int, article: Written = RIGHT, **given) -> int:
    with transaction() as session:
        return correct(session, campaign_id, Wanted(article_to_json(article), **given), user_id=None)


def shown(campaign_id: int):
    with reading() as session:
        campaign = session.get_one(Campaign, campaign_id)
        return read_issue(session, session.get_one(Brand, campaign.brand_id), campaign)


def test_the_web_shows_what_was_corrected_and_the_letter_stays_as_it_left(campaign):
    with reading() as session:
        before = (session.get_one(Article, session.get_one(Campaign, campaign).article_id).content, campaign_hash(session, campaign))  # fmt: skip  # noqa: E501
    assert put(campaign, note="We wrote three litres.", noted_on="2026-04-02") == 1
    issue = shown(campaign)
    assert "Drink two litres." in issue.page.body
    assert (issue.note, issue.corrected_day, issue.is_corrected) == ("We wrote three litres.", "2 April 2026", True)
    assert issue.changed_at > issue.published_at
    with reading() as session:
        after = (session.get_one(Article, session.get_one(Campaign, campaign).article_id).content, campaign_hash(session, campaign))  # fmt: skip  # noqa: E501
        assert article_of(session, campaign).article == SENT
        acts = session.scalars(select(AuditEntry.act)).all()
    assert after == before
    assert "campaign.corrected" in acts


def test_a_correction_is_corrected_again_and_taken_back(campaign):
    put(campaign)
    assert put(campaign, Written("Water", (Paragraph("Drink one."), Sponsor("Acme", ""))), revision=1) == 2
    assert "Drink one." in shown(campaign).page.body
    with transaction() as session:
        take_back(session, campaign)
    issue = shown(campaign)
    assert "Drink three litres." in issue.page.body
    assert (issue.is_corrected, issue.changed_at) == (False, issue.published_at)


def test_nobody_overwrites_anothers_correction(campaign):
    put(campaign)
    for stale in (0, 2):
        with pytest.raises(WrongState, match="changed elsewhere"):
            put(campaign, revision=stale)
    with reading() as session:
        assert session.scalars(select(Correction.revision)).one() == 1


@on_one_database
def test_who_paid_cannot_be_corrected_away(campaign):
    with pytest.raises(InvalidInput, match="sponsor"):
        put(campaign, Written("Water", (Paragraph("Drink two litres."),)))


@on_one_database
def test_what_cannot_be_kept_is_refused_with_its_place(campaign):
    with transaction() as session, pytest.raises(ArticleBroken, match="blocks"):
        correct(session, campaign, Wanted({"version": 1, "blocks": [{"type": "script"}]}))
    for given in ({"noted_on": "31.3.2026"}, {"note": "x" * 501}):
        with pytest.raises(InvalidInput):
            put(campaign, **given)


@on_one_database
def test_a_draft_is_changed_not_corrected(database):
    with transaction() as session:
        draft = make_campaign(session, status=CampaignStatus.DRAFT).id
    with transaction() as session, pytest.raises(WrongState, match="has not left"):
        corrected(session, draft)
    with pytest.raises(WrongState, match="has not left"):
        put(draft)


@on_one_database
def test_before_anything_was_corrected_the_form_begins_with_what_was_sent(campaign):
    with reading() as session:
        assert corrected(session, campaign) == corrections.Corrected(SENT)
    put(campaign, note="Two.")
    with reading() as session:
        assert corrected(session, campaign) == corrections.Corrected(RIGHT, 1, "Two.", "")


@on_one_database
@pytest.mark.parametrize(
    ("line", "slugs"),
    [
        ("Springs, Deep wells", ("springs", "deep-wells")),
        ("Springs; springs,SPRINGS", ("springs",)),
        ("  ,, ", ()),
        ("Über uns", ("uber-uns",)),
    ],
)
def test_tags_are_written_with_commas_between(campaign, line, slugs):
    with transaction() as session:
        assert archive_tags.set_tags(session, campaign, line) == slugs


@on_one_database
def test_tags_in_other_letters_have_addresses_that_last(campaign):
    with transaction() as session:
        [slug] = archive_tags.set_tags(session, campaign, "ماء")
        assert slug.startswith("tag-")
        assert archive_tags.set_tags(session, campaign, " ماء , ") == (slug,)


@on_one_database
def test_too_many_tags_and_too_long_ones_are_refused(campaign):
    with transaction() as session, pytest.raises(InvalidInput, match="11 tags"):
        archive_tags.set_tags(session, campaign, ",".join(f"tag {n}" for n in range(11)))
    with transaction() as session, pytest.raises(InvalidInput, match="41 characters"):
        archive_tags.set_tags(session, campaign, "x" * 41)
