"""The text part and the links: what a reader without HTML gets, and where links lead."""

from dataclasses import replace
from textwrap import TextWrapper

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.articles.blocks import Article, CallToAction, Embed, Heading, Image, Paragraph, Sponsor
from emails.errors import TemplateBroken
from emails.letter import RewrittenLink
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from emails.render.plaintext import _filled
from tests.emails.render.samples import (
    AMARA,
    BRAND,
    DATA,
    LINKS,
    PLAN,
    client_article,
    compiled,
    everything,
    rendered,
    words,
)


def test_every_word_of_the_client_article_is_in_both_parts():
    letter = rendered()
    source = (DATA / "article.txt").read_text()
    visible = " ".join(letter.text.split())
    for line in source.splitlines():
        for word in line.replace("•", "").split():
            assert word in visible
            assert word.replace("'", "&#x27;") in letter.html


def test_lines_wrap_at_72_and_addresses_are_never_broken():
    letter = rendered(everything())
    for line in letter.text.splitlines():
        assert len(line) <= 72 or "https://" in line
    assert LINKS.unsubscribe in letter.text.split()
    assert LINKS.browser_view in letter.text.split()


def test_headings_are_underlined_and_a_value_counts_as_a_word():
    text = rendered(Article("Title", (Heading(2, "For {{ subscriber.first_name }}"), Paragraph("x")))).text
    assert "Title\n=====\n" in text
    assert "\n\nFor Amara\n------------\n" in text


def test_the_disclosure_stands_at_the_top_and_at_the_end():
    text = rendered().text
    assert text.startswith("Sponsored · IVDrips\n\n")
    assert "\n\nPosted on behalf of IVDrips\nSponsored · IVDrips\n\n-- \n" in text


def test_the_disclosure_cannot_be_dropped():
    for sponsor in (Sponsor("", ""), Sponsor("Acme", ""), Sponsor("", "Thanks to Acme")):
        letter = rendered(Article("T", (Paragraph("x"), sponsor)))
        assert letter.text.startswith("Sponsored")
        assert letter.text.count("Sponsored") == 2
        assert letter.html.index("Sponsored") < letter.html.index("<h1")
    assert "Sponsored" not in rendered(words("x")).text


def test_lists_calls_and_footers_read_well():
    text = rendered().text
    assert "\n- Rapid-acting relief: Unlike SSRIs, ketamine’s effects can be felt\n  within hours" in text
    assert f"[Contact IV Drips] https://news.example.test/c/2/{LINKS.track_token}\n" in text
    unsubscribe, preferences = f"Unsubscribe: {LINKS.unsubscribe}", f"Your preferences: {LINKS.preferences}"
    assert text.endswith(f"{unsubscribe}\n{preferences}\nView in browser: {LINKS.browser_view}\n")
    assert "Clearer Days\nClearer Days Media\n48 Harbour Street\nPortland, ME 04101\n" in text


def test_links_are_numbered_in_reading_order_once_an_address():
    assert compiled(everything()).links == (
        RewrittenLink(1, "https://clearerdays.example.test"),
        RewrittenLink(2, "https://example.test/lead?a=1&b=2"),
        RewrittenLink(3, "https://video.example.test/watch?v=1"),
        RewrittenLink(4, "https://acme.example.test"),
    )


def test_both_parts_lead_through_the_same_numbers():
    letter = rendered(everything())
    for number in (2, 3, 4):
        address = f"https://news.example.test/c/{number}/{LINKS.track_token}"
        assert address in letter.html
        assert address in letter.text
    for part in (letter.html, letter.text):
        assert "video.example.test" not in part


def test_mail_and_unsubscribe_and_view_links_are_left_alone():
    letter = rendered(everything())
    assert 'href="mailto:us@example.test"' in letter.html
    assert f'href="{LINKS.unsubscribe}"' in letter.html
    assert f'href="{LINKS.browser_view}"' in letter.html
    assert len(compiled(words("x")).links) == 1


