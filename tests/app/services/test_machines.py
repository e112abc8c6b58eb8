"""What several machines must share is missed by name, with its cure."""

import pytest

from app.database.session import reading, transaction
from app.models import Asset, Campaign
from app.services.machines import examine_machine
from app.startup import open_house
from tests.factories.campaigns import make_campaign


def found(settings) -> dict[str, str]:
    with reading() as session:
        return {one.id: one.message for one in examine_machine(session, settings)}


@pytest.fixture
def picture(database) -> str:
    with transaction() as session:
        facts = {"content_type": "image/png", "filename": "a.png", "width": 1, "height": 1, "size": 1}
        session.add(Asset(sha256="a" * 64, extension="png", **facts))
    return f"{'a' * 64}.png"


def test_pictures_that_lie_elsewhere_are_missed(database, picture):
    assert "1 of the 1 newest pictures" in found(database)["uploads"]
    database.uploads.mkdir()
    (database.uploads / picture).write_bytes(b"x")
    assert found(database) == {}


def test_a_folder_that_machines_share_holds_them(database, picture, tmp_path):
    shared = tmp_path / "mounted"
    (shared / "uploads").mkdir(parents=True)
    (shared / "uploads" / picture).write_bytes(b"x")
    assert found(database.model_copy(update={"given_shared": shared})) == {}


def test_another_secret_than_the_campaigns_were_signed_with_is_told(database):
    with transaction() as session:
        campaign = make_campaign(session)
        session.get_one(Campaign, campaign.id).key_id = "0102"
    assert "signed with a secret that is not known here" in found(database)["secret-shared"]
    open_house(database)
    with transaction() as session:
        session.query(Campaign).update({"key_id": ""})
    assert found(database) == {}
