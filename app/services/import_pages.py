"""Takes an import's rows page by page: read, understood, compared or written, and the cursor with them.

A page and its cursor are one transaction, so that whatever dies in between has neither lost nor doubled a row.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.database.imports import Order, PageRow, take_page
from app.database.seen import seen_in
from app.models import Existing, ImportBatch, ImportStatus
from app.services.import_files import Kept, note_rejected
from app.services.import_mapping import Incoming, Left, Reader, shown
from app.services.import_reading import Unreadable, read_rows
from app.services.imports import AT_WORK, kept_of, lock_import, shape_of

PAGE_ROWS = 10_000
GENTLE_PAGE_ROWS = 1_000
PAGE_BYTES = 8 * 1024 * 1024
SHOWN_PROBLEMS = 20
MOST_UNREADABLE = 1_000
COUNTED = ("created", "updated", "unchanged")
GONE = (
    "The file is not in the data folder of this machine. Where web and workers run on several machines they share "
    "that folder. Put it there and try again, or upload the file anew."
)
NO_CSV = "More than half of the rows cannot be read. Open the file, see how it is written, and save it as CSV in UTF-8."


@dataclass(slots=True)
class Page:
    """What one page of the file holds. `after` is the byte behind it, `number` that of the row there."""

    people: list[Incoming] = field(default_factory=list)
    rejected: list[Left] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    unreadable: int = 0
    after: int = 0
    number: int = 0
    is_last: bool = False


def take_next_page(session: Session, import_id: int, folder: Path, *, most: int = PAGE_ROWS) -> bool:
    """Takes the next page of a file that is looked through or brought in; True while there are more.

    Safe to run twice at once: the second waits and takes the page after.
    """
    batch = lock_import(session, import_id)
    if batch.status not in AT_WORK:
        return False
    kept = kept_of(batch, folder)
    try:
        page = read_page(batch, kept, most=most)
    except FileNotFoundError:
        end(batch, kept, ImportStatus.FAILED, GONE)
        return False
    with seen_in(kept.seen, since=batch.cursor) as seen:
        met = seen.mark((one.address_hash for one in page.people), batch.cursor)
    page.skipped["duplicate_address"] += len(met)
    people = [one for one in page.people if one.address_hash not in met]
    looking = batch.status == ImportStatus.CHECKING
    counts = take_page(session, rows_of(people), order_of(batch), moment=now(), only_looking=looking)
    batch.report = added_up(batch.report, page, counts, note_rejected(kept, page.rejected, size=turned_away(batch)))
    batch.cursor, batch.beat_at = page.after, now()
    if is_no_csv(batch.report):
        end(batch, kept, ImportStatus.FAILED, NO_CSV)
    elif page.is_last:
        end(batch, kept, ImportStatus.CHECKED if looking else ImportStatus.DONE)
    return batch.status in AT_WORK


def turned_away(batch: ImportBatch) -> int:
    return int(batch.report["rejected_size"])


def read_page(batch: ImportBatch, kept: Kept, *, most: int) -> Page:
    shape = shape_of(batch)
    reader = Reader(batch.mapping, len(shape.headings))
    page = Page(after=batch.cursor, number=batch.report["next_number"])
    keys: set[str] = set()
    with kept.copy.open("rb") as file:
        for row in read_rows(file, shape.delimiter, offset=batch.cursor, number=page.number):
            page.after, page.number = row.after, row.number + 1
            if isinstance(row, Unreadable):
                page.unreadable += 1
                understood: Incoming | Left = Left(row.number, row.reason, shown(row.value), rejected=True)
            else:
                understood = reader.read(row)
            sort_in(page, understood, keys)
            if page.rows >= most or page.after - batch.cursor >= PAGE_BYTES:
                return page
    page.is_last = True
    return page


def sort_in(page: Page, row: Incoming | Left, keys: set[str]) -> None:
    """Puts a row where it is counted; the first of several with one address is the one that is taken."""
    page.rows += 1
    if isinstance(row, Incoming):
        if row.email_key in keys:
            page.skipped["duplicate_address"] += 1
            return
        keys.add(row.email_key)
        page.people.append(row)
        page.dropped.update(row.dropped)
    elif row.rejected:
        page.rejected.append(row)
    elif row.reason:
        page.skipped[row.reason] += 1
    else:
        page.rows -= 1


def rows_of(people: Sequence[Incoming]) -> list[PageRow]:
    return [
        PageRow(
            one.number, one.email, one.email_key, one.address_hash, one.domain, one.first_name, one.last_name,
            one.language, json.dumps(one.fields) if one.fields else "{}", one.agreed_at,
        )
        for one in people
    ]  # fmt: skip


def order_of(batch: ImportBatch) -> Order:
    return Order(
        list_ids=batch.list_ids,
        overwrite=batch.existing == Existing.OVERWRITE,
        import_id=batch.id,
        basis=batch.basis,
        user_id=batch.user_id,
    )


def added_up(report: dict[str, Any], page: Page, counts: dict[str, int], rejected_size: int) -> dict[str, Any]:
    """The report with one page more; what is no change to a person is a reason for having skipped the row."""
    skipped = Counter(report["skipped"]) + page.skipped
    skipped.update({reason: count for reason, count in counts.items() if reason not in COUNTED})
    shown_already = report["rejected"]
    more = [[one.number, one.reason, one.value] for one in page.rejected[: SHOWN_PROBLEMS - len(shown_already)]]
    return {
        "rows": report["rows"] + page.rows,
        **{name: report[name] + counts.get(name, 0) for name in COUNTED},
        "skipped": {reason: count for reason, count in sorted(skipped.items()) if count},
        "rejected": shown_already + more,
        "rejected_count": report["rejected_count"] + len(page.rejected),
        "rejected_size": rejected_size,
        "unreadable": report["unreadable"] + page.unreadable,
        "dropped": dict(Counter(report["dropped"]) + page.dropped),
        "next_number": page.number,
    }


def is_no_csv(report: dict[str, Any]) -> bool:
    return bool(report["unreadable"] > max(MOST_UNREADABLE, report["rows"] // 2))


def end(batch: ImportBatch, kept: Kept, status: ImportStatus, trouble: str = "") -> None:
    batch.move_to(status)
    batch.trouble = trouble
    if status in {ImportStatus.DONE, ImportStatus.FAILED}:
        batch.ended_at = now()
    if status == ImportStatus.DONE:
        kept.forget_copy()
