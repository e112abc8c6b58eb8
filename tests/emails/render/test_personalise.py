"""One person's letter: its bytes, its values, and that both ways of writing agree."""

import re
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from emails.content import LetterLinks, Recipient
from emails.letter import Branch, Choice, CompiledLetter, Value
from emails.render.filters import as_text
from emails.render.personalise import (
    _FORMS,
    _HARMLESS,
    _HARMLESS_WORDS,
    Part,
    clean_value,
    prepare,
    render_letter,
)
from emails.render.quoted_printable import decode, encode_piece, encode_text, encode_value
from emails.render.scene import Scene
from tests.emails.render.samples import AMARA, LINKS, NOBODY, client_article, compiled, everything, rendered, words

ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
LINES = st.lists(st.text(alphabet=". =\tabcé👩", max_size=90), max_size=6).map("\n".join)


def is_sound(encoded: bytes) -> bool:
    """Lines of at most 76, CRLF only, no dot and no trailing blank where mail servers would touch them."""
    lines = encoded.split(b"\r\n")
    return all(
        len(line) <= 76
        and not line.startswith(b".")
        and not line.endswith((b" ", b"\t"))
        and b"\n" not in line
        and b"\r" not in line
        for line in lines
    )


def test_a_blank_at_the_end_of_a_full_line_makes_it_no_longer():
    text = "0" * 11 + "=" + "\x80" * 2 + "\U00010000" * 4 + " \n"
    for encoded in (encode_piece(text), encode_text(text)):
        assert decode([encoded.encode("ascii")]) == text
        assert is_sound(encoded.encode("ascii"))


@settings(max_examples=100, deadline=None)
@given(st.lists(ANY_TEXT | LINES, max_size=6))
def test_pieces_decode_to_what_was_written_in_any_order(texts):
    pieces = [encode_piece(text).encode("ascii") for text in texts]
    assert decode(pieces) == re.sub("\r\n?", "\n", "".join(text and re.sub("\r\n?", "\n", text) for text in texts))
    assert all(piece == b"" or piece.endswith(b"\r\n") for piece in pieces)
    assert is_sound(b"".join(pieces))


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT | LINES)
def test_a_whole_text_decodes_to_itself(text):
    encoded = encode_text(text).encode("ascii")
    assert decode([encoded]) == re.sub("\r\n?", "\n", text)
    assert is_sound(encoded)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=120) | st.text(alphabet=".= a", max_size=120))
def test_the_quick_way_for_values_gives_the_same_text(value):
    assert decode([encode_value(value)]) == value
    assert is_sound(encode_value(value))


PIECES = st.recursive(
    ANY_TEXT.filter(bool).map(encode_piece)
    | st.sampled_from([Value("subscriber.first_name", form) for form in ("html", "text", "url")])
    | st.just(Value("field.city|default('no city')", "html")),
    lambda inner: st.builds(
        lambda condition, then, otherwise: Choice((Branch(condition, tuple(then)), Branch("", tuple(otherwise)))),
        st.sampled_from(["subscriber.first_name", "field.city == 'Leeds'"]),
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)
VALUES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), max_size=90)


def jinja_source(pieces) -> str:
    """The pieces as the template whose plain rendering they must equal."""
    parts = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(f"{{{{ statics[{len(STATICS)}] }}}}")
            STATICS.append(decode([piece.encode("ascii")]))
        elif isinstance(piece, Value):
            form = {"html": "|forced", "text": "", "url": "|percent"}[piece.form]
            expression = piece.expression.replace("')", "', true)")
            parts.append(f"{{{{ ({expression}){form} }}}}")
        else:
            first, second = piece.branches
            then, otherwise = jinja_source(first.pieces), jinja_source(second.pieces)
            parts.append(f"{{% if {first.condition} %}}{then}{{% else %}}{otherwise}{{% endif %}}")
    return "".join(parts)


STATICS: list[str] = []


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=5), VALUES, st.sampled_from(["Leeds", "", "York & <Ripon>"]))
def test_encoded_pieces_decode_to_a_plain_jinja_rendering(pieces, name, city):
    STATICS.clear()
    plain = Environment(autoescape=False)
    plain.filters["forced"] = escape
    plain.filters["percent"] = lambda value: quote(value, safe="/")
    source = jinja_source(pieces)
    expected = plain.from_string(source).render(
        statics=STATICS, subscriber={"first_name": name}, field={"city": city} if city else {"city": ""}
    )
    scene = Scene(Recipient("a@example.test", name, fields={"city": city}), LINKS, {}, "en")
    written = b"".join(Part(pieces).write(scene))
    assert decode([written]) == expected
    assert is_sound(written)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES.filter(lambda piece: not isinstance(piece, Choice)), min_size=2, max_size=6), VALUES)
