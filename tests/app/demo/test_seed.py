"""The demo: once, only where letters stay in the house, and a draft that could leave at once."""

from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.config import load_settings
from app.database.session import reading, transaction
from app.demo.seed import seed_demo
from app.models import Brand, Campaign, CampaignStatus, Suppression
from app.queries.lists import ListCounts, list_overview
from app.services.articles import article_of
from app.services.audience import count_audience
from app.services.letters import preview
from app.services.preflight import check_campaign
from app.services.subscribers import find_person
from tests.conftest import SECRET

CLIENT = Path(__file__).parents[2] / "data" / "article.txt"


@pytest.fixture
def seeded(database):
    with transaction() as session:
        assert seed_demo(session, database)
    return database


def test_the_demo_list_has_people_of_every_standing(seeded):
    with reading() as session:
        (row,) = list_overview(session)
        suppressed = session.scalars(select(func.count()).select_from(Suppression)).one()
    assert row.name == "demo"
    # Two of the confirmed are suppressed, which leaves 25 who get letters.
    assert row.counts == ListCounts(confirmed=27, unconfirmed=3, unsubscribed=2)
    assert suppressed == 2
    with reading() as session:
        campaign_id = session.scalars(select(Campaign.id)).one()
        assert count_audience(session, campaign_id).confirmed == 25


def test_the_demo_campaign_could_leave_at_once(seeded):
    with reading() as session:
        campaign = session.scalars(select(Campaign)).one()
        report = check_campaign(session, campaign.id)
        amara = find_person(session, "amara@example.test")
        letter = preview(session, campaign.id, as_subscriber_id=amara.id)
    assert campaign.status is CampaignStatus.DRAFT
    assert report.passed
    assert [finding.message for finding in report.checks if finding.severity != "advice"] == []
    assert "Hi Amara," in letter.text
    assert "https://example.test/book" in letter.html
    assert "/media/" in letter.html


def test_the_article_is_the_client_s_and_nothing_was_noticed_but_its_two_names(seeded):
    assert (files("app.demo") / "article.txt").read_bytes() == CLIENT.read_bytes()
    with reading() as session:
        campaign = session.scalars(select(Campaign)).one()
        article = article_of(session, campaign.id).article
    assert article.title == "Embracing New Beginnings: Therapeutic Ketamine for Depression in the New Year"
    assert [remark.place for remark in article.warnings] == ["sponsor"]


def test_seeding_again_changes_nothing(seeded):
    with transaction() as session:
        assert not seed_demo(session, seeded)
    with reading() as session:
        assert session.scalars(select(func.count()).select_from(Brand)).one() == 1


def test_nothing_is_seeded_where_letters_really_leave(database, tmp_path):
    real = load_settings(
        data=tmp_path, database_url=database.database_url, given_secret=SECRET, smtp_url="smtp://mail.example.test"
    )
    with transaction() as session:
        assert not seed_demo(session, real)
    with reading() as session:
        assert session.scalars(select(func.count()).select_from(Brand)).one() == 0


def test_the_picture_fits_letters(seeded):
    (picture,) = seeded.uploads.iterdir()
    assert picture.suffix == ".jpg"
    assert picture.stat().st_size <= 200 * 1024
