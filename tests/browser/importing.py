"""Files of people that are being brought in, one at each step: columns, looked through, running, done, failed."""

from io import BytesIO

from app.clock import now
from app.config import Settings
from app.database.session import transaction
from app.models import Existing, ImportStatus
from app.services import imports
from app.services.import_pages import take_next_page
from app.services.lists import list_named
from workers import runtime

PEOPLE = (
    "E-Mail;Vorname;Nachname;Ort;Status\n"
    "greta@example.test;Greta;Müller;Köln;active\n"
    "bjorn@example.test;Björn;;;active\n"
    "chiara@example.test;;;;active\n"
    "gone@example.test;Gone;;;unsubscribed\n"
    "not an address;=cmd();;;\n"
)
BASIS = "Signed up on our old site between 2019 and 2024, confirmed by the link in the mail"


def bring_in_files(settings: Settings) -> None:
    """Needs the list "Monthly letter"; the first file waits for its columns."""
    runtime.use_settings(settings)
    receive(settings, "waiting.csv")
    take_next_page_of(settings, check(settings, "looked-through.csv"))
    running, stopped = check(settings, "running.csv"), check(settings, "failed.csv")
    done = check(settings, "done.csv")
    take_next_page_of(settings, done)
    with transaction() as session:
        imports.start(session, done)
    take_next_page_of(settings, done)
    with transaction() as session:
        batch = imports.get_import(session, running)
        batch.status, batch.started_at = ImportStatus.RUNNING, now()
        failed = imports.get_import(session, stopped)
        failed.status, failed.trouble = ImportStatus.FAILED, "The file is gone. Bring it in once more."


def receive(settings: Settings, name: str) -> int:
    received = imports.receive(BytesIO(PEOPLE.encode("cp1252")), name, settings.imports)
    with transaction() as session:
        batch = imports.create_import(session, received, user_id=None)
        session.flush()
        return batch.id


def check(settings: Settings, name: str) -> int:
    """Begins to look through a file whose questions are answered."""
    number = receive(settings, name)
    with transaction() as session:
        readers = list_named(session, "Monthly letter")
        imports.choose_lists(session, number, [readers.id], basis=BASIS, existing=Existing.FILL)
        imports.check(session, number)
    return number


def take_next_page_of(settings: Settings, number: int) -> None:
    with transaction() as session:
        take_next_page(session, number, settings.imports)
