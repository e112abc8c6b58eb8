"""Designs as rows: made, saved over what one saw, kept at every save; and letters that have left, never changed."""

import pytest

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import Campaign, CampaignStatus, Variant
from app.models.design import DesignVersion
from app.services import designs
from app.services.campaigns import duplicate_campaign
from app.services.letters import campaign_hash, compile_campaign, preview
from app.services.preflight import check_campaign
from app.services.scheduling import Leave, schedule
from emails.errors import TemplateBroken
from emails.themes.choices import Choices, Design
from tests.factories.brands import make_brand
from tests.factories.ready import make_ready

SHELL = "<mjml><mj-body><letter-article /><letter-footer /></mj-body></mjml>"


def made(**choices) -> int:
    with transaction() as session:
        return designs.create_design(
            session, make_brand(session).id, name="Autumn", design=Design("calm", Choices(**choices))
        ).id


def test_a_design_is_kept_with_its_first_version(database):
    design_id = made(accent="#A3201C")
    with reading() as session:
        row = designs.get_design(session, design_id)
        assert designs.content_of(row) == Design("calm", Choices(accent="#A3201C"))
        assert [(one.number, one.content_hash) for one in designs.versions_of(session, design_id)] == [
            (1, row.content_hash)
        ]


def test_saving_what_is_there_makes_no_version(database):
    design_id = made(accent="#A3201C")
    with transaction() as session:
        assert designs.save_choices(session, design_id, Choices(accent="#a3201c"), revision=1).revision == 1
        assert designs.save_choices(session, design_id, Choices(accent="#112233"), revision=1).revision == 2
        assert session.query(DesignVersion).count() == 2


def test_an_old_page_saves_over_nothing(database):
    design_id = made()
    with transaction() as session:
        designs.save_choices(session, design_id, Choices(gap=24), revision=1)
    with pytest.raises(WrongState, match="changed elsewhere"), transaction() as session:
        designs.save_shell(session, design_id, SHELL, revision=1)
    with pytest.raises(NotFound), transaction() as session:
        designs.save_choices(session, 99, Choices(), revision=1)


def test_choices_beyond_their_limits_are_refused_each_under_its_field(database):
    design_id = made()
    bad = Choices(title_size=200, accent="red", masthead="top", title_weight=5, footer_note="x" * 301)
    with pytest.raises(InvalidInput) as refusal, transaction() as session:
        designs.save_choices(session, design_id, bad, revision=1)
    assert set(refusal.value.fields) == {"title_size", "accent", "masthead", "title_weight", "footer_note"}


def test_a_broken_page_is_refused_with_its_line(database):
    design_id = made()
    with pytest.raises(InvalidInput) as refusal, transaction() as session:
        designs.save_shell(session, design_id, SHELL.replace("<mj-body>", "<mj-body>\n<mj-foo/>"), revision=1)
    assert refusal.value.fields["shell"].startswith("Line 2: <mj-foo>")
    with pytest.raises(InvalidInput, match="200,000 fit"), transaction() as session:
        designs.save_shell(session, design_id, "<mjml>" * 50_000, revision=1)


def test_names_are_unlike_among_those_in_use(database):
    design_id = made()
    with transaction() as session:
        brand_id = designs.get_design(session, design_id).brand_id
        with pytest.raises(InvalidInput, match="already"):
            designs.create_design(session, brand_id, name=" autumn ", design=Design())
        designs.put_away(session, design_id, away=True)
        other = designs.create_design(session, brand_id, name="Autumn", design=Design("signal"))
        with pytest.raises(InvalidInput):
            designs.put_away(session, design_id, away=False)
        with pytest.raises(InvalidInput):
            designs.create_design(session, brand_id, name="x", design=Design("nothing"))
        assert [row.id for row in designs.designs_of(session, brand_id)] == [other.id]


def wearing(session, **choices) -> tuple[Campaign, designs.DesignRow]:
    campaign = make_ready(session)[0]
    row = designs.create_design(
        session, campaign.brand_id, name="Autumn", design=Design("calm", Choices(**choices), SHELL)
    )
    campaign.theme = designs.word_of(row)
    session.flush()
    return campaign, row


def test_a_letter_wears_the_design_and_passes_pre_flight(database):
    with transaction() as session:
        campaign, _row = wearing(session, card="#FFF6E9", footer_note="Just answer")
        assert "#FFF6E9" in preview(session, campaign.id).html
        assert "Just answer" in preview(session, campaign.id).html
        assert check_campaign(session, campaign.id).blocks == ()
        assert "Just answer" in preview(session, duplicate_campaign(session, campaign.id).id).html


def test_a_change_of_the_design_changes_what_was_approved(database):
    with transaction() as session:
        campaign, row = wearing(session)
        before = campaign_hash(session, campaign.id)
        designs.rename_design(session, row.id, "Winter")
        assert campaign_hash(session, campaign.id) == before
        designs.save_choices(session, row.id, Choices(gap=30), revision=1)
        assert campaign_hash(session, campaign.id) != before


def test_a_letter_that_has_left_is_never_changed_by_a_later_save(database):
    with transaction() as session:
        campaign, row = wearing(session, footer_note="As it left")
        campaign_id, design_id = campaign.id, row.id
        schedule(session, campaign_id, Leave(now()))
    with transaction() as session:
        session.get_one(Campaign, campaign_id).status = CampaignStatus.PREPARING
    with transaction() as session:
        assert compile_campaign(session, campaign_id)
    with reading() as session:
        left = session.query(Variant.compiled, Variant.content_hash).filter_by(campaign_id=campaign_id).all()
    with transaction() as session:
        designs.save_choices(session, design_id, Choices(footer_note="Later"), revision=1)
        designs.put_away(session, design_id, away=True)
    with reading() as session:
        assert session.query(Variant.compiled, Variant.content_hash).filter_by(campaign_id=campaign_id).all() == left
        assert "As it left" in left[0].compiled


def test_a_design_put_away_is_still_worn(database):
    with transaction() as session:
        campaign, row = wearing(session, footer_note="Still here")
        designs.put_away(session, row.id, away=True)
        assert "Still here" in preview(session, campaign.id).html


def test_a_design_of_another_brand_is_none(database):
    with transaction() as session:
        campaign, row = wearing(session)
        row.brand_id = make_brand(session).id
        session.flush()
        with pytest.raises(TemplateBroken, match="Choose another one"):
            preview(session, campaign.id)
        assert any("Choose another one" in one.message for one in check_campaign(session, campaign.id).blocks)


def test_an_earlier_version_is_brought_back_as_a_new_one(database):
    design_id = made(gap=20)
    with transaction() as session:
        designs.save_choices(session, design_id, Choices(gap=30), revision=1)
        row = designs.bring_back(session, design_id, 1)
        assert (row.revision, row.choices) == (3, {"gap": 20})
        with pytest.raises(NotFound):
            designs.bring_back(session, design_id, 9)
