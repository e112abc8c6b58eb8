"""Builds the web application: a table of contents. `wsgi.py`, the command line and the tests call it."""

import hmac
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from app.config import Settings, load_settings
from app.extensions import babel, csrf, limiter, login_manager
from app.pages import (
    account,
    archives,
    article_imports,
    brands,
    brands_look,
    campaigns,
    campaigns_article,
    campaigns_correction,
    campaigns_departure,
    campaigns_leaving,
    campaigns_letter,
    campaigns_pictures,
    campaigns_preflight,
    campaigns_reader,
    campaigns_report,
    campaigns_retries,
    campaigns_schedule,
    campaigns_sections,
    campaigns_sent,
    campaigns_source,
    campaigns_tests,
    campaigns_versions,
    counting,
    delivery,
    designs,
    designs_form,
    designs_source,
    errors,
    frame,
    guards,
    health,
    home,
    imports,
    inbox,
    lists,
    media,
    media_library,
    metrics,
    notices,
    proxies,
    reports,
    security,
    segments,
    sender_domains,
    senders,
    sign_in,
    sign_up_forms,
    subscribers,
    subscribers_leaving,
    team,
    transports,
)
from app.public import (
    archive,
    archive_feeds,
    archive_finds,
    browser_view,
    confirm,
    preferences,
    subscribe,
    unsubscribe,
    unsubscribe_welcome,
)
from app.startup import open_house
from app.tracking import clicks
from app.tracking.addresses import Addresses
from app.tracking.fast_lane import FastLane
from app.tracking.spool import Spool

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LARGEST_REQUEST_BYTES = 16 * 1024 * 1024
LARGEST_FORM_BYTES = 4 * 1024 * 1024  # 200,000 characters of a source may be two megabytes on their way
SESSION_DAYS = 14

TEAM_DOORS: tuple[Blueprint, ...] = (
    home.blueprint,
    sign_in.blueprint,
    subscribers.blueprint,
    subscribers_leaving.blueprint,
    lists.blueprint,
    segments.blueprint,
    imports.blueprint,
    sign_up_forms.blueprint,
    brands.blueprint,
    brands_look.blueprint,
    archives.blueprint,
    designs.blueprint,
    designs_form.blueprint,
    designs_source.blueprint,
    notices.blueprint,
    senders.blueprint,
    sender_domains.blueprint,
    transports.blueprint,
    team.blueprint,
    account.blueprint,
    media.blueprint,
    media_library.blueprint,
    article_imports.blueprint,
    health.blueprint,
    metrics.blueprint,
    campaigns.blueprint,
    campaigns_article.blueprint,
    campaigns_versions.blueprint,
    campaigns_sections.blueprint,
    campaigns_pictures.blueprint,
    campaigns_letter.blueprint,
    campaigns_source.blueprint,
    campaigns_departure.blueprint,
    campaigns_schedule.blueprint,
    campaigns_preflight.blueprint,
    campaigns_leaving.blueprint,
    campaigns_retries.blueprint,
    campaigns_report.blueprint,
    campaigns_sent.blueprint,
    campaigns_correction.blueprint,
    campaigns_reader.blueprint,
    campaigns_tests.blueprint,
    reports.blueprint,
    delivery.blueprint,
    counting.blueprint,
)
READER_DOORS: tuple[Blueprint, ...] = (
    unsubscribe.blueprint,
    unsubscribe_welcome.blueprint,
    preferences.blueprint,
    browser_view.blueprint,
    archive.blueprint,
    archive_finds.blueprint,
    archive_feeds.blueprint,
    clicks.blueprint,
    subscribe.blueprint,
    confirm.blueprint,
)


class LetterwrightApp(Flask):
    """Flask behind the trusted proxies' layer and the fast lane of openings and clicks."""

    proxies: proxies.TrustedProxies

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self.proxies(environ, start_response)


def create_app(settings: Settings | None = None) -> Flask:
    """The application for `settings` (default: those of the environment). The database must be migrated.

    Raises:
        SettingsBroken: with every setting that cannot be used.
    """
    settings = settings or load_settings()
    open_house(settings)
    app = LetterwrightApp("app")
    addresses = app.extensions["addresses"] = Addresses()
    lane = FastLane(app.wsgi_app, Spool(settings.spool), addresses)
    app.proxies = proxies.TrustedProxies(lane, settings.trusted_proxies)
    app.extensions["settings"] = settings
    app.config.from_mapping(configuration(settings))
    init_extensions(app)
    frame.dress(app, settings)
    errors.answer_refusals(app)
    security.forbid(app)
    guards.refuse_unguarded(app)
    open_doors(app, settings)
    return app


def configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": session_key(settings.secret),
        "SECRET_KEY_FALLBACKS": [session_key(one) for one in settings.secret_previous],
        "SESSION_COOKIE_NAME": "letterwright",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.url.startswith("https://"),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=SESSION_DAYS),
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM_BYTES,
        "SEND_FILE_MAX_AGE_DEFAULT": security.ONE_YEAR_SECONDS,
        "WTF_CSRF_TIME_LIMIT": None,
        "RATELIMIT_STORAGE_URI": limiter_storage(settings),
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_KEY_PREFIX": "letterwright",
    }


def session_key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"session-cookie", "sha256")


def limiter_storage(settings: Settings) -> str:
    queue = settings.queue
    return f"redis+{queue}" if queue.startswith("unix://") else queue


def init_extensions(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    babel.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    login_manager.session_protection = None
    login_manager.init_app(app)


def open_doors(app: Flask, settings: Settings) -> None:
    """Registers every blueprint. Readers' doors need no session: their addresses carry signed tokens."""
    app.extensions["reader_doors"] = frozenset(door.name for door in READER_DOORS)
    for door in TEAM_DOORS:
        app.register_blueprint(door)
    inbox.open_inbox(app, settings)
    for door in READER_DOORS:
        csrf.exempt(door)
        app.register_blueprint(door)
