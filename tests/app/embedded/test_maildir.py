import pytest

from app.embedded.maildir import PAGE_SIZE, keep_letter, list_letters, make_inbox, raw_letter, read_letter
from app.errors import NotFound


@pytest.fixture
def keep(tmp_path):
    make_inbox(tmp_path)

    def keep_one(subject: str, to: str = "ada@example.test") -> str:
        return keep_letter(tmp_path, f"Subject: {subject}\r\n\r\nBody\r\n".encode(), "bounce@example.test", [to])

    return keep_one


def test_an_inbox_that_was_never_made_is_empty(tmp_path):
    page = list_letters(tmp_path)
    assert (page.letters, page.total, page.pages) == ((), 0, 1)


def test_the_newest_letter_comes_first(tmp_path, keep):
    for number in range(3):
        keep(f"Letter {number}")
    assert [letter.subject for letter in list_letters(tmp_path).letters] == ["Letter 2", "Letter 1", "Letter 0"]


def test_the_list_comes_in_pages(tmp_path, keep):
    for number in range(PAGE_SIZE + 1):
        keep(f"Letter {number}")
    second = list_letters(tmp_path, page=2)
    assert ([letter.subject for letter in second.letters], second.total, second.pages) == (
        ["Letter 0"],
        PAGE_SIZE + 1,
        2,
    )


def test_letters_to_one_person_are_found_whatever_the_case(tmp_path, keep):
    keep("For Ada", "Ada@Example.test")
    keep("For Grace", "grace@example.test")
    assert [letter.subject for letter in list_letters(tmp_path, to="ada@example.test").letters] == ["For Ada"]


def test_a_letter_that_a_mail_program_has_read_is_still_found(tmp_path, keep):
    key = keep("Read")
    inbox = tmp_path / "inbox"
    (inbox / "new" / key).rename(inbox / "cur" / f"{key}:2,S")
    assert [letter.key for letter in list_letters(tmp_path).letters] == [key]
    assert read_letter(tmp_path, key)["Subject"] == "Read"


@pytest.mark.parametrize("key", ["../secret", "", "20260101000000.000000-aaaaaaaaaaaa", "*"])
def test_a_key_that_names_no_letter_is_not_found(tmp_path, keep, key):
    (tmp_path / "secret").write_text("x")
    with pytest.raises(NotFound):
        raw_letter(tmp_path, key)
