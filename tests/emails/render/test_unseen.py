"""The picture and the decoy of counted letters: there once, unseen, and nowhere else."""

from emails.render.unseen import DECOY_NUMBER
from tests.emails.render.samples import AMARA, LINKS, client_article, compiled, rendered

OPEN_BASE = "https://news.example.test/o"
PIXEL = f"{OPEN_BASE}/{LINKS.track_token}.gif"
DECOY = f"https://news.example.test/c/{DECOY_NUMBER}/{LINKS.track_token}"


def test_a_counted_letter_ends_with_the_readers_own_picture():
    html = rendered(client_article(), AMARA, open_base=OPEN_BASE).html
    assert html.count(PIXEL) == 1
    assert html.index(PIXEL) > html.index("unsubscribe".capitalize())
    assert html.rstrip().endswith("</html>")


def test_nobody_sees_hears_or_reaches_the_decoy():
    html = rendered(client_article(), AMARA, open_base=OPEN_BASE).html
    around = html[html.rindex("<div", 0, html.index(DECOY)) : html.index(DECOY) + len(DECOY) + 60]
    assert 'aria-hidden="true"' in around
    assert "display:none" in around
    assert 'tabindex="-1"' in around
    assert "></a></div>" in around


def test_the_decoy_is_none_of_the_numbered_links():
    assert all(link.number != DECOY_NUMBER for link in compiled(open_base=OPEN_BASE).links)


def test_the_text_part_has_neither():
    text = rendered(client_article(), AMARA, open_base=OPEN_BASE).text
    assert PIXEL not in text
    assert DECOY not in text


def test_a_letter_that_is_not_counted_has_neither_and_its_links_as_written():
    letter = rendered(client_article(), AMARA, click_base="")
    for sign in (LINKS.track_token, "/o/", "/c/"):
        assert sign not in letter.html
        assert sign not in letter.text
