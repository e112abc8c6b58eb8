"""The block editor by keyboard: an article from nothing, moved, undone, kept without a connection, and at two desks."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.database.session import reading, transaction
from app.models import Article, ArticleVersion, Campaign, Role, VersionKind
from tests.browser.conformity import faults, hold
from tests.factories.campaigns import make_campaign
from tests.factories.ready import make_ready

EMPTY = {"version": 1, "title": "", "language": "en", "blocks": [{"type": "paragraph", "text": ""}], "warnings": []}
SAVED = re.compile(r"^Saved \d\d:\d\d$")


def draft_with(content: dict, **given) -> int:
    with transaction() as session:
        campaign, _ = make_ready(session, **given)
        session.get_one(Article, campaign.article_id).content = content
        return campaign.id


def paragraphs(*texts: str) -> dict:
    return {**EMPTY, "title": "Water", "blocks": [{"type": "paragraph", "text": text} for text in texts]}


def kept(campaign_id: int) -> dict:
    with reading() as session:
        return session.get_one(Article, session.get_one(Campaign, campaign_id).article_id).content


def texts(campaign_id: int) -> list[str]:
    return [block.get("text", "") for block in kept(campaign_id)["blocks"]]


def write(page: Page, path: str):
    """The cursor into the words of a block, as Tab would bring it there."""
    field = page.locator(f"#block-{path.replace('.', chr(92) + '.')} .rich-text").first
    field.focus()
    return field


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_text(SAVED)


def insert(page: Page, kind: str) -> None:
    """A block from the menu that "/" opens, in the empty paragraph with the cursor."""
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Insert a block")).to_be_focused()
    page.keyboard.type(kind)
    page.keyboard.press("Enter")


def tab_to(page: Page, label: str) -> None:
    """Tab until the field with this label has the cursor."""
    for _ in range(40):
        name = page.evaluate(
            "(document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.labels?.[0]?.querySelector('.label, span')?.textContent || '')"
        )
        if name.strip() == label:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached “{label}”")


def test_enter_splits_and_backspace_joins_and_no_key_is_lost(signed_in, server):
    draft = draft_with(paragraphs("One two"))
    page = signed_in(f"/campaigns/{draft}")
    write(page, "0").press("End")
    page.keyboard.type(" three")
    page.keyboard.press("Enter")
    page.keyboard.type("Four")
    page.keyboard.press("Enter")
    page.keyboard.type("Five")
    expect(page.locator("#block-2 .rich-text")).to_have_text("Five")
    expect(page.locator("#block-2 .rich-text")).to_be_focused()
    saved(page)
    assert texts(draft) == ["One two three", "Four", "Five"]
    page.locator("#block-2 .rich-text").press("Home")
    page.locator("#block-2 .rich-text").press("Backspace")
    expect(page.locator(".block")).to_have_count(2)
    saved(page)
    assert texts(draft) == ["One two three", "Four Five"]


BACKSPACE_AT_ONCE = """() => {
  const words = document.activeElement.querySelector("p").firstChild;
  getSelection().collapse(words, 0);
  document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Backspace", keyCode: 8, bubbles: true, cancelable: true }));
}"""


def test_backspace_knows_where_the_cursor_has_just_been_put(signed_in, server):
    draft = draft_with(paragraphs("One", "Two"))
    page = signed_in(f"/campaigns/{draft}")
    write(page, "1").press("End")
    page.evaluate(BACKSPACE_AT_ONCE)
    expect(page.locator(".block")).to_have_count(1)
    saved(page)
    assert texts(draft) == ["One Two"]


def test_blocks_are_moved_duplicated_removed_and_brought_back_by_keyboard(signed_in, server):
    draft = draft_with(paragraphs("A", "B", "C"))
    page = signed_in(f"/campaigns/{draft}")
    write(page, "0")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#said")).to_have_text("Moved to place 3 of 3.")
    expect(page.locator("#block-2 .rich-text")).to_be_focused()
    assert texts(draft) == ["B", "C", "A"]
    write(page, "0")
    page.locator("#block-0").get_by_role("button", name="Duplicate").press("Enter")
    expect(page.locator(".block")).to_have_count(4)
    write(page, "3")
    page.locator("#block-3").get_by_role("button", name="Remove").press("Enter")
    expect(page.get_by_text("Block removed.", exact=True)).to_be_visible()
    assert texts(draft) == ["B", "B", "C"]
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".block")).to_have_count(4)
    for expected in (["B", "B", "C"], ["B", "B", "C", "A"], ["B", "C", "A"], ["B", "A", "C"]):
        page.locator("#block-0 .rich-text").focus()
        page.keyboard.press("Control+z")
        expect(page.locator(".block-paragraph .rich-text")).to_have_text(expected)
    page.locator("#block-0 .rich-text").focus()
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(".block-paragraph .rich-text")).to_have_text(["B", "C", "A"])
    saved(page)
    assert texts(draft) == ["B", "C", "A"]


def test_words_are_made_bold_linked_and_personal_by_keyboard(signed_in, server):
    draft = draft_with(paragraphs("Dear"))
    page = signed_in(f"/campaigns/{draft}")
    write(page, "0").press("End")
    page.keyboard.type(" ")
    page.locator("#block-0").get_by_role("button", name="Personal").press("Enter")
    expect(page.get_by_label("Field", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("friend")
    page.keyboard.press("Enter")
    page.keyboard.type(", ")
    page.keyboard.press("Control+b")
    page.keyboard.type("drink")
    page.keyboard.press("Control+b")
    page.keyboard.type(" ")
    page.keyboard.press("Control+i")
    page.keyboard.type("more")
    page.keyboard.press("Control+i")
    page.keyboard.type(" ")
    page.keyboard.press("Control+k")
    expect(page.get_by_label("Address of the link")).to_be_focused()
    page.keyboard.type("https://example.test/why")
    page.keyboard.press("Enter")
    expect(page.locator("#block-0 a")).to_have_text("https://example.test/why")
    saved(page)
    link = '<a href="https://example.test/why">https://example.test/why</a>'
    words = f"<strong>drink</strong> <em>more</em> {link}"
    assert texts(draft) == ["Dear {{ subscriber.first_name | default('friend') }}, " + words]


@pytest.mark.parametrize(
    ("kind", "pasted"),
    [
        ("text/plain", "## Why\n\n- one\n- two\n\n> Said"),
        ("text/html", "<h2>Why</h2><ul><li>one</li><li>two</li></ul><blockquote>Said</blockquote>"),
    ],
)
def test_a_pasted_part_of_an_article_becomes_blocks(signed_in, server, kind, pasted):
    draft = draft_with(paragraphs("First", ""))
    page = signed_in(f"/campaigns/{draft}")
    write(page, "1").evaluate(
        """(field, [kind, text]) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData(kind, text);
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        [kind, pasted],
    )
    expect(page.locator(".block")).to_have_count(4)
    saved(page)
    assert [block["type"] for block in kept(draft)["blocks"]] == ["paragraph", "heading", "list", "quote"]


