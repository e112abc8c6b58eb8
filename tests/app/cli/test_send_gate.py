"""What `letterwright send` asks before it sends: nobody sees a gap unawares, and a second person's word is kept."""

from app.database.session import reading, transaction
from app.models import ApprovalRule, Brand, Campaign, Subscriber
from app.services import preflight
from tests.app.cli.test_send import demo, send  # noqa: F401  the fixture is asked for by its name


def test_a_brand_that_wants_a_second_person_sends_nothing_by_command(demo):  # noqa: F811
    with transaction() as session:
        session.get_one(Brand, demo).approval_rule = ApprovalRule.SECOND_PERSON
    result = send()
    assert result.exit_code == 1
    assert "second person" in result.stderr
    with reading() as session:
        assert session.query(Campaign).count() == 0
    assert send("--draft").exit_code == 0


def test_everybody_is_tried_before_anything_leaves_however_many_there_are(demo, monkeypatch):  # noqa: F811
    monkeypatch.setattr(preflight, "FEW_PEOPLE", 1)
    with transaction() as session:
        session.query(Subscriber).first().first_name = "Ada"
    subject = ("--subject", "For {{ subscriber.first_name }}")
    result = send(*subject)
    assert result.exit_code == 1
    assert "For 3 of 4 people" in result.stderr
    assert send(*subject, "--override", "They asked for it").exit_code == 0
