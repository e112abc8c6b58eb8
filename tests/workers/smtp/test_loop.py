"""Both event loops hand letters over alike; which one there is depends on what is installed."""

import asyncio
import sys

import pytest

from tests.fakes.smtp_server import smtp_server, trusting
from tests.workers.smtp.bag import Bag, start_hand_over
from workers.smtp import loop
from workers.smtp.outcome import Sent
from workers.smtp.relay import Relay, StartTls


@pytest.fixture(params=["own", "uvloop"])
def kind(request, monkeypatch):
    if request.param == "own":
        monkeypatch.setitem(sys.modules, "uvloop", None)
    else:
        pytest.importorskip("uvloop", reason="the extra `fast` is not installed; the others run the loop users get")
    return request.param


async def name_of_loop() -> str:
    return type(asyncio.get_running_loop()).__module__.partition(".")[0]


def test_the_quick_loop_is_taken_where_it_is_installed(kind):
    assert loop.run(name_of_loop()) == ("asyncio" if kind == "own" else "uvloop")


@pytest.mark.parametrize("tls", ["never", "starttls"])
@pytest.mark.parametrize("size", [20, 40_000, 3_000_000])
def test_letters_of_any_size_arrive_whole_over_it(kind, tls, size):
    body = b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * (size // 18)
    with smtp_server(tls=tls) as server:
        starttls = StartTls.REQUIRE if tls == "starttls" else StartTls.NEVER
        relay = Relay("127.0.0.1", server.port, starttls=starttls, trust=trusting(), connections=2)
        bag = Bag(5, body)
        loop.run(start_hand_over(relay, bag))
        assert {type(one) for one in bag.outcomes.values()} == {Sent}
        assert [one.body == body for one in server.accepted] == [True] * 5
