"""The page that puts a rule together: with and without script, and every refusal with what was typed."""

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.models import Campaign, CampaignSegment, ListUse, Role, Segment
from app.queries.segment_rules import read_rule
from tests.factories.campaigns import make_campaign
from tests.factories.mailing_lists import make_list
from tests.factories.segments import asks, choose, make_segment
from tests.factories.subscribers import make_subscriber, subscribe


@pytest.fixture
def editor(visit):
    return visit(Role.EDITOR)


@pytest.fixture
def people(editor):
    with transaction() as session:
        readers = make_list(session, name="Monthly letter")
        for name, town in (("Ana", "Lyon"), ("Bo", "Oslo")):
            subscribe(session, make_subscriber(session, first_name=name, fields={"town": town}), readers)
        return readers


def posted(what: str, how: str, value: str, place: str = "0.0") -> dict[str, str]:
    return {f"what.{place}": what, f"how.{place}": how, f"value.{place}": value, f"was.{place}": what}


def test_a_rule_is_saved_and_its_people_are_shown(editor, people):
    answer = editor.post("/segments/new", data={"name": "In Lyon", **posted("field:town", "is", "Lyon")})
    assert answer.status_code == 303
    page = editor.get(answer.location).text
    assert "town is “Lyon”" in page
    assert ">Ana<" in page
    assert ">Bo<" not in page
    assert "1 person now" in page
    assert "In Lyon" in editor.get("/segments").text


def test_without_script_a_condition_is_added_and_taken_away(editor, people):
    page = editor.post("/segments/new", data={**posted("field:town", "is", "Lyon"), "act": "add.0"})
    assert 'name="what.0.1"' in page.text
    page = editor.post(
        "/segments/new",
        data={**posted("field:town", "is", "Lyon"), **posted("list", "is", "1", "0.1"), "act": "drop.0.0"},
    )
    assert 'value="Lyon"' not in page.text
    assert "Monthly letter" in page.text


def test_each_change_counts_who_fits(editor, people):
    page = editor.post("/segments/count", data=posted("field:town", "is", "Oslo")).text
    assert ">1</span> of 2 people fit now" in page
    assert "For example Bo." in page


def test_another_kind_asks_other_questions(editor, people):
    data = {**posted("clicked", "is", "Oslo"), "was.0.0": "field:town"}
    page = editor.post("/segments/build", data=data).text
    assert "in the last" in page
    assert 'value="30"' in page


def test_a_refusal_names_the_place_and_keeps_what_was_typed(editor, people):
    data = {"name": "Older", **posted("field:town", "above", "Lyon")}
    answer = editor.post("/segments/new", data=data)
    assert answer.status_code == 422
    assert "Group 1, condition 1: Write a number" in answer.text
    assert 'value="Older"' in answer.text
    assert 'value="Lyon"' in answer.text


def test_a_missing_name_and_a_missing_condition_are_told_together(editor, people):
    answer = editor.post("/segments/new", data={"name": " "})
    assert answer.status_code == 422
    assert "2 things need changing" in answer.text
    assert 'id="name-error"' in answer.text
    assert 'id="rule-error"' in answer.text


def test_a_segment_is_changed_and_deleted(editor, people):
    with transaction() as session:
        number = make_segment(session, asks("field:town", "is", "Lyon"), name="Town").id
    assert 'value="Lyon"' in editor.get(f"/segments/{number}/edit").text
    editor.post(f"/segments/{number}/edit", data={"name": "Town", **posted("field:town", "is", "Oslo")})
    with reading() as session:
        assert read_rule(session.get_one(Segment, number).rule).groups[0][0].value == "Oslo"
    editor.post(f"/segments/{number}/delete")
    with reading() as session:
        assert session.get(Segment, number) is None


def test_a_segment_in_use_is_kept_and_the_campaign_named(editor, people):
    with transaction() as session:
        segment = make_segment(session, asks("field:town", "is", "Lyon"))
        choose(session, make_campaign(session, session.merge(people), name="Spring news"), segment)
        number = segment.id
    answer = editor.post(f"/segments/{number}/delete", follow_redirects=True)
    assert "Spring news" in answer.text


def test_a_campaign_is_narrowed_on_its_page(editor, people):
    with transaction() as session:
        campaign = make_campaign(session, session.merge(people)).id
        segment = make_segment(session, asks("field:town", "is", "Lyon"), name="In Lyon").id
    data = {"include": "1", "include_segment": str(segment)}
    answer = editor.post(f"/campaigns/{campaign}/audience", data=data, headers={"HX-Request": "true"})
    assert "1 person on Monthly letter in In Lyon" in answer.text
    with reading() as session:
        chosen = session.scalars(select(CampaignSegment)).one()
        assert (chosen.campaign_id, chosen.segment_id, chosen.use) == (campaign, segment, ListUse.INCLUDE)
        assert session.get_one(Campaign, campaign).updated_at is not None


def test_people_are_searched_within_a_segment(editor, people):
    with transaction() as session:
        number = make_segment(session, asks("field:town", "is", "Lyon")).id
    page = editor.get(f"/people?segment={number}").text
    assert "Ana" in page
    assert "1 of 2 people" in page


def test_a_viewer_sees_segments_and_changes_none(visit):
    viewer = visit(Role.VIEWER)
    assert viewer.get("/segments").status_code == 200
    assert viewer.get("/segments/new").status_code == 403
