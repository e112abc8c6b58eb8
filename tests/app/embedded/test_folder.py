import os
import socket

import pytest

from app.embedded.folder import StartRefused, check_address, locked


def test_a_new_data_folder_is_made_private(tmp_path):
    with locked(tmp_path / "a" / "data"):
        assert (tmp_path / "a" / "data").stat().st_mode & 0o777 == 0o700


def test_a_folder_in_use_is_refused_and_its_holder_named(tmp_path):
    with locked(tmp_path), pytest.raises(StartRefused, match=rf"in use .* \(process {os.getpid()}\)"), locked(tmp_path):
        pass


def test_a_folder_is_free_again_afterwards(tmp_path):
    with locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_refused_with_the_cure(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StartRefused, match=r"cannot be written \(Not a directory\). Choose another one with --data"):  # noqa: SIM117
        with locked(tmp_path / "file" / "data"):
            pass


def test_a_taken_port_is_refused_with_the_cure():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartRefused, match=rf"Port {port} .* is taken .* --port"):
            check_address("127.0.0.1", port)


def test_port_0_takes_a_free_one():
    assert check_address("127.0.0.1", 0) > 0


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(StartRefused, match="not an address of this machine"):
        check_address("203.0.113.1", 0)
