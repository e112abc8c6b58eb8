"""Finished messages, read back by Python's own parser and by a raw scan of their lines."""

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.content import LetterLinks, Recipient
from emails.errors import AddressInvalid, LetterError
from emails.mime.build import LetterHeaders, LetterWriter, compose, compose_notice
from emails.mime.headers import clean
from emails.render.personalise import render_letter
from tests.emails.render.samples import AMARA, LINKS, compiled, everything, words

WHEN = datetime(2027, 1, 6, 9, 30, tzinfo=timezone(timedelta(hours=1)))
HEADERS = LetterHeaders(
    message_id="m1.abc@mail.example.test",
    date=WHEN,
    from_name="Clearer Days",
    from_email="news@example.test",
    reply_to="answers@example.test",
    list_name="Clearer Days Weekly",
    list_id="4711.lists.example.test",
    feedback_id="c1:l1:campaign:clearer",
)
NASTY = st.text(max_size=400) | st.sampled_from(
    [
        "a\r\nBcc: evil@example.test",
        "a\nb",
        "a\rb",
        "a\0b",
        "a\u2028Bcc: x\u2029y\x85z",
        "\ud800",
        "=?utf-8?q?x?=",
        "é" * 300,
        "👩‍👧" * 60,
        "x" * 2_000,
        '"',
        "\\",
        "a <b@c.test>",
        " ",
        "",
        "ا" * 90,
        "a,b;c:d",
        "\r\n\r\n<p>body",
        "\r\n.\r\n",
    ]
)
ONCE = {
    "date",
    "from",
    "to",
    "subject",
    "message-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "mime-version",
    "content-type",
    "reply-to",
    "list-id",
    "feedback-id",
}


def read(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=policy.default)


def contents(mail: EmailMessage) -> list[str]:
    return [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]


def decoded(message: bytes, name: str) -> str:
    """A field as plain RFC 2047 decoding reads it; the newer parser puts blanks into long names."""
    raw = str(message_from_bytes(message, policy=policy.compat32)[name])
    return str(make_header(decode_header(raw.replace("\r\n", ""))))


def names_of(message: bytes) -> list[str]:
    head = message.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].decode().lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]


def assert_sound(message: bytes) -> None:
    """Whatever came in: CRLF only, short lines, nothing a server would take for the end, each field once."""
    lines = message.split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines)
    assert not any(line.startswith(b".") for line in lines)
    assert max(map(len, lines)) <= 998
    head = message.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(line.strip() for line in head)
    assert all(len(word) <= 75 for line in head for word in re.findall(rb"=\?utf-8\?[^ ]*", line))
    names = names_of(message)
    assert len(names) == len(set(names))
    assert set(names) <= ONCE | {"auto-submitted", "x-extra"}


def test_a_letter_has_every_field_once_and_two_parts_with_the_text_first():
    message = compose(compiled(), HEADERS, AMARA, LINKS)
    assert_sound(message)
    assert set(names_of(message)) == ONCE
    mail = read(message)
    assert mail["Date"] == "Wed, 06 Jan 2027 08:30:00 +0000"
    assert mail["From"] == "Clearer Days <news@example.test>"
    assert mail["To"] == "Amara Okafor <amara@example.test>"
    assert mail["Subject"] == "New beginnings, Amara"
    assert mail["Message-ID"] == "<m1.abc@mail.example.test>"
    assert mail["Reply-To"] == "answers@example.test"
    assert mail["List-Id"] == "Clearer Days Weekly <4711.lists.example.test>"
    assert mail["List-Unsubscribe"] == f"<{LINKS.unsubscribe}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Feedback-ID"] == "c1:l1:campaign:clearer"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail.defects == []


@pytest.mark.parametrize(
    "article", [None, everything(), words(".\n..\n.x", "{% if field.city %}. a{% else %}b{% endif %}")]
)
def test_the_parts_say_what_the_preview_showed(article):
    letter = compiled(article)
    mail = read(compose(letter, HEADERS, AMARA, LINKS))
    text, html = contents(mail)
    shown = render_letter(letter, AMARA, LINKS)
    assert (mail["Subject"], text, html) == (shown.subject, shown.text, shown.html)


def test_body_lines_are_at_most_76_and_header_lines_at_most_78():
    message = compose(compiled(everything()), HEADERS, AMARA._replace(first_name="Ünal" * 20), LINKS)
    head, _, body = message.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"List-Unsubscribe:")]
    assert max(map(len, lines)) <= 78


def test_the_same_letter_gives_the_same_bytes():
    first = compose(compiled(), HEADERS, AMARA, LINKS)
    assert compose(compiled(), HEADERS, AMARA, LINKS) == first
    assert LetterWriter(compiled(), HEADERS).write(AMARA, LINKS, message_id=HEADERS.message_id, date=WHEN) == first


def test_a_mailbox_for_leaving_stands_beside_the_address_where_one_is_given():
    mail = read(
        compose(compiled(), replace(HEADERS, unsubscribe_mailto="u+abc@example.test?subject=unsubscribe"), AMARA, LINKS)
    )
    assert mail["List-Unsubscribe"] == f"<{LINKS.unsubscribe}>, <mailto:u+abc@example.test?subject=unsubscribe>"
    writer = LetterWriter(compiled(), HEADERS)
    own = writer.write(AMARA, LINKS, message_id="a@b.test", date=WHEN, mailto="u+1@example.test")
    assert "<mailto:u+1@example.test>" in read(own)["List-Unsubscribe"]


