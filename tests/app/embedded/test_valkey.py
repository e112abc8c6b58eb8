import subprocess
from contextlib import contextmanager

import pytest
from redis import Redis

from app.config import load_settings
from app.embedded.folder import StartRefused
from app.embedded.leash import before_exec
from app.embedded.valkey import valkey_answers, valkey_command


@pytest.fixture
def running(wait):
    @contextmanager
    def run(settings):
        process = subprocess.Popen(valkey_command(settings), stdout=subprocess.DEVNULL, preexec_fn=before_exec())
        try:
            wait(lambda: valkey_answers(settings.valkey_socket), "Valkey answered")
            yield Redis(unix_socket_path=str(settings.valkey_socket))
        finally:
            process.terminate()
            process.wait()

    return run


def settings_in(folder):
    return load_settings(data=folder, redis_url="")


def test_nothing_answers_where_nothing_runs(tmp_path):
    assert not valkey_answers(tmp_path / "valkey.sock")


def test_what_was_queued_is_there_after_a_restart(tmp_path, running):
    settings = settings_in(tmp_path)
    with running(settings) as client:
        client.rpush("queue", "job")
        client.close()
    with running(settings) as client:
        assert client.lrange("queue", 0, -1) == [b"job"]
        client.close()


def test_it_listens_on_no_port(tmp_path, running):
    with running(settings_in(tmp_path)) as client:
        assert client.config_get("port") == {"port": "0"}
        client.close()


def test_a_long_path_moves_the_socket_to_a_short_private_folder(tmp_path, running):
    settings = settings_in(tmp_path / ("long" * 30))
    with running(settings) as client:
        assert client.ping()
        client.close()
    assert settings.valkey_socket.parent.stat().st_mode & 0o777 == 0o700


def test_a_short_folder_that_others_may_enter_is_refused(tmp_path):
    settings = settings_in(tmp_path / ("open" * 30))
    settings.valkey_socket.parent.mkdir()
    settings.valkey_socket.parent.chmod(0o755)
    with pytest.raises(StartRefused, match="not a private folder of yours"):
        valkey_command(settings)
    settings.valkey_socket.parent.rmdir()
