"""What a password costs to check, whoever asks."""

from app.services import passwords


def test_where_there_is_no_password_checking_costs_as_much_as_where_there_is_one():
    assert not passwords._hasher.check_needs_rehash(passwords._nobodys)
    assert not passwords.is_right("", "whatever is typed")
