"""An import's steps: a file received, its columns and lists chosen, looked through, started, called off.

The pages of rows themselves are taken by `import_pages`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound, WrongState
from app.jobs import Job, enqueue
from app.models import Existing, ImportBatch, ImportStatus, MailingList
from app.services import audit, typed
from app.services.import_files import Kept, keep_file
from app.services.import_mapping import checked_mapping, guess_mapping
from app.services.import_reading import DELIMITERS, Row, Shape, find_shape, readable

SHORTEST_BASIS = 10
LONGEST_BASIS = 2000
MOST_LISTS = 20
SHOWN_ROWS = 5
KEEP_UNTOUCHED = timedelta(days=7)
KEEP_REJECTED = timedelta(days=30)
STILL_AFTER = timedelta(seconds=20)
_S = ImportStatus
AT_WORK = (_S.CHECKING, _S.RUNNING)
CHANGEABLE = (_S.DRAFT, _S.CHECKED, _S.FAILED)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was kept and looked at."""

    kept: Kept
    file_name: str
    size: int
    shape: Shape
    mapping: Mapping[str, str]


def receive(source: IO[bytes], file_name: str, folder: Path) -> Received:
    """Keeps an upload and finds out how it is written; no transaction is open meanwhile.

    Raises:
        InvalidInput: it cannot be read; nothing stays.
    """
    kept, encoding = keep_file(source, folder)
    try:
        shape, mapping = look_at(kept, encoding=encoding)
    except InvalidInput:
        kept.forget()
        raise
    name = typed.line("file", Path(file_name).name or "people.csv", longest=10_000)[:300]
    return Received(kept, name, kept.copy.stat().st_size, shape, mapping)


def look_at(
    kept: Kept, *, encoding: str, delimiter: str = "", has_headings: bool | None = None
) -> tuple[Shape, dict[str, str]]:
    with kept.copy.open("rb") as file:
        shape = find_shape(file, encoding=encoding, delimiter=delimiter, has_headings=has_headings)
        sample = readable(file, shape.delimiter, offset=shape.start, number=shape.first_number)
    return shape, guess_mapping(shape.headings, sample)


def create_import(session: Session, received: Received, *, user_id: int | None) -> ImportBatch:
    """A draft for a received file, its columns guessed."""
    batch = ImportBatch(
        file_name=received.file_name,
        kept_as=received.kept.name,
        size=received.size,
        shape=asdict(received.shape),
        mapping=dict(received.mapping),
        cursor=received.shape.start,
        user_id=user_id,
    )
    session.add(batch)
    audit.record(session, "import.received", batch, user_id=user_id)
    return batch


def get_import(session: Session, import_id: int) -> ImportBatch:
    found = session.get(ImportBatch, import_id)
    if found is None:
        raise NotFound("This import is not here.")
    return found


def lock_import(session: Session, import_id: int) -> ImportBatch:
    """The import, kept from others until the transaction ends."""
    statement = select(ImportBatch).where(ImportBatch.id == import_id).with_for_update()
    found = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFound("This import is not here.")
    return found


def kept_of(batch: ImportBatch, folder: Path) -> Kept:
    return Kept(folder, batch.kept_as)


def first_rows(batch: ImportBatch, folder: Path, *, most: int = SHOWN_ROWS) -> list[Row]:
    """How the file begins, for those who choose its columns."""
    shape = shape_of(batch)
    try:
        with kept_of(batch, folder).copy.open("rb") as file:
            return readable(file, shape.delimiter, offset=shape.start, number=shape.first_number, most=most)
    except FileNotFoundError as error:
        raise NotFound("The file is no longer here: files that nobody brought in are kept for a week.") from error


def shape_of(batch: ImportBatch) -> Shape:
    return Shape(**{**batch.shape, "headings": tuple(batch.shape["headings"])})


def changeable(session: Session, import_id: int) -> ImportBatch:
    """The import as a draft again. Raises WrongState once its people are on their way in, or are."""
    batch = lock_import(session, import_id)
    if batch.status not in CHANGEABLE or (batch.status == _S.FAILED and batch.started_at):
        raise WrongState(f"The import of “{batch.file_name}” has begun; its choices stand.")
    if batch.status != _S.DRAFT:
        batch.move_to(_S.DRAFT)
    return batch


def reshape(session: Session, import_id: int, folder: Path, *, delimiter: str, has_headings: bool) -> ImportBatch:
    """Reads the file by another separator, or its first row as headings or not; the columns are guessed again."""
    batch = changeable(session, import_id)
    if delimiter not in DELIMITERS:
        raise InvalidInput({"delimiter": "Choose one of the separators."})
    shape, mapping = look_at(
        kept_of(batch, folder), encoding=shape_of(batch).encoding, delimiter=delimiter, has_headings=has_headings
    )
    batch.shape, batch.mapping, batch.cursor = asdict(shape), mapping, shape.start
    return batch


def choose_columns(session: Session, import_id: int, mapping: Mapping[str, str]) -> ImportBatch:
    """Says what each column is; columns that are not named are ignored.

    Raises:
        InvalidInput: no column holds addresses, or two are the same.
    """
    batch = changeable(session, import_id)
    width = len(batch.shape["headings"])
    batch.mapping = checked_mapping({str(place): mapping.get(str(place), "") for place in range(width)})
    return batch


