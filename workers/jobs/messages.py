"""Letters of a campaign on their way to the mail server."""

from app.database.session import transaction
from app.jobs import Job, ring
from app.services.delivery import note_trouble
from workers.runtime import job, settings
from workers.sending.run import End
from workers.sending.run import send as send_for_a_while
from workers.sending.way_out import holder, way_out
from workers.smtp.relay import RelayBroken


@job
def send(campaign_id: int) -> None:
    """Sends for up to a minute, then asks for the next job while more is due."""
    try:
        relay = way_out(settings())
    except RelayBroken as error:
        with transaction() as session:
            note_trouble(session, campaign_id, str(error))
        return
    if send_for_a_while(relay, campaign_id, holder(settings())) in {End.MORE, End.TOLD}:
        ring(Job.SEND, campaign_id)
