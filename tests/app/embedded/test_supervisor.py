import io
import os
import signal
import sys
from pathlib import Path

import pytest

from app.embedded.child import Child, Life
from app.embedded.output import Log
from app.embedded.supervisor import StartFailed, Supervisor

SERVER = {"name": "server", "starts": 0, "stops": 2}
WORKER = {"name": "worker", "starts": 1, "stops": 1}
WEB = {"name": "web", "starts": 2, "stops": 0}


def test_children_come_in_the_order_of_readiness_and_go_in_the_order_of_draining(open_house_of):
    house = open_house_of(WEB, SERVER, WORKER)
    house.wait_until_ready()
    house.process.send_signal(signal.SIGINT)
    house.finish()
    assert house.noted("started") == ["server", "worker", "web"]
    assert house.noted("stopped") == ["web", "worker", "server"]
    assert (house.folder / "ended").exists()


def test_what_children_say_is_shown_behind_their_name(open_house_of):
    house = open_house_of(SERVER)
    house.wait_until_ready()
    house.process.send_signal(signal.SIGTERM)
    assert "server | server is up\n" in house.finish()


def test_a_drain_leaves_no_grandchild_behind_even_one_that_ignores_signals(open_house_of):
    house = open_house_of({**SERVER, "habits": ["parent"]}, WEB)
    house.wait_until_ready()
    house.wait_until_noted(3)
    house.process.send_signal(signal.SIGTERM)
    house.finish()
    house.wait_until_empty()


def test_a_child_that_does_not_stop_in_its_time_is_ended(open_house_of):
    house = open_house_of({**WORKER, "habits": ["stubborn"], "stop_within_seconds": 0.1}, WEB)
    house.wait_until_ready()
    house.process.send_signal(signal.SIGTERM)
    assert "worker | did not stop in time and is ended" in house.finish()
    house.wait_until_empty()


def test_a_second_signal_ends_a_stubborn_house_at_once(open_house_of):
    house = open_house_of({**WEB, "habits": ["stubborn"], "stop_within_seconds": 3600}, SERVER)
    house.wait_until_ready()
    house.process.send_signal(signal.SIGINT)
    while "once more" not in house.process.stdout.readline():
        continue
    house.process.send_signal(signal.SIGINT)
    house.finish()
    assert house.noted("stopped") == []
    house.wait_until_empty()


def test_killing_the_supervisor_leaves_no_process_behind(open_house_of):
    house = open_house_of({**WORKER, "habits": ["kin"]}, {**WEB, "habits": ["stubborn"]}, SERVER)
    house.wait_until_ready()
    house.wait_until_noted(4)
    house.process.kill()
    house.process.wait()
    house.wait_until_empty()


def test_a_child_that_dies_is_started_again_and_its_orphans_are_ended(open_house_of, wait):
    house = open_house_of({**WORKER, "habits": ["parent"]}, WEB)
    house.wait_until_ready()
    house.wait_until_noted(3)
    (first,), (web,) = (map(int, house.noted(file)) for file in ("worker.pids", "web.pids"))
    (orphan,) = set(house.pids()) - {first, web}
    os.kill(first, signal.SIGKILL)
    wait(lambda: len(house.noted("worker.pids")) == 2, "the worker was there again")
    assert first not in [int(pid) for pid in house.noted("worker.pids")[1:]]
    wait(lambda: not Path(f"/proc/{orphan}").exists(), "its orphan was gone")


def ending(name: str, status: int, **more) -> Child:
    return Child(name, (sys.executable, "-c", f"raise SystemExit({status})"), os.environ, **more)


def never_ready() -> bool:
    return False


def supervisor_of(*children: Child) -> Supervisor:
    supervisor = Supervisor(children, Log((), io.StringIO()), when_ready=lambda: os.kill(os.getpid(), signal.SIGTERM))
    for life in supervisor.lives:
        life.wait_seconds = 0
    return supervisor


def test_a_child_that_never_comes_up_ends_the_start_and_is_named():
    with pytest.raises(StartFailed, match="web ended with status 3 5 times"):
        supervisor_of(ending("web", 3, is_ready=never_ready)).run()


def test_a_failed_first_step_ends_the_start():
    with pytest.raises(StartFailed, match="first start ended with status 1"):
        supervisor_of(ending("first start", 1, ends=True)).run()


def test_a_step_that_ends_well_makes_way_for_the_next():
    heard = []
    step = Child("step", (sys.executable, "-c", "print('hello')"), os.environ, ends=True, hear=heard.append)
    supervisor_of(step, ending("next", 0, starts=1, ends=True)).run()
    assert heard == ["hello"]


def test_waits_double_to_half_a_minute_and_begin_anew_after_a_steady_minute():
    life = Life(ending("web", 1))
    waits = [life.note_end(now=1.0) for _ in range(8)]
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30]
    life.born_at = 100.0
    assert life.note_end(now=160.0) == 0.5
