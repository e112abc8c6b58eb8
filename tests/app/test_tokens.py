"""Letter tokens open one door each, and nobody else can make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import load_settings
from app.errors import NotFound
from app.tokens import Purpose, init_tokens, sign, suppression_hash, token_maker, verify

FIRST = "the first secret, long enough to be accepted"
SECOND = "the second secret, long enough to be accepted"


@pytest.fixture(autouse=True)
def keys(tmp_path):
    init_tokens(load_settings(data=tmp_path, given_secret=FIRST), suppression_key="kept")


@pytest.mark.parametrize("made_for", Purpose)
@pytest.mark.parametrize("used_for", Purpose)
def test_a_token_opens_only_the_door_it_was_made_for(made_for, used_for):
    token = sign(made_for, 7)
    if made_for is used_for:
        assert verify(used_for, token) == 7
    else:
        with pytest.raises(NotFound):
            verify(used_for, token)


def test_a_token_of_an_earlier_secret_still_opens(tmp_path):
    token = sign(Purpose.UNSUBSCRIBE, 42)
    init_tokens(load_settings(data=tmp_path, given_secret=SECOND, secret_previous=(FIRST,)), suppression_key="kept")
    assert verify(Purpose.UNSUBSCRIBE, token) == 42
    assert sign(Purpose.UNSUBSCRIBE, 42) != token


def test_a_token_of_a_forgotten_secret_is_refused(tmp_path):
    token = sign(Purpose.UNSUBSCRIBE, 42)
    init_tokens(load_settings(data=tmp_path, given_secret=SECOND), suppression_key="kept")
    with pytest.raises(NotFound):
        verify(Purpose.UNSUBSCRIBE, token)


def test_the_hash_of_an_address_outlives_the_signing_secret(tmp_path):
    before = suppression_hash("ada@example.test")
    init_tokens(load_settings(data=tmp_path, given_secret=SECOND), suppression_key="kept")
    assert suppression_hash("ada@example.test") == before


@given(text=st.text(max_size=40))
def test_text_that_we_did_not_sign_is_refused(text):
    with pytest.raises(NotFound):
        verify(Purpose.TRACK, text)


@given(place=st.integers(0, 31), letter=st.sampled_from("ABCxyz019-_"))
def test_a_changed_token_is_refused(place, letter):
    token = sign(Purpose.VIEW, 123456)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(NotFound):
            verify(Purpose.VIEW, changed)


@given(st.lists(st.integers(min_value=0, max_value=2**48 - 1), max_size=5))
def test_many_tokens_are_made_as_one_is(numbers):
    make = token_maker(Purpose.VIEW)
    made = [make(number) for number in numbers]
    assert made == [sign(Purpose.VIEW, number) for number in numbers]
    assert [verify(Purpose.VIEW, token) for token in made] == numbers
