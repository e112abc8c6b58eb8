"""Contact sheets: letters in every design, as readers meet them, side by side on one picture each.

`python -m tests.emails.themes.contact_sheet [--out FOLDER] [--only NAME ...]`
"""

import argparse
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image as Picture
from PIL import ImageDraw, ImageFont
from playwright.sync_api import Browser, sync_playwright

from emails.articles.blocks import Article
from emails.content import Brand, BrandLook
from emails.themes.catalogue import THEMES
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.emails.render.samples import BRAND, client_article, everything, rendered
from tests.emails.themes import sheet_articles
from tests.emails.themes.written_letters import written_letters

ILLUSTRATION = Path(__file__).parents[3] / "app" / "demo" / "illustration.jpg"
LOGO = "https://images.example.test/logo.png"
SCALE = 2
BRANDED = Brand(
    "Quince & Rye", BRAND.address, BRAND.url, logo_url=LOGO, logo_width=150, logo_tone="dark",
    look=BrandLook(accent="#E4572E", paper="#FFF6E9", ink="#2B2118", heading_font="palatino", body_font="verdana"),
)  # fmt: skip
YELLOW = Brand("Sunny Side", BRAND.address, BRAND.url, look=BrandLook(accent="#FFD400"))


@dataclass(frozen=True)
class View:
    """How a letter is met. `stripped` is a program that keeps no style sheet; `forced` one that inverts by itself."""

    name: str
    width: int
    scheme: str = "light"
    images: bool = True
    stripped: bool = False


VIEWS = (
    View("640", 640),
    View("640 dark", 640, "dark"),
    View("640 no images", 640, images=False),
    View("640 no style sheet, forced dark", 640, stripped=True),
    View("375", 375),
    View("375 dark", 375, "dark"),
    View("375 no images", 375, images=False),
)
LETTERS: dict[str, tuple[Article, dict[str, object]]] = {
    "client": (client_article(), {}),
    "garden": (sheet_articles.garden(), {}),
    "release": (sheet_articles.release(), {}),
    "everything": (everything(), {"marked_as_test": True}),
    "arabic": (sheet_articles.arabic(), {"language": "ar", "greeting": "أهلاً،"}),
    "short": (sheet_articles.short_note(), {}),
    "branded": (sheet_articles.garden(), {"brand": BRANDED}),
    "yellow": (client_article(), {"brand": YELLOW}),
    **{name.partition(".")[0]: (one.article(), one.changes()) for name, one in written_letters().items()},
}


def stripped(html: str) -> str:
    """As a mail program shows it that drops style sheets and metas."""
    return re.sub(
        r"<style.*?</style>|<meta name=\"(?:color-scheme|supported-color-schemes)\"[^>]*>", "", html, flags=re.DOTALL
    )


def logo() -> bytes:
    """A dark word on nothing."""
    picture = Picture.new("RGBA", (300, 64))
    ImageDraw.Draw(picture).text((0, 6), "Quince & Rye", "#2B2118", font=ImageFont.load_default(46))
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


class Studio:
    """Takes the pictures: one browser for what programs do, one that inverts what does not ask to be left alone."""

    def __init__(self, plain: Browser, forcing: Browser) -> None:
        self.plain, self.forcing = plain, forcing
        self.logo = logo()

    def take(self, html: str, view: View, path: Path) -> None:
        browser = self.forcing if view.stripped else self.plain
        page = browser.new_page(viewport={"width": view.width, "height": 600}, color_scheme=view.scheme)
        page.route("**/logo.png", lambda route: route.fulfill(body=self.logo, content_type="image/png"))
        for pictures in ("**/*.jpg", "**/hero.png", "**/second.png", "**/explain.png", "**/image-*", "**/[0-9].png"):
            page.route(pictures, lambda route: route.fulfill(path=ILLUSTRATION))
        if not view.images:
            page.route(re.compile(r"\.(png|jpg)$"), lambda route: route.abort())
        page.set_content(stripped(html) if view.stripped else html)
        page.screenshot(path=path, full_page=True)
        page.close()


def sheet(studio: Studio, name: str, out: Path, themes: list[str], views: list[View]) -> Path:
    """One picture: a row for each theme, a column for each view."""
    article, changes = LETTERS[name]
    rows = []
    for theme in themes:
        html = rendered(article, theme=theme, **changes).html
        paths = [out / f"{name}-{theme}-{view.name.replace(' ', '_').replace(',', '')}.png" for view in views]
        for view, path in zip(views, paths, strict=True):
            studio.take(html, view, path)
        rows.append([Picture.open(path).convert("RGB") for path in paths])
    gap = 12
    width = sum(view.width + gap for view in views) + gap
    heights = [max(shot.height for shot in row) + gap for row in rows]
    whole = Picture.new("RGB", (width, sum(heights) + gap), "#7A7A7A")
    top = gap
    for row, height in zip(rows, heights, strict=True):
        left = gap
        for shot in row:
            whole.paste(shot, (left, top))
            left += shot.width + gap
        top += height
    path = out / f"sheet-{name}.png"
    whole.resize((whole.width // SCALE, whole.height // SCALE), Picture.Resampling.LANCZOS).save(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/contact-sheets"))
    parser.add_argument("--only", nargs="*", choices=sorted(LETTERS), default=list(LETTERS))
    parser.add_argument("--theme", nargs="*", choices=list(THEMES), default=list(THEMES))
    parser.add_argument("--view", nargs="*", choices=[view.name for view in VIEWS], default=None)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    views = [view for view in VIEWS if given.view is None or view.name in given.view]
    with sync_playwright() as playwright:
        program = find_chromium(playwright)
        plain = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        forced = [*ARGUMENTS, "--enable-features=WebContentsForceDark"]
        forcing = playwright.chromium.launch(executable_path=program, args=forced)
        studio = Studio(plain, forcing)
        for name in given.only:
            print(sheet(studio, name, given.out, given.theme, views))
        plain.close()
        forcing.close()


if __name__ == "__main__":
    main()
