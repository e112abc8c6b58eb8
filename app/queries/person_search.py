"""What words of a search mean for a person, as conditions of which each is read by an index of its own.

A word fits who has a name, an address or an address's domain that begins with it. Looked for *inside*, it also fits
every address that has it anywhere, for which all addresses are read.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, select, union
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CompoundSelect

from app.database.statements import statements_for
from app.models import Subscriber

MOST_WORDS = 5
COUNT_UP_TO = 10_000
Seen = Callable[[SQLColumnExpression[Any]], SQLColumnExpression[Any]]


def words_of(text: str) -> list[str]:
    return text.split()[:MOST_WORDS]


def ways(session: Session, words: Sequence[str], *, inside: bool = False) -> list[ColumnElement[bool]]:
    """Conditions on subscribers that together find who fits every word: the rarest word's ways, with all others."""
    if inside and len(words) > 1:
        return [fits(session, words, inside=True)]
    if len(words) == 1:
        return ways_of(session, words[0], inside=inside)
    rarest, *others = by_rarity(session, words)
    return [way & fits(session, others) for way in ways_of(session, rarest)]


def fits(session: Session, words: Sequence[str], *, inside: bool = False) -> ColumnElement[bool]:
    """Whether somebody who is read already fits every word; no index is looked at for it."""
    found = [or_(*ways_of(session, word, inside=inside, column=unindexed)) for word in words]
    return and_(*found)


def by_rarity(session: Session, words: Sequence[str]) -> list[str]:
    """The words, the one that fewest people fit first, as far as they are counted."""
    return sorted(words, key=lambda word: count_up_to(session, word))


def count_up_to(session: Session, word: str) -> int:
    """How many people a word fits; where it fits 10,000 in one way, no more are counted of that."""
    found = together([select(Subscriber.id).where(way) for way in ways_of(session, word)], most=COUNT_UP_TO)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def together(parts: Sequence[Select[*tuple[Any, ...]]], *, most: int | None = None) -> CompoundSelect[Any]:
    """The rows of all parts, each once; of each at most `most`: where all have fewer, none is missing."""
    return union(*(select(part.limit(most).subquery()) if most else part for part in parts))


def ways_of(
    session: Session, word: str, *, inside: bool = False, column: Seen | None = None
) -> list[ColumnElement[bool]]:
    """A name, the address, or its domain (with or without the sign before it) begins with the word."""
    statements, key = statements_for(session), word.casefold()
    see: Seen = column or as_it_is
    found = [statements.name_begins(see(one), word) for one in (Subscriber.first_name, Subscriber.last_name)]
    if inside:
        return [*found, Subscriber.email_key.like(f"%{literally(key)}%", escape="\\")]
    found.append(statements.key_begins(see(Subscriber.email_key), key))
    domain = key.removeprefix("@")
    return [*found, statements.key_begins(see(Subscriber.domain), domain)] if domain and "@" not in domain else found


def as_it_is(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    return column


def unindexed(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """The same words, so that no index is taken for them."""
    return column.concat("")


def literally(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
