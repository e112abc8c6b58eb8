"""Fetching from a server of our own: what is inside stays out of reach, and nothing outlasts or outgrows its limit."""

import gzip
import ssl
import time
import zlib
from ipaddress import ip_address

import pytest
import trustme

from app.outside.http import MAX_BYTES, PICTURES, Fetcher, FetchRefused, fetch
from tests.fakes.web_server import leads_to, page, web_server

HERE = ip_address("127.0.0.1")


def only_here(address, _port):
    return address == HERE


def named(**names):
    """A resolver that knows these names (dots written as underlines) and nothing else."""
    known = {name.replace("_", "."): [ip_address(one) for one in addresses] for name, addresses in names.items()}
    return lambda host, _port, _timeout: known.get(host, [HERE])


@pytest.fixture
def server():
    with web_server() as served:
        yield served


FETCHER = Fetcher(may_reach=only_here)


def refused(fetcher, url, **options):
    with pytest.raises(FetchRefused) as refusal:
        fetcher.fetch(url, **options)
    return str(refusal.value)


def test_a_page_comes_with_its_type_charset_and_last_address(server):
    server.answers = {
        "/a?x=1": leads_to("/b#part"),
        "/b": page("Hällo".encode("latin-1"), "Content-Type: Text/HTML; Charset=ISO-8859-1"),
    }
    found = FETCHER.fetch(server.url("/a?x=1#top"))
    assert (found.data, found.content_type, found.charset) == ("Hällo".encode("latin-1"), "text/html", "ISO-8859-1")
    assert found.final_url == server.url("/b")
    assert b"cookie" not in server.asked[1].lower()
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in server.asked[0]


def test_the_service_itself_reaches_nothing_here(server):
    server.answers = {"/": page("secret")}
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"):
        with pytest.raises(FetchRefused, match=r"leads into a private network|no machine"):
            fetch(server.url("/", host))
    assert server.asked == []


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.2", "10.0.0.1", "169.254.169.254", "[::1]", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a00:1]"],
)
def test_a_redirect_into_a_house_is_refused(server, inside):
    server.answers = {"/": leads_to(f"http://{inside}/latest/meta-data/")}
    assert "leads into a private network" in refused(FETCHER, server.url())
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://a.example/", "gopher://a.example/", "javascript:alert(1)", "data:text/html,x"],
)
def test_a_redirect_to_what_is_no_web_address_is_refused(server, target):
    server.answers = {"/": leads_to(target)}
    assert "no web address" in refused(FETCHER, server.url())


def test_a_name_with_one_private_address_among_public_ones_is_refused():
    fetcher = Fetcher(resolver=named(a_example=["93.184.216.34", "10.0.0.1"]))
    assert "leads into a private network" in refused(fetcher, "http://a.example/")


def test_a_name_is_asked_for_once_and_the_address_that_was_checked_is_the_one_reached(server):
    asked = []

    def rebinding(host, _port, _timeout):
        asked.append(host)
        return [HERE] if len(asked) == 1 else [ip_address("10.0.0.1")]

    server.answers = {"/": page("the first"), "/on": leads_to(server.url("/", "rebind.example"))}
    fetcher = Fetcher(may_reach=only_here, resolver=rebinding)
    assert fetcher.fetch(server.url("/", "rebind.example")).data == b"the first"
    assert asked == ["rebind.example"]
    assert "leads into a private network" in refused(fetcher, server.url("/on", "rebind.example"))


def test_five_redirects_are_followed_and_a_sixth_is_not(server):
    server.answers = {f"/{n}": leads_to(f"/{n + 1}") for n in range(6)} | {"/6": page("end")}
    assert FETCHER.fetch(server.url("/1")).data == b"end"
    assert "leads on more than 5 times" in refused(FETCHER, server.url("/0"))


def test_a_body_that_is_too_large_is_refused_by_its_length_or_as_it_comes(server):
    def endless():
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        while True:
            yield b"x" * 65536

    told = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6000000\r\n\r\n"
    server.answers = {"/told": told, "/endless": endless, "/just": page(b"x" * MAX_BYTES)}
    for path in ("/told", "/endless"):
        assert "larger than 5.2 MB" in refused(FETCHER, server.url(path))
    assert len(FETCHER.fetch(server.url("/just")).data) == MAX_BYTES


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate), ("identity", bytes)],
)
def test_packed_bodies_are_unpacked(server, coding, pack):
    server.answers = {"/": page(pack(b"words " * 100), f"Content-Encoding: {coding}")}
    assert FETCHER.fetch(server.url()).data == b"words " * 100