def test_what_is_written_without_a_connection_is_kept_and_saved_later(signed_in, server, windows):
    draft = draft_with(paragraphs("One"))
    page = signed_in(f"/campaigns/{draft}")
    page.route("**/article", lambda route: route.abort())
    write(page, "0").press("End")
    page.keyboard.type(" two")
    expect(page.locator("#save-state")).to_contain_text("Not saved yet: there is no connection.")
    assert texts(draft) == ["One"]
    page.unroute("**/article")
    page.reload()
    expect(page.locator("#block-0 .rich-text")).to_have_text("One two")
    saved(page)
    assert texts(draft) == ["One two"]
    assert all("ERR_FAILED" in one or one.startswith("htmx:") for one in windows.complaints)
    windows.complaints.clear()


def test_a_second_person_is_told_and_both_texts_are_kept(signed_in, server):
    draft = draft_with(paragraphs("One"))
    mine, theirs = signed_in(f"/campaigns/{draft}"), signed_in(f"/campaigns/{draft}", role=Role.EDITOR)
    write(theirs, "0").press("End")
    theirs.keyboard.type(" by the editor")
    saved(theirs)
    write(mine, "0").press("End")
    mine.keyboard.type(" by the owner")
    panel = mine.locator("#conflict")
    expect(panel).to_contain_text("Editor changed this just now.")
    expect(mine.locator("#save-state")).to_contain_text("Not saved.")
    panel.get_by_text("Compare: theirs").click()
    expect(panel.locator("del")).to_have_text("editor")
    expect(panel.locator("ins")).to_have_text("owner")
    assert faults(mine) == {}
    assert texts(draft) == ["One by the editor"]
    panel.get_by_role("button", name="Keep mine").press("Enter")
    expect(panel).to_be_empty()
    saved(mine)
    assert texts(draft) == ["One by the owner"]
    mine.get_by_role("link", name="Versions").click()
    expect(mine.locator("tbody tr")).to_have_count(4)
    assert faults(mine) == {}
    mine.locator("tbody tr", has_text="Editor").get_by_role("link").click()
    expect(mine.locator("del")).to_have_text("editor")
    hold(mine)
    mine.get_by_role("button", name="Make this the article again").click()
    expect(mine.locator("#block-0 .rich-text")).to_have_text("One by the editor")
    with reading() as session:
        kinds = [row.kind for row in session.query(ArticleVersion).order_by(ArticleVersion.id)]
    assert kinds == [
        VersionKind.PASTED, VersionKind.SAVED, VersionKind.ASIDE, VersionKind.SAVED, VersionKind.RESTORED
    ]  # fmt: skip


