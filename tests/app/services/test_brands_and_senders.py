"""Brands and From identities: checked, unique, and not pulled from under a scheduled campaign."""

import pytest

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Article, Campaign, CampaignStatus
from app.services.brands import BrandDetails, create_brand, edit_brand, find_brand, get_brand
from app.services.senders import SenderDetails, create_sender, edit_sender, find_sender, remove_sender, senders_of


def test_a_brand_keeps_what_the_team_sets(brand):
    details = BrandDetails(
        name="Clearer  Days",
        address="48 Harbour Street\r\nPortland, ME 04101",
        website_url="https://clearer.example.test/",
        base_url="https://mail.example.test/",
        language="de",
        time_zone="Europe/Berlin",
    )
    with transaction() as session:
        edit_brand(session, brand, details)
    with reading() as session:
        kept = get_brand(session, brand)
        assert (kept.name, kept.address) == ("Clearer Days", "48 Harbour Street\nPortland, ME 04101")
        assert (kept.base_url, kept.time_zone) == ("https://mail.example.test", "Europe/Berlin")
        assert find_brand(session, "CLEARER DAYS").id == brand


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("website_url", "javascript:alert(1)"),
        ("base_url", "https://"),
        ("language", "e n"),
        ("time_zone", "Mars/Base"),
    ],
)
def test_a_brand_that_cannot_be_is_refused_under_its_field(database, field, value):
    details = BrandDetails(**{"name": "New", field: value})
    with pytest.raises(InvalidInput) as refusal, transaction() as session:
        create_brand(session, details)
    assert set(refusal.value.fields) == {field}


def test_two_brands_do_not_share_a_name(brand):
    with pytest.raises(InvalidInput, match="already"), transaction() as session:
        create_brand(session, BrandDetails(name="clearer days"))


def test_a_sender_is_known_by_its_address(brand):
    with transaction() as session:
        sender = create_sender(session, SenderDetails("Clearer Days", "news@Example.Test"), brand_id=brand)
        assert sender.email == "news@example.test"
    with pytest.raises(InvalidInput, match="already"), transaction() as session:
        create_sender(session, SenderDetails("Other", "NEWS@example.test"), brand_id=brand)
    with transaction() as session:
        edit_sender(session, sender.id, SenderDetails("Days", "news@example.test", "hello@example.test"))
    with reading() as session:
        assert find_sender(session, "news@EXAMPLE.test").reply_to == "hello@example.test"
        assert [one.name for one in senders_of(session, brand)] == ["Days"]


@pytest.mark.parametrize("name", ["", "Bcc: x@example.test\r\n" * 10])
def test_a_sender_s_name_is_one_line_that_fits(brand, name):
    with pytest.raises(InvalidInput), transaction() as session:
        create_sender(session, SenderDetails(name, "news@example.test"), brand_id=brand)


def test_a_sender_that_a_scheduled_campaign_uses_stays(brand):
    with transaction() as session:
        sender = create_sender(session, SenderDetails("Days", "news@example.test"), brand_id=brand)
        article = Article(content={})
        session.add(article)
        session.flush()
        campaign = Campaign(
            name="Spring",
            brand_id=brand,
            article_id=article.id,
            sender_id=sender.id,
            status=CampaignStatus.SCHEDULED,
        )
        session.add(campaign)
    with pytest.raises(WrongState), transaction() as session:
        remove_sender(session, sender.id)
    with transaction() as session:
        session.get(Campaign, campaign.id).status = CampaignStatus.DRAFT
        session.flush()
        remove_sender(session, sender.id)
    with reading() as session:
        assert session.get(Campaign, campaign.id).sender_id is None