def test_fields_that_were_not_given_are_left_out():
    bare = LetterHeaders("a@b.test", WHEN, "", "news@example.test", one_click=False)
    message = compose(compiled(), bare, Recipient("x@example.test"), LINKS)
    mail = read(message)
    assert_sound(message)
    assert not {"reply-to", "list-id", "feedback-id", "list-unsubscribe-post", "auto-submitted"} & set(
        names_of(message)
    )
    assert (mail["From"], mail["To"]) == ("news@example.test", "x@example.test")


def test_a_notice_says_that_nobody_wrote_it_and_offers_no_way_out():
    headers = LetterHeaders("a@b.test", WHEN, "Letterwright", "no-reply@example.test", auto_submitted=True)
    message = compose_notice(headers, "ada@example.test", "Réinitialiser", "Text\n.\nend\n", "<p>Ünïcode</p>\n")
    assert_sound(message)
    mail = read(message)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "Réinitialiser"
    assert mail["List-Unsubscribe"] is None
    assert contents(mail) == ["Text\n.\nend\n", "<p>Ünïcode</p>\n"]


def test_further_fields_can_be_added_but_none_twice():
    extra = replace(HEADERS, extra=(("X-Extra", "yes\r\nBcc: x@example.test"),))
    message = compose(compiled(), extra, AMARA, LINKS)
    assert_sound(message)
    assert read(message)["X-Extra"] == "yes Bcc: x@example.test"
    for name in ("subject", "Bcc", "List-Id", "mime-version", "To"):
        with pytest.raises(LetterError, match="is written already"):
            compose(compiled(), replace(HEADERS, extra=((name, "x"),)), AMARA, LINKS)
    for name in ("", "X Y", "X:Y", "X\r\nY", "é"):
        with pytest.raises(LetterError, match="no name for a header field"):
            compose(compiled(), replace(HEADERS, extra=((name, "x"),)), AMARA, LINKS)


def test_an_empty_subject_is_filled_so_that_no_field_is_empty():
    assert read(compose(compiled(subject="{{ field.none }}"), HEADERS, AMARA, LINKS))["Subject"] == "(no subject)"


def test_a_non_ascii_local_part_stands_as_it_is_for_servers_that_take_it():
    message = compose(compiled(), HEADERS, Recipient("用户@example.test", "用户"), LINKS)
    assert "<用户@example.test>\r\n".encode() in message


@pytest.mark.parametrize(
    "wrong",
    [
        {"message_id": "a b@c.test"},
        {"message_id": "a@c.test>\r\nBcc: x"},
        {"message_id": ""},
        {"from_email": "a@b.test>\r\nBcc: x@y.test"},
        {"from_email": ""},
        {"reply_to": "a@b.test, c@d.test"},
        {"list_id": "no dots"},
        {"list_id": "a.b>\r\nX: y"},
        {"date": datetime(2027, 1, 6)},  # noqa: DTZ001 - the mistake itself
    ],
)
def test_fields_that_cannot_be_made_harmless_are_refused(wrong):
    with pytest.raises(LetterError):
        compose(compiled(), replace(HEADERS, **wrong), AMARA, LINKS)


def test_an_unchecked_recipient_is_refused():
    for address in ("a@b.test>\r\nBcc: c@d.test", "a@b.test,c@d.test", "", "a b@c.test"):
        with pytest.raises(AddressInvalid):
            compose(compiled(), HEADERS, Recipient(address), LINKS)


def test_an_unsubscribe_address_cannot_leave_its_brackets():
    links = LetterLinks("https://n.test/u/a>\r\nBcc: x@y.test, <b", "https://n.test/v/b")
    message = compose(compiled(), HEADERS, AMARA, links)
    assert_sound(message)
    assert read(message)["List-Unsubscribe"] == "<https://n.test/u/a%3E%0D%0ABcc:%20x@y.test%2C%20%3Cb>"


@settings(max_examples=100, deadline=None)
@given(NASTY, NASTY, NASTY, NASTY, NASTY)
def test_no_field_can_add_another_or_lose_its_words(from_name, first, subject, list_name, feedback_id):
    headers = replace(HEADERS, from_name=from_name, list_name=list_name, feedback_id=feedback_id)
    reader = AMARA._replace(first_name=first, last_name="")
    message = compose(LETTER, headers, reader._replace(fields={"s": subject}), LINKS)
    assert_sound(message)
    mail = read(message)
    assert mail["From"].addresses[0].addr_spec == "news@example.test"
    assert mail["To"].addresses[0].addr_spec == "amara@example.test"
    assert len(mail["From"].addresses) == len(mail["To"].addresses) == 1
    shown = render_letter(LETTER, reader._replace(fields={"s": subject}), LINKS).subject[:1000]
    assert decoded(message, "Subject").split() == (clean(shown) or "(no subject)").split()
    name = decoded(message, "From").removesuffix("<news@example.test>").strip()
    unquoted = re.sub(r"\\(.)", r"\1", name[1:-1]) if name[:1] == '"' and name[-1:] == '"' and len(name) > 1 else name
    assert clean(from_name, 250).split() in (name.split(), unquoted.split())


LETTER = compiled(subject="{{ field.s }}")
