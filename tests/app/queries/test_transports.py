"""Which transports have others beside them that could carry their letters."""

from datetime import timedelta

from app.clock import now
from app.models import Transport, TransportKind
from app.queries.transports import without_help


def way(number: int, *domains: str, off: bool = False, minutes: int | None = None) -> Transport:
    """`minutes`: set aside until then, which may be past."""
    aside = None if minutes is None else now() + timedelta(minutes=minutes)
    return Transport(
        id=number, name=str(number), kind=TransportKind.SMTP, domains=list(domains), off_at=now() if off else None,
        aside_until=aside,
    )  # fmt: skip


def test_only_a_row_that_works_and_serves_the_same_senders_helps():
    assert without_help([way(1), way(2)]) == set()
    assert without_help([way(1)]) == {1}
    assert without_help([way(1, minutes=5), way(2, off=True)]) == {1, 2}
    assert without_help([way(1, minutes=5), way(2)]) == {2}
    assert without_help([way(1), way(2, minutes=-5)]) == set()


def test_a_row_that_names_domains_is_helped_where_each_of_them_is_carried():
    first, second = "news.example.org", "letters.example.org"
    assert without_help([way(1, first), way(2)]) == {1, 2}
    assert without_help([way(1, first, second), way(2, first), way(3, second)]) == set()
    assert without_help([way(1, first, second), way(2, first)]) == {1}
