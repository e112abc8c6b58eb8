"""Addresses: what is accepted, how it is written down, what is refused and with which words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.errors import AddressInvalid
from emails.mime.addresses import address_key, check_address, needs_smtputf8, verp_address


@pytest.mark.parametrize(
    ("given_address", "checked"),
    [
        ("ada@example.test", "ada@example.test"),
        ("  Ada.Love+news@Example.TEST ", "Ada.Love+news@example.test"),
        ("o'brien!#$%&*/=?^_`{|}~-@example.test", "o'brien!#$%&*/=?^_`{|}~-@example.test"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"),
        ("jose\u0301@example.test", "jos\u00e9@example.test"),
        ("用户@example.test", "用户@example.test"),
        ("a@1and1.example", "a@1and1.example"),
        ("a@x.co", "a@x.co"),
        ("x" * 64 + "@example.test", "x" * 64 + "@example.test"),
    ],
)
def test_good_addresses_are_written_one_way(given_address, checked):
    assert check_address(given_address) == checked
    assert check_address(checked) == checked


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "has no @"),
        ("ada", "“ada” has no @."),
        ("@example.test", "nothing before the @"),
        ("ada@", "nothing after the @"),
        ("ada@localhost", "no dot in its domain"),
        ("ada@@example.test", "a character before the @"),
        (".ada@example.test", "a dot too many"),
        ("ada.@example.test", "a dot too many"),
        ("a..b@example.test", "a dot too many"),
        ("a b@example.test", "a character before the @"),
        ('"a b"@example.test', "a character before the @"),
        ("Ada <ada@example.test>", "a character before the @"),
        ("a,b@example.test", "a character before the @"),
        ("a\r\nBcc: b@example.test", "a character before the @"),
        ("a\u200bb@example.test", "a character before the @"),
        ("a\u202eb@example.test", "a character before the @"),
        ("a\ud800b@example.test", "a character before the @"),
        ("x" * 65 + "@example.test", "more than 64 characters before the @"),
        ("é" * 33 + "@example.test", "more than 64 characters before the @"),
        ("a@-example.test", "a domain that cannot exist"),
        ("a@example-.test", "a domain that cannot exist"),
        ("a@exa_mple.test", "a domain that cannot exist"),
        ("a@example..test", "a domain that cannot exist"),
        ("a@example.test.", "a domain that cannot exist"),
        ("a@exam ple.test", "a domain that cannot exist"),
        ("a@example.test\r\nX: y", "a domain that cannot exist"),
        ("a@xn--a.test", "a domain that cannot exist"),
        ("a@[192.0.2.1]", "a domain that cannot exist"),
        ("a@192.0.2.1", "names a number instead of a domain"),
        ("a@" + "x" * 64 + ".test", "a domain that cannot exist"),
        ("a@" + "x." * 130 + "test", "a domain of more than 253 characters"),
        ("x" * 64 + "@" + "y" * 60 + "." + "y" * 60 + "." + "y" * 60 + "." + "y" * 20, "longer than 254 characters"),
    ],
)
def test_bad_addresses_are_refused_with_the_reason(address, reason):
    with pytest.raises(AddressInvalid) as refused:
        check_address(address)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_key_of_an_address_is_the_same_for_all_its_spellings():
    assert (
        len({address_key(one) for one in ("Ada@Bücher.example", " ada@BÜCHER.EXAMPLE", "ADA@xn--bcher-kva.example")})
        == 1
    )
    assert address_key("Straße@example.test") == address_key("STRASSE@example.test")
    assert address_key("a.b@example.test") != address_key("ab@example.test")
    assert address_key("No Address At All") == "no address at all"


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=30) | st.builds("{}@{}.{}".format, st.text(max_size=9), st.text(max_size=9), st.text(max_size=5))
)
def test_any_text_is_either_an_address_for_good_or_refused(text):
    key = address_key(text)
    assert address_key(key) == key
    try:
        checked = check_address(text)
    except AddressInvalid:
        return
    assert check_address(checked) == checked
    assert not set(checked) & set('\r\n\0 <>,;:"()[]\\')


def test_only_letters_beyond_ascii_before_the_at_need_smtputf8():
    assert needs_smtputf8(check_address("用户@example.test"))
    assert not needs_smtputf8(check_address("ada@bücher.example"))


def test_a_bounce_address_carries_the_token():
    assert verp_address("Abc-_123", "Bounces.Example.test") == "b+Abc-_123@bounces.example.test"
    assert len(verp_address("x" * 62, "b.test").partition("@")[0]) == 64
    for token, domain in (
        ("", "b.test"),
        ("a@b", "b.test"),
        ("a\r\n", "b.test"),
        ("x" * 63, "b.test"),
        ("a", "b test.x"),
    ):
        with pytest.raises(AddressInvalid):
            verp_address(token, domain)
