"""Takes an import's rows page by page: read, understood, compared or written, and the cursor with them.

A page and its cursor are one transaction, so that whatever dies in between has neither lost nor doubled a row.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.database.imports import Order, PageRow, look_at_page, take_page
from app.database.seen import Seen, seen_in
from app.models import Existing, ImportBatch, ImportStatus
from app.services.import_ahead import Page, ReadAhead, Span, read_page
from app.services.import_files import Kept, note_rejected
from app.services.imports import AT_WORK, kept_of, lock_import, shape_of

PAGE_ROWS = 20_000
GENTLE_PAGE_ROWS = 1_000
SHOWN_PROBLEMS = 20
MOST_UNREADABLE = 1_000
COUNTED = ("created", "updated", "unchanged")
GONE = (
    "The file is not in the folder of this machine that looked for it. Where pages and general workers run on several "
    "machines they share one folder, which LETTERWRIGHT_SHARED names. Mend that and try again, or upload the file anew."
)
NO_CSV = "More than half of the rows cannot be read. Open the file, see how it is written, and save it as CSV in UTF-8."


def take_next_page(
    session: Session, import_id: int, folder: Path, *, most: int = PAGE_ROWS, ahead: ReadAhead | None = None
) -> bool:
    """Takes the next page of a file that is looked through or brought in; True while there are more.

    With `ahead`, the page after is read meanwhile.

    Safe to run twice at once: the second waits and takes the page after.
    """
    batch = lock_import(session, import_id)
    if batch.status not in AT_WORK:
        return False
    kept = kept_of(batch, folder)
    try:
        span = span_of(batch, kept, most=most)
        page = ahead.take(span) if ahead else read_page(span)
    except FileNotFoundError:
        end(batch, kept, ImportStatus.FAILED, GONE)
        return False
    looking = batch.status == ImportStatus.CHECKING
    with seen_in(kept.seen, since=batch.cursor) as seen:
        met = partial(met_before, seen, batch.cursor)
        if looking:
            counts = look_at_page(session, page.people, order_of(batch), met)
        else:
            counts = take_page(session, page.people, order_of(batch), met, moment=now())
    batch.report = added_up(batch.report, page, counts, note_rejected(kept, page.rejected, size=turned_away(batch)))
    batch.cursor, batch.beat_at = page.after, now()
    if is_no_csv(batch.report):
        end(batch, kept, ImportStatus.FAILED, NO_CSV)
    elif page.is_last:
        end(batch, kept, ImportStatus.CHECKED if looking else ImportStatus.DONE)
    return batch.status in AT_WORK


def met_before(seen: Seen, cursor: int, people: Sequence[PageRow]) -> set[str]:
    """The hashes of those who stand on an earlier page too."""
    return seen.mark([one.address_hash for one in people], cursor)


def turned_away(batch: ImportBatch) -> int:
    return int(batch.report["rejected_size"])


def span_of(batch: ImportBatch, kept: Kept, *, most: int) -> Span:
    return Span(kept, shape_of(batch), batch.mapping, batch.cursor, batch.report["next_number"], most)


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
