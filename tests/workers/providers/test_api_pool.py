"""Letters over a provider's API: reused connections, marks before the body, and what each way of being lost means."""

import asyncio
import time

import pytest

from app.clock import now
from app.outside.api import ApiReply
from tests.fakes.api_server import DROP_BODY, DROP_HEAD, HANG, Answer, fake_api
from tests.workers.providers.accounts import KINDS, TAKEN, account
from tests.workers.smtp.bag import Bag
from workers.providers import pool as api_pool
from workers.providers.pool import ApiPool, wished
from workers.sending.carriers import carrier_of
from workers.smtp.outcome import Deferred, Refused, Sent, Unknown, Untouched

BODY = b"From: A <a@news.test>\r\nSubject: hello\r\nMessage-ID: <1@news.test>\r\n\r\nHi\r\n"


@pytest.fixture
def api():
    with fake_api(TAKEN["mailgun"]) as server:
        yield server


def hand_over(server, bag: Bag, kind: str = "mailgun", *, until=None, **facts) -> Bag:
    async def work() -> None:
        carrier = carrier_of(account(kind, server.address))
        pool = ApiPool(carrier, bag, first_pause=0.01)
        over = until or (lambda: len(bag.outcomes) == bag.count)
        pool.wake()
        async with asyncio.timeout(30):
            while not over():
                await asyncio.sleep(0.005)
                pool.wake()
        await pool.drain(facts.get("patience", 2))

    asyncio.run(work())
    return bag


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_is_taken_over_few_connections(kind):
    with fake_api(TAKEN[kind]) as server:
        server.delay = 0.002
        bag = hand_over(server, Bag(20, BODY), kind)
        assert len(server.asked) == 20
        assert server.connections <= 3
        assert {one.headers["host"] for one in server.asked} == {f"127.0.0.1:{server.port}"}
    assert all(isinstance(outcome, Sent) for outcome in bag.outcomes.values())


def test_the_begin_is_asked_after_the_head_and_before_the_body(api):
    class Asking(Bag):
        def begin(self, letter) -> bool:
            until = time.monotonic() + 5
            while api.heads < 1 and time.monotonic() < until:
                time.sleep(0.005)
            assert api.heads == 1
            assert not api.asked
            return True

    assert isinstance(hand_over(api, Asking(1, BODY)).outcomes[0], Sent)


def test_where_the_begin_is_refused_no_body_leaves(api):
    bag = Bag(1, BODY)
    bag.allowed = False
    hand_over(api, bag)
    assert isinstance(bag.outcomes[0], Untouched)
    assert not api.asked


def test_a_connection_that_went_before_the_body_is_no_delivery(api):
    api.say(DROP_HEAD)

    class Waiting(Bag):
        def begin(self, letter) -> bool:
            time.sleep(0.1 if api.heads else 0.3)
            return True

    bag = hand_over(api, Waiting(1, BODY + b"x" * 200_000))
    assert isinstance(bag.outcomes[0], Deferred)
    assert bag.troubles
    assert not api.asked


@pytest.mark.parametrize("kind", ["ses", "sendgrid", "mailgun", "postmark"])
def test_an_answer_that_never_came_leaves_the_letter_unknown(kind):
    with fake_api(TAKEN[kind]) as server:
        server.say(DROP_BODY)
        bag = hand_over(server, Bag(1, BODY), kind)
        assert len(server.asked) == 1
    assert isinstance(bag.outcomes[0], Unknown)
    assert bag.troubles


def test_an_answer_that_takes_too_long_leaves_the_letter_unknown(api, monkeypatch):
    monkeypatch.setattr(api_pool, "REPLY_SECONDS", 0.2)
    api.say(HANG)
    bag = hand_over(api, Bag(1, BODY))
    assert isinstance(bag.outcomes[0], Unknown)
    assert "no answer in time" in bag.outcomes[0].reply


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        (TAKEN["brevo"], Sent),
        (Answer(400, b'{"code": "duplicate_request", "message": "seen"}'), Sent),
        (Answer(429), Unknown),
        (Answer(400, b'{"code": "invalid_parameter", "message": "email is not valid in to"}'), Unknown),
        (DROP_BODY, Unknown),
    ],
)
def test_where_a_key_makes_it_safe_the_same_request_is_made_once_more(second, outcome):
    with fake_api(TAKEN["brevo"]) as server:
        server.say(DROP_BODY, second)
        bag = hand_over(server, Bag(1, BODY), "brevo")
        assert len(server.asked) == 2
        assert server.asked[0].body == server.asked[1].body
    assert isinstance(bag.outcomes[0], outcome)


def test_when_told_to_slow_down_all_connections_rest_as_long_as_was_asked(api):
    api.say(Answer(429, b"{}", (("Retry-After", "1"),)))
    bag = Bag(6, BODY)
    rested = []
    took = bag.take

    def take():
        rested.append(time.monotonic())
        return took()

    bag.take = take
    hand_over(api, bag)
    assert isinstance(bag.outcomes[0], Deferred)
    assert sum(isinstance(outcome, Sent) for outcome in bag.outcomes.values()) == 5
    assert rested[1] - rested[0] >= 0.9


def test_retry_after_is_read_in_both_forms_and_bounded():
    def said(text: str) -> float:
        return wished(ApiReply(429, {"retry-after": text}))

    assert (said("7"), said("0"), said("99999"), said("soon"), said("")) == (7, 1, 300, 0, 0)
    date = f"{now():%a, %d %b %Y %H:%M:%S} GMT"
    assert said(date) == 1


def test_a_provider_that_is_away_is_told_and_letters_wait():
    with fake_api() as api:
        pass
    bag = Bag(3, BODY)
    hand_over(api, bag, until=lambda: len(bag.troubles) >= 2)
    assert not bag.outcomes
    assert len(bag.left) == 3
    assert "Connection refused" in bag.troubles[0]


def test_answers_that_are_no_http_lose_the_letter_as_any_lost_answer(api):
    class Nonsense(Answer):
        def wire(self) -> bytes:
            return b"hello, what do you want?\r\n\r\n"

    api.say(Nonsense(200))
    assert isinstance(hand_over(api, Bag(1, BODY)).outcomes[0], Unknown)


def test_a_letter_that_cannot_be_put_as_they_want_it_is_refused_and_the_others_leave():
    with fake_api(TAKEN["brevo"]) as server:
        bag = Bag(3, BODY)
        bag.left[1] = type(bag.left[1])(1, "a@news.test", "b@x.test", b"Subject: from nobody\r\n\r\nHi\r\n")
        hand_over(server, bag, "brevo")
    assert isinstance(bag.outcomes[1], Refused)
    assert sum(isinstance(outcome, Sent) for outcome in bag.outcomes.values()) == 2


def test_who_must_stop_ends_what_is_under_way_as_unknown(api):
    api.always(HANG)
    bag = Bag(1, BODY)
    hand_over(api, bag, until=lambda: bool(api.asked), patience=0.05)
    assert isinstance(bag.outcomes[0], Unknown)


def test_connections_are_renewed_after_their_letters_and_when_the_other_side_closed_them(api):
    api.say(*[TAKEN["mailgun"]] * 3, Answer(200, b'{"id": "x"}', (("Connection", "close"),)))
    hand_over(api, Bag(8, BODY))
    assert len(api.asked) == 8
    assert api.connections >= 2
