"""Finds the Chromium that browser tests drive, starts it the same way everywhere, and lends one to a test process.

It is a plugin of pytest: `tests/conftest.py` names it, so that every test may ask for `chromium`.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WITHOUT_WINDOWS = "chromium-headless-shell"
"""It has none to draw, which is a third of the work; but what a new window asks for first cannot be answered there."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A letter's frame needs no process of its own here (a quarter of the work of such a page): what keeps it a stranger
    # is its sandbox, as test_inert_letters.py shows.
    "--disable-site-isolation-trials",
    # No page, and no letter in it, reaches beyond this machine.
    "--host-resolver-rules=MAP * 127.0.0.1:9, EXCLUDE 127.0.0.1",
)


def find_chromium(playwright: Playwright, *, with_windows: bool = True) -> str:
    """$CHROMIUM, a browser on the path, or Playwright's own, in this order (as `.ci/chromium` looks)."""
    names = (os.environ.get("CHROMIUM", ""), "" if with_windows else WITHOUT_WINDOWS, *NAMES)
    there = (shutil.which(name) for name in names if name)
    return next(filter(None, there), playwright.chromium.executable_path)


def start_chromium(playwright: Playwright, *, with_windows: bool = True) -> Browser:
    program = find_chromium(playwright, with_windows=with_windows)
    return playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))


@dataclass
class Lent:
    """The browser of this process, open from the first file that asks for it to the last of those in a row."""

    opened: tuple[Playwright, Browser] | None = None
    with_windows: bool = False
    files: set[Path] = field(default_factory=set)

    def browser(self, *, with_windows: bool = False) -> Browser:
        if self.opened is None or not self.opened[1].is_connected() or self.with_windows != with_windows:
            self.close()
            playwright = sync_playwright().start()
            self.opened = playwright, start_chromium(playwright, with_windows=with_windows)
            self.with_windows = with_windows
        return self.opened[1]

    def close(self) -> None:
        if self.opened is not None:
            playwright, browser = self.opened
            self.opened = None
            browser.close()
            playwright.stop()


LENT = Lent()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    LENT.files.update(item.path for item in items if "chromium" in getattr(item, "fixturenames", ()))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Not left open for other files: while it is, its event loop runs in this thread, and no other test's can."""
    if nextitem is None or nextitem.path not in LENT.files:
        LENT.close()


@pytest.fixture(scope="module")
def chromium() -> Browser:
    """One for all; whoever opens a context closes it."""
    return LENT.browser()
