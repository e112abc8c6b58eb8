"""The only door for consent: who joins a list, confirms, leaves, comes back. Every change leaves a proof and an event.

Each verb is one conditional statement, so that saying a thing twice changes and records nothing more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound, WrongState
from app.models import (
    CampaignList,
    Consent,
    ConsentAct,
    ConsentWay,
    Event,
    EventKind,
    ListUse,
    MailingList,
    Message,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    SuppressionReason,
)
from app.services import suppressions, typed

UNDO_FOR = timedelta(hours=24)
_S = SubscriptionStatus
KIND_OF = {
    ConsentAct.ADDED: EventKind.ADDED,
    ConsentAct.CONFIRMED: EventKind.CONFIRMED,
    ConsentAct.UNSUBSCRIBED: EventKind.UNSUBSCRIBED,
    ConsentAct.RESUBSCRIBED: EventKind.RESUBSCRIBED,
    ConsentAct.ERASED: EventKind.ERASED,
}


@dataclass(frozen=True, slots=True)
class Proof:
    """How something was said. `basis` is the wording or the reason; `user_id` who at work wrote it down.

    What came through a form names it and the version of its wording; `asked_at` is when the first of two steps was.
    """

    way: ConsentWay
    basis: str = ""
    message_id: int | None = None
    user_id: int | None = None
    ip_address: str = ""
    user_agent: str = ""
    form_id: int | None = None
    wording_version: int | None = None
    asked_at: datetime | None = None

    def tidy(self) -> "Proof":
        """The same, cut to what the record holds: headers come from strangers."""
        return replace(
            self,
            basis=typed.CONTROL.sub(" ", self.basis).strip()[:2000],
            ip_address=self.ip_address[:45],
            user_agent=" ".join(typed.CONTROL.sub(" ", self.user_agent).split())[:400],
        )


def add(session: Session, subscriber_id: int, list_id: int, proof: Proof, *, confirmed: bool) -> bool:
    """Puts a person on a list; whether that is news. Somebody who left is not brought back by this.

    Raises:
        InvalidInput: no basis was given.
        NotFound: no such person or list.
        WrongState: the list was put away.
    """
    if not proof.basis.strip():
        raise InvalidInput({"basis": "Write how this person agreed: the form, the event, the date."})
    check_open(session, subscriber_id, list_id)
    if subscription_of(session, subscriber_id, list_id) is not None:
        return confirm(session, subscriber_id, list_id, proof) if confirmed else False
    fresh = Subscription(
        subscriber_id=subscriber_id,
        list_id=list_id,
        status=_S.CONFIRMED if confirmed else _S.UNCONFIRMED,
        confirmed_at=now() if confirmed else None,
    )
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        return False
    write_down(session, ConsentAct.ADDED, subscriber_id, [list_id], proof)
    if confirmed:
        write_down(session, ConsentAct.CONFIRMED, subscriber_id, [list_id], proof)
    return True


def check_open(session: Session, subscriber_id: int, list_id: int) -> None:
    person, mailing_list = session.get(Subscriber, subscriber_id), session.get(MailingList, list_id)
    if person is None or person.erased_at is not None or mailing_list is None:
        raise NotFound("This person or list is not here.")
    if mailing_list.archived_at is not None:
        raise WrongState(f"The list “{mailing_list.name}” was put away; restore it first.")


def subscription_of(session: Session, subscriber_id: int, list_id: int) -> Subscription | None:
    return session.scalars(
        select(Subscription).where(Subscription.subscriber_id == subscriber_id, Subscription.list_id == list_id)
    ).one_or_none()


def confirm(session: Session, subscriber_id: int, list_id: int, proof: Proof) -> bool:
    """Makes an unconfirmed subscription a confirmed one; whether that is news."""
    moved = session.execute(
        update(Subscription)
        .where(
            Subscription.subscriber_id == subscriber_id,
            Subscription.list_id == list_id,
            Subscription.status == _S.UNCONFIRMED,
        )
        .values(status=_S.CONFIRMED, confirmed_at=now())
        .returning(Subscription.list_id)
        .execution_options(synchronize_session="fetch")
    ).scalars()
    return bool(write_down(session, ConsentAct.CONFIRMED, subscriber_id, moved, proof))


def agree(session: Session, subscriber_id: int, list_id: int, *, asked: Proof, said: Proof | None) -> bool:
    """What somebody asked for through a form and, where two steps are wanted, said again from their mailbox.

    Puts the person on the list, or brings them back; whether that is news. `said` None: the form alone is enough.
    """
    standing = subscription_of(session, subscriber_id, list_id)
    if standing is not None and standing.status is _S.CONFIRMED:
        return False
    if standing is None:
        add(session, subscriber_id, list_id, asked, confirmed=said is None)
    elif standing.status is _S.UNSUBSCRIBED:
        resubscribe(session, subscriber_id, [list_id], asked)
    if not confirm(session, subscriber_id, list_id, said or asked) and said is not None:
        write_down(session, ConsentAct.CONFIRMED, subscriber_id, [list_id], said)
    return True


def unsubscribe(
    session: Session,
    subscriber_id: int,
    list_ids: Sequence[int] | None,
    proof: Proof,
    *,
    act: ConsentAct = ConsentAct.UNSUBSCRIBED,
) -> tuple[int, ...]:
    """Takes a person off these lists (None: off every list); the lists that were left by this very call."""
    statement = update(Subscription).where(
        Subscription.subscriber_id == subscriber_id, Subscription.status != _S.UNSUBSCRIBED
    )
    if list_ids is not None:
        statement = statement.where(Subscription.list_id.in_(list_ids))
    left = session.execute(
        statement.values(status=_S.UNSUBSCRIBED, unsubscribed_at=now())
        .returning(Subscription.list_id)
        .execution_options(synchronize_session="fetch")
    ).scalars()
    return write_down(session, act, subscriber_id, left, proof)


def resubscribe(session: Session, subscriber_id: int, list_ids: Sequence[int], proof: Proof) -> tuple[int, ...]:
    """Brings a person back on lists she left: confirmed again if she ever was, else unconfirmed.

    Raises:
        WrongState: the address is suppressed; that has to be lifted first.
    """
    person = session.get(Subscriber, subscriber_id)
    if person is None or person.address_hash is None:
        raise NotFound("This person is not here.")
    if suppressions.is_suppressed(session, person.address_hash):
        raise WrongState("This address is suppressed and gets no letters.")
    back = session.execute(
        update(Subscription)
        .where(
            Subscription.subscriber_id == subscriber_id,
            Subscription.list_id.in_(list_ids),
            Subscription.status == _S.UNSUBSCRIBED,
        )
        .values(
            status=case((Subscription.confirmed_at.is_not(None), _S.CONFIRMED.value), else_=_S.UNCONFIRMED.value),
            unsubscribed_at=None,
        )
        .returning(Subscription.list_id)
        .execution_options(synchronize_session="fetch")
    ).scalars()
    return write_down(session, ConsentAct.RESUBSCRIBED, subscriber_id, back, proof)


def write_down(
    session: Session, act: ConsentAct, subscriber_id: int, list_ids: Iterable[int], proof: Proof
) -> tuple[int, ...]:
    """Adds a proof and an event for each list; the list ids, in order."""
    tidy, changed = proof.tidy(), tuple(sorted(list_ids))
    message = session.get(Message, tidy.message_id) if tidy.message_id else None
    for list_id in changed:
        session.add(
            Consent(
                subscriber_id=subscriber_id,
                list_id=list_id,
                act=act,
                way=tidy.way,
                basis=tidy.basis,
                message_id=tidy.message_id,
                user_id=tidy.user_id,
                form_id=tidy.form_id,
                wording_version=tidy.wording_version,
                asked_at=tidy.asked_at,
                ip_address=tidy.ip_address,
                user_agent=tidy.user_agent,
            )
        )
        session.add(
            Event(
                kind=KIND_OF[act],
                campaign_id=message.campaign_id if message else None,
                message_id=tidy.message_id,
                subscriber_id=subscriber_id,
                list_id=list_id,
                facts={"way": tidy.way.value},
            )
        )
    session.flush()
    return changed


def get_message(session: Session, message_id: int) -> Message:
    message = session.get(Message, message_id)
    if message is None:
        raise NotFound("This letter is no longer known here.")
    return message


def hash_now(session: Session, message: Message) -> str:
    """The hash of the address that letters to this person go to now; of the letter's own once they are erased."""
    person = session.get(Subscriber, message.subscriber_id)
    return (person.address_hash if person else None) or message.address_hash


