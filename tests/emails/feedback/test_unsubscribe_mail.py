"""Which tokens a mail was written to, whatever it looks like."""

from hypothesis import given
from hypothesis import strategies as st

from emails.feedback.unsubscribe_mail import MOST_TOKENS, goodbyes_in, is_automatic, tokens_of

TOKEN = "Ab_-" * 8
TOKENS = st.text("abcXYZ019_-", min_size=32, max_size=32)
LOCAL = st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True)


@given(TOKENS, LOCAL)
def test_both_kinds_of_address_give_their_token(token, local):
    assert tokens_of([f"u+{token}@example.test"]) == (token,)
    assert tokens_of([f"{local}+u.{token}@example.test"]) == (token,)


@given(TOKENS, st.sampled_from(["To", "Cc", "Delivered-To", "X-Original-To"]), st.integers(0, 5))
def test_a_head_gives_it_wherever_servers_write_it(token, field, blanks):
    mail = f'Subject: x\r\n{field}:\r\n{" " * (blanks + 1)}"News" <news+u.{token}@example.test>\r\n\r\nbody'
    assert goodbyes_in(mail.encode()) == (token,)


@given(st.binary(max_size=2_000))
def test_no_bytes_break_it(mail):
    assert isinstance(goodbyes_in(mail), tuple)
    assert isinstance(is_automatic(mail), bool)


def test_a_token_in_the_body_or_the_subject_counts_nothing():
    mail = f"To: news@example.test\r\nSubject: u+{TOKEN}@example.test\r\n\r\nu+{TOKEN}@example.test\r\n"
    assert goodbyes_in(mail.encode()) == ()


def test_other_addresses_with_a_plus_are_none():
    for address in (f"menu+{TOKEN}@example.test", f"news+m1.{TOKEN[:20]}@example.test", f"u+{TOKEN[:31]}@example.test"):
        assert tokens_of([address]) == (), address


def test_each_counts_once_and_twenty_at_most():
    many = [f"u+{number:032}@example.test" for number in range(30)]
    assert tokens_of(many[:1] * 3) == (f"{0:032}",)
    assert len(tokens_of(many)) == MOST_TOKENS


def test_ten_thousand_addresses_are_read_in_a_moment():
    mail = b"To: " + b", ".join([b"u+u+u+u+u.x@example.test"] * 10_000) + b"\r\n\r\n"
    assert goodbyes_in(mail) == ()
