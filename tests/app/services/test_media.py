"""The library: one entry for the same bytes, described once, and never taken out from under a letter."""

from importlib import import_module
from io import BytesIO

import pytest
from PIL import Image as Pillow
from sqlalchemy import func, select, text

from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import Article, Asset, AuditEntry, Brand, Campaign, CampaignStatus, Design, MediaItem
from app.models.article import ArticleVersion, SavedSection, VersionKind
from app.models.design import DesignVersion
from app.queries import media as queries
from app.queries.media import ITEMS_A_PAGE, Place, Use, library_page, uses_of
from app.services import media
from app.services.assets import file_name, fit_for_letters, store_picture
from app.services.media import Origin, add_picture, address_of
from app.services.preflight import check_campaign
from emails.articles.article_json import article_to_json
from emails.articles.blocks import Article as Written
from emails.articles.blocks import Image, Paragraph
from tests.factories.campaigns import make_campaign
from tests.factories.ready import make_ready


def png(colour="teal", size=(60, 40)):
    out = BytesIO()
    Pillow.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def origin(database, brand) -> Origin:
    return Origin(brand, None, database.uploads)


def added(origin: Origin, data: bytes | None = None, filename: str = "Harbour_at dawn.png", **given) -> MediaItem:
    picture = fit_for_letters(data or png())
    with transaction() as session:
        return add_picture(session, picture, filename=filename, origin=origin, **given)


def asset_of(item: MediaItem) -> Asset:
    with reading() as session:
        return media.get_item(session, item.id)[1]


def showing(item: MediaItem, **given) -> Campaign:
    """A campaign whose article has the picture."""
    article = Written("Water", (Image(address_of(asset_of(item), item.name), "A harbour"), Paragraph("Words")))
    with transaction() as session:
        campaign = make_campaign(session, **({"brand_id": item.brand_id} | given))
        session.get_one(Article, campaign.article_id).content = article_to_json(article)
        return campaign


def file_of(origin: Origin, item: MediaItem):
    return origin.folder / file_name(asset_of(item))


def test_a_picture_is_called_after_its_file_and_addressed_by_its_bytes(origin):
    item = added(origin, filename="..\\photos/Harbour_at  dawn.JPEG", alt="A harbour")
    assert (item.name, item.alt) == ("Harbour at dawn", "A harbour")
    asset = asset_of(item)
    assert address_of(asset, item.name) == f"/media/{asset.sha256}/harbour-at-dawn.png"
    with reading() as session:
        for address in (
            address_of(asset, "x"),
            f"/media/{asset.sha256}.png",
            f"https://a.test/media/{asset.sha256}.png",
        ):
            assert media.asset_at(session, address).id == asset.id
        assert media.asset_at(session, "/media/other.png") is None


def test_the_same_bytes_again_are_the_same_entry(origin):
    first, again = added(origin), added(origin, filename="other.png")
    assert (again.id, again.name) == (first.id, "Harbour at dawn")
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(MediaItem)) == 1


def test_another_brand_has_an_entry_of_its_own_for_one_file(origin):
    with transaction() as session:
        other = Brand(name="Other", address="1 Quay")
        session.add(other)
    first, second = added(origin), added(Origin(other.id, None, origin.folder))
    assert first.id != second.id
    assert first.asset_id == second.asset_id
    with transaction() as session:
        assert media.take_out(session, first.id) == ""
    assert file_of(origin, second).exists()


def test_every_word_of_a_search_is_found_in_name_or_description(origin):
    added(origin, png("red"), "Autumn wood.png", alt="Leaves on a path")
    added(origin, png("blue"), "Winter.png", alt="A frozen harbour")
    with reading() as session:
        for query, count in (("autumn", 1), ("PATH autumn", 1), ("harbour", 1), ("autumn harbour", 0), ("100%", 0)):
            assert library_page(session, origin.brand_id, query=query).total == count, query
        assert [row.item.name for row in library_page(session, origin.brand_id).rows] == ["Winter", "Autumn wood"]


def test_a_page_beyond_the_last_is_not_there(origin):
    with reading() as session:
        assert library_page(session, origin.brand_id).pages == 1
        with pytest.raises(NotFound):
            library_page(session, origin.brand_id, page=2)
    assert ITEMS_A_PAGE == 48


def test_a_picture_is_renamed_and_described(origin):
    item = added(origin)
    with transaction() as session:
        media.describe(session, item.id, name=" Old  harbour ", alt="Boats\nat rest")
    with reading() as session:
        kept = session.get_one(MediaItem, item.id)
        assert (kept.name, kept.alt) == ("Old harbour", "Boats at rest")
    for name, alt, field in (("", "x", "name"), ("x", "y" * 501, "alt")):
        with transaction() as session, pytest.raises(InvalidInput) as refusal:
            media.describe(session, item.id, name=name, alt=alt)
        assert set(refusal.value.fields) == {field}


def test_a_picture_that_nothing_shows_goes_with_its_file(origin):
    item = added(origin)
    path = file_of(origin, item)
    with transaction() as session:
        file = media.take_out(session, item.id)
    with reading() as session:
        media.forget_file(session, origin.folder, file)
        assert session.scalar(select(func.count()).select_from(Asset)) == 0
        assert session.scalars(select(AuditEntry.act).order_by(AuditEntry.id.desc())).first() == "media.taken_out"
    assert not path.exists()


