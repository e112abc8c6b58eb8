"""What `letterwright up` refuses before it starts anything, and in which words."""

import socket

from tests.app.cli.processes import letterwright


def refused(*arguments: object, **settings: str) -> str:
    process = letterwright("up", *arguments, **settings)
    out, err = process.communicate()
    assert (process.returncode, out) == (1, "")
    return err


def test_a_taken_port_is_named_with_the_cure(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        err = refused("--data", tmp_path, "--port", port)
    assert f"Port {port} on 127.0.0.1 is taken by another program." in err
    assert "--port" in err


def test_a_folder_that_cannot_be_written_is_named_with_the_cure(tmp_path):
    (tmp_path / "file").touch()
    err = refused("--data", tmp_path / "file" / "data", "--port", 0)
    assert f"The data folder {tmp_path}/file/data cannot be written" in err


def test_all_wrong_settings_are_reported_together(tmp_path):
    err = refused("--data", tmp_path, LETTERWRIGHT_URL="ftp://x", SMTP_URL="mail", REDIS_URL="nowhere", PORT="99999")
    for name in ("LETTERWRIGHT_URL", "SMTP_URL", "REDIS_URL", "PORT"):
        assert f"{name}: " in err


def test_a_wrong_setting_leaves_no_data_folder_behind(tmp_path):
    refused("--data", tmp_path / "data", SMTP_URL="mail")
    assert not (tmp_path / "data").exists()


def test_a_database_that_is_not_there_ends_the_start(tmp_path):
    process = letterwright(
        "up", "--data", tmp_path, "--port", 0, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"
    )
    _out, err = process.communicate()
    assert process.returncode == 1
    assert "first start ended with status 1; see its lines above." in err
