"""The words inside a block on their way into a letter: only what a letter can use comes through."""

import pytest

from tests.emails.render.samples import compiled, rendered, words

TITLED = 'Read <a href="https://example.test/a?b=1&amp;c=2" title="How replicas follow">the docs</a> &amp; more.'


def test_a_link_with_a_title_is_counted_coloured_and_in_the_text_like_any_other():
    letter = compiled(words("lead", TITLED))
    assert "https://example.test/a?b=1&c=2" in {link.url for link in letter.links}
    html = rendered(words("lead", TITLED)).html
    assert "title=" not in html[html.index("<body") :]
    assert 'style="color:#0B5F5C" href="https://news.example.test/c/' in html
    assert "the docs <https://news.example.test/c/2/" in " ".join(rendered(words("lead", TITLED)).text.split())


@pytest.mark.parametrize("attribute", ['title="x"', 'lang="de"', 'dir="rtl"', 'class="x"', 'style="color:red"'])
def test_no_attribute_but_an_address_comes_through(attribute):
    html = rendered(words("lead", f"Some <b {attribute}>bold</b> words.")).html
    assert "Some <b>bold</b> words." in html
