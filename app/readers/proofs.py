"""Keeps that a reader holds a letter, once they have been answered: no proof is worth their wait."""

import logging
from functools import partial

from flask import Response, after_this_request

from app.database.away import NOT_WRITTEN
from app.database.session import reading, transaction
from app.services.settlement import ProofWay, needs_proof, prove_accepted

log = logging.getLogger(__name__)


def keep_proof(message_id: int, way: ProofWay) -> None:
    """To be called by a door that has verified a letter's token, whatever it then answers."""

    @after_this_request
    def keep_later(response: Response) -> Response:
        response.call_on_close(partial(keep, message_id, way))
        return response


def keep(message_id: int, way: ProofWay) -> None:
    try:
        with reading() as session:
            if not needs_proof(session, message_id):
                return
        with transaction() as session:
            prove_accepted(session, message_id, way)
    except NOT_WRITTEN as error:
        log.warning("a proof of letter %d was not kept: %s", message_id, type(error).__name__)
