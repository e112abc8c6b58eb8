"""Opening an archive, and the address under which a letter stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound
from app.models import ArchiveMode, Article, AuditEntry, Brand, Campaign, CampaignStatus
from app.services import archives
from app.services.campaigns import duplicate_campaign
from app.services.slugs import LONGEST_MADE, RESERVED, checked_slug, slug_from
from tests.factories.brands import make_brand
from tests.factories.campaigns import CONTENT, make_campaign
from tests.factories.issues import make_archive

# For rules about words; what the database must hold is asked of both kinds.
on_one_database = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


@pytest.fixture
def campaign(database) -> int:
    """A draft whose article is called Water in winter."""
    with transaction() as session:
        return make_campaign(session, brand_id=make_archive(session).id).id


def publish(campaign_id: int, mode: ArchiveMode = ArchiveMode.PUBLIC, slug: str | None = None) -> Campaign:
    with transaction() as session:
        return archives.publish(session, campaign_id, mode, slug=slug)


def change(campaign_id: int, **facts) -> None:
    with transaction() as session:
        for name, value in facts.items():
            setattr(session.get_one(Campaign, campaign_id), name, value)


def refusal_of(campaign_id: int, slug: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        publish(campaign_id, slug=slug)
    return refusal.value.fields["slug"]


def test_an_archive_is_opened_under_its_address_and_closed_again(database):
    with transaction() as session:
        brand = make_brand(session).id
        archives.set_archive(session, brand, opened=True, slug=" The-Spring ")
    with transaction() as session:
        row = session.get_one(Brand, brand)
        assert (row.slug, row.archive_opened_at is not None) == ("the-spring", True)
        archives.set_archive(session, brand, opened=False, slug="the-spring")
        assert row.archive_opened_at is None
        acts = [one.act for one in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert acts == ["brand.archive_opened", "brand.archive_closed"]


@on_one_database
def test_saving_an_open_archive_again_keeps_the_time_it_opened(database):
    with transaction() as session:
        brand = make_archive(session)
        before = brand.archive_opened_at
        archives.set_archive(session, brand.id, opened=True, slug="another")
        assert (brand.archive_opened_at, brand.slug) == (before, "another")


def test_two_brands_cannot_share_an_address(database):
    with transaction() as session:
        make_archive(session, "taken")
        other = make_brand(session).id
    with transaction() as session, pytest.raises(InvalidInput, match="Another brand"):
        archives.set_archive(session, other, opened=True, slug="taken")


@on_one_database
def test_an_address_is_suggested_from_the_brands_name(database):
    with transaction() as session:
        assert archives.suggest_brand_slug(make_brand(session, name="Salt & Spring’s Über-Post")) == (
            "salt-springs-uber-post"
        )
        arabic = make_brand(session, name="ينابيع")
        assert archives.suggest_brand_slug(arabic) == f"brand-{arabic.id}"


def test_a_letters_address_is_made_from_its_title(campaign):
    row = publish(campaign)
    assert (row.archive, row.slug) == (ArchiveMode.PUBLIC, "water-in-winter")


@on_one_database
def test_an_unlisted_letters_address_cannot_be_guessed(campaign):
    slug = publish(campaign, ArchiveMode.UNLISTED).slug
    assert slug.startswith("water-in-winter-")
    assert len(slug) == len("water-in-winter-") + 10


def test_a_title_that_is_taken_gets_an_address_of_its_own(campaign, database):
    publish(campaign)
    with transaction() as session:
        second = make_campaign(session, brand_id=session.get_one(Campaign, campaign).brand_id).id
    assert publish(second).slug == f"water-in-winter-{second}"


@on_one_database
def test_a_title_without_latin_letters_or_with_merge_tags_gets_a_plain_address(campaign):
    with transaction() as session:
        article = session.get_one(Article, session.get_one(Campaign, campaign).article_id)
        article.content = CONTENT | {"title": "الماء في الشتاء"}
    assert publish(campaign).slug == f"letter-{campaign}"
    change(campaign, slug=None, name="Spring news")
    with transaction() as session:
        article = session.get_one(Article, session.get_one(Campaign, campaign).article_id)
        article.content = CONTENT | {"title": "Dear {{ subscriber.first_name }}"}
    assert publish(campaign).slug == "spring-news"


@on_one_database
def test_an_address_is_changed_until_the_letter_has_left(campaign):
    publish(campaign, slug="first-choice")
    change(campaign, status=CampaignStatus.SCHEDULED)
    assert publish(campaign, slug="second-choice").slug == "second-choice"
    change(campaign, status=CampaignStatus.SENDING, started_at=now())
    assert "stays as it is" in refusal_of(campaign, "third-choice")
    assert publish(campaign, ArchiveMode.UNLISTED, slug="second-choice").archive is ArchiveMode.UNLISTED


@on_one_database
def test_a_letter_that_left_without_an_address_still_gets_one(campaign):
    change(campaign, status=CampaignStatus.SENT, started_at=now())
    assert publish(campaign, slug="late-water").slug == "late-water"


@on_one_database
def test_an_address_stays_when_a_letter_is_taken_off_and_put_back(campaign):
    publish(campaign)
    assert publish(campaign, ArchiveMode.OFF).slug == "water-in-winter"
    assert publish(campaign).slug == "water-in-winter"
    change(campaign, status=CampaignStatus.SENT, started_at=now())
    assert publish(campaign, ArchiveMode.UNLISTED).slug == "water-in-winter"


@on_one_database
def test_a_cleared_address_is_made_anew_until_the_letter_has_left(campaign):
    publish(campaign, slug="my-own")
    assert publish(campaign, slug=" ").slug == "water-in-winter"
    publish(campaign, slug="my-own")
    change(campaign, status=CampaignStatus.SENT, started_at=now())
    assert publish(campaign, slug="").slug == "my-own"


@on_one_database
def test_hiding_a_letter_in_time_makes_its_address_hard_to_guess_but_keeps_a_chosen_one(campaign):
    publish(campaign)
    hidden = publish(campaign, ArchiveMode.UNLISTED, slug="water-in-winter").slug
    assert hidden.startswith("water-in-winter-")
    assert publish(campaign, ArchiveMode.UNLISTED, slug="water-in-winter").slug == "water-in-winter"
    publish(campaign, ArchiveMode.PUBLIC, slug="my-own")
    assert publish(campaign, ArchiveMode.UNLISTED, slug="my-own").slug == "my-own"


def test_a_taken_address_is_refused(campaign):
    publish(campaign, slug="mine")
    with transaction() as session:
        second = make_campaign(session).id
    assert "Another letter" in refusal_of(second, "mine")


@pytest.mark.parametrize(
    "typed", ["Water & wine", "water--wine", "-water", "w", "wäter", "../up", "feed", "a" * 121, "feed.xml", "%2e"]
)
def test_an_address_that_cannot_be_one_is_refused_with_the_cure(typed):
    with pytest.raises(InvalidInput) as refusal:
        checked_slug("slug", typed, longest=120)
    assert refusal.value.fields["slug"]


def test_a_copy_is_not_in_the_archive(campaign):
    publish(campaign)
    with transaction() as session:
        copy = duplicate_campaign(session, campaign)
        assert (copy.archive, copy.slug) == (ArchiveMode.OFF, None)


def test_what_is_published_is_written_down(campaign):
    publish(campaign)
    publish(campaign)
    publish(campaign, ArchiveMode.OFF)
    with reading() as session:
        noted = [one.facts for one in session.query(AuditEntry).filter_by(act="campaign.archive_changed")]
    assert noted == [{"archive": "public"}, {"archive": "off"}]


@on_one_database
def test_a_campaign_that_is_not_there_is_not_published(database):
    with transaction() as session, pytest.raises(NotFound):
        archives.publish(session, 999, ArchiveMode.PUBLIC)


@pytest.mark.parametrize(
    ("title", "language", "slug"),
    [
        ("Water in winter, and why", "en", "water-in-winter-and-why"),
        ("Größe & Übermut", "de-AT", "groesse-uebermut"),
        ("L’été à Saint-Étienne", "fr", "lete-a-saint-etienne"),
        ("Smörgås på Øya", "sv", "smorgas-pa-oya"),
        ("Feed", "en", "letter-7"),
        ("水", "zh", "letter-7"),
    ],
)
def test_titles_become_addresses(title, language, slug):
    assert slug_from(title, language=language, otherwise="letter-7") == slug


@given(title=st.text(max_size=200), language=st.sampled_from(["en", "de", ""]))
def test_any_title_becomes_an_address_that_may_be_used(title, language):
    slug = slug_from(title, language=language, otherwise="letter-7")
    assert checked_slug("slug", slug, longest=LONGEST_MADE) == slug
    assert slug not in RESERVED