def lists_of_letter(session: Session, message: Message) -> tuple[int, ...]:
    """The lists by which this letter came to this person: those of its campaign that the person is or was on."""
    return tuple(
        session.scalars(
            select(Subscription.list_id)
            .join(CampaignList, CampaignList.list_id == Subscription.list_id)
            .where(
                CampaignList.campaign_id == message.campaign_id,
                CampaignList.use == ListUse.INCLUDE,
                Subscription.subscriber_id == message.subscriber_id,
            )
            .order_by(Subscription.list_id)
        )
    )


def unsubscribe_by_message(
    session: Session, message_id: int, proof: Proof, *, everything: bool = False
) -> tuple[int, ...]:
    """What a reader asks for from one letter: to leave the lists it came by, or everything.

    Everything also suppresses the address, so that no later import or list brings letters again.

    Raises:
        NotFound: no such letter.
    """
    message = get_message(session, message_id)
    said = replace(proof, message_id=message_id)
    if not everything:
        return unsubscribe(session, message.subscriber_id, lists_of_letter(session, message), said)
    left = unsubscribe(session, message.subscriber_id, None, said)
    suppressions.suppress(session, hash_now(session, message), SuppressionReason.UNSUBSCRIBED, message_id=message_id)
    return left


def undo_by_message(session: Session, message_id: int, proof: Proof) -> tuple[int, ...]:
    """Takes back, within a day, what was said from this letter, and nothing else; the lists that are back."""
    message = get_message(session, message_id)
    lists = undoable_lists(session, message)
    address_hash = hash_now(session, message)
    suppressions.lift_goodbye(session, address_hash, message_id)
    if not lists or suppressions.is_suppressed(session, address_hash):
        return ()
    return resubscribe(session, message.subscriber_id, lists, replace(proof, message_id=message_id))


def undoable_lists(session: Session, message: Message) -> tuple[int, ...]:
    """The lists whose last word is a goodbye said from this letter less than a day ago."""
    person = session.get(Subscriber, message.subscriber_id)
    if person is None or person.erased_at is not None:
        return ()
    last_words: dict[int, Consent] = {}
    for consent in session.scalars(
        select(Consent).where(Consent.subscriber_id == message.subscriber_id).order_by(Consent.id)
    ):
        if consent.list_id is not None:
            last_words[consent.list_id] = consent
    return tuple(
        list_id
        for list_id, consent in sorted(last_words.items())
        if consent.act is ConsentAct.UNSUBSCRIBED
        and consent.message_id == message.id
        and consent.created_at > now() - UNDO_FOR
    )