def test_a_bomb_is_unpacked_no_further_than_the_limit(server):
    bomb = gzip.compress(bytes(30 * 1024 * 1024), 1)
    server.answers = {
        "/": page(bomb, "Content-Encoding: gzip"),
        "/twice": page(gzip.compress(bomb, 9), "Content-Encoding: gzip, gzip"),
    }
    for path in ("/", "/twice"):
        assert "larger than 5.2 MB" in refused(FETCHER, server.url(path))


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip, gzip", "gzip"])
def test_what_is_packed_otherwise_or_broken_is_refused(server, coding):
    server.answers = {"/": page(b"\x1f\x8b broken", f"Content-Encoding: {coding}")}
    assert "packed in a way that is not read" in refused(FETCHER, server.url())


@pytest.mark.parametrize("drips_at", ["head", "body", "silence"])
def test_a_drip_of_bytes_ends_at_the_limit_of_time(server, drips_at):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

    def drip():
        yield head + (b"\r\n" if drips_at == "body" else b"X-Drip: ")
        while True:
            time.sleep(0.05)
            yield b"" if drips_at == "silence" else b"x"

    server.answers = {"/": drip}
    began = time.monotonic()
    assert "took longer than" in refused(Fetcher(may_reach=only_here, seconds=0.4), server.url())
    assert time.monotonic() - began < 5


def test_a_resolver_that_hangs_ends_at_the_limit_of_time():
    def hanging(_host, _port, timeout):
        raise TimeoutError(timeout)

    assert "took longer than" in refused(Fetcher(may_reach=only_here, resolver=hanging), "http://a.example/")


@pytest.mark.parametrize("kind", ["image/svg+xml", "application/pdf", "application/octet-stream", "video/mp4"])
def test_what_is_no_page_is_refused_by_its_type(server, kind):
    server.answers = {"/": page(b"x", f"Content-Type: {kind}")}
    assert f"it is “{kind}”, not a page" in refused(FETCHER, server.url())


def test_pictures_are_fetched_where_they_are_asked_for(server):
    server.answers = {"/p.png": page(b"png", "Content-Type: image/png")}
    assert FETCHER.fetch(server.url("/p.png"), accept=PICTURES).content_type == "image/png"


@pytest.mark.parametrize(
    ("status", "said"),
    [("404 Not Found", "no such page"), ("403 Forbidden", "does not let programs in"), ("500 Oh", "the status 500")],
)
def test_a_status_is_said_with_its_cure(server, status, said):
    server.answers = {"/": page("x", status=status)}
    assert said in refused(FETCHER, server.url())


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
def test_a_server_that_breaks_off_or_speaks_nonsense_is_refused(server, answer):
    server.answers = {"/": answer}
    assert "does not answer as a web server does" in refused(FETCHER, server.url())


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://a.example/", "no web address"),
        ("https://", "no web address"),
        ("a.example", "no web address"),
        ("http://user:secret@a.example/", "user's name"),
        ("http://a.example:22/", "port 22"),
        ("http://a.example:99999/", "the address is broken"),
        ("http://[::1/", "the address is broken"),
        ("http://a.example/" + "x" * 3000, "2,000 letters"),
        ("http://" + "ü" * 80 + ".example/", "broken"),
        ("http://a..example/", "no machine"),
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_asked(url, said):
    assert said in refused(Fetcher(), url)


def test_proxies_and_credentials_of_the_surroundings_are_not_used(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server.answers = {"/": page("direct")}
    assert FETCHER.fetch(server.url()).data == b"direct"


def test_over_tls_the_name_is_proved_though_an_address_is_reached():
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("good.example").configure_cert(serving)

    def trusting():
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context

    with web_server(serving) as server:
        server.answers = {"/": page("sealed")}
        fetcher = Fetcher(may_reach=only_here, resolver=named(), tls=trusting)
        assert fetcher.fetch(f"https://good.example:{server.port}/").data == b"sealed"
        assert "certificate is not trusted" in refused(fetcher, f"https://bad.example:{server.port}/")
        strangers = Fetcher(may_reach=only_here, resolver=named())
        assert "certificate is not trusted" in refused(strangers, f"https://good.example:{server.port}/")
