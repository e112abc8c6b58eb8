"""What comes back from a backup made in the middle of the work, on both databases: everything, standing still."""

from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select, update

from app.clock import now
from app.config import Settings, load_settings
from app.database.migrate import downgrade, is_current, migrate
from app.database.session import dispose, engine, reading, transaction
from app.database.table_text import Shape, shapes
from app.errors import Unavailable, WrongState
from app.models import (
    AuditEntry,
    Base,
    Campaign,
    CampaignStatus,
    Chunk,
    ChunkState,
    Event,
    EventKind,
    HoldCause,
    KeptSecret,
    Message,
    MessageStatus,
    Notice,
    NoticeKind,
    Role,
    Subscriber,
    User,
)
from app.queries.books import books_of
from app.services import audience
from app.services.backup_file import BackupRefused, check_backup
from app.services.leases import lease_chunk
from app.services.notices import lease_notice
from app.services.restoring import restore
from app.startup import open_house
from app.tokens import Purpose, sign, suppression_hash, verify
from tests.app.services.restored_house import back_up, bring, send_half, send_the_rest
from tests.factories.campaigns import make_campaign, make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed, make_subscriber

UNDER_WAY = ("scheduled", "preparing", "sending", "waiting", "paused")


@pytest.fixture
def house(tmp_path, database_address, monkeypatch):
    """An open house whose secret lies in its folder."""
    monkeypatch.setattr(audience, "CHUNK_SIZE", 4)
    settings = load_settings(data=tmp_path / "old", database_url=database_address)
    open_house(settings)
    yield settings
    dispose()


@pytest.fixture
def empty(house, tmp_path, request):
    """Settings of a house that is not there yet, of the same kind."""
    if not house.is_postgresql:
        yield load_settings(data=tmp_path / "new")
        return
    server = request.getfixturevalue("postgresql_server")
    address = server.fresh("template1")
    yield load_settings(data=tmp_path / "new", database_url=address)
    dispose()
    server.drop(address)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "backup"


@pytest.fixture
def half(house):
    return send_half()


@pytest.fixture
def restored(half, house, file, empty):
    """The half-sent campaign, restored after the rest had left."""
    back_up(house, file)
    send_the_rest(half)
    bring(file, empty)
    return half


def statuses(campaign_id: int) -> list[str]:
    with reading() as session:
        found = session.scalars(select(Message.status).where(Message.campaign_id == campaign_id).order_by(Message.id))
        return [status.value for status in found]


def test_a_campaign_that_was_leaving_is_held_and_says_why(restored, file):
    with reading() as session:
        campaign = session.get_one(Campaign, restored.campaign_id)
        made_at = check_backup(file).made_at
        assert (campaign.status, campaign.hold_cause) == (CampaignStatus.HELD, HoldCause.RESTORED)
        assert campaign.trouble == (
            f"This campaign was on its way when the backup was made ({made_at:%Y-%m-%d %H:%M} UTC). "
            "Letters may have left since; look at what you know, then resume or cancel."
        )
        assert session.scalars(select(Event.kind).where(Event.kind == EventKind.CAMPAIGN_HELD)).one()


def test_what_may_have_left_unrecorded_is_unknown_and_the_rest_as_it_was(restored):
    done, opened = ["sent"] * 4, ["pending"] * 4
    assert statuses(restored.campaign_id) == [*done, "sent", "deferred", "unknown", "pending", *opened]


def test_leases_are_given_back_behind_a_new_fence(restored):
    with reading() as session:
        chunks = session.scalars(select(Chunk).order_by(Chunk.id)).all()
        given_back = session.get_one(Chunk, restored.held.lease.chunk_id)
        assert {chunk.state for chunk in chunks} == {ChunkState.DONE, ChunkState.OPEN}
        assert given_back.fence == restored.held.lease.fence + 1
        assert (given_back.owner, given_back.host, given_back.lease_until, given_back.begun_to) == (None, None, None, 0)


