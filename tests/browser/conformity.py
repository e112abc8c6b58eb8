"""What every page is held to, narrow and wide, light and dark: axe finds nothing, nothing is wider than the window."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

NARROW, WIDE = 375, 1280
BY_COLOUR = ("color-contrast", "link-in-text-block")
"""The rules whose findings hang on the colours alone: in the dark nothing else can differ."""
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
RUN = """
rules => axe.run({resultTypes: ["violations"], ...(rules.length ? {runOnly: rules} : {})})
  .then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))
"""


def axe_findings(page: Page, *rules: str) -> dict[str, list[str]]:
    """Rule -> the elements that break it; of all rules, or of these."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return dict(page.evaluate(RUN, list(rules)))


def hold(page: Page) -> None:
    """Looks at the page as it stands in both widths and both lights, and leaves the window as it was."""
    size, was_dark = page.viewport_size, page.evaluate(IS_DARK)
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": size["height"]})
        page.emulate_media(color_scheme="light")
        assert axe_findings(page) == {}, (page.url, width, "light")
        assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0, (page.url, width)
        page.emulate_media(color_scheme="dark")
        assert axe_findings(page, *BY_COLOUR) == {}, (page.url, width, "dark")
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="dark" if was_dark else "light")
