"""Everything, as `make run` starts it, in true processes."""

import os
import signal
import smtplib
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.config import load_settings
from app.embedded.maildir import list_letters
from tests.app.cli.processes import RunningUp, letterwright, living, wait_until


def ask(address: str) -> int:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.status


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = RunningUp(tmp_path_factory.mktemp("up") / "data")
    yield running
    running.raze()


@pytest.fixture(scope="module")
def address(house):
    return house.wait_until_ready()


def test_the_web_answers_where_it_was_said(address):
    assert ask(f"{address}/healthz") == 200


def test_the_first_start_shows_a_one_time_way_in(house, address):
    assert house.said(rf"^Sign in, once, at {address}/sign-in/\S+$")


def test_the_folder_cannot_be_used_twice(house, address):
    second = letterwright("up", "--data", house.data, "--port", 0)
    _out, err = second.communicate()
    assert second.returncode == 1
    assert f"in use by another letterwright up (process {house.process.pid})" in err


def test_letters_handed_to_the_way_out_lie_in_the_inbox(house, address):
    way_out = urlsplit(load_settings(data=house.data, smtp_url="").way_out)
    with smtplib.SMTP(way_out.hostname, way_out.port, timeout=30) as client:
        client.sendmail("a@example.test", ["b@example.test"], "Subject: Caught\r\n\r\nBody\r\n")
    assert [letter.subject for letter in list_letters(house.data, to="b@example.test").letters] == ["Caught"]


def test_a_killed_web_server_comes_back(house, address):
    (web,) = [
        pid for pid in house.processes() if b"\0serve\0" in command_of(pid) and parent_of(pid) == house.process.pid
    ]
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: house.said("web .* was ended by SIGKILL; it is started again"), "its end was seen")
    wait_until(lambda: answers(address), "the web was back")


def test_one_ctrl_c_stops_everything_and_leaves_no_process(house, address):
    before = house.processes()
    assert len(before) >= 6
    house.process.send_signal(signal.SIGINT)
    assert house.finish() == 0
    assert not before & dict(living()).keys()


def test_kill_9_leaves_no_process_either(tmp_path):
    house = RunningUp(tmp_path / "data")
    try:
        house.wait_until_ready()
        before = house.processes()
        assert len(before) >= 6
        house.process.kill()
        house.process.wait()
        wait_until(lambda: not before & dict(living()).keys(), "all were gone")
    finally:
        house.raze()


def answers(address: str) -> bool:
    try:
        return ask(f"{address}/healthz") == 200
    except OSError:
        return False


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def parent_of(pid: int) -> int:
    return dict(living())[pid]