def test_straight_letters_give_the_same_bytes_both_ways(pieces, name):
    part = Part(pieces)
    scene = Scene(Recipient("a@example.test", name), LINKS, {}, "en")
    assert b"".join(part.write(scene)) == b"".join(part.write_by_steps(scene))


def test_html_is_escaped_and_text_and_subject_are_not():
    reader = AMARA._replace(first_name="<b>\"Zoë\" & 'Co'</b>")
    letter = rendered(words("lead"), reader)
    assert "Hi &lt;b&gt;&quot;Zoë&quot; &amp; &#x27;Co&#x27;&lt;/b&gt;," in letter.html
    assert "Hi <b>\"Zoë\" & 'Co'</b>," in letter.text
    assert letter.subject == "New beginnings, <b>\"Zoë\" & 'Co'</b>"


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@y.z", "a\n\n.\nb", "a\u2028b", "a\x00b\x1bc", "a\u202eb\u2066c"])
def test_values_are_one_line_and_hide_nothing(evil):
    letter = rendered(words("lead"), AMARA._replace(first_name=evil))
    for part in (letter.subject, letter.text, letter.html):
        assert evil not in part
    assert "Hi a" in letter.text
    assert not re.search("[\r\x00\x1b\u2028\u202e\u2066]", letter.subject + letter.text + letter.html)


def test_a_lone_surrogate_in_a_value_becomes_a_question_mark():
    assert "Hi a?b," in rendered(words("lead"), AMARA._replace(first_name="a\ud800b")).text


def test_values_in_addresses_are_percent_encoded_and_their_links_left_alone():
    article = words('<a href="https://x.test/?m={{ subscriber.email }}&amp;n={{ subscriber.first_name }}">x</a>')
    letter = rendered(article, AMARA._replace(first_name='A&B "c"'))
    assert "https://x.test/?m=amara%40example.test&amp;n=A%26B%20%22c%22" in letter.html.replace("&#38;", "&amp;")
    assert "https://x.test/?m=amara%40example.test&n=A%26B%20%22c%22" in letter.text


def test_an_empty_reader_gets_the_defaults():
    letter = rendered(client_article(), NOBODY)
    assert "Hi there," in letter.text
    assert letter.subject == "New beginnings, dear reader"


@pytest.mark.parametrize(
    "article", [client_article(), everything(), words("{% if field.a %}<b>x</b>{% else %}y{% endif %}")]
)
def test_a_letter_survives_its_trip_through_the_database(article):
    letter = compiled(article)
    again = CompiledLetter.from_json(letter.to_json())
    assert again == letter
    assert again.to_json() == letter.to_json()
    assert hash(again) == hash(letter)
    assert render_letter(again, AMARA, LINKS) == render_letter(letter, AMARA, LINKS)


def test_the_hash_changes_with_anything_a_reader_can_see():
    hashes = {
        compiled(client_article(), **change).content_hash
        for change in (
            {},
            {"subject": "x"},
            {"preheader": "x"},
            {"language": "de"},
            {"marked_as_test": True},
            {"date": ""},
        )
    }
    assert len(hashes) == 6
    assert compiled().content_hash == compiled().content_hash


def test_the_expected_size_is_not_smaller_than_a_real_letter_and_close_to_it():
    letter = compiled()
    real = len(rendered().html.encode())
    assert real <= letter.html_size <= real + 2_000


def test_preparing_a_letter_twice_gives_the_same_object():
    assert prepare(compiled()) is prepare(CompiledLetter.from_json(compiled().to_json()))


def test_every_link_is_the_readers_own():
    other = LetterLinks("https://n.test/u/1", "https://n.test/v/1", "tok")
    html = render_letter(compiled(), AMARA, other).html
    assert 'href="https://n.test/u/1"' in html
    assert html.count('href="https://n.test/v/1"') == 2
    assert 'href="https://news.example.test/c/1/tok"' in html


@given(value=st.from_regex(_HARMLESS, fullmatch=True), form=st.sampled_from(["html", "url", "text"]))
def test_what_is_written_the_quick_way_is_what_the_long_way_gives(value, form):
    assert encode_value(_FORMS[form](clean_value(as_text(value)))) == value.encode() + b"=\r\n"


@given(value=st.from_regex(_HARMLESS_WORDS, fullmatch=True), form=st.sampled_from(["html", "text"]))
def test_names_and_links_are_written_the_quick_way_as_the_long_way_gives_them(value, form):
    long_way = encode_piece(_FORMS[form](clean_value(as_text(value)))).encode()
    assert decode([value.encode() + b"=\r\n"]) == decode([long_way])
    assert is_sound(value.encode() + b"=\r\n")
