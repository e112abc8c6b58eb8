"""The catcher's inbox: read as a mail program reads it, and never more trusted than a stranger's mail."""

from email.message import EmailMessage

import pytest

from app.config import load_settings
from app.database.session import reading, transaction
from app.embedded.maildir import keep_letter, make_inbox
from app.factory import create_app
from app.models import Consent, ConsentWay, Role, Subscriber, Subscription, SubscriptionStatus
from app.tokens import Purpose, sign
from tests.app.pages.visitor import Visitor
from tests.conftest import SECRET
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe

OWN = "http://127.0.0.1:8000"


@pytest.fixture
def catch(settings):
    """catch(to=..., unsubscribe=...) puts a letter into the inbox; its key."""
    make_inbox(settings.data)

    def keep(*, to: str = "amara@example.test", name: str = "Amara Okafor", unsubscribe: str = "", **given) -> str:
        letter = EmailMessage()
        letter["From"] = "The Spring <news@example.test>"
        letter["To"] = f"{name} <{to}>"
        letter["Subject"] = given.get("subject", "Water in winter")
        if unsubscribe:
            letter["List-Unsubscribe"] = unsubscribe
            letter["List-Unsubscribe-Post"] = given.get("post", "List-Unsubscribe=One-Click")
        letter.set_content("Drink enough of it.\n")
        if given.get("html", "<p>Drink <b>enough</b> of it.</p>"):
            letter.add_alternative(given.get("html", "<p>Drink <b>enough</b> of it.</p>"), subtype="html")
        return keep_letter(settings.data, letter.as_bytes(), "bounce@example.test", [to])

    return keep


def reader_with_letter() -> tuple[Subscriber, str]:
    with transaction() as session:
        readers = make_list(session)
        person = make_subscriber(session, "amara@example.test")
        subscribe(session, person, readers)
        message = make_sent_letter(session, person, readers)
        return person, sign(Purpose.UNSUBSCRIBE, message.id)


def status_of(person: Subscriber) -> SubscriptionStatus:
    with reading() as session:
        return session.query(Subscription).filter_by(subscriber_id=person.id).one().status


def test_an_empty_inbox_teaches_the_next_step(owner):
    assert "No letters yet" in owner.get("/inbox").text


def test_the_inbox_lists_letters_with_their_reader(owner, catch):
    catch()
    page = owner.get("/inbox").text
    assert "Amara Okafor" in page
    assert "Water in winter" in page
    assert "1 letter" in page


def test_letters_are_found_by_person(owner, catch):
    catch()
    catch(to="bo@example.test", name="Bo")
    page = owner.part("/inbox?person=AMA").text
    assert "Amara" in page
    assert "bo@example.test" not in page
    assert "No letter to" in owner.get("/inbox?person=zzz").text


def test_a_letter_shows_its_parts_and_headers(owner, catch):
    key = catch()
    assert f'src="/inbox/{key}/html"' in owner.get(f"/inbox/{key}").text
    assert "Drink enough of it." in owner.get(f"/inbox/{key}?tab=text").text
    headers = owner.get(f"/inbox/{key}?tab=headers").text
    assert "<dt>Subject</dt>" in headers
    assert "X-Envelope" not in headers


def test_a_letter_without_html_opens_with_its_text(owner, catch):
    assert "Drink enough of it." in owner.get(f"/inbox/{catch(html='')}").text


def test_a_letters_html_is_framed_without_scripts_and_as_a_stranger(owner, catch):
    key = catch(html="<script>parent.alert(1)</script><p>Hi</p>")
    frame = owner.get(f"/inbox/{key}/html")
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    page = owner.get(f"/inbox/{key}").text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "parent.alert" not in page


def test_a_letters_text_and_headers_are_escaped(owner, catch):
    key = catch(subject="<img src=x onerror=alert(1)>", name="<b>Amara</b>")
    for tab in ("html", "text", "headers"):
        page = owner.get(f"/inbox/{key}?tab={tab}").text
        assert "<img src=x" not in page
        assert "<b>Amara" not in page


def test_the_letter_can_be_saved_as_it_came(owner, catch):
    key = catch()
    answer = owner.get(f"/inbox/{key}/raw")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={key}.eml"
    assert b"Subject: Water in winter" in answer.data


def test_unsubscribing_as_a_mail_client_would_takes_the_reader_off_the_list(owner, catch):
    person, token = reader_with_letter()
    key = catch(unsubscribe=f"<mailto:leave@example.test>, <{OWN}/u/{token}>")
    assert "Unsubscribe as a mail client would" in owner.get(f"/inbox/{key}").text
    answer = owner.post(f"/inbox/{key}/unsubscribe", follow_redirects=True)
    assert "answered with 200" in answer.text
    assert status_of(person) is SubscriptionStatus.UNSUBSCRIBED
    with reading() as session:
        assert session.query(Consent).one().way is ConsentWay.ONE_CLICK


@pytest.mark.parametrize(
    "header",
    [
        "<https://evil.test/u/token>",
        f"<{OWN}.evil.test/u/token>",
        f"<{OWN}@evil.test/u/token>",
        f"<{OWN}/settings/team/1/remove>",
        "<http://169.254.169.254/latest>",
        "<mailto:leave@example.test>",
    ],
)
def test_only_our_own_unsubscribe_address_is_ever_posted_to(owner, catch, header):
    key = catch(unsubscribe=header)
    assert "as a mail client would" not in owner.get(f"/inbox/{key}").text
    assert owner.post(f"/inbox/{key}/unsubscribe").status_code == 404


def test_without_the_one_click_header_the_button_is_not_there(owner, catch):
    _person, token = reader_with_letter()
    key = catch(unsubscribe=f"<{OWN}/u/{token}>", post="something else")
    assert owner.post(f"/inbox/{key}/unsubscribe").status_code == 404


def test_emptying_the_inbox_deletes_every_letter(owner, catch):
    for number in range(3):
        catch(to=f"p{number}@example.test")
    assert "3 letters deleted" in owner.post("/inbox/empty", follow_redirects=True).text
    assert "No letters yet" in owner.get("/inbox").text


@pytest.mark.parametrize("key", ["..", "nothing", "20260101000000.000000-aaaaaaaaaaaa"])
def test_a_letter_that_is_not_there_is_not_found(owner, key):
    assert owner.get(f"/inbox/{key}/raw").status_code == 404


def test_the_first_letter_reloads_the_page_that_was_empty(owner, catch):
    assert "HX-Refresh" not in owner.part("/inbox?first=yes").headers
    catch()
    assert owner.part("/inbox?first=yes").headers["HX-Refresh"] == "true"


def test_a_viewer_reads_but_neither_unsubscribes_nor_deletes(visit, catch):
    viewer = visit(Role.VIEWER)
    key = catch()
    assert viewer.get(f"/inbox/{key}").status_code == 200
    assert "Delete all letters" not in viewer.get("/inbox").text


def test_with_a_mail_server_of_ones_own_there_is_no_inbox(tmp_path, sqlite_address, owner):
    settings = load_settings(
        data=tmp_path, database_url=sqlite_address, given_secret=SECRET, smtp_url="smtp://mail.example.test:25"
    )
    app = create_app(settings)
    visitor = Visitor(app, owner.user)
    assert visitor.get("/inbox").status_code == 404
    assert 'href="/inbox"' not in visitor.get("/people").text