def test_the_books_balance(restored):
    with reading() as session:
        books = books_of(session, restored.campaign_id)
    assert books.balanced
    assert (books.messages, books.sent, books.deferred, books.unknown, books.pending) == (12, 5, 1, 1, 5)


def test_nothing_can_be_leased(restored):
    with transaction() as session:
        assert lease_chunk(session, restored.campaign_id, owner="o", host="h", lease_seconds=60) is None


def test_a_chunk_with_nothing_left_is_done(house, file, empty, half):
    with transaction() as session:
        chunk = session.get_one(Chunk, half.held.lease.chunk_id)
        chunk.begun_to = chunk.last_id
        session.execute(update(Message).where(Message.status == MessageStatus.DEFERRED).values(status="sent"))
    back_up(house, file)
    bring(file, empty)
    with reading() as session:
        chunk = session.get_one(Chunk, half.held.lease.chunk_id)
        assert (chunk.state, chunk.counts) == (ChunkState.DONE, {"sent": 2, "unknown": 2})
        assert books_of(session, half.campaign_id).balanced


def test_whatever_was_under_way_comes_back_held_with_its_cure(house, file, empty):
    with transaction() as session:
        made = {status: make_campaign(session, status=CampaignStatus(status)).id for status in UNDER_WAY}
    back_up(house, file)
    assert bring(file, empty).held == len(made)
    with reading() as session:
        for status, campaign_id in made.items():
            found = session.get_one(Campaign, campaign_id)
            assert (found.status, found.hold_cause, found.epoch) == (CampaignStatus.HELD, HoldCause.RESTORED, 1)
            cure = "schedule it again or take it back." if status == "scheduled" else "resume or cancel."
            assert found.trouble.endswith(cure)


def test_what_was_not_under_way_comes_back_as_it_was(house, file, empty):
    with transaction() as session:
        made = [make_campaign(session, status=CampaignStatus(one)) for one in ("draft", "sent", "cancelled")]
    back_up(house, file)
    assert bring(file, empty).held == 0
    with reading() as session:
        for campaign in made:
            found = session.get_one(Campaign, campaign.id)
            assert (found.status, found.trouble, found.epoch) == (campaign.status, "", 0)


def test_what_was_held_already_tells_both_reasons(house, file, empty):
    held = {"status": CampaignStatus.HELD, "trouble": "Too many refusals."}
    with transaction() as session:
        made = [make_campaign(session, hold_cause=cause, **held) for cause in (HoldCause.POLICY, HoldCause.CHANGED)]
    back_up(house, file)
    bring(file, empty)
    with reading() as session:
        found = [session.get_one(Campaign, campaign.id) for campaign in made]
        assert [one.hold_cause for one in found] == [HoldCause.RESTORED, HoldCause.CHANGED]
        for one in found:
            assert "when the backup was made" in one.trouble
            assert one.trouble.endswith("It was held before that: Too many refusals.")


def make_notice(session, kind: NoticeKind, hours: int) -> Notice:
    leased = {"owner": "gone", "lease_until": now() + timedelta(hours=1)}
    given = {"payload": {"url": "https://x.test"}, "expires_at": now() + timedelta(hours=hours), **leased}
    notice = Notice(kind=kind, email="ada@example.test", **given)
    session.add(notice)
    return notice


def test_invitations_are_still_owed_but_news_and_late_ones_are_not(house, file, empty):
    with transaction() as session:
        made = [
            make_notice(session, NoticeKind.INVITATION, 1),
            make_notice(session, NoticeKind.PASSWORD, -1),
            make_notice(session, NoticeKind.CAMPAIGN_HELD, 1),
            make_notice(session, NoticeKind.CAMPAIGN_ENDED, 1),
        ]
    back_up(house, file)
    bring(file, empty)
    with transaction() as session:
        kept = {notice.id: notice.status for notice in session.scalars(select(Notice))}
        assert [kept[notice.id].value for notice in made] == ["pending", "expired", "expired", "expired"]
        assert lease_notice(session, owner="w").notice_id == made[0].id


