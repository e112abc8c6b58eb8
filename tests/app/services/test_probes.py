"""Letters to ourselves: one at a time, counted nowhere, once a day in the world, and told when they turn bad."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.database.session import reading, transaction
from app.errors import NotFound, WrongState
from app.models import Base, Notice, NoticeKind, NoticeStatus, Probe, ProbeCause, ProbeStatus, Role, TransportKind, User
from app.services import leaving, leaving_tried, probes
from app.services.notice_letters import compose_notice_letter
from app.services.probe_findings import absent, house_findings, preflight_findings
from app.services.transports import TransportDetails, create_transport
from app.tokens import Purpose, is_probe, sign, verify
from emails.domains.checks import DomainCheck, Level
from tests.factories.brands import make_sender

GOOD = DomainCheck("probe-post", Level.GOOD, "It arrived.")
BAD = DomainCheck("probe-post", Level.BAD, "The field did not arrive.", "Pass it on.")
WORLD = {"smtp_url": "smtp://mx.example.org", "inbox_url": "imaps://u:p@mx.example.org/?address=news@example.org"}


@pytest.fixture
def sender_id(database) -> int:
    with transaction() as session:
        return make_sender(session, email="hello@letters.example-mail.org").id


@pytest.fixture
def world(database):
    return database.model_copy(update=WORLD)


def ask(settings, sender_id: int, **given) -> Probe:
    with transaction() as session:
        return probes.ask(session, settings, sender_id, **given)


def end(probe: Probe, *findings: DomainCheck) -> None:
    with transaction() as session:
        probes.keep_copy(session, probe.number, b"Subject: x\r\n\r\nx")
    with transaction() as session:
        assert probes.finish(session, probe.id, findings)


def row(probe: Probe) -> Probe:
    with reading() as session:
        return session.get_one(Probe, probe.id)


def figures() -> dict[str, int]:
    """How many rows each table has, but for those that a letter to ourselves is made of."""
    own = {"probe", "notice", "audit_entry"}
    with reading() as session:
        tables = [one for one in Base.metadata.sorted_tables if one.name not in own]
        return {one.name: session.scalar(select(func.count()).select_from(one)) for one in tables}


def test_its_letter_is_a_letter_like_any_other_with_an_address_of_its_own(database, sender_id):
    probe = ask(database, sender_id)
    with reading() as session:
        envelope_from, to, letter = compose_notice_letter(session, probe.notice_id)
    assert (envelope_from, to) == ("hello@letters.example-mail.org", probe.email)
    assert f"List-Unsubscribe: <{probe.url}>".encode() in letter.replace(b"\r\n ", b" ")
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in letter
    assert b"\r\nList-ID:" in letter or b"\r\nList-Id:" in letter
    number = verify(Purpose.UNSUBSCRIBE, probe.url.rpartition("/")[2])
    assert is_probe(number)
    assert number == probe.number


def test_asking_twice_sends_one_letter(database, sender_id):
    assert ask(database, sender_id).id == ask(database, sender_id).id
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_in_the_world_it_goes_to_the_mailbox_that_is_read(world, sender_id):
    probe = ask(world, sender_id)
    assert probe.email == f"news+p.{probe.number:012x}@example.org"
    assert probe.mail_host == "mx.example.org"


def test_a_transport_that_carries_the_sender_is_a_way_into_the_world(database, sender_id):
    with transaction() as session:
        details = TransportDetails("Our relay", {"host": "mx.example.org"}, domains="letters.example-mail.org")
        create_transport(session, TransportKind.SMTP, details)
    with pytest.raises(WrongState, match="INBOX_URL"):
        ask(database, sender_id)
    probe = ask(database.model_copy(update={"inbox_url": WORLD["inbox_url"]}), sender_id)
    assert (probe.mail_host, probe.email.endswith("@example.org")) == ("Our relay", True)


def test_without_a_mailbox_it_is_refused_with_the_cure(database, sender_id):
    with pytest.raises(WrongState, match="INBOX_URL"):
        ask(database.model_copy(update={"smtp_url": WORLD["smtp_url"]}), sender_id)


def test_too_many_within_the_hour_are_refused(database, sender_id):
    for _ in range(probes.MOST_AN_HOUR):
        end(ask(database, sender_id), GOOD)
    with pytest.raises(WrongState, match="within the hour"):
        ask(database, sender_id)


def test_only_the_newest_are_kept(database, sender_id, monkeypatch):
    monkeypatch.setattr(probes, "KEPT_A_SENDER", 2)
    for _ in range(4):
        end(ask(database, sender_id), GOOD)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Probe)) == 2


def test_a_click_walks_the_true_verb_and_moves_no_figure(database, sender_id):
    probe, before = ask(database, sender_id), figures()
    with transaction() as session:
        probes.click(session, probe.number)
        assert "rung" not in session.info or session.info["rung"] == []
    assert figures() == before
    assert (row(probe).posts, row(probe).left_at is not None) == (1, True)
    with transaction() as session:
        probes.put_back(session, probe.id)
    assert row(probe).left_at is None


def test_a_verb_that_takes_nobody_off_is_seen(database, sender_id, monkeypatch):
    probe = ask(database, sender_id)
    monkeypatch.setattr(leaving_tried.leaving, "leave", lambda *_given, **_more: None)
    with pytest.raises(WrongState), transaction() as session:
        probes.click(session, probe.number)
    assert row(probe).left_at is None


def test_a_goodbye_by_mail_to_it_counts_for_nobody(database, sender_id):
    probe, before = ask(database, sender_id), figures()
    with transaction() as session:
        assert leaving.leave_by_mail(session, sign(Purpose.UNSUBSCRIBE, probe.number)) is False
    assert figures() == before


def test_the_first_copy_is_kept_and_judged_by_one_alone(database, sender_id):
    probe = ask(database, sender_id)
    with transaction() as session:
        assert probes.keep_copy(session, probe.number, b"Subject: one\r\n\r\nbody")
        assert not probes.keep_copy(session, probe.number, b"Subject: two\r\n\r\nbody")
    with transaction() as session:
        claimed = probes.claim(session)
        assert probes.copy_of(claimed) == b"Subject: one\r\n\r\nbody"
    with transaction() as session:
        assert probes.claim(session) is None
    with transaction() as session:
        session.get_one(Probe, probe.id).lease_until = now() - timedelta(seconds=1)
    with transaction() as session:
        assert probes.claim(session) is not None
        assert probes.finish(session, probe.id, [GOOD, BAD])
        assert not probes.finish(session, probe.id, [GOOD])
    done = row(probe)
    assert (done.status, done.level, done.copy, done.head) == (ProbeStatus.DONE, "bad", "", "Subject: one")
    assert probes.checks_of(done) == (GOOD, BAD)


def test_each_sender_of_the_world_is_tried_once_a_day(world, database, sender_id):
    with transaction() as session:
        make_sender(session, email="demo@letters.example")
        assert probes.ask_daily(session, database) == 0
        assert probes.ask_daily(session, world) == 1
        assert probes.ask_daily(session, world) == 0
        only = session.scalars(select(Probe)).one()
        assert (only.sender_id, only.cause) == (sender_id, ProbeCause.DAILY)
        only.created_at = now() - timedelta(hours=25)
    end(only, GOOD)
    with transaction() as session:
        assert probes.ask_daily(session, world) == 1


@pytest.fixture
def owner(database) -> None:
    with transaction() as session:
        session.add(User(email="ada@example.test", email_key="ada", name="Ada", role=Role.OWNER))
        session.add(User(email="eve@example.test", email_key="eve", name="Eve", role=Role.EDITOR))


def told() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Notice.email).where(Notice.kind == NoticeKind.PROBE_FAILED)))


def test_the_owners_are_told_when_a_daily_one_turns_bad_and_not_each_day(world, sender_id, owner):
    for finding, letters in ((GOOD, 0), (BAD, 1), (BAD, 1), (GOOD, 1), (BAD, 2)):
        end(ask(world, sender_id, cause=ProbeCause.DAILY), finding)
        assert told() == ["ada@example.test"] * letters
    end(ask(world, sender_id), BAD)
    assert len(told()) == 2
    with reading() as session:
        notice = session.scalars(select(Notice.id).where(Notice.kind == NoticeKind.PROBE_FAILED)).first()
        _, _, letter = compose_notice_letter(session, notice)
    assert b"The field did not arrive. Pass it on." in letter.replace(b"=\r\n", b"")


def test_one_that_somebody_asked_for_tells_nobody_by_mail(world, sender_id, owner):
    end(ask(world, sender_id), BAD)
    assert told() == []


def overdue() -> list[tuple[Level, str]]:
    with reading() as session:
        found = [absent(probe, notice, "") for probe, notice in probes.overdue(session)]
    return [(one.level, one.message) for one in found]


def test_one_that_does_not_arrive_is_given_up_with_the_reason(world, sender_id):
    probe = ask(world, sender_id)
    assert overdue() == []
    with transaction() as session:
        notice = session.get_one(Notice, probe.notice_id)
        notice.status, notice.sent_at = NoticeStatus.SENT, now()
    assert overdue() == []
    with transaction() as session:
        session.get_one(Notice, probe.notice_id).sent_at = now() - probes.PATIENCE - timedelta(seconds=1)
    [(level, words)] = overdue()
    assert (level, "was accepted by mx.example.org, but did not arrive" in words) == (Level.BAD, True)
    with transaction() as session:
        notice = session.get_one(Notice, probe.notice_id)
        notice.status, notice.reply = NoticeStatus.FAILED, "550 5.7.1 no"
    assert overdue() == [(Level.BAD, "The letter to ourselves was not taken by the mail server: 550 5.7.1 no.")]
    with transaction() as session:
        session.get_one(Notice, probe.notice_id).status = NoticeStatus.EXPIRED
    assert overdue()[0][0] is Level.UNSURE


def test_preflight_and_the_doctor_tell_of_the_last_one(database, sender_id):
    def tell():
        with reading() as session:
            sender = probes.get_sender(session, sender_id)
            return list(preflight_findings(session, sender)), [one.level for one in house_findings(session)]

    assert tell() == ([], [Level.UNSURE])
    end(ask(database, sender_id), GOOD, BAD)
    [finding], levels = tell()
    assert (finding.severity.value, levels) == ("reason", [Level.BAD])
    assert "The field did not arrive." in finding.message
    end(ask(database, sender_id), GOOD)
    assert tell() == ([], [Level.GOOD])


def test_an_unknown_one_is_not_found(database):
    with pytest.raises(NotFound), transaction() as session:
        probes.click(session, 2**47 + 5)
