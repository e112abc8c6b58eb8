"""What every page is held to: axe finds nothing, nothing is wider than the window."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def axe_findings(page: Page) -> dict[str, list[str]]:
    """Rule -> the elements that break it."""
    violations = Axe().run(page).response["violations"]
    return {each["id"]: [node["html"] for node in each["nodes"]] for each in violations}


def hold(page: Page) -> None:
    assert axe_findings(page) == {}, page.url
    assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0, page.url