def test_who_was_signed_out_since_the_backup_stays_signed_out(house, file, empty):
    with transaction() as session:
        user = User(email="o", email_key="o", role=Role.OWNER, sign_in_epoch=3)
        session.add(user)
    back_up(house, file)
    bring(file, empty)
    with reading() as session:
        assert session.get_one(User, user.id).sign_in_epoch > 3 + 100


def test_links_of_letters_sent_before_still_verify(house, file, empty):
    link, address = sign(Purpose.UNSUBSCRIBE, 7), suppression_hash("ada@example.test")
    back_up(house, file)
    bring(file, empty)
    assert verify(Purpose.UNSUBSCRIBE, link) == 7
    assert suppression_hash("ada@example.test") == address
    assert (empty.data / "secret").stat().st_mode & 0o777 == 0o600


def like(settings: Settings, **given) -> Settings:
    return load_settings(data=settings.data, database_url=settings.database_url, **given)


def test_ids_of_letters_sent_since_the_backup_are_never_given_again(restored):
    with transaction() as session:
        newest = session.scalar(select(func.max(Message.id)))
        readers = make_list(session)
        make_confirmed(session, readers, 6)
        campaign = make_sending(session, readers)
    with transaction() as session:
        ids = session.scalars(select(Message.id).where(Message.campaign_id == campaign.id).order_by(Message.id)).all()
        assert min(ids) > newest + 1_000_000_000
        assert list(ids) == list(range(ids[0], ids[0] + 6))
        leased = lease_chunk(session, campaign.id, owner="o", host="h", lease_seconds=60)
        assert [row.message_id for row in leased.rows] == list(ids[:3])
        assert books_of(session, campaign.id).balanced


def test_a_secret_of_the_environment_is_asked_for_instead(house, file, empty):
    assert back_up(like(house, given_secret="x" * 40), file).lacks_secret
    assert bring(file, like(empty, given_secret="y" * 40)).secret_differs
    assert not (empty.data / "secret").exists()


@pytest.mark.parametrize("kept", [{"given_secret": "x" * 40}, {"given_secret": "y" * 40, "secret_previous": "x" * 40}])
def test_a_secret_that_was_kept_is_recognised(house, file, empty, kept):
    back_up(like(house, given_secret="x" * 40), file)
    assert not bring(file, like(empty, **kept)).secret_differs


def test_uploads_and_journals_come_back_byte_for_byte_and_the_host_is_another(house, file, empty):
    contents = {"uploads/a.png": bytes(range(256)) * 999, "journals/run.1": b"B 1 1\nS 1 1 250", "host-id": b"one"}
    contents |= {"uploads/.half": b"x", "inbox/letter": b"y"}
    for name, data in contents.items():
        (house.data / name).parent.mkdir(parents=True, exist_ok=True)
        (house.data / name).write_bytes(data)
    back_up(house, file)
    bring(file, empty)
    found = {str(path.relative_to(empty.data)): path.read_bytes() for path in empty.data.rglob("*") if path.is_file()}
    came = {name: data for name, data in found.items() if not name.startswith(("letterwright.db", "secret"))}
    assert came == {name: contents[name] for name in ("uploads/a.png", "journals/run.1")}


def test_every_table_of_the_models_is_in_the_backup_with_all_of_its_rows(house, file, half):
    with transaction() as session:
        counts = {name: session.scalar(select(func.count()).select_from(table))
                  for name, table in Base.metadata.tables.items()}  # fmt: skip
    back_up(house, file)
    assert {table.name: table.rows for table in check_backup(file).tables} == counts


def test_a_house_that_is_there_is_not_overwritten(house, file, empty):
    back_up(house, file)
    bring(file, empty)
    with transaction() as session:
        make_subscriber(session, "new@example.test")
    with pytest.raises(WrongState, match="--replace"):
        restore(file, check_backup(file), empty)
    with reading() as session:
        assert session.scalars(select(Subscriber.email)).one() == "new@example.test"