def test_without_script_a_stale_page_keeps_what_was_typed(signed_in, server):
    draft = draft_with(paragraphs("One"))
    page = signed_in(f"/campaigns/{draft}", scripts=False)
    other = signed_in(f"/campaigns/{draft}", role=Role.EDITOR)
    write(other, "0").press("End")
    other.keyboard.type(" by the editor")
    saved(other)
    page.get_by_label("Paragraph", exact=True).fill("One by the owner")
    page.locator("#article").get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Editor changed this just now.")).to_be_visible()
    expect(page.get_by_label("Paragraph", exact=True)).to_have_value("One by the owner")
    page.get_by_role("button", name="Keep mine").click()
    assert texts(draft) == ["One by the owner"]


def test_a_section_is_saved_and_put_into_another_letter(signed_in, server):
    draft = draft_with(paragraphs("About us", "We bottle water."))
    page = signed_in(f"/campaigns/{draft}")
    write(page, "0")
    page.locator("#block-0").get_by_text("Save as a section").click()
    page.locator("#block-0").get_by_label("Name of the section").fill("About")
    page.locator("#block-0").get_by_label("How many blocks").fill("2")
    page.locator("#block-0").get_by_role("button", name="Save the section").click()
    saved(page)
    with transaction() as session:
        brand_id = session.get_one(Campaign, draft).brand_id
        other = make_campaign(session, brand_id=brand_id)
        session.get_one(Article, other.article_id).content = paragraphs("")
        other_id = other.id
    page.goto(f"/campaigns/{other_id}")
    write(page, "0")
    insert(page, "About")
    expect(page.locator(".block")).to_have_count(2)
    assert texts(other_id) == ["About us", "We bottle water."]
    page.goto(f"/campaigns/{other_id}/sections")
    hold(page)
    page.get_by_role("button", name="Remove “About”").click()
    expect(page.get_by_text("No saved section yet")).to_be_visible()
    assert texts(other_id) == ["About us", "We bottle water."]


def test_a_block_is_dragged_by_its_grip(signed_in, server):
    draft = draft_with(paragraphs("A", "B", "C"))
    page = signed_in(f"/campaigns/{draft}")
    page.set_viewport_size({"width": 1280, "height": 1200})
    grip = page.locator("#block-0 [data-grip]")
    page.locator("#block-0").hover()
    grip.hover()
    page.mouse.down()
    box = page.locator("#block-2").bounding_box()
    for step in (0.3, 0.6, 0.9, 1.0, 0.95):
        page.mouse.move(box["x"] + 40, box["y"] + box["height"] * step, steps=4)
        page.wait_for_timeout(40)
    page.mouse.up()
    expect(page.locator(".block-paragraph .rich-text")).to_have_text(["B", "C", "A"])
    assert texts(draft) == ["B", "C", "A"]


def test_a_block_can_be_only_for_people_a_rule_names(signed_in, server):
    draft = draft_with(paragraphs("For all", "For Amara"))
    page = signed_in(f"/campaigns/{draft}")
    block = page.locator("#block-1")
    write(page, "1")
    block.get_by_text("For everybody").click()
    block.get_by_label("What is asked, condition 1").select_option("subscriber.first_name")
    block.get_by_label("Value, condition 1").fill("Amara")
    block.get_by_role("button", name="Apply").click()
    expect(page.locator("#block-1").get_by_text("Only for people: first name is “Amara”")).to_be_visible()
    assert kept(draft)["blocks"][1]["only"] == "subscriber.first_name == 'Amara'"
    letter = page.frame_locator(".letter-paper iframe").last
    expect(letter.get_by_text("For all")).to_be_visible()
    expect(letter.get_by_text("For Amara")).to_have_count(0)
    hold(page)
