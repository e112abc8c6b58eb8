"""Letters of a campaign on their way to the mail server."""

import logging

from app.database.session import reading, transaction
from app.errors import Unavailable
from app.jobs import Job, ring
from app.services.delivery import note_trouble
from app.services.leases import any_due
from workers.runtime import job, settings
from workers.sending.chunk import check_signers
from workers.sending.run import NO_JOURNAL, End
from workers.sending.run import send as send_for_a_while
from workers.sending.way_out import holder, ways_out
from workers.smtp.relay import RelayBroken

log = logging.getLogger(__name__)


@job
def send(campaign_id: int) -> None:
    """Sends for up to a minute, then rings for the next run while more is due, else for the campaign's end.

    Rung once for each of several workers, of whom the last often find everything leased: they begin nothing.
    """
    with reading() as session:
        if not any_due(session, campaign_id):
            log.info("nothing to do: no letter is due")
            ring(Job.FINISH, campaign_id)
            return
    try:
        way = ways_out(settings(), campaign_id)
        check_signers(campaign_id)
        end = send_for_a_while(way, campaign_id, holder(settings()), journals=settings().journals)
    except (RelayBroken, Unavailable) as error:
        tell(campaign_id, str(error))
    except OSError as error:
        tell(campaign_id, f"{NO_JOURNAL.format(settings().journals)} ({error})")
    else:
        if end in {End.MORE, End.TOLD}:
            ring(Job.SEND, campaign_id)
        elif end == End.NOTHING_DUE:
            ring(Job.FINISH, campaign_id)  # once for a run: whoever gives the last chunk back comes here after it


def tell(campaign_id: int, trouble: str) -> None:
    with transaction() as session:
        note_trouble(session, campaign_id, trouble)
