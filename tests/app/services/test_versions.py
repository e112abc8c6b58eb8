"""Versions of articles: kept with each save, thinned, restored on top; what could not be saved is kept aside."""

from datetime import UTC, datetime, timedelta

import pytest

from app.clock import now
from app.database.session import reading, transaction
from app.errors import ChangedMeanwhile, NotFound
from app.models import ArticleVersion, Campaign, User, VersionKind
from app.queries.versions import last_saved, versions_of
from app.services.articles import article_of, keep_aside, restore_version, save_article
from app.services.campaigns import delete_draft
from app.services.versions import ALL_KEPT, MOST_KEPT, superfluous
from tests.factories.campaigns import CONTENT, make_campaign


@pytest.fixture
def draft(database) -> int:
    with transaction() as session:
        return make_campaign(session).id


@pytest.fixture
def people(database) -> tuple[int, int]:
    with transaction() as session:
        made = [
            User(email=f"{name}@example.test", email_key=f"{name}@example.test", name=name.title(), role="editor")
            for name in ("mara", "ines")
        ]
        session.add_all(made)
        session.flush()
        return made[0].id, made[1].id


def save(draft: int, title: str, *, revision: int, user_id: int | None = None) -> int:
    with transaction() as session:
        return save_article(session, draft, {**CONTENT, "title": title}, revision=revision, user_id=user_id)


def versions(draft: int):
    with reading() as session:
        return versions_of(session, session.get_one(Campaign, draft).article_id)


def titles(draft: int) -> list[str]:
    with reading() as session:
        article_id = session.get_one(Campaign, draft).article_id
        rows = session.query(ArticleVersion).filter_by(article_id=article_id).order_by(ArticleVersion.id)
        return [row.content["title"] for row in rows]


def grow_old(draft: int, minutes: int) -> None:
    with transaction() as session:
        for row in session.query(ArticleVersion):
            row.created_at -= timedelta(minutes=minutes)


def test_the_first_save_keeps_what_stood_there_before(draft, people):
    save(draft, "Mine", revision=1, user_id=people[0])
    assert titles(draft) == ["Water in winter", "Mine"]
    assert [(one.who, one.revision) for one in versions(draft)] == [("Mara", 2), ("", 1)]


def test_one_sitting_of_one_person_is_one_version(draft, people):
    mara, ines = people
    save(draft, "A", revision=1, user_id=mara)
    save(draft, "AB", revision=2, user_id=mara)
    assert titles(draft) == ["Water in winter", "AB"]
    save(draft, "ABC", revision=3, user_id=ines)
    save(draft, "ABCD", revision=4, user_id=mara)
    grow_old(draft, 6)
    save(draft, "ABCDE", revision=5, user_id=mara)
    assert titles(draft) == ["Water in winter", "AB", "ABC", "ABCD", "ABCDE"]


def test_a_stale_save_overwrites_nothing_and_both_texts_are_kept(draft, people):
    mara, ines = people
    save(draft, "Mara's", revision=1, user_id=mara)
    with pytest.raises(ChangedMeanwhile) as refused:
        save(draft, "Ines's", revision=1, user_id=ines)
    assert refused.value.revision == 2
    with transaction() as session:
        keep_aside(session, draft, {**CONTENT, "title": "Ines's"}, revision=1, user_id=ines)
        keep_aside(session, draft, {**CONTENT, "title": "Ines's own"}, revision=1, user_id=ines)
    assert titles(draft) == ["Water in winter", "Mara's", "Ines's own"]
    with reading() as session:
        assert article_of(session, draft).article.title == "Mara's"
        assert last_saved(session, session.get_one(Campaign, draft).article_id).who == "Mara"


def test_restoring_is_a_new_version_on_top(draft, people):
    save(draft, "Second", revision=1, user_id=people[0])
    oldest = versions(draft)[-1].id
    with transaction() as session:
        assert restore_version(session, draft, oldest, user_id=people[1]) == 3
    assert titles(draft) == ["Water in winter", "Second", "Water in winter"]
    assert (versions(draft)[0].kind, versions(draft)[0].who) == (VersionKind.RESTORED, "Ines")
    with reading() as session:
        held = article_of(session, draft)
        assert (held.article.title, held.revision) == ("Water in winter", 3)


def test_a_version_of_another_article_cannot_be_restored(draft):
    save(draft, "Second", revision=1)
    with transaction() as session:
        other = make_campaign(session).id
    with pytest.raises(NotFound), transaction() as session:
        restore_version(session, other, versions(draft)[0].id)


def test_versions_go_with_their_draft(draft):
    save(draft, "Second", revision=1)
    with transaction() as session:
        delete_draft(session, draft)
    with reading() as session:
        assert session.query(ArticleVersion).count() == 0


def test_old_versions_are_thinned_and_the_first_stays():
    moment = datetime(2027, 1, 31, 12, tzinfo=UTC)
    made = [(number, moment - timedelta(minutes=6 * number)) for number in range(1, 2000)]
    gone = set(superfluous(made, moment))
    left = [number for number, _ in made if number not in gone]
    assert left[:ALL_KEPT] == list(range(1, ALL_KEPT + 1))
    assert left[-1] == 1999
    assert len(left) <= MOST_KEPT
    assert all(later - earlier >= 10 for earlier, later in zip(left[ALL_KEPT:-2], left[ALL_KEPT + 1 : -1], strict=True))
    assert superfluous(made[:5], now()) == []
