"""A segment's rule as a condition over people. No text of anybody's becomes SQL; only what a person did counts.

Openings and clicks count where a person stood behind them for sure, so that no program moves anybody.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_
from sqlalchemy.orm import Session

from app.database.statements import Statements, statements_for
from app.database.typed_words import DayOf, NumberOf
from app.models import (
    Campaign,
    Event,
    EventKind,
    Message,
    MessageStatus,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Verdict,
)
from app.queries.person_search import literally
from app.queries.segment_rules import FIELD, Condition, How, Kind, Rule, number_of

Test = ColumnElement[bool]
COLUMNS = {
    "email": Subscriber.email_key,
    "domain": Subscriber.domain,
    "first_name": Subscriber.first_name,
    "last_name": Subscriber.last_name,
    "language": Subscriber.language,
}
HITS = {"opened": EventKind.OPENED, "clicked": EventKind.CLICKED}


def segment_filter(session: Session, rule: Rule, moment: datetime) -> Test:
    """Who fits the rule at `moment`, on rows of `Subscriber`; nobody who was erased."""
    statements = statements_for(session)
    inner, outer = (and_, or_) if rule.any_of else (or_, and_)
    groups = [inner(*(one_test(one, statements, moment) for one in group)) for group in rule.groups]
    return and_(Subscriber.erased_at.is_(None), outer(*groups))


def one_test(condition: Condition, statements: Statements, moment: datetime) -> Test:
    if condition.kind is Kind.WORDS:
        return words_test(condition, statements)
    if condition.kind is Kind.LIST:
        return list_test(condition)
    if condition.kind is Kind.CAMPAIGN:
        found = campaign_test(condition.what, int(condition.value))
        return not_(found) if condition.how is How.IS_NOT else found
    found = days_test(condition.what, moment - timedelta(days=int(condition.value)))
    return not_(found) if condition.how is How.NOT_WITHIN else found


def words_test(condition: Condition, statements: Statements) -> Test:
    name = condition.what.removeprefix(FIELD)
    is_custom = condition.what.startswith(FIELD)
    column = statements.field_of(Subscriber.fields, name) if is_custom else COLUMNS[condition.what]
    words, value = func.coalesce(column, ""), condition.value
    tests: dict[How, Callable[[], Test]] = {
        How.IS: lambda: words.in_(ways_of(value)),
        How.IS_NOT: lambda: words.not_in(ways_of(value)),
        How.HOLDS: lambda: like(words, "%", value),
        How.HOLDS_NOT: lambda: not_(like(words, "%", value)),
        How.BEGINS: lambda: like(words, "", value),
        How.FILLED: lambda: words != "",
        How.EMPTY: lambda: words == "",
        How.ABOVE: lambda: NumberOf(words) > number_of(value),
        How.BELOW: lambda: NumberOf(words) < number_of(value),
        How.AFTER: lambda: DayOf(words) > value,
        How.BEFORE: lambda: DayOf(words) < value,
    }
    return tests[condition.how]()


def ways_of(value: str) -> list[str]:
    """As people write it: SQLite folds only ASCII, so the usual ways are all tried."""
    return sorted({value, value.lower(), value.casefold(), value.title(), value.upper()})


def like(words: ColumnElement[str], before: str, value: str) -> Test:
    """Whatever the case: in ASCII both databases know it by themselves."""
    if value.isascii():
        return words.ilike(f"{before}{literally(value)}%", escape="\\")
    return or_(*(words.ilike(f"{before}{literally(way)}%", escape="\\") for way in ways_of(value)))


def list_test(condition: Condition) -> Test:
    status = SubscriptionStatus.UNSUBSCRIBED if condition.how is How.LEFT else SubscriptionStatus.CONFIRMED
    on = theirs(
        Subscription.subscriber_id == Subscriber.id,
        Subscription.list_id == int(condition.value),
        Subscription.status == status,
    )
    return not_(on) if condition.how is How.IS_NOT else on


def campaign_test(what: str, campaign_id: int) -> Test:
    if what == "got_campaign":
        return theirs(
            Message.subscriber_id == Subscriber.id,
            Message.campaign_id == campaign_id,
            Message.status == MessageStatus.SENT,
        )
    return hit(HITS[what.removesuffix("_campaign")], Event.campaign_id == campaign_id)


def days_test(what: str, since: datetime) -> Test:
    if what == "added":
        return Subscriber.created_at >= since
    if what in HITS:
        return hit(HITS[what], Event.at >= since)
    of_person = Message.subscriber_id == Subscriber.id
    if what == "received":
        return theirs(of_person, Message.status == MessageStatus.SENT, Message.sent_at >= since)
    return theirs(
        of_person,
        Message.status == MessageStatus.REFUSED,
        Message.campaign_id == Campaign.id,
        Campaign.started_at >= since,
    )


def theirs(*where: Test) -> Test:
    """Whether the person has such a row, whatever else the statement around it reads from the same table."""
    return exists().where(*where).correlate(Subscriber)


def hit(kind: EventKind, *where: Test) -> Test:
    return theirs(Event.subscriber_id == Subscriber.id, Event.kind == kind, Event.verdict == Verdict.HUMAN, *where)
