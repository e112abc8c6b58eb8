"""The page of what the world sees of a sender's domain, asked from a name server of the test's own."""

import pytest

from app.config import Settings
from app.database.session import dispose, reading, transaction
from app.factory import create_app
from app.models import Probe, Role
from app.services import probes, signing_keys
from app.services.brands import BrandDetails, create_brand
from app.services.senders import SenderDetails, create_sender
from app.services.warm_ups import find_warm_up
from emails.domains.checks import DomainCheck, Level
from tests.fakes.dns_server import dns_server

ZONE = {("xn--bcher-kva.test", "MX"): ["10 mx.example.test."], ("mx.example.test", "A"): ["192.0.2.7"]}


@pytest.fixture
def names():
    with dns_server(ZONE) as server:
        yield server


@pytest.fixture
def app(settings: Settings, names):
    app = create_app(settings.model_copy(update={"dns_servers": (names.address,)}))
    with transaction() as session:
        brand = create_brand(session, BrandDetails("The Spring", "1 Quay Street"))
        create_sender(session, SenderDetails("Spring", "hello@bücher.test", "desk@example.test"), brand_id=brand.id)
    yield app
    dispose()


def test_findings_stand_with_their_cure_and_the_record_to_paste(app, names, visit):
    page = visit(Role.VIEWER).get("/settings/senders/1/domain").text
    assert "What the world sees of xn--bcher-kva.test" in page
    assert "xn--bcher-kva.test has no DMARC record" in page
    assert "v=DMARC1; p=none; rua=mailto:desk@example.test" in page
    assert "arrive at mx.example.test" in page
    assert ("_dmarc.xn--bcher-kva.test", "TXT") in names.questions


def test_a_name_server_that_is_away_is_told_and_no_error(app, names, visit):
    names.zone = {("xn--bcher-kva.test", "MX"): ["servfail"]}
    answer = visit(Role.VIEWER).get("/settings/senders/1/domain")
    assert answer.status_code == 200
    assert "Not known now: the DNS does not answer for xn--bcher-kva.test." in answer.text


def test_a_sender_that_is_not_there_is_not_found(app, visit):
    assert visit(Role.VIEWER).get("/settings/senders/9/domain").status_code == 404


DOMAIN = "xn--bcher-kva.test"
PAGE = "/settings/senders/1/domain"


def keys():
    with reading() as session:
        return signing_keys.own_keys(session, DOMAIN)


def test_a_key_is_made_published_and_only_then_signs(app, names, visit):
    owner = visit(Role.OWNER)
    assert "Letters are not signed here" in owner.get(PAGE).text
    assert owner.post(f"{PAGE}/key").status_code == 303
    [key] = keys()
    page = owner.get(PAGE).text
    assert f"{key.selector}._domainkey.{DOMAIN}" in page
    assert key.record in page
    refused = owner.post(f"{PAGE}/sign", follow_redirects=True).text
    assert "Letters are not signed yet. The new key is not published yet" in refused
    assert [one.signs for one in keys()] == [False]
    middle = len(key.record) // 2
    names.zone = ZONE | {
        (f"{key.selector}._domainkey.{DOMAIN}", "TXT"): [f'"{key.record[:middle]}" "{key.record[middle:]}"']
    }
    page = owner.post(f"{PAGE}/sign", follow_redirects=True).text
    assert f"Letters from {DOMAIN} are signed from now on." in page
    assert f"the key at {key.selector}._domainkey.{DOMAIN} is ours" in page
    assert [one.signs for one in keys()] == [True]


def test_another_key_under_the_name_is_not_signed_with(app, names, visit):
    owner = visit(Role.OWNER)
    owner.post(f"{PAGE}/key")
    [key] = keys()
    names.zone = ZONE | {(f"{key.selector}._domainkey.{DOMAIN}", "TXT"): ['"v=DKIM1; p="']}
    assert "was withdrawn" in owner.post(f"{PAGE}/sign", follow_redirects=True).text
    assert [one.signs for one in keys()] == [False]