def test_without_a_click_base_links_stay_as_written():
    letter = rendered(everything(), click_base="")
    assert 'href="https://example.test/lead?a=1&#38;b=2"' in letter.html
    assert "https://example.test/lead?a=1&b=2" in letter.text
    assert compiled(everything(), click_base="").links == ()
    assert LINKS.track_token not in letter.html


def test_links_with_merge_tags_are_left_as_written():
    article = Article("T", (Paragraph("x"), CallToAction("x", "Go", "https://x.test/{{ field.city|lower }}?a=1")))
    letter = rendered(article)
    assert 'href="https://x.test/leeds?a=1"' in letter.html
    assert "[Go] https://x.test/leeds?a=1" in letter.text
    assert [link.url for link in compiled(article).links] == [BRAND.url]


def test_the_brands_address_as_a_link_is_tracked_like_any_other():
    article = words('<a href="{{ brand.url }}">home</a>')
    assert rendered(article).html.count(f"https://news.example.test/c/1/{LINKS.track_token}") == 2


def test_a_merge_tag_may_not_decide_where_a_link_leads():
    for address in ("{{ field.site }}", "{{ field.scheme }}://x.test", "{% if field.a %}https{% endif %}://x.test"):
        with pytest.raises(TemplateBroken, match="must begin with https://"):
            compiled(Article("T", (CallToAction("x", "Go", address),)))


def test_a_button_without_an_address_is_shown_and_leads_nowhere():
    letter = rendered(Article("T", (Paragraph("x"), CallToAction("x", "Soon", ""))))
    assert "Soon</p>" in letter.html
    assert "[Soon]\n" in letter.text


def test_an_embed_without_a_title_shows_its_host():
    letter = rendered(Article("T", (Paragraph("x"), Embed("https://video.example.test/1"))))
    assert "<strong>video.example.test</strong>" in letter.html
    assert "video.example.test\nhttps://news.example.test/c/2/" in letter.text


def test_a_link_that_shows_its_own_address_is_written_once():
    letter = rendered(
        words('See <a href="https://x.test/a">https://x.test/a</a> and <a href="https://x.test/b">x.test/b</a>.')
    )
    tracked = "https://news.example.test/c/{}/" + LINKS.track_token
    assert f"See {tracked.format(2)} and {tracked.format(3)}." in " ".join(letter.text.split())


def test_a_picture_that_was_not_brought_is_left_out_of_both_parts():
    letter = rendered(Article("T", (Image("", "A woman on a couch", caption="Photo: X"), Paragraph("Words"))))
    for part in (letter.html, letter.text):
        assert "couch" not in part
        assert "Photo" not in part
    assert "<img" not in letter.html


def test_a_letter_with_nothing_in_it_still_says_who_sends_it_and_how_to_leave():
    letter = render_letter(compile_letter(Article("", ()), replace(BRAND, url="", address=""), PLAN), AMARA, LINKS)
    for part in (letter.html, letter.text):
        assert "Clearer Days" in part
        assert LINKS.unsubscribe in part


def test_an_unknown_theme_is_refused_with_the_nearest():
    with pytest.raises(TemplateBroken, match="There is no theme “clam”; did you mean “calm”"):
        compile_letter(client_article(), BRAND, PLAN, theme="clam")
    with pytest.raises(TemplateBroken, match="there are: calm"):
        compile_letter(client_article(), BRAND, PLAN, theme="xyz")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text("aé語\u00a0-.>", min_size=1, max_size=90).filter(str.strip), max_size=30).map(" ".join),
    st.sampled_from(["", "- ", "> ", "   "]),
)
def test_lines_are_filled_as_the_standard_library_fills_them(line, first):
    other = " " * len(first)
    wrapper = TextWrapper(
        72, initial_indent=first, subsequent_indent=other, break_long_words=False, break_on_hyphens=False
    )
    assert _filled(line, first, other) == wrapper.fill(line)