def choose_lists(
    session: Session, import_id: int, list_ids: Sequence[int], *, basis: str, existing: Existing
) -> ImportBatch:
    """Says which lists these people join, and in words how they agreed and confirmed.

    Raises:
        InvalidInput: no list, or one that was put away; or no words.
    """
    batch = changeable(session, import_id)
    wanted = list(dict.fromkeys(list_ids))
    statement = select(MailingList.id).where(MailingList.id.in_(wanted), MailingList.archived_at.is_(None))
    there = set(session.scalars(statement))
    trouble = {}
    if not wanted:
        trouble["lists"] = "Choose the list these people join."
    elif set(wanted) != there or len(wanted) > MOST_LISTS:
        trouble["lists"] = f"Choose up to {MOST_LISTS} lists that are in use."
    words = typed.paragraph("basis", basis, longest=LONGEST_BASIS)
    if len(words) < SHORTEST_BASIS:
        trouble["basis"] = (
            "Write how these people agreed and confirmed: on which form, at which event, when. It is kept as proof."
        )
    if trouble:
        raise InvalidInput(trouble)
    batch.list_ids, batch.basis, batch.existing = wanted, words, existing
    return batch


def is_ready(batch: ImportBatch) -> bool:
    return "email" in batch.mapping.values() and bool(batch.list_ids) and bool(batch.basis)


def empty_report(batch: ImportBatch) -> dict[str, Any]:
    return {
        "rows": 0, "created": 0, "updated": 0, "unchanged": 0, "skipped": {}, "rejected": [], "rejected_count": 0,
        "rejected_size": 0, "unreadable": 0, "dropped": {}, "next_number": batch.shape["first_number"],
    }  # fmt: skip


def check(session: Session, import_id: int) -> ImportBatch:
    """Looks through the whole file as if it were brought in, and writes nothing but the report."""
    return begin(session, import_id, _S.CHECKING)


def start(session: Session, import_id: int, *, user_id: int | None = None) -> ImportBatch:
    """Lets the people in. After a failure it goes on where it stood."""
    batch = lock_import(session, import_id)
    if batch.status == _S.FAILED and batch.started_at:
        batch.move_to(_S.RUNNING)
        batch.trouble, batch.beat_at = "", now()
        enqueue(session, Job.IMPORT, batch.id)
        return batch
    batch = begin(session, import_id, _S.RUNNING)
    batch.started_at = now()
    audit.record(session, "import.started", batch, user_id=user_id, facts={"lists": list(batch.list_ids)})
    return batch


def begin(session: Session, import_id: int, status: ImportStatus) -> ImportBatch:
    batch = lock_import(session, import_id)
    if not is_ready(batch):
        raise WrongState("Choose the columns, the lists, and how these people agreed; then go on.")
    batch.move_to(status)
    batch.report, batch.cursor = empty_report(batch), batch.shape["start"]
    batch.trouble, batch.beat_at = "", now()
    enqueue(session, Job.IMPORT, batch.id)
    return batch


def cancel(session: Session, import_id: int, folder: Path, *, user_id: int | None = None) -> ImportBatch:
    """Calls an import off. Who is in stays in; the file is forgotten."""
    batch = lock_import(session, import_id)
    batch.move_to(_S.CANCELLED)
    batch.ended_at = now()
    kept_of(batch, folder).forget_copy()
    audit.record(session, "import.cancelled", batch, user_id=user_id)
    return batch


def standing_still(session: Session) -> tuple[int, ...]:
    """Imports at work of which no page was committed lately: nobody may be at them."""
    statement = select(ImportBatch.id).where(ImportBatch.status.in_(AT_WORK), ImportBatch.beat_at < now() - STILL_AFTER)
    return tuple(session.scalars(statement.order_by(ImportBatch.id)))


def forget_old_files(session: Session, folder: Path) -> int:
    """Drafts that nobody touched for a week, and month-old rows that were turned away; how many were forgotten."""
    untouched = session.scalars(
        select(ImportBatch)
        .where(ImportBatch.status.in_(CHANGEABLE), ImportBatch.created_at < now() - KEEP_UNTOUCHED)
        .with_for_update()
    ).all()
    for batch in untouched:
        batch.move_to(_S.CANCELLED)
        batch.ended_at = now()
        kept_of(batch, folder).forget()
    forgotten = len(untouched)
    for path in folder.glob("*.rejected"):
        if path.stat().st_mtime < (now() - KEEP_REJECTED).timestamp():
            path.unlink(missing_ok=True)
            forgotten += 1
    return forgotten


def document(batch: ImportBatch, rejected: Sequence[tuple[int, str, str]]) -> dict[str, Any]:
    """The import as interfaces know it."""
    report, headings = batch.report, batch.shape["headings"]
    return {
        **{name: report.get(name, 0) for name in ("rows", "created", "updated", "unchanged")},
        "skipped": dict(report.get("skipped", {})),
        "rejected": [{"row": number, "reason": reason, "value": value} for number, reason, value in rejected],
        "dropped": dict(report.get("dropped", {})),
        "mapping": {
            headings[int(place)] or f"column {int(place) + 1}": target
            for place, target in sorted(batch.mapping.items(), key=lambda one: int(one[0]))
            if target
        },
        "source": batch.file_name,
        "encoding": batch.shape["encoding"],
        "import": batch.id,
        "status": batch.status.value,
    }
