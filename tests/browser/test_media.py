"""The library and the ways in, in Chromium: dropped, chosen in the editor, pasted with headings; without script too."""

import base64

from playwright.sync_api import expect

from app.database.session import reading
from app.models import Campaign
from app.services.articles import article_of
from app.services.media import OF_MEDIA
from emails.articles.blocks import Heading, Image, List, Paragraph
from tests.browser.conformity import hold
from tests.browser.furnished import furnish
from tests.browser.pictured import fill_library, picture
from tests.emails.articles.samples import ghost
from workers import runtime
from workers.jobs import article_imports as job

DROP = """
([selector, name, data]) => {
  const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
  const moved = new DataTransfer();
  moved.items.add(new File([bytes], name, { type: "image/png" }));
  const target = document.querySelector(selector);
  for (const kind of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: moved, bubbles: true, cancelable: true }));
}
"""
PASTE = """
([selector, html, text]) => {
  const moved = new DataTransfer();
  moved.setData("text/html", html);
  moved.setData("text/plain", text);
  const box = document.querySelector(selector);
  box.focus();
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: moved, bubbles: true, cancelable: true }));
}
"""
RICH = "<h1>Water</h1><p>Drink <b>enough</b> of it.</p><h2>Why</h2><ul><li>One</li><li>Two</li></ul>"
POSTS = ghost(
    {"title": "First", "slug": "first", "html": "<p>Words of the first.</p>"},
    {"title": "Second", "slug": "second", "html": "<p>Words of the second.</p>"},
).encode()


def blocks_of(campaign_id: int):
    with reading() as session:
        return article_of(session, campaign_id).article.blocks


def newest_campaign() -> int:
    with reading() as session:
        return session.query(Campaign).order_by(Campaign.id.desc()).first().id


def test_a_picture_dropped_on_the_library_is_in_it(signed_in, server, settings):
    furnish(settings)
    page = signed_in("/content/media")
    page.evaluate(DROP, ["form[data-drop]", "Red boat.png", base64.b64encode(picture("#a3201c")).decode()])
    expect(page.get_by_text("1 picture is in the library.")).to_be_visible()
    page.get_by_role("link", name="Red boat").click()
    page.get_by_label("What the picture shows").fill("A red boat")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    hold(page)


def test_without_script_pictures_are_added_and_one_is_taken_out_after_a_question(signed_in, server, settings):
    furnish(settings)
    page = signed_in("/content/media", scripts=False)
    files = [
        {"name": "Boat.png", "mimeType": "image/png", "buffer": picture("#0f6461")},
        {"name": "Drawing.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload=alert(1)>"},
    ]
    page.get_by_label("Add pictures").set_input_files(files)
    page.get_by_role("button", name="Add to the library").click()
    expect(page.get_by_role("alert")).to_contain_text("Drawing.svg")
    page.get_by_role("link", name="Boat").click()
    page.get_by_role("link", name="Take it out").click()
    page.get_by_role("button", name="Take it out").click()
    expect(page.get_by_text("No pictures yet")).to_be_visible()


def test_a_picture_of_the_library_is_chosen_in_the_editor_by_keyboard(signed_in, server, settings):
    fill_library(settings.model_copy(update={"url": server.url}))
    page = signed_in(f"/campaigns/{newest_campaign()}")
    page.get_by_role("button", name="Choose from the library").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Boat")).to_be_visible()
    hold(page)
    dialog.get_by_role("searchbox").fill("boat")
    expect(dialog.get_by_role("button", name="Harbour")).to_have_count(0)
    dialog.get_by_role("button", name="Boat").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Choose from the library").first).to_be_focused()
    expect(page.locator("#block-0 img.picture")).to_have_attribute("src", OF_MEDIA)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        page.get_by_label("What the picture shows (alt text)").first.fill("A boat at rest")
    image = blocks_of(newest_campaign())[0]
    assert isinstance(image, Image)
    assert image.src.endswith("/boat.png")
    assert image.alt == "A boat at rest"


def test_a_paste_keeps_its_headings_and_lists_until_somebody_types(signed_in, server, settings):
    furnish(settings)
    page = signed_in("/content/articles/new")
    page.evaluate(PASTE, ["#text", RICH, "Water Drink enough of it. Why One Two"])
    expect(page.get_by_text("Headings, lists and links of what you pasted are kept.")).to_be_visible()
    hold(page)
    page.get_by_role("button", name="Make it a letter").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Water")
    assert [type(one) for one in blocks_of(newest_campaign())] == [Paragraph, Heading, List]
    page.goto("/content/articles/new")
    page.evaluate(PASTE, ["#text", RICH, "Water"])
    expect(page.locator("#html")).to_have_value(RICH)
    page.locator("#text").fill("Only these words.")
    expect(page.locator("#html")).to_have_value("")
    page.get_by_role("button", name="Make it a letter").click()
    expect(page.get_by_role("heading", name="Write")).to_be_visible()
    assert "Only these words." in str(blocks_of(newest_campaign())) + page.content()


def test_of_an_export_two_drafts_are_made_and_the_page_moves_by_itself(signed_in, server, settings):
    furnish(settings)
    runtime.use_settings(settings)
    page = signed_in("/content/articles")
    page.get_by_role("link", name="Bring an article").click()
    page.get_by_label("A document or an export").set_input_files(
        {"name": "ghost.json", "mimeType": "application/json", "buffer": POSTS}
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("0 articles found so far.")).to_be_visible()
    number = int(page.url.rpartition("/")[2])
    job.run(number)
    expect(page.get_by_role("heading", name="Which of them become drafts?")).to_be_visible()
    page.get_by_label("First").check()
    page.get_by_role("button", name="Make drafts of all 2 articles").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    job.run(number)
    page.get_by_role("link", name="Second").click()
    expect(page.get_by_role("heading", name="Second", level=1)).to_be_visible()