def test_replacing_keeps_everything_that_was_there(house, file, empty):
    back_up(house, file)
    bring(file, empty)
    for name in ("journals", "uploads"):
        (empty.data / name).mkdir()
        (empty.data / name / "old").write_bytes(b"old")
    with transaction() as session:
        make_subscriber(session, "new@example.test")
    old_secret = empty.secret
    dispose()
    restored = bring(file, empty, replace=True)
    with reading() as session:
        assert session.scalars(select(Subscriber.email)).all() == []
    folder = next(empty.data.glob("before-restore-*"))
    assert str(folder) in restored.kept
    assert len(restored.kept) == 2
    assert (folder / "secret").read_text() == old_secret
    assert (folder / "journals" / "old").exists()
    assert not (empty.data / "journals" / "old").exists()
    assert (empty.data / "uploads" / "old").exists()


def test_a_backup_of_an_older_schema_is_brought_to_the_newest(house, file, empty, monkeypatch):
    downgrade(engine(), "0001")
    older = shapes_there()
    monkeypatch.setattr("app.services.backups.shapes", lambda: older)
    back_up(house, file)
    migrate(engine())
    assert check_backup(file).schema_revision == "0001"
    bring(file, empty)
    assert is_current(engine())
    with reading() as session:
        assert session.scalars(select(KeptSecret.name)).one()


def shapes_there() -> list[Shape]:
    """The tables as the database has them now."""
    there = inspect(engine())
    names = {table: {column["name"] for column in there.get_columns(table)} for table in there.get_table_names()}
    return [
        Shape(one.table, {name: kind for name, kind in one.columns.items() if name in names[one.table]})
        for one in shapes()
        if one.table in names
    ]


def test_a_backup_of_a_newer_schema_is_refused(house, file, empty):
    back_up(house, file)
    newer = check_backup(file).model_copy(update={"schema_revision": "9999", "version": "7.0"})
    with pytest.raises(BackupRefused, match=r"made by a newer Letterwright \(7.0\)"):
        restore(file, newer, empty)


def test_what_cannot_be_loaded_changes_nothing(house, file, empty):
    with transaction() as session:
        make_subscriber(session, "old@example.test")
    (house.data / "journals").mkdir()
    (house.data / "journals" / "run").write_bytes(b"new")
    back_up(house, file)
    (house.data / "journals" / "run").write_bytes(b"here")
    before = snapshot_of(house)
    wrong = check_backup(file)
    tables = [one.model_copy(update={"rows": one.rows + 1}) for one in wrong.tables]
    dispose()
    with pytest.raises(BackupRefused, match="has not all of its rows"):
        restore(file, wrong.model_copy(update={"tables": tuple(tables)}), house, replace=True)
    assert snapshot_of(house) == before


def snapshot_of(settings):
    open_house(settings)
    with reading() as session:
        rows = [session.scalars(select(Subscriber.email)).all(), session.scalars(select(AuditEntry.act)).all()]
    dispose()
    files = {path: path.read_bytes() for path in settings.data.rglob("*") if path.is_file() and ".db" not in path.name}
    return rows, files


def test_a_move_that_fails_midway_is_taken_back(house, file):
    for name in ("uploads/a.png", "journals/run", "host-id"):
        (house.data / name).parent.mkdir(exist_ok=True)
        (house.data / name).write_bytes(b"before")
    back_up(house, file)
    (house.data / "journals" / "run").write_bytes(b"here")
    (house.data / "uploads" / "a.png").unlink()
    (house.data / "uploads" / "a.png" / "in the way").mkdir(parents=True)
    before = snapshot_of(house)
    with pytest.raises(Unavailable, match="could not be restored"):
        restore(file, check_backup(file), house, replace=True)
    assert snapshot_of(house) == before


def test_a_database_that_others_use_is_left_alone(postgresql_address, tmp_path, file):
    settings = load_settings(data=tmp_path / "old", database_url=postgresql_address)
    open_house(settings)
    back_up(settings, file)
    with reading(), pytest.raises(WrongState, match=r"other connections .* are open"):
        restore(file, check_backup(file), settings, replace=True)
    dispose()
