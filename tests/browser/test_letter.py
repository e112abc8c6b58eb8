"""The letter as a reader sees it in Chromium: light and dark, wide and narrow, with and without its picture."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import Browser, Page

from app.cli.letter import letter_command
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from emails.themes.choices import Choices, Design
from tests.emails.render.samples import AMARA, BRAND, LINKS, PLAN, everything

ARTICLE = Path(__file__).parents[1] / "data" / "article.txt"
BUTTON = "https://example.test/book"
# A letter is shown inside another page, which brings the landmarks.
ALLOWED = {"landmark-one-main", "region"}
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ALT_TEXT_CONTRAST = """image => {
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(part => part / 255)
            .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    let behind = image;
    while (behind
        && /rgba\\(.*, 0\\)|transparent/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    const ground = behind ? getComputedStyle(behind).backgroundColor : "rgb(255, 255, 255)";
    const both = [light(getComputedStyle(image).color), light(ground)];
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}"""


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letter")
    Image.linear_gradient("L").resize((1200, 600)).convert("RGB").save(folder / "couch.png")
    options = ["--image", str(folder / "couch.png"), "--button", BUTTON, "--out", str(folder / "out")]
    result = CliRunner().invoke(letter_command, [str(ARTICLE), *options])
    assert result.exit_code == 0, result.output
    return folder / "out" / "letter.html"


@pytest.fixture
def read(chromium: Browser, letter: Path):
    """Opens the letter in a window of this width; every window is closed in the end."""
    contexts = []

    def read(*, width: int, scheme: str = "light", images: bool = True) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        if not images:
            page.route("**/*.png", lambda route: route.abort())
        page.goto(letter.as_uri())
        return page

    yield read
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [640, 375])
def test_axe_finds_nothing_but_the_landmarks_that_the_mail_program_brings(read, width, scheme):
    found = Axe().run(read(width=width, scheme=scheme)).response["violations"]
    assert {each["id"]: each["nodes"][0]["html"] for each in found if each["id"] not in ALLOWED} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_mode_changes_the_colours_and_not_the_words(read, scheme):
    page = read(width=640, scheme=scheme)
    red, *_ = page.evaluate("getComputedStyle(document.querySelector('h1')).color.match(/\\d+/g).map(Number)")
    assert (red > 200) == (scheme == "dark")
    assert page.locator("h1").inner_text().startswith("Embracing New Beginnings")


@pytest.mark.parametrize("width", [640, 375, 320])
@pytest.mark.parametrize("images", [True, False])
def test_nothing_is_wider_than_the_window(read, width, images):
    assert read(width=width, images=images).evaluate(WIDER_THAN_THE_WINDOW) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_images_off_the_description_can_be_read_in_the_pictures_place(read, scheme):
    page = read(width=375, scheme=scheme, images=False)
    image = page.locator("img").first
    assert image.evaluate("image => image.naturalWidth") == 0
    assert image.get_attribute("alt").startswith("A woman sits on a couch")
    assert float(image.evaluate("image => parseFloat(getComputedStyle(image).fontSize)")) >= 14
    assert image.evaluate(ALT_TEXT_CONTRAST) >= 4.5
    assert image.bounding_box()["height"] >= 24


def test_the_button_is_large_enough_for_a_thumb(read):
    box = read(width=375).get_by_role("link", name="Contact IV Drips").bounding_box()
    assert box["height"] >= 44
    assert box["width"] >= 44


def test_the_reader_can_always_leave_and_sees_who_paid_before_the_title(read):
    page = read(width=375)
    assert page.get_by_role("link", name="Unsubscribe").is_visible()
    label = page.get_by_text("Sponsored · IVDrips").first.bounding_box()
    assert label["y"] < page.locator("h1").bounding_box()["y"]


def test_the_preheader_is_not_shown_in_the_letter(read, letter):
    page = read(width=640)
    assert page.locator("body").inner_text().lstrip().startswith("Clearer Days")


def made(design: Design, folder: Path) -> Path:
    page = render_letter(compile_letter(everything(), BRAND, PLAN, design=design), AMARA, LINKS).html
    path = folder / "letter.html"
    path.write_text(page)
    return path


@pytest.mark.parametrize("design", [
    Design("calm", Choices(ground="#008946", card="#FFD400", panel="#777777", button="#E4572E", head="#DDDDDD",
                           title_size=46, gutter=24, gap=12, masthead="center", footer="start", ruled="yes")),
    Design("midnight", Choices(dark_card="#888888", dark_ink="#777777", accent="#333333", text_size=15)),
    Design("signal", shell="<mjml><mj-body><mj-wrapper background-color='#ffffff'><letter-article /></mj-wrapper>"
                           "<letter-footer /></mj-body></mjml>"),
])  # fmt: skip
def test_a_design_of_ones_own_is_sound_whatever_was_chosen(chromium, design, tmp_path):
    for scheme in ("light", "dark"):
        context = chromium.new_context(viewport={"width": 375, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        page.goto(made(design, tmp_path).as_uri())
        found = Axe().run(page).response["violations"]
        assert {each["id"]: each["nodes"][0]["html"] for each in found if each["id"] not in ALLOWED} == {}
        assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0
        context.close()
