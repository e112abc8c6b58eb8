"""Segments are named once, asked for what there is, and kept while a campaign needs them."""

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import AuditEntry, CampaignStatus, Segment
from app.queries.segments import segment_overview, segments_of_campaign
from app.services import segments
from tests.factories.campaigns import make_campaign, make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.segments import all_of, asks, choose, make_segment
from tests.factories.subscribers import make_confirmed, make_subscriber

LYON = all_of(asks("field:town", "is", "Lyon"))


def test_a_segment_is_made_counted_and_written_down(database):
    with transaction() as session:
        make_subscriber(session, fields={"town": "Lyon"})
        make_subscriber(session, fields={"town": "Oslo"})
        made = segments.create_segment(session, "  In   Lyon ", LYON)
        assert segments.keep_count(session, made.id) == 1
    with reading() as session:
        (row,) = segment_overview(session)
        assert (row.name, row.counted, row.campaigns) == ("In Lyon", 1, 0)
        assert "segment.created" in session.scalars(select(AuditEntry.act)).all()


def test_a_name_is_given_once_whatever_its_case(database):
    with transaction() as session:
        segments.create_segment(session, "Lyon", LYON)
    with pytest.raises(InvalidInput) as refusal, transaction() as session:
        segments.create_segment(session, "LYON", LYON)
    assert "already" in refusal.value.fields["name"]
    with transaction() as session:
        (only,) = session.scalars(select(Segment))
        assert segments.edit_segment(session, only.id, "LYON", LYON).name == "LYON"


def test_a_list_or_campaign_that_is_not_here_is_refused(database):
    for what in ("list", "got_campaign"):
        with pytest.raises(InvalidInput, match="not here any more"), transaction() as session:
            segments.create_segment(session, "X", all_of(asks(what, "is", 999)))


def test_a_changed_rule_is_counted_anew(database):
    with transaction() as session:
        make_subscriber(session, fields={"town": "Lyon"})
        made = segments.create_segment(session, "Lyon", LYON)
        segments.keep_count(session, made.id)
        segments.edit_segment(session, made.id, "Lyon", all_of(asks("field:town", "is", "Oslo")))
        assert made.counted is None
        assert segments.keep_count(session, made.id) == 0


def test_a_segment_that_a_campaign_waits_for_stays(database):
    with transaction() as session:
        segment = make_segment(session, asks("field:town", "is", "Lyon"))
        choose(session, make_campaign(session, name="Spring news"), segment)
        number = segment.id
    with pytest.raises(WrongState, match="Spring news"), transaction() as session:
        segments.delete_segment(session, number)


def test_a_segment_that_was_frozen_can_go_and_its_name_stays_with_the_campaign(database):
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 2)
        segment = make_segment(session, asks("domain", "is", "example.test"), name="Example")
        campaign = make_sending(session, readers, segments=(segment,))
        assert campaign.status == CampaignStatus.SENDING
        segments.delete_segment(session, segment.id)
        campaign_id = campaign.id
    with reading() as session:
        assert [one.name for one in segments_of_campaign(session, campaign_id).included] == ["Example"]
