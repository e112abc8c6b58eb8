"""What the world can look up about a sender's domain, with the records to paste. Asks the DNS while one waits."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from app.config import Settings
from app.database.session import reading
from app.pages.guards import needs
from app.permissions import Act
from app.services import senders
from app.services.sender_domains import examine_domain
from emails.mime.addresses import ascii_domain

blueprint = Blueprint("sender_domains", __name__, url_prefix="/settings/senders")


@blueprint.get("/<int:sender_id>/domain")
@needs(Act.SEE)
def show(sender_id: int) -> ResponseReturnValue:
    with reading() as session:
        sender = senders.get_sender(session, sender_id)
    settings: Settings = current_app.extensions["settings"]
    name = ascii_domain(sender.email.rpartition("@")[2])
    checks = list(examine_domain(settings, name, reports_to=sender.reply_to or sender.email))
    return render_template("pages/senders/domain.html", sender=sender, domain=name, checks=checks)