def test_a_file_that_was_brought_in_again_meanwhile_stays(origin):
    item = added(origin)
    with transaction() as session:
        file = media.take_out(session, item.id)
    again = added(origin)
    with reading() as session:
        media.forget_file(session, origin.folder, file)
    assert file_of(origin, again).exists()


@pytest.mark.parametrize("status", [CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.SENDING])
def test_a_picture_of_a_letter_that_has_not_left_stays(origin, status):
    item = added(origin)
    campaign = showing(item, status=status, name="Spring letter")
    with reading() as session:
        shown = Use(Place.CAMPAIGN, campaign.id, "Spring letter")
        assert uses_of(session, asset_of(item), origin.brand_id) == (shown,)
    with transaction() as session, pytest.raises(WrongState, match="“Spring letter”"):
        media.take_out(session, item.id)
    assert file_of(origin, item).exists()


def test_a_picture_of_a_letter_that_was_sent_leaves_the_library_only(origin):
    item = added(origin)
    showing(item, status=CampaignStatus.SENT)
    path = file_of(origin, item)
    with transaction() as session:
        assert media.take_out(session, item.id) == ""
    assert path.exists()


def test_an_old_draft_is_found_behind_many_letters_that_were_sent(origin, monkeypatch):
    monkeypatch.setattr(queries, "MOST_USES", 2)
    item = added(origin)
    showing(item, name="Old draft")
    for number in range(3):
        showing(item, status=CampaignStatus.SENT, name=f"Sent {number}")
    with transaction() as session, pytest.raises(WrongState, match="“Old draft”"):
        media.take_out(session, item.id)


def test_another_brand_s_draft_keeps_the_file_and_not_the_entry(origin):
    with transaction() as session:
        other = Brand(name="Other", address="1 Quay")
        session.add(other)
    item = added(origin)
    path = file_of(origin, item)
    showing(item, brand_id=other.id)
    with transaction() as session:
        assert media.take_out(session, item.id) == ""
    assert path.exists()


def test_a_letter_written_whole_and_a_design_keep_their_pictures(origin):
    letter, design = added(origin, png("red")), added(origin, png("blue"))
    with transaction() as session:
        campaign = make_campaign(session, brand_id=origin.brand_id, name="Written whole")
        article = session.get_one(Article, campaign.article_id)
        article.letter_kind, article.letter_source = "html", f'<img src="{address_of(asset_of(letter))}">'
        shell = f'<mj-image src="{address_of(asset_of(design))}"/>'
        session.add(Design(brand_id=origin.brand_id, name="Our own", shell=shell))
    for item, words in ((letter, "Written whole"), (design, "Our own")):
        with transaction() as session, pytest.raises(WrongState, match=words):
            media.take_out(session, item.id)


def test_what_a_design_once_showed_keeps_its_file(origin):
    item = added(origin)
    path = file_of(origin, item)
    with transaction() as session:
        design = Design(brand_id=origin.brand_id, name="Our own")
        session.add(design)
        session.flush()
        shell = f'<mj-image src="{address_of(asset_of(item))}"/>'
        session.add(DesignVersion(design_id=design.id, number=1, theme="calm", shell=shell, content_hash="x"))
    with transaction() as session:
        assert media.take_out(session, item.id) == ""
    assert path.exists()


def test_a_section_and_a_version_that_may_come_back_keep_the_file(origin):
    section, version = added(origin, png("red")), added(origin, png("blue"))
    paths = [file_of(origin, item) for item in (section, version)]
    with transaction() as session:
        kept = {one.id: {"blocks": [{"type": "image", "src": address_of(asset_of(one))}]} for one in (section, version)}
        session.add(SavedSection(brand_id=origin.brand_id, name="Footer", name_key="footer", content=kept[section.id]))
        campaign = make_campaign(session, brand_id=origin.brand_id)
        facts = {"article_id": campaign.article_id, "revision": 1, "kind": VersionKind.SAVED}
        session.add(ArticleVersion(**facts, content=kept[version.id]))
    for item in (section, version):
        with transaction() as session:
            assert media.take_out(session, item.id) == ""
    assert all(path.exists() for path in paths)


def test_a_logo_stays(origin):
    item = added(origin)
    with transaction() as session:
        session.get_one(Brand, origin.brand_id).logo_asset_id = item.asset_id
    with transaction() as session, pytest.raises(WrongState, match="Clearer Days"):
        media.take_out(session, item.id)


def test_pre_flight_weighs_the_pictures_that_are_kept_here(origin):
    item = added(origin)
    article = Written("Water", (Image(address_of(asset_of(item), item.name), "A harbour"), Paragraph("Words")))
    with transaction() as session:
        campaign, _list = make_ready(session)
        session.get_one(Article, campaign.article_id).content = article_to_json(article)
        session.get_one(Asset, item.asset_id).size = 300 * 1024
    with reading() as session:
        report = check_campaign(session, campaign.id)
        [heavy] = [one for one in report.checks if one.id == "image_bytes"]
    assert (heavy.severity.value, heavy.place) == ("advice", "Block 1, image")
    assert "300 kB" in heavy.message


def test_pictures_from_before_the_library_are_the_first_brand_s(origin, database):
    with transaction() as session:
        asset = store_picture(session, png(), filename="old.png", user_id=None, folder=database.uploads)
        session.execute(text(import_module("app.database.migrations.versions.0010_media").ENLIST))
    with reading() as session:
        [item] = session.scalars(select(MediaItem))
        assert (item.asset_id, item.brand_id, item.name, item.alt) == (asset.id, origin.brand_id, "old.png", "")
