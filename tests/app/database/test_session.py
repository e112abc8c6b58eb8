"""What a session promises: readers see one moment, and jobs leave only after the commit."""

from sqlalchemy import func, select

from app.database.session import reading, transaction
from app.models import KeptSecret


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(KeptSecret))


def test_all_answers_of_a_reader_are_of_one_moment(database):
    with reading() as session:
        before = count(session)
        with transaction() as writing:
            writing.add(KeptSecret(name="new", value="x"))
        assert count(session) == before
    with reading() as session:
        assert count(session) == before + 1
