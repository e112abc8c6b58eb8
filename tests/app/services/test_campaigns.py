"""Campaigns while they are written."""

import pytest
from sqlalchemy import func, select

from app.database.session import transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import Article, Campaign, CampaignList, CampaignStatus, ListUse
from app.services.campaigns import (
    CampaignChanges,
    NewCampaign,
    create_campaign,
    delete_draft,
    duplicate_campaign,
    lists_of,
    rename,
    set_lists,
    update_campaign,
)
from emails.articles.blocks import Article as WrittenArticle
from emails.articles.blocks import Paragraph
from tests.factories.brands import make_brand, make_sender
from tests.factories.campaigns import make_campaign
from tests.factories.mailing_lists import make_list


@pytest.fixture
def desk(database):
    """A brand with a sender and two lists, and the lists of another brand."""
    with transaction() as session:
        brand, other = make_brand(session), make_brand(session)
        sender = make_sender(session, brand)
        lists = [make_list(session, brand), make_list(session, brand)]
        foreign = make_list(session, other)
    return brand, sender, lists, foreign


def new_draft(desk, **given) -> int:
    brand, sender, lists, _ = desk
    values = {"name": "June", "brand_id": brand.id, "sender_id": sender.id, "include": (lists[0].id,)}
    with transaction() as session:
        return create_campaign(session, NewCampaign(**(values | given))).id


def test_a_new_campaign_is_a_draft_with_the_usual_greeting_and_an_article_of_its_own(desk):
    written = WrittenArticle("Water", (Paragraph("Drink it."),))
    campaign_id = new_draft(desk, article=written, exclude=(desk[2][1].id,))
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        assert campaign.status == CampaignStatus.DRAFT
        assert campaign.greeting.startswith("Hi {{ subscriber.first_name")
        assert session.get_one(Article, campaign.article_id).content["title"] == "Water"
        assert lists_of(session, campaign_id) == (desk[2][0].id,)
        assert lists_of(session, campaign_id, ListUse.EXCLUDE) == (desk[2][1].id,)


def test_the_greeting_can_be_emptied(desk):
    campaign_id = new_draft(desk, greeting="")
    with transaction() as session:
        assert session.get_one(Campaign, campaign_id).greeting == ""


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": "  "}),
        ("sender", {"sender_id": 999}),
        ("lists", {"include": (999,)}),
        ("language", {"language": "?"}),
    ],
)
def test_what_cannot_be_is_refused_under_its_field(desk, field, wrong):
    with pytest.raises(InvalidInput) as caught:
        new_draft(desk, **wrong)
    assert set(caught.value.fields) == {field}


def test_a_list_of_another_brand_or_on_both_sides_is_refused(desk):
    _, _, lists, foreign = desk
    campaign_id = new_draft(desk)
    for include, exclude in (((foreign.id,), ()), ((lists[0].id,), (lists[0].id,))):
        with pytest.raises(InvalidInput), transaction() as session:
            set_lists(session, campaign_id, include, exclude)
    with transaction() as session:
        assert lists_of(session, campaign_id) == (lists[0].id,)


def test_changes_are_kept_and_what_is_not_given_stays(desk):
    campaign_id = new_draft(desk, subject="Old", preheader="Stays")
    with transaction() as session:
        update_campaign(session, campaign_id, CampaignChanges(subject=" New \n subject ", greeting=""))
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        assert (campaign.subject, campaign.preheader, campaign.greeting) == ("New subject", "Stays", "")


def test_another_brand_lets_go_of_sender_and_lists(desk):
    campaign_id = new_draft(desk)
    with transaction() as session:
        update_campaign(session, campaign_id, CampaignChanges(brand_id=desk[3].brand_id))
        assert lists_of(session, campaign_id) == ()
        assert session.get_one(Campaign, campaign_id).sender_id is None


def test_only_a_draft_can_be_changed_or_deleted(desk):
    with transaction() as session:
        campaign = make_campaign(session, desk[2][0], status=CampaignStatus.SENDING)
    for verb, arguments in (
        (update_campaign, (CampaignChanges(subject="x"),)),
        (set_lists, ((), ())),
        (delete_draft, ()),
    ):
        with pytest.raises(WrongState, match="Only a draft"), transaction() as session:
            verb(session, campaign.id, *arguments)
    with transaction() as session:
        assert rename(session, campaign.id, "July").name == "July"


def test_a_copy_is_a_draft_with_the_same_words_and_lists_and_an_article_of_its_own(desk):
    with transaction() as session:
        old = make_campaign(session, desk[2][0], exclude=(desk[2][1],), status=CampaignStatus.SENT, subject="Water")
        copy = duplicate_campaign(session, old.id)
    with transaction() as session:
        assert (copy.status, copy.subject, copy.name) == (CampaignStatus.DRAFT, "Water", f"{old.name} (copy)")
        assert copy.article_id != old.article_id
        assert session.get_one(Article, copy.article_id).content == session.get_one(Article, old.article_id).content
        assert lists_of(session, copy.id) == (desk[2][0].id,)
        assert lists_of(session, copy.id, ListUse.EXCLUDE) == (desk[2][1].id,)


def test_a_deleted_draft_takes_its_article_along(desk):
    campaign_id = new_draft(desk)
    with transaction() as session:
        delete_draft(session, campaign_id)
    with transaction() as session:
        for table in (Campaign, Article, CampaignList):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        with pytest.raises(NotFound):
            delete_draft(session, campaign_id)
