"""Content in a browser: a design follows its form, a source is checked and shown while one types, a notice too."""

import pytest
from playwright.sync_api import expect

from app.database.session import transaction
from app.services.brands import first_brand
from app.services.designs import create_design
from emails.themes.choices import Design
from tests.browser.conformity import axe_findings
from tests.browser.furnished import furnish


@pytest.fixture
def design(settings, server) -> str:
    furnish(settings)
    with transaction() as session:
        made = create_design(session, first_brand(session).id, name="Autumn", design=Design("calm"))
        return f"/content/designs/{made.id}"


def test_a_design_is_told_and_shown_while_its_form_is_filled_in(signed_in, design):
    page = signed_in(design)
    page.get_by_label("Paper", exact=True).fill("#FFF6E9")
    light = page.frame_locator("[data-sample=light] iframe:not(.letter-next)")
    expect(light.locator(".card").first).to_have_css("background-color", "rgb(255, 246, 233)")
    page.get_by_label("Title’s size", exact=True).fill("46")
    expect(light.locator("h1")).to_have_css("font-size", "46px")
    page.get_by_label("Text", exact=True).fill("#DDDDDD")
    expect(page.locator("#brand-preview")).to_contain_text("Text in #DDDDDD would be hard to read")
    assert axe_findings(page) == {}
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert page.get_by_label("Title’s size", exact=True).input_value() == "46"


def test_a_source_is_checked_and_shown_while_one_types(signed_in, design):
    page = signed_in(f"{design}/mjml")
    shown = page.frame_locator("iframe[name=sample]")
    expect(shown.get_by_text("What your readers see")).to_be_visible()
    source = page.get_by_label("MJML", exact=True)
    whole = source.input_value()
    source.fill(whole.replace("<mj-body background-color", "<mj-body backgroundcolor"))
    problems = page.locator("#problems")
    expect(problems).to_contain_text("did you mean background-color?")
    expect(shown.get_by_text("did you mean background-color?")).to_be_visible()
    problems.get_by_role("link", name="Line 7").click()
    assert page.evaluate("document.getSelection().toString()").strip().startswith("<mj-body backgroundcolor")
    source.fill(whole.replace("{{ brand.name }}", "Our own words", 1))
    expect(problems).to_contain_text("Every element, attribute and value is understood.")
    expect(shown.get_by_text("Our own words")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(shown.get_by_text("Our own words")).to_be_visible()


def test_a_notice_is_shown_while_one_types(signed_in, design):
    page = signed_in("/content/notices/confirm/fr")
    shown = page.frame_locator("iframe[name=sample]")
    expect(shown.get_by_text("Bonjour,")).to_be_visible()
    page.get_by_label("The letter", exact=True).fill("Chers amis,\n{{ link }}\nMerci.")
    expect(shown.get_by_text("Chers amis,")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("These are your words.")).to_be_visible()
    page.get_by_role("button", name="Back to our words").click()
    expect(page.get_by_text("This letter has our words again.")).to_be_visible()


def test_a_whole_letter_is_saved_checked_and_shown_while_one_types(signed_in, design):
    page = signed_in("/campaigns/new")
    page.get_by_label("Paste your article").fill("<h1>Mine</h1><p onclick='x'>Words</p>")
    page.get_by_text("Or bring a whole letter").click()
    page.get_by_role("button", name="Keep it whole").click()
    expect(page.locator("#problems")).to_contain_text("onclick runs a script")
    page.get_by_label("Your letter in HTML").fill("<h1>Mine</h1><p>Other words</p>")
    expect(page.locator("#problems")).to_contain_text("is understood")
    letter = page.frame_locator("#letter iframe:not(.letter-next)")
    expect(letter.get_by_text("Other words")).to_be_visible()
    expect(page.locator("#state-write")).to_have_text("A whole letter in HTML")
    assert axe_findings(page) == {}
