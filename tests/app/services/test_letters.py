"""Rows become the letter that readers get."""

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.database.session import transaction
from app.errors import WrongState
from app.models import Article, Asset, Brand, Campaign, CampaignStatus, Link, MailingList, Sender, Subscriber, Variant
from app.services.envelopes import envelope_from_json
from app.services.letters import (
    campaign_hash,
    compile_campaign,
    compile_draft,
    compile_test_letter,
    load_compiled,
    preview,
)
from app.services.preflight import check_campaign
from app.tokens import current_key_id
from emails.errors import TemplateBroken
from tests.factories.ready import READY, make_ready


@pytest.fixture
def ready(database) -> int:
    with transaction() as session:
        return make_ready(session)[0].id


def change(campaign_id: int, **values) -> None:
    with transaction() as session:
        session.execute(update(Campaign).where(Campaign.id == campaign_id).values(**values))


def set_blocks(campaign_id: int, *blocks: dict) -> None:
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        session.get_one(Article, campaign.article_id).content = {**READY, "blocks": list(blocks)}


def test_a_preview_is_the_letter_as_one_person_reads_it(ready):
    with transaction() as session:
        ada = session.scalars(select(Subscriber).limit(1)).one()
        ada.first_name = "Ada <3"
        session.flush()
        letter = preview(session, ready, as_subscriber_id=ada.id)
        nobody = preview(session, ready)
    assert "Hi Ada &lt;3," in letter.html
    assert "Hi Ada <3," in letter.text
    assert "Hi there," in nobody.text
    assert 'href="https://example.test/find"' in letter.html
    assert letter.subject == "Water in winter, and why"


def test_a_ready_draft_passes_pre_flight_and_an_empty_subject_does_not(ready):
    with transaction() as session:
        report = check_campaign(session, ready)
        assert report.passed, report.to_text()
    change(ready, subject="")
    with transaction() as session:
        assert [finding.id for finding in check_campaign(session, ready).blocks] == ["subject_empty"]


def test_a_broken_merge_tag_is_a_finding_and_not_a_crash(ready):
    change(ready, greeting="Hi {{ subscriber.shoe_size }},")
    with transaction() as session:
        assert not check_campaign(session, ready).passed
        with pytest.raises(TemplateBroken):
            compile_draft(session, ready)


def test_uploaded_pictures_get_an_address_that_works_in_a_mailbox(ready):
    set_blocks(ready, {"type": "image", "src": "/media/abc.png", "alt": "A spring", "caption": ""})
    with transaction() as session:
        assert 'src="http://127.0.0.1:8000/media/abc.png"' in preview(session, ready).html
        session.execute(update(Brand).values(base_url="https://news.example.org/"))
    with transaction() as session:
        assert 'src="https://news.example.org/media/abc.png"' in preview(session, ready).html


def test_the_brands_logo_is_shown(ready):
    with transaction() as session:
        logo = Asset(
            sha256="a" * 64, extension="png", content_type="image/png", filename="l.png", width=9, height=9, size=9
        )
        session.add(logo)
        session.flush()
        session.execute(update(Brand).values(logo_asset_id=logo.id))
    with transaction() as session:
        assert f"http://127.0.0.1:8000/media/{'a' * 64}.png" in preview(session, ready).html


def test_a_test_letter_says_that_it_is_one_and_keeps_its_links(ready):
    with transaction() as session:
        compiled = compile_test_letter(session, ready)
        assert "".join(piece for piece in compiled.subject if isinstance(piece, str)).startswith("[Test] ")
        assert compiled.links == ()
        session.execute(update(Campaign).values(sender_id=None))
    with transaction() as session, pytest.raises(WrongState, match="sender"):
        compile_test_letter(session, ready)


@pytest.mark.parametrize(
    "statement",
    [
        update(Campaign).values(subject="Other"),
        update(Campaign).values(theme="other"),
        update(Article).values(content={**READY, "title": "Other"}),
        update(Brand).values(address="Elsewhere"),
        update(Sender).values(name="Somebody"),
    ],
)
def test_the_hash_changes_with_everything_that_an_approval_covers(ready, statement):
    with transaction() as session:
        before = campaign_hash(session, ready)
        assert campaign_hash(session, ready) == before
        session.execute(statement)
    with transaction() as session:
        assert campaign_hash(session, ready) != before


def test_the_hash_changes_when_a_list_is_gone(ready):
    with transaction() as session:
        before = campaign_hash(session, ready)
        session.execute(MailingList.__table__.delete().where(MailingList.id.not_in([0])))
    with transaction() as session:
        assert campaign_hash(session, ready) != before


def start(campaign_id: int) -> None:
    with transaction() as session:
        approved = campaign_hash(session, campaign_id)
    change(campaign_id, status=CampaignStatus.PREPARING, approved_hash=approved, started_at=now())


def test_the_frozen_letter_has_numbered_links_an_envelope_and_the_key_that_signs(ready):
    start(ready)
    with transaction() as session:
        assert compile_campaign(session, ready)
    with transaction() as session:
        variant = session.scalars(select(Variant).where(Variant.label == "A")).one()
        campaign = session.get_one(Campaign, ready)
        envelope = envelope_from_json(variant.envelope)
        sender = session.scalars(select(Sender)).one()
        assert load_compiled(session, variant.id).content_hash == variant.content_hash
        links = session.scalars(select(Link).order_by(Link.number)).all()
        assert [link.number for link in links] == list(range(1, len(links) + 1))
        assert "https://example.test/find" in [link.url for link in links]
        assert campaign.key_id == envelope.key_id == current_key_id()
        assert (envelope.from_email, envelope.brand_name) == (sender.email, "The Spring")
        assert envelope.list_id.endswith("example.test")
        assert envelope.domain == "example.test"


def test_a_letter_is_compiled_once_however_often_it_is_asked_for(ready):
    start(ready)
    for _ in range(2):
        with transaction() as session:
            assert compile_campaign(session, ready)
    with transaction() as session:
        assert sorted(session.scalars(select(Variant.label))) == ["A", "A bare"]


def test_what_is_changed_after_the_freeze_changes_no_frozen_letter(ready):
    start(ready)
    with transaction() as session:
        compile_campaign(session, ready)
        variant = session.scalars(select(Variant).where(Variant.label == "A")).one()
        before = load_compiled(session, variant.id)
        session.execute(update(Article).values(content={**READY, "title": "Other"}))
        session.execute(update(Sender).values(name="Somebody"))
    with transaction() as session:
        assert compile_campaign(session, ready)
        assert load_compiled(session, variant.id) == before


def test_a_draft_is_not_frozen(ready):
    with transaction() as session:
        assert not compile_campaign(session, ready)
        assert session.scalars(select(Variant)).all() == []
