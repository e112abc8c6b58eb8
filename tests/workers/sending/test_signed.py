"""Letters of campaigns leave signed, by the key that was frozen with them; verified by an implementation not ours."""

import dkim
from sqlalchemy import select

from app.config import load_settings
from app.database.session import reading, transaction
from app.models import Campaign, Variant
from app.services.envelopes import envelope_from_json
from app.services.signing_keys import load_signer, make_key, own_keys, start_signing, stop_signing
from app.tokens import init_tokens
from tests.workers.sending.conftest import Sending
from workers.jobs import messages


def signed_by_frozen_key(sending: Sending) -> str:
    """Makes a key of the sender's domain and freezes it into the campaign's envelopes; gives the domain."""
    with transaction() as session:
        variant = session.scalars(select(Variant).where(Variant.campaign_id == sending.id)).one()
        envelope = envelope_from_json(variant.envelope)
        make_key(session, envelope.domain)
        key = start_signing(session, envelope.domain)
        variant.envelope = variant.envelope.removesuffix("}") + f', "dkim_key": {key.id}}}'
    return envelope.domain


def test_every_letter_verifies_even_after_signing_was_stopped(sending, server):
    campaign = sending(7)
    domain = signed_by_frozen_key(campaign)
    with reading() as session:
        [key] = own_keys(session, domain)
    with transaction() as session:
        stop_signing(session, domain)
    campaign.send(server)
    assert campaign.books() == {"sent": 7}
    record = {f"{key.selector}._domainkey.{domain}.": key.record.encode()}
    bodies = [letter.body for letter in server.accepted]
    assert [dkim.verify(body, dnsfunc=lambda name, timeout=5: record[name.decode()]) for body in bodies] == [True] * 7


def test_a_key_that_cannot_be_opened_stops_the_campaign_with_the_cure_and_nobody_gets_an_unsigned_letter(
    sending, server, database, monkeypatch
):
    campaign = sending(3)
    signed_by_frozen_key(campaign)
    load_signer.cache_clear()
    other = load_settings(data=database.data, given_secret="another secret, long enough to be accepted")
    init_tokens(other, suppression_key="kept")
    settings = database.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{server.port}"})
    monkeypatch.setattr(messages, "settings", lambda: settings)
    messages.send.__wrapped__(campaign.id)
    with reading() as session:
        trouble = session.get_one(Campaign, campaign.id).trouble
    assert "LETTERWRIGHT_SECRET_PREVIOUS" in trouble
    assert server.accepted == []
    assert campaign.books() == {"pending": 3}
