"""Links are visited as readers would open them, and never inside the operator's own network."""

import socket
import ssl

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from app.outside import links
from app.outside.links import LinkTrouble, Visit, visit, visit_all
from tests.fakes.web_site import web_site


@pytest.fixture
def site():
    with web_site() as one:
        yield one


def here(address, _port) -> bool:
    return str(address) == "127.0.0.1"


def test_a_page_that_opens_is_asked_once_and_its_body_is_never_fetched(site):
    assert visit(f"{site.root}/page?a=b c", may_reach=here) == Visit(
        f"{site.root}/page?a=b c", 200, final=f"{site.root}/page?a=b c"
    )
    assert site.asked == [("HEAD", "/page?a=b%20c")]


@pytest.mark.parametrize("status", [200, 404, 410, 500])
def test_the_last_answer_counts(site, status):
    assert visit(f"{site.root}/status/{status}", may_reach=here).status == status


def test_what_refuses_head_is_asked_with_get(site):
    assert visit(f"{site.root}/only-get", may_reach=here).status == 200
    assert [method for method, _path in site.asked] == ["HEAD", "GET"]


def test_redirects_are_followed_to_their_end(site):
    seen = visit(f"{site.root}/to/{site.root}/to//landing", may_reach=here)
    assert (seen.status, seen.final) == (200, f"{site.root}/landing")


def test_a_redirect_without_end_is_given_up(site):
    assert visit(f"{site.root}/round", may_reach=here).trouble is LinkTrouble.LOOPS
    assert len(site.asked) == links.MAX_REDIRECTS + 1


def test_a_redirect_into_the_own_network_is_not_followed(site):
    for inner in (f"http://127.0.0.2:{site.server_port}/", f"http://[::ffff:127.0.0.2]:{site.server_port}/"):
        assert visit(f"{site.root}/to/{inner}", may_reach=here).trouble is LinkTrouble.PRIVATE
    assert all(path.startswith("/to/") for _method, path in site.asked)


@pytest.mark.parametrize("scheme", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/x"])
def test_a_redirect_to_another_kind_of_address_ends_there(site, scheme):
    assert visit(f"{site.root}/to/{scheme}", may_reach=here).trouble is LinkTrouble.UNREADABLE


@pytest.mark.parametrize(
    "address",
    ["http://localhost/", "http://127.0.0.1:6379/", "http://[::1]/", "http://0x7f000001/", "http://2130706433/",
     "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "http://[fe80::1%25lo]/", "http://10.1.2.3/"],
)  # fmt: skip
def test_private_machines_are_never_connected_to(address, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_given, **_more: pytest.fail("connected"))
    assert visit(address).trouble not in {LinkTrouble.NONE, LinkTrouble.SLOW}


def test_a_name_that_has_one_private_address_among_public_ones_is_refused(monkeypatch):
    found = [(2, 1, 6, "", ("93.184.215.14", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_given: found)
    assert visit("http://both.letters.org/").trouble is LinkTrouble.PRIVATE


@pytest.mark.parametrize("host", ["example.test", "example.com", "www.example.org", "a.invalid"])
def test_names_kept_for_examples_are_told_and_not_asked_for(host, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_given: pytest.fail("asked"))
    assert visit(f"https://{host}/book").trouble is LinkTrouble.EXAMPLE


@pytest.mark.parametrize(
    ("error", "trouble"),
    [(socket.EAI_NONAME, LinkTrouble.NO_HOST), (socket.EAI_AGAIN, LinkTrouble.UNREACHED)],
)
def test_a_name_that_is_not_there_is_no_machine_without_a_net(error, trouble, monkeypatch):
    def fails(*_arguments, **_given):
        raise socket.gaierror(error, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    assert visit("https://letters.org/").trouble is trouble


def test_the_connection_goes_to_the_address_that_was_judged(site, monkeypatch):
    honest, asked = socket.getaddrinfo, []

    def rebinding(host, *more, **given):
        if host != "rebinding.letters.org":
            return honest(host, *more, **given)
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "10.0.0.1", site.server_port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert visit(f"http://rebinding.letters.org:{site.server_port}/", may_reach=here).status == 200
    assert len(asked) == 1


def test_a_certificate_that_browsers_warn_about_is_told():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with web_site(context) as site:
        address = f"https://127.0.0.1:{site.server_port}/"
        assert visit(address, may_reach=here).trouble is LinkTrouble.CERTIFICATE


def test_who_answers_too_late_is_slow_and_who_is_not_there_is_unreached(site):
    assert visit(f"{site.root}/slow", may_reach=here, seconds=0.1).trouble is LinkTrouble.SLOW
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        assert visit(address, may_reach=here).trouble is LinkTrouble.UNREACHED


def test_all_are_visited_in_order(site):
    wanted = [f"{site.root}/status/{number}" for number in (200, 404, 201, 410)]
    assert [one.status for one in visit_all(wanted, may_reach=here)] == [200, 404, 201, 410]
    assert visit_all([]) == []


@given(address=st.text(max_size=60) | st.from_regex(r"https?://[^\s]{0,40}", fullmatch=True))
def test_whatever_stands_as_an_address_is_an_answer_and_no_error(address):
    def inside(*_given):
        raise links.Stopped(LinkTrouble.PRIVATE)

    asked, links.ask = links.ask, inside
    try:
        assert visit(address).trouble in {LinkTrouble.UNREADABLE, LinkTrouble.EXAMPLE, LinkTrouble.PRIVATE}
    finally:
        links.ask = asked
