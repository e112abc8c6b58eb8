"""A Chromium, the application on a port of its own, and pages that complain about every error they meet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from app.config import Settings, load_settings
from app.database.session import dispose, transaction
from app.factory import create_app
from app.models import Role, User
from tests.app.pages.visitor import Visitor
from tests.browser.conformity import WIDE
from tests.browser.live_server import LiveServer, serve
from tests.conftest import SECRET
from tests.fakes.dns_server import dns_server

BUILT = Path(__file__).parents[2] / "app" / "static" / "dist" / "app.css"


@pytest.fixture(scope="module")
def name_server():
    with dns_server(
        {("example.test", "MX"): ["10 mx.example.test."], ("mx.example.test", "A"): ["192.0.2.7"]}
    ) as server:
        yield server.address


@pytest.fixture
def settings(tmp_path, sqlite_address, name_server) -> Settings:
    return load_settings(data=tmp_path, database_url=sqlite_address, given_secret=SECRET, dns_servers=(name_server,))


@pytest.fixture
def server(settings: Settings):
    assert BUILT.exists(), "The front end is not built; `make install` builds it."
    live = serve(create_app(settings))
    yield live
    live.stop()
    dispose()


@dataclass
class Windows:
    """Windows on the application. Whatever a page logs as an error is kept, and the test fails on it in the end."""

    browser: Browser
    server: LiveServer
    complaints: list[str] = field(default_factory=list)
    contexts: list = field(default_factory=list)

    def open(
        self, address: str, *, width: int = WIDE, scheme: str = "light", scripts: bool = True, agent=None, like=None,
        cookie: dict | None = None,
    ) -> Page:  # fmt: skip
        """A window of its own, or one with this cookie or those of the page `like`; it calls itself `agent`."""
        context = self.browser.new_context(
            base_url=self.server.url,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            user_agent=agent,
            storage_state=like.context.storage_state() if like else None,
        )
        context.set_default_timeout(15_000)
        if cookie:
            context.add_cookies([cookie])
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self.listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        return page

    def listen(self, message: ConsoleMessage) -> None:
        # Chromium logs every answer of 400 and above; pages that refuse are meant to answer so.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def windows(chromium: Browser, server: LiveServer):
    opened = Windows(chromium, server)
    yield opened
    opened.close()
    assert opened.complaints == []


@pytest.fixture
def signed_in(windows: Windows, server: LiveServer) -> Callable[..., Page]:
    """signed_in("/people") opens a page as the owner, without the way in; other roles and windows by keyword."""
    entered: dict[Role, dict] = {}

    def enter(address: str, *, role: Role = Role.OWNER, **window) -> Page:
        if role not in entered:
            email = f"{role.value}@example.test"
            with transaction() as session:
                user = User(email=email, email_key=email, name=role.value.title(), role=role, time_zone="Europe/Paris")
                session.add(user)
            [cookie] = Visitor(server.app, user).client._cookies.values()
            entered[role] = {"name": cookie.key, "value": cookie.value, "url": server.url}
        return windows.open(address, cookie=entered[role], **window)

    return enter
