"""Whoever writes faster than the server answers loses nothing, and every word lands where it belongs."""

import time

import pytest
from flask import request
from playwright.sync_api import Page, expect

from tests.browser.test_editor import EMPTY, draft_with, kept, paragraphs, saved

LIST = {"type": "list", "ordered": False, "items": [{"text": "", "label": "", "items": []}]}
SLOW_SECONDS = 0.25
CURSOR_TO = """place => {
    const { editor } = document.querySelector('#block-0 .rich');
    editor.commands.setTextSelection(place);
    editor.view.focus();
}"""
LONG = 20_000
"""Milliseconds: several slow answers follow each other."""


@pytest.fixture
def slow_server(server):
    """Answers each save late, so that keys are pressed meanwhile."""

    def wait() -> None:
        if request.method == "POST" and request.path.endswith("/article"):
            time.sleep(SLOW_SECONDS)

    server.app.before_request_funcs.setdefault(None, []).append(wait)
    return server


def items(draft: int, block: int = 0) -> list[tuple[str, str]]:
    return [(item["label"], item["text"]) for item in kept(draft)["blocks"][block]["items"]]


def open_list(signed_in) -> tuple[int, Page]:
    draft = draft_with({**EMPTY, "title": "Water", "blocks": [LIST, {"type": "paragraph", "text": "The end."}]})
    page = signed_in(f"/campaigns/{draft}")
    page.locator("#block-0 .rich-text").first.focus()
    return draft, page


def test_items_of_a_list_are_written_one_after_the_other_without_waiting(slow_server, signed_in):
    draft, page = open_list(signed_in)
    written = ["one glass", "two", "three für später", "four: “quoted” 水", "five"]
    for number, words in enumerate(written):
        page.keyboard.type(words)
        if number < len(written) - 1:
            page.keyboard.press("Enter")
    expect(page.locator(".item")).to_have_count(5, timeout=LONG)
    saved(page)
    assert items(draft) == [("", words) for words in written]
    expect(page.locator("#block-0 .rich-text").last).to_be_focused()


def test_tab_pressed_ahead_goes_on_from_where_the_act_leads(slow_server, signed_in):
    draft, page = open_list(signed_in)
    page.keyboard.type("first")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("second")
    expect(page.locator("#block-0 .rich-text").last).to_have_text("second")
    saved(page)
    assert items(draft) == [("", "first"), ("", "second")]


def test_enter_in_an_empty_last_item_ends_the_list_and_backspace_takes_an_item_away(slow_server, signed_in):
    draft, page = open_list(signed_in)
    for key in ("one", "Enter", "two", "Enter", "Backspace"):
        page.keyboard.press(key) if key in {"Enter", "Backspace"} else page.keyboard.type(key)
    expect(page.locator(".item")).to_have_count(2, timeout=LONG)
    expect(page.locator("#block-0 .rich-text").last).to_be_focused()
    page.keyboard.type("!")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Below the list.")
    expect(page.locator("#block-1 .rich-text")).to_have_text("Below the list.", timeout=LONG)
    saved(page)
    assert items(draft) == [("", "one"), ("", "two!")]
    assert [block.get("text") for block in kept(draft)["blocks"][1:]] == ["Below the list.", "The end."]


@pytest.mark.parametrize(
    ("steps", "halves"), [(0, ["", "xOne <strong>two</strong>"]), (3, ["One", "xtwo"]), (7, ["One two", "x"])]
)
def test_a_paragraph_is_split_wherever_the_cursor_is(slow_server, signed_in, steps, halves):
    draft = draft_with(paragraphs("One two" if steps else "One <strong>two</strong>"))
    page = signed_in(f"/campaigns/{draft}")
    page.evaluate(CURSOR_TO, steps + 1)
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    expect(page.locator("#block-1 .rich-text")).to_contain_text("x")
    saved(page)
    assert [block["text"] for block in kept(draft)["blocks"]] == halves


def test_signs_without_keys_of_their_own_wait_as_well(slow_server, signed_in):
    draft = draft_with(paragraphs("One"))
    page = signed_in(f"/campaigns/{draft}")
    page.evaluate(CURSOR_TO, len("One") + 1)
    page.keyboard.press("Enter")
    page.keyboard.insert_text("日本語 été")
    expect(page.locator("#block-1 .rich-text")).to_have_text("日本語 été")
    saved(page)
    assert [block["text"] for block in kept(draft)["blocks"]] == ["One", "日本語 été"]


def test_a_new_row_has_the_cursor_in_its_first_cell(signed_in, server):
    table = {"type": "table", "header": ["A", "B"], "rows": [["1", "2"]]}
    draft = draft_with({**EMPTY, "title": "Water", "blocks": [table]})
    page = signed_in(f"/campaigns/{draft}")
    page.get_by_role("button", name="Add row").press("Enter")
    expect(page.get_by_label("Row 2, column 1")).to_be_focused()
    page.get_by_role("button", name="Add column").press("Enter")
    expect(page.get_by_label("Heading of column 3")).to_be_focused()
    page.locator("button[value='row-remove:0:0']").press("Enter")
    expect(page.get_by_label("Row 1, column 1")).to_be_focused()