def test_signing_is_stopped(app, visit):
    with transaction() as session:
        signing_keys.make_key(session, DOMAIN)
        signing_keys.start_signing(session, DOMAIN)
    visit(Role.OWNER).post(f"{PAGE}/unsign")
    assert keys() == ()


def test_who_may_not_change_settings_sees_no_button(app, visit):
    page = visit(Role.EDITOR).get(PAGE).text
    assert "Letters are not signed here" in page
    assert "Make a signing key" not in page


def warm_up_of(domain: str = DOMAIN):
    with reading() as session:
        return find_warm_up(session, domain)


def test_a_warm_up_is_begun_changed_and_stopped(app, visit):
    owner = visit(Role.OWNER)
    assert "50 100 500 1000 5000 10000 20000 40000" in owner.get(PAGE).text
    plan = {"steps": "50, 100\n1,000", "zone": "Europe/Paris"}
    assert owner.post(f"{PAGE}/warm-up", data=plan).status_code == 303
    assert (warm_up_of().steps, warm_up_of().zone) == ([50, 100, 1000], "Europe/Paris")
    page = owner.get(PAGE).text
    assert f"0 of 50 letters from {DOMAIN} have left today" in page
    assert 'aria-current="step"' in page
    assert owner.post(f"{PAGE}/warm-up/stop").status_code == 303
    assert warm_up_of() is None


def test_a_warm_up_that_makes_no_sense_is_refused_with_what_was_typed(app, visit):
    owner = visit(Role.OWNER)
    for steps in ("", "many", "100 50", "0", "1 " * 61):
        answer = owner.post(f"{PAGE}/warm-up", data={"steps": steps, "zone": "UTC"})
        assert answer.status_code == 422
        assert 'id="steps-error"' in answer.text
        assert steps.strip() in answer.text
    assert warm_up_of() is None


def test_only_who_may_change_settings_warms_up(app, visit):
    assert visit(Role.EDITOR).post(f"{PAGE}/warm-up", data={"steps": "50", "zone": "UTC"}).status_code == 403


def probe_of(*findings) -> None:
    """The last letter to ourselves, as if it had come back."""
    with transaction() as session:
        probe = session.query(Probe).one()
        probes.keep_copy(session, probe.number, b"Subject: A letter to ourselves\r\n\r\n")
        probes.finish(session, probe.id, findings)


def test_a_letter_to_ourselves_is_asked_for_waited_for_and_told(app, visit):
    owner = visit(Role.OWNER)
    assert "It was not tried yet." in owner.get(PAGE).text
    assert owner.post(f"{PAGE}/probe").status_code == 303
    waiting = owner.get(f"{PAGE}/probe").text
    assert "on its way" in waiting
    assert "every 2s" in waiting
    assert "Try it" not in waiting
    probe_of(DomainCheck("probe-post", Level.BAD, "The field <b> did not arrive.", "Pass it on."))
    told = owner.get(f"{PAGE}/probe").text
    assert "The field &lt;b&gt; did not arrive." in told
    assert "Pass it on." in told
    assert "Subject: A letter to ourselves" in told
    assert "Try it again" in told
    assert "every 2s" not in told


def test_who_may_not_change_settings_cannot_send_one(app, visit):
    assert visit(Role.EDITOR).post(f"{PAGE}/probe").status_code == 403
    assert "Try it now" not in visit(Role.EDITOR, email="e@example.test").get(PAGE).text


def test_without_a_mailbox_the_page_says_what_is_missing(app, visit):
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"smtp_url": "smtp://mx.example.org"})
    owner = visit(Role.OWNER)
    assert "INBOX_URL" in owner.get(PAGE).text
    assert "INBOX_URL" in owner.post(f"{PAGE}/probe", follow_redirects=True).text
    with reading() as session:
        assert session.query(Probe).count() == 0
