"""The keys that letters are signed with (DKIM), one at a time for each sender's domain; private halves stay sealed.

A key is made, its record published, and only then does it sign. Campaigns keep the key that they were frozen with.
"""

import logging
from base64 import b64decode, b64encode
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound, Unavailable, WrongState
from app.models import SigningKey
from app.services import audit
from app.tokens import seal, unseal
from emails.domains.checks import OwnKey
from emails.errors import AddressInvalid
from emails.mime.addresses import ascii_domain
from emails.mime.dkim import Signer, new_private_key, public_half, txt_record

log = logging.getLogger(__name__)

LOADED_KEYS = 64


def domain_of(email: str) -> str:
    """In ASCII form; as it stands where it is no domain of the world, such as localhost."""
    domain = email.rpartition("@")[2].lower()
    try:
        return ascii_domain(domain)
    except AddressInvalid:
        return domain


def signing_key(session: Session, domain: str) -> SigningKey | None:
    """The key that signs this domain's letters now."""
    signs = (SigningKey.signs_since.is_not(None), SigningKey.signs_until.is_(None))
    return session.scalars(select(SigningKey).where(SigningKey.domain == domain, *signs)).one_or_none()


def waiting_key(session: Session, domain: str) -> SigningKey | None:
    """The key that is made and does not sign yet."""
    waits = (SigningKey.signs_since.is_(None), SigningKey.signs_until.is_(None))
    found = select(SigningKey).where(SigningKey.domain == domain, *waits).order_by(SigningKey.id.desc()).limit(1)
    return session.scalars(found).one_or_none()


def own_keys(session: Session, domain: str, *, waiting: bool = True) -> tuple[OwnKey, ...]:
    """What this domain has to publish, the key that signs first."""
    found = (signing_key(session, domain), waiting_key(session, domain) if waiting else None)
    return tuple(as_own_key(key) for key in found if key is not None)


def as_own_key(key: SigningKey) -> OwnKey:
    public = b64decode(key.public)
    return OwnKey(key.selector, public, txt_record(public), signs=key.signs_since is not None)


def make_key(session: Session, domain: str, *, user_id: int | None = None) -> SigningKey:
    """A new key, whose record is to be published; one that already waits for that is given instead."""
    waiting = waiting_key(session, domain)
    if waiting is not None:
        return waiting
    private = new_private_key()
    public = public_half(private)
    selector = f"lw{now():%Y%m%d}{sha256(public).hexdigest()[:6]}"
    key = SigningKey(
        domain=domain,
        selector=selector,
        public=b64encode(public).decode("ascii"),
        sealed=seal(private, sealed_about(domain, selector)),
    )
    session.add(key)
    audit.record(session, "signing_key.made", key, user_id=user_id, facts={"domain": domain, "selector": selector})
    return key


def sealed_about(domain: str, selector: str) -> str:
    return f"dkim:{selector}:{domain}"


def start_signing(session: Session, domain: str, *, user_id: int | None = None) -> SigningKey:
    """Signs with the waiting key from now on; an earlier one ends, and what was frozen with it keeps it.

    Raises:
        WrongState: no key waits.
        Unavailable: the key cannot be opened with our secret.
    """
    key = waiting_key(session, domain)
    if key is None:
        raise WrongState(f"There is no new key of {domain}. Make one first.")
    open_key(key)
    moment = now()
    before = signing_key(session, domain)
    if before is not None:
        before.signs_until = moment
    key.signs_since = moment
    facts = {"domain": domain, "selector": key.selector}
    audit.record(session, "signing_key.started", key, user_id=user_id, facts=facts)
    return key


def stop_signing(session: Session, domain: str, *, user_id: int | None = None) -> None:
    """Leaves letters that are frozen from now on unsigned; a key that still waits for its record is given up too."""
    for key in (signing_key(session, domain), waiting_key(session, domain)):
        if key is not None:
            key.signs_until = now()
            facts = {"domain": domain, "selector": key.selector}
            audit.record(session, "signing_key.stopped", key, user_id=user_id, facts=facts)


def signing_key_of(session: Session, email: str) -> int:
    """The row of the key that signs what is frozen now for this sender; 0 for none."""
    key = signing_key(session, domain_of(email))
    return key.id if key is not None else 0


def signer_of(session: Session, key_id: int) -> Signer | None:
    """Who signs with the key of this row; None for 0.

    Raises:
        NotFound: the row is gone. Unavailable: our secret does not open it.
    """
    if not key_id:
        return None
    key = session.get(SigningKey, key_id)
    if key is None:
        raise NotFound("The key that these letters are to be signed with is not here any more.")
    return open_key(key)


def sign_for(session: Session, email: str, message: bytes) -> bytes:
    """A letter of our own, signed where this sender's domain has a key that signs.

    Where our secret does not open the key it leaves unsigned: who has to sign in anew must not wait for that.
    """
    try:
        signer = signer_of(session, signing_key_of(session, email))
    except Unavailable as refusal:
        log.warning("a letter leaves unsigned: %s", refusal)
        return message
    return signer.sign(message, at=now()) if signer else message


def open_key(key: SigningKey) -> Signer:
    try:
        return load_signer(key.domain, key.selector, key.sealed)
    except NotFound as refusal:
        raise Unavailable(
            f"The signing key of {key.domain} cannot be opened: LETTERWRIGHT_SECRET has changed. Put the earlier one "
            "into LETTERWRIGHT_SECRET_PREVIOUS, or make a new key on the sender's page."
        ) from refusal


@lru_cache(maxsize=LOADED_KEYS)
def load_signer(domain: str, selector: str, sealed: str) -> Signer:
    """Each process opens a key once. What the seal holds is what we made: nobody else could have written it."""
    return Signer(domain, selector, unseal(sealed, sealed_about(domain, selector)))
