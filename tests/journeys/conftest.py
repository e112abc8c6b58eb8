"""A house with every process true, shared by a file's journeys: its rows, its caught letters, windows on it."""

import pytest
from playwright.sync_api import Browser

from app.config import load_settings
from app.database.session import dispose
from app.startup import open_house
from tests.browser.chromium import LENT
from tests.browser.conftest import BUILT, Windows
from tests.journeys.whole_house import WholeHouse

pytest.register_assert_rewrite("tests.journeys.arriving", "tests.journeys.leaving")


@pytest.fixture(scope="module")
def chromium() -> Browser:
    """One with windows: a letter's link opens in one of its own, and the test answers for where it leads."""
    return LENT.browser(with_windows=True)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory):
    """`letterwright up`; its database is open to this process as well: use `reading()` and `transaction()`."""
    assert BUILT.exists(), "The front end is not built; `make install` builds it."
    opened = WholeHouse(tmp_path_factory.mktemp("journey"))
    try:
        opened.wait_until_ready()
        open_house(load_settings(data=opened.data))
        yield opened
    finally:
        dispose()
        opened.raze()


@pytest.fixture
def windows(chromium: Browser, house: WholeHouse):
    opened = Windows(chromium, house)
    yield opened
    opened.close()
    assert opened.complaints == []
