"""`letterwright send` and `letterwright campaign`: what they make, print and refuse."""

import json
import threading
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner, Result
from PIL import Image
from sqlalchemy import select

from app.cli import article_sources, main, sending_watch
from app.clock import now
from app.database.session import reading, transaction
from app.models import Article, Asset, Brand, Campaign, CampaignStatus, MailingList, MessageStatus, Subscriber
from app.outside.http import Fetcher
from app.services.audience import count_audience, freeze_page
from app.services.delivery import Outcome, finish_if_balanced, record_outcomes
from app.services.designs import create_design, word_of
from app.services.leases import give_back, lease_chunk
from app.services.letters import compile_campaign, preview
from app.services.scheduling import start_due
from emails.themes.choices import Design
from tests.emails.articles.samples import web_page
from tests.factories.brands import make_brand, make_sender
from tests.factories.mailing_lists import make_list
from tests.factories.segments import asks, make_segment
from tests.factories.subscribers import make_confirmed
from tests.fakes.web_server import page, web_server

CLIENT = Path(__file__).parents[2] / "data" / "article.txt"
BUTTON = "https://example.test/book"


@pytest.fixture
def demo(database, monkeypatch):
    """The house as a command finds it: a brand with one sender, and the list `demo` with 4 people."""
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(database.data))
    monkeypatch.setenv("DATABASE_URL", database.database_url)
    monkeypatch.setenv("LETTERWRIGHT_SECRET", database.secret)
    with transaction() as session:
        brand = make_brand(session, name="Clearer Days", time_zone="Europe/Paris")
        make_sender(session, brand, email="news@example.test")
        make_confirmed(session, make_list(session, brand, name="demo"), 4)
    return brand.id


