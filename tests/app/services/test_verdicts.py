"""Who stood behind a hit: each rule, and all of them over traffic of which the truth is known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import EventKind, Verdict
from app.services.known_agents import GROUPS
from app.services.sightings import Company, Sighting
from app.services.verdicts import CROWD, judge
from tests.app.services.traffic import BROWSERS, GOOGLE, SENT, a_town

A_CLICK = Sighting(EventKind.CLICKED, SENT + timedelta(minutes=9), 1, 2, "GET", "20.1.1.1", BROWSERS[0], {}, SENT, 8)
AN_OPENING = replace(A_CLICK, kind=EventKind.OPENED, link=0)


def rule_of(one: Sighting, *others: Sighting) -> tuple[str, str]:
    ruling = judge(one, Company.of([one, *others]))
    return ruling.verdict.value, ruling.rule


def later(one: Sighting, seconds: float, **changes) -> Sighting:
    return replace(one, at=one.at + timedelta(seconds=seconds), **changes)


def test_a_reader_who_opens_and_follows_a_link_is_human():
    assert rule_of(A_CLICK, AN_OPENING) == ("human", "reader")
    assert rule_of(AN_OPENING, A_CLICK) == ("human", "reader")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"method": "HEAD"}, ("automated", "head")),
        ({"kind": EventKind.DECOY_FOLLOWED, "link": 0}, ("automated", "decoy")),
        ({"signals": {"sec-purpose": "prefetch"}}, ("automated", "prefetch")),
        ({"signals": {"purpose": "preview"}}, ("automated", "prefetch")),
        ({"signals": {"x-moz": "prefetch"}}, ("automated", "prefetch")),
        ({"agent": " "}, ("automated", "no_agent")),
        ({"agent": "BarracudaCentral/1.0"}, ("automated", "link_scanner")),
        ({"agent": "curl/8.1"}, ("automated", "bot")),
        ({"ip": "209.222.82.7"}, ("automated", "barracuda")),
        ({"ip": "::ffff:104.47.1.1"}, ("automated", "exchange_online")),
        ({"at": SENT + timedelta(seconds=4)}, ("automated", "too_soon")),
        ({"at": SENT - timedelta(seconds=1)}, ("automated", "too_soon")),
        ({"at": SENT + timedelta(seconds=5)}, ("human", "reader")),
        ({"sent_at": None}, ("human", "reader")),
        ({"ip": "not an address"}, ("human", "reader")),
    ],
)
def test_one_hit_alone(changes, expected):
    assert rule_of(replace(A_CLICK, **changes)) == expected


def test_a_person_may_sit_behind_gmails_proxy_but_not_behind_apples():
    assert rule_of(replace(AN_OPENING, agent=GOOGLE)) == ("undecided", "google_proxy")
    assert rule_of(replace(AN_OPENING, agent="Mozilla/5.0")) == ("automated", "apple_privacy")
    assert rule_of(replace(A_CLICK, ip="17.1.2.3")) == ("human", "reader")


def test_who_follows_the_decoy_is_known_for_five_minutes_on_every_letter():
    decoy = later(A_CLICK, 100, kind=EventKind.DECOY_FOLLOWED, link=0, message_id=2)
    assert rule_of(A_CLICK, decoy) == ("automated", "decoy_source")
    assert rule_of(A_CLICK, replace(decoy, agent=BROWSERS[1])) == ("human", "reader")
    assert rule_of(A_CLICK, later(decoy, 300)) == ("human", "reader")


def test_five_different_links_within_seconds_are_a_program_from_the_first_to_the_last():
    clicks = [later(A_CLICK, place, link=place + 1) for place in range(5)]
    for one in clicks:
        assert rule_of(one, *clicks) == ("automated", "every_link")
    assert rule_of(clicks[0], *clicks[:4]) == ("human", "reader")


def test_every_link_of_a_short_letter_within_seconds_is_a_program():
    clicks = [later(A_CLICK, place, link=place + 1, links=3) for place in range(3)]
    assert rule_of(clicks[1], *clicks) == ("automated", "every_link")


def test_the_same_link_five_times_is_an_impatient_person():
    assert rule_of(A_CLICK, *(later(A_CLICK, place) for place in range(5))) == ("human", "reader")


def test_one_program_that_comes_for_many_letters_at_once_is_undecided():
    others = [later(AN_OPENING, 1, message_id=number) for number in range(2, CROWD + 1)]
    assert rule_of(AN_OPENING, *others) == ("undecided", "crowd")
    assert rule_of(AN_OPENING, *others[:-1]) == ("human", "reader")


def test_every_group_of_known_programs_says_where_that_is_published():
    assert all(group.source and (group.agents or group.exact or group.networks) for group in GROUPS)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_what_is_called_human_nearly_always_is(seed):
    precision, recall = figures(seed)
    assert precision >= 0.95
    assert recall >= 0.9


@given(st.integers(0, 1000), st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_verdicts_do_not_depend_on_the_order_of_arrival(seed, chance):
    sightings = [one.sighting for one in a_town(seed, 1)]
    before = [judge(one, Company.of(sightings)) for one in sightings]
    mixed = list(sightings)
    chance.shuffle(mixed)
    assert [judge(one, Company.of(mixed)) for one in sightings] == before


def figures(seed: int, size: int = 4) -> tuple[float, float]:
    """Precision and recall of "human"; what nobody can tell counts as wrong when it is called human."""
    town = a_town(seed, size)
    company = Company.of(one.sighting for one in town)
    called = [one for one in town if judge(one.sighting, company).verdict is Verdict.HUMAN]
    people = sum(one.person is True for one in town)
    right = sum(one.person is True for one in called)
    return right / len(called), right / people


def test_the_figures_over_many_towns_are_printed(capsys):
    found = [figures(seed, 6) for seed in range(10)]
    precision, recall = (sum(one) / len(found) for one in zip(*found, strict=True))
    with capsys.disabled():
        print(f"\nhuman: precision {precision:.3f}, recall {recall:.3f} over {len(found)} synthetic towns")
    assert precision >= 0.97
