"""Finds the Chromium that browser tests drive, and starts it the same way everywhere."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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


def find_chromium(playwright: Playwright) -> str:
    """$CHROMIUM, a browser on the path, or Playwright's own, in this order (as `.ci/chromium` looks)."""
    there = (shutil.which(name) for name in (os.environ.get("CHROMIUM", ""), *NAMES) if name)
    return next(filter(None, there), playwright.chromium.executable_path)


def start_chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=find_chromium(playwright), args=list(ARGUMENTS))