def run(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def send(*more: object, source: object = CLIENT) -> Result:
    return run("send", source, "--list", "demo", "--image", "none", "--button", BUTTON, *more)


def campaigns() -> list[Campaign]:
    with reading() as session:
        return list(session.scalars(select(Campaign).order_by(Campaign.id)))


def work(stop: threading.Event) -> None:
    """Does what the workers do, without a mail server."""
    while not stop.wait(0.05):
        with transaction() as session:
            started = start_due(session)
        for campaign_id in started:
            with transaction() as session:
                compile_campaign(session, campaign_id)
                freeze_page(session, campaign_id)
            with transaction() as session:
                held = lease_chunk(session, campaign_id, owner="w", host="h", lease_seconds=60)
                outcomes = [Outcome(row.message_id, MessageStatus.SENT, now(), 1) for row in held.rows]
                record_outcomes(session, held.lease, outcomes)
                give_back(session, held.lease)
                finish_if_balanced(session, campaign_id)


@pytest.fixture
def worker(demo):
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()


def test_the_clients_article_is_sent_and_waited_for_and_its_books_balance(worker):
    result = send("--wait", "--json")
    assert result.exit_code == 0, result.stderr
    books = json.loads(result.stdout)
    assert (books["status"], books["candidates"], books["sent"]) == ("sent", 4, 4)
    assert books["messages"] == sum(books[status.value] for status in MessageStatus)


def test_a_campaign_is_scheduled_now_and_its_books_are_printed(demo):
    result = send()
    assert result.exit_code == 0, result.stderr
    assert "is scheduled" in result.stdout
    (campaign,) = campaigns()
    assert campaign.status == CampaignStatus.SCHEDULED
    assert campaign.send_at <= now()
    assert campaign.subject.startswith("Embracing New Beginnings")


def test_a_letter_that_may_not_leave_makes_no_campaign_and_says_why(demo):
    result = run("send", CLIENT, "--list", "demo", "--image", "none")
    assert result.exit_code == 1
    assert "block" in result.stderr
    assert "--draft" in result.stderr
    assert campaigns() == []


def test_a_draft_is_kept_even_where_pre_flight_blocks(demo):
    result = run("send", CLIENT, "--list", "demo", "--draft", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["status"] == "draft"
    assert campaigns()[0].status == CampaignStatus.DRAFT


def test_a_local_time_is_read_in_the_named_zone_or_the_brands(demo):
    assert send("--at", "2027-07-01T09:00", "--zone", "America/New_York").exit_code == 0
    assert send("--at", "2027-07-01T09:00").exit_code == 0
    moments = [campaign.send_at.isoformat() for campaign in campaigns()]
    assert moments == ["2027-07-01T13:00:00+00:00", "2027-07-01T07:00:00+00:00"]


def test_a_time_that_happens_twice_is_refused_with_both_readings(demo):
    result = send("--at", "2027-10-31T02:30")
    assert result.exit_code == 1
    assert "2027-10-31T02:30+02:00 or 2027-10-31T02:30+01:00" in result.stderr
    assert campaigns() == []


def test_a_picture_is_kept_with_the_uploads_and_shown(demo, tmp_path):
    picture = tmp_path / "spring.png"
    Image.new("RGB", (40, 20), "teal").save(picture)
    result = run("send", CLIENT, "--list", "demo", "--image", picture, "--button", BUTTON, "--draft")
    assert result.exit_code == 0, result.stderr
    with reading() as session:
        asset = session.scalars(select(Asset)).one()
        blocks = session.scalars(select(Article)).one().content["blocks"]
    source = next(block["src"] for block in blocks if block["type"] == "image")
    assert source == f"/media/{asset.sha256}/spring.png"


def test_what_is_not_there_is_named(demo):
    assert "There are: demo" in run("send", CLIENT, "--list", "nobody").stderr
    assert "Clearer Days" in send("--brand", "Somebody").stderr
    assert "news@example.test" in send("--sender", "x@example.test").stderr
    assert run("send", "missing.txt", "--list", "demo").exit_code == 2
    assert "--draft" in send("--draft", "--wait").stderr


def test_several_senders_ask_for_a_choice(demo):
    with transaction() as session:
        make_sender(session, session.get_one(Brand, demo), email="second@example.test")
    assert send().exit_code == 2
    assert send("--sender", "Second@example.test").exit_code == 0


def test_waiting_without_a_worker_gives_up_and_says_how_to_start_one(demo, monkeypatch):
    monkeypatch.setattr(sending_watch, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(sending_watch, "POLL_SECONDS", 0.05)
    result = send("--wait")
    assert result.exit_code == 1
    assert "letterwright up" in result.stderr


def test_campaigns_are_listed_shown_and_cancelled(demo):
    send()
    (row,) = json.loads(run("campaign", "list", "--json").stdout)
    assert (row["status"], row["lists"]) == ("scheduled", ["demo"])
    assert "scheduled" in run("campaign", "list").stdout
    shown = json.loads(run("campaign", "show", row["campaign"], "--json").stdout)
    assert shown["status"] == "scheduled"
    refused = run("campaign", "pause", row["campaign"])
    assert refused.exit_code == 1
    assert "scheduled" in refused.stderr
    assert "is cancelled" in run("campaign", "cancel", row["campaign"]).stdout
    assert run("campaign", "show", 999).exit_code == 1


def test_a_folder_without_a_house_is_told_how_to_start_one(tmp_path, monkeypatch):
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(tmp_path / "empty"))
    result = run("campaign", "list")
    assert result.exit_code == 1
    assert "letterwright up" in result.stderr
    assert not (tmp_path / "empty").exists()


def test_a_letter_wears_a_design_of_the_brands_own_by_its_name(demo):
    with transaction() as session:
        word = word_of(create_design(session, demo, name="Our Autumn", design=Design("signal")))
    assert send("--design", "our autumn", "--draft").exit_code == 0
    assert send("--design", "Midnight", "--draft").exit_code == 0
    assert [campaign.theme for campaign in campaigns()] == [word, "midnight"]
    refused = send("--design", "baroque", "--draft")
    assert refused.exit_code == 1
    assert "There are: calm, broadsheet, signal, midnight, Our Autumn." in refused.stderr


def test_a_whole_letter_leaves_as_it_is(demo, tmp_path):
    source = tmp_path / "letter.html"
    leave = '{{ brand.address }} <a href="{{ links.unsubscribe }}">Leave</a>'
    source.write_text(f"<h1>Water</h1><p>Hello, and drink enough of it, every day of the winter.</p><p>{leave}</p>")
    made = run("send", source, "--list", "demo", "--whole", "--subject", "Water", "--draft")
    assert made.exit_code == 0, made.stderr
    with reading() as session:
        article = session.scalars(select(Article)).one()
        assert (article.letter_kind, article.letter_source) == ("html", source.read_text())
        assert "drink enough" in preview(session, campaigns()[0].id).html


def test_a_page_on_the_web_becomes_a_draft(demo, monkeypatch):
    with web_server() as server:
        monkeypatch.setattr(article_sources, "fetch", Fetcher(may_reach=lambda address, _: address.is_loopback).fetch)
        words = "<p>Words of the article, long enough to be found among the rest of the page.</p>" * 6
        server.answers = {"/post": page(web_page(words, "Tides"))}
        result = send("--draft", source=server.url("/post"))
        assert result.exit_code == 0, result.stderr
        assert [campaign.subject for campaign in campaigns()] == ["Tides"]
        assert "no such page" in send("--draft", source=server.url("/none")).stderr


def test_only_those_in_a_segment_get_it_and_an_unknown_one_is_named(demo):
    with transaction() as session:
        first = session.scalars(select(Subscriber).order_by(Subscriber.id)).first()
        first.fields = {"town": "Lyon"}
        make_segment(session, asks("field:town", "is", "Lyon"), name="In Lyon")
    refused = send("--draft", "--segment", "In Oslo")
    assert refused.exit_code != 0
    assert "No segment is called “In Oslo”. There are: In Lyon." in refused.output
    assert campaigns() == []
    assert send("--draft", "--segment", "in lyon").exit_code == 0
    with reading() as session:
        assert count_audience(session, campaigns()[0].id).confirmed == 1


def test_an_address_is_fetched_before_anything_is_locked(demo, monkeypatch):
    def fetch(_order):
        with transaction() as session:  # would wait for the writer on SQLite, and end in "locked"
            make_list(session, name="Meanwhile")
        raise ClickException("gone")

    monkeypatch.setattr("app.cli.send.fetch_article", fetch)
    assert "gone" in send("--draft").output
    with reading() as session:
        assert session.scalar(select(MailingList.id).where(MailingList.name == "Meanwhile")) is not None
