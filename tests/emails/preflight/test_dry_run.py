"""A dry run finds exactly those who would see a gap, by writing the very letter they would get."""

from dataclasses import replace

import pytest

from emails.articles.blocks import Article, Paragraph
from emails.content import LetterLinks, Recipient
from emails.errors import TemplateBroken
from emails.preflight.dry_run import MOST_KEPT, DryRun, PeopleSeen
from emails.render.compile import compile_letter
from tests.emails.render.samples import BRAND, PLAN

LINKS = LetterLinks("https://n.test/u/x", "https://n.test/v/x", preferences="https://n.test/p/x")
ADA = Recipient("ada@example.test", "Ada", "Lind", fields={"town": "Leeds"})
NOBODY = Recipient("nobody@example.test")


def dry_run(words: str, **plan) -> DryRun:
    article = Article("A title", (Paragraph(words),))
    return DryRun(compile_letter(article, BRAND, replace(PLAN, greeting="", **plan)), LINKS)


@pytest.mark.parametrize(
    ("words", "gaps"),
    [
        ("Hi {{ subscriber.first_name }}", ("subscriber.first_name",)),
        ("Hi {{ subscriber.first_name | default('there') }}", ()),
        ("Hi {{ subscriber.first_name | upper }} of {{ field.town }}", ("field.town", "subscriber.first_name")),
        ("{% if subscriber.first_name %}Hi {{ subscriber.first_name }}{% endif %}", ()),
        (
            "{% if subscriber.first_name %}Hi{% else %}Dear {{ subscriber.last_name }}{% endif %}",
            ("subscriber.last_name",),
        ),
        ("{{ subscriber.first_name or 'you' }}", ()),
        ("{{ subscriber.first_name or field.town }}", ("field.town",)),
        ("<a href='https://x.test/?n={{ subscriber.first_name }}'>more</a>", ()),
        ("{{ subscriber.email }} {{ brand.name }} {{ today }}", ()),
        ("No tag at all", ()),
    ],
)
def test_a_gap_is_what_a_reader_would_see(words, gaps):
    assert dry_run(words).gaps_for(NOBODY) == gaps
    assert dry_run(words).gaps_for(ADA) == ()


def test_a_gap_in_the_subject_counts():
    assert dry_run("Words", subject="For {{ subscriber.first_name }}").gaps_for(NOBODY) == ("subscriber.first_name",)


def test_a_letter_that_cannot_be_written_is_told_without_the_persons_value():
    run, seen = dry_run("Since {{ field.since | date }}"), PeopleSeen()
    secret = Recipient("eve@example.test", fields={"since": "my secret"})
    with pytest.raises(TemplateBroken):
        run.gaps_for(secret)
    seen.add(7, secret, run)
    assert (seen.checked, seen.failed, seen.hit) == (1, 1, 0)
    assert "secret" not in str(seen.to_json())


def test_the_sum_survives_being_kept_and_holds_the_first_people_only():
    run, seen = dry_run("Hi {{ subscriber.first_name }}"), PeopleSeen()
    for number in range(MOST_KEPT + 5):
        seen.add(number, NOBODY if number % 2 == 0 else ADA, run)
    again = PeopleSeen.from_json(seen.to_json())
    assert again == seen
    again.add(999, NOBODY, run)
    assert (again.checked, again.hit, again.fields) == (206, 104, {"subscriber.first_name": 104})
    for number in range(2 * MOST_KEPT):
        again.add(number, NOBODY, run)
    assert len(again.people) == MOST_KEPT
    assert PeopleSeen.from_json({}) == PeopleSeen()
