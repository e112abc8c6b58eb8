"""Opens the house for one process: database, keys, queue. Called by the web, the workers and the command line."""

import secrets

from sqlalchemy.exc import IntegrityError

from app.config import Settings
from app.database.session import init_database, transaction
from app.jobs import init_queue
from app.models import KeptSecret
from app.tokens import init_tokens
from app.urls import init_urls

SUPPRESSION_KEY = "suppression-key"


def open_house(settings: Settings, *, tries_again: bool = False) -> None:
    """Connects this process to database and queue, and derives its keys. The schema must be migrated.

    `tries_again` says that the caller does so by itself where a connection to the database has died.
    """
    init_database(settings, tries_again=tries_again)
    init_queue(settings)
    init_urls(settings)
    init_tokens(settings, suppression_key=kept_secret(SUPPRESSION_KEY))


def kept_secret(name: str) -> str:
    """The secret kept in the database under `name`, made on first use; several hosts agree on one."""
    try:
        with transaction() as session:
            kept = session.get(KeptSecret, name)
            if kept is None:
                kept = KeptSecret(name=name, value=secrets.token_urlsafe(48))
                session.add(kept)
            return kept.value
    except IntegrityError:
        return kept_secret(name)
