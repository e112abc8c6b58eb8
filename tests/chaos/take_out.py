"""Takes one guard out of the engine, in this process, to show that the trials notice: replay, fence or lock."""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, text
from sqlalchemy.orm import Session

from app.database import postgresql, sqlite
from app.models import Chunk, ChunkState
from app.services import leases
from app.services.leases import Lease
from app.services.truth import Stretch, Truth, ask_truth, barred_rows
from workers.sending import chunk, owners, reaper
from workers.sending.marks import Marks, read_marks

FENCES = (
    ("c.fence = :fence AND c.owner = :owner AND c.state = 'leased'", "c.state <> 'done'"),
    ("fence = :fence AND owner = :owner AND state = 'leased'", "state <> 'done'"),
)
RECORDING = ((sqlite, "WRITABLE"), (postgresql, "UPDATE_MESSAGES"))


def take_out(guard: str) -> None:
    GUARDS[guard]()


def without_replay() -> None:
    """The dead are reaped, but what their journals tell is not read: what they had begun goes again."""
    reaper.read_marks = lambda data: Marks(header=read_marks(data).header)


def without_lock() -> None:
    """Everybody's lock can be had, so that the living count as dead."""
    owners.take_lock = lambda _file, _patience: True


def without_fence() -> None:
    """Whoever once leased a chunk goes on writing, renewing and sending, whoever has it now."""
    leases.still_held = unfinished
    chunk.ask_truth = ask_without_owner
    for module, name in (*RECORDING, (leases, "MOVE_BEGUN_TO")):
        setattr(module, name, text(unfenced(str(getattr(module, name)))))


def unfenced(statement: str) -> str:
    for fence, nothing in FENCES:
        if fence in statement:
            return statement.replace(fence, nothing)
    raise SystemExit("the fence is not where it was; this trial would prove nothing")


def unfinished(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (Chunk.id == lease.chunk_id, Chunk.state != ChunkState.DONE)


def ask_without_owner(session: Session, campaign_id: int, stretches: Sequence[Stretch]) -> Truth:
    epoch = ask_truth(session, campaign_id, ()).epoch
    return Truth(epoch, {one.lease.chunk_id: barred_rows(session, one) for one in stretches})


GUARDS: dict[str, Callable[[], None]] = {
    "replay": without_replay,
    "lock": without_lock,
    "fence": without_fence,
}
