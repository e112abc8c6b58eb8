"""`letterwright backup` and `restore` as a person runs them, and what they say of files that are no good."""

import gzip
import io
import random
import resource
import shutil
import tarfile
from pathlib import Path
from subprocess import Popen

import pytest
from click.testing import CliRunner

from app.cli import main
from app.config import Settings, load_settings
from app.database.session import dispose, reading, transaction
from app.embedded.folder import locked
from app.queries.books import books_of
from app.services import audience
from app.startup import open_house
from tests.app.cli.processes import letterwright
from tests.app.services.restored_house import send_half, send_the_rest
from tests.factories.subscribers import make_subscriber


def run(*arguments: object, **settings: str) -> tuple[int, str, str]:
    """The command in this process; what a process of its own adds is shown by the campaign and the full disk."""
    dispose()
    told = CliRunner(env=settings).invoke(main, [str(one) for one in arguments], catch_exceptions=False)
    dispose()
    return told.exit_code, told.stdout, told.stderr


def run_in(settings: Settings, *arguments: object, **more: str) -> tuple[int, str, str]:
    return run(*arguments, LETTERWRIGHT_DATA=str(settings.data), DATABASE_URL=settings.database_url, **more)


def run_beside(*arguments: object, **settings: str) -> tuple[int, str, str]:
    """In a process of its own, while the house is open in this one."""
    process: Popen = letterwright(*arguments, **settings)
    out, err = process.communicate()
    return process.returncode, out, err


@pytest.fixture
def house(tmp_path, database_address, monkeypatch):
    monkeypatch.setattr(audience, "CHUNK_SIZE", 4)
    settings = load_settings(data=tmp_path / "old", database_url=database_address)
    open_house(settings)
    yield settings
    dispose()


@pytest.fixture(scope="module")
def original(tmp_path_factory, sqlite_template) -> Path:
    """A folder with a house of one file in `small`, closed, and its backup in `file`."""
    folder = tmp_path_factory.mktemp("original")
    settings = load_settings(data=folder / "small")
    settings.data.mkdir()
    (settings.data / "letterwright.db").write_bytes(sqlite_template.read_bytes())
    open_house(settings)
    with transaction() as session:
        for _ in range(20):
            make_subscriber(session)
    dispose()
    status, _out, err = run_in(settings, "backup", folder / "file")
    assert status == 0, err
    return folder


@pytest.fixture
def small(tmp_path, original) -> Settings:
    """Copies of both for this test, beside each other."""
    shutil.copytree(original, tmp_path, dirs_exist_ok=True)
    return load_settings(data=tmp_path / "small")


def test_a_campaign_survives_in_a_backup_made_while_it_leaves(house, tmp_path, request):
    half = send_half()
    file = tmp_path / "backup"
    here = {"LETTERWRIGHT_DATA": str(house.data), "DATABASE_URL": house.database_url}
    status, out, err = run_beside("backup", file, **here)
    assert (status, out) == (0, "")
    assert "Subscribers: 12; campaigns: 1." in err
    assert file.stat().st_mode & 0o777 == 0o600
    send_the_rest(half)
    dispose()
    where = {"data": tmp_path / "new"}
    if house.is_postgresql:
        where["database_url"] = request.getfixturevalue("postgresql_server").fresh("template1")
    target = load_settings(**where)
    status, out, err = run_beside("restore", file, "--data", target.data, DATABASE_URL=target.database_url)
    assert (status, out) == (0, ""), err
    assert "Campaigns held: 1. Look at each before you resume it." in err
    assert "secret" not in err
    open_house(target)
    with reading() as session:
        books = books_of(session, half.campaign_id)
    assert books.balanced
    assert (books.status.value, books.sent, books.unknown, books.pending) == ("held", 5, 1, 5)


def test_a_file_that_is_there_is_replaced_only_by_force(small, tmp_path):
    before = (tmp_path / "file").read_bytes()
    status, _out, err = run_in(small, "backup", tmp_path / "file")
    assert (status, "say --force" in err) == (1, True)
    assert (tmp_path / "file").read_bytes() == before
    assert run_in(small, "backup", tmp_path / "file", "--force")[0] == 0


def test_a_secret_of_the_environment_is_named(small, tmp_path):
    status, _out, err = run_in(small, "backup", tmp_path / "second", LETTERWRIGHT_SECRET="s" * 40)
    assert status == 0
    assert "LETTERWRIGHT_SECRET is set in the environment and is not in this file. Keep it too" in err
    status, _out, err = run("restore", tmp_path / "second", "--data", tmp_path / "new")
    assert status == 0
    assert "The secret in force is not the one of this backup" in err


def test_a_folder_that_is_in_use_is_left_alone(small, tmp_path):
    with locked(small.data):
        status, _out, err = run_in(small, "restore", tmp_path / "file", "--replace", "--yes")
    assert status == 1
    assert "in use by another letterwright up" in err


def test_replacing_asks_and_keeps_what_was_there(small, tmp_path):
    status, _out, err = run_in(small, "restore", tmp_path / "file", "--replace")
    assert (status, "say --yes" in err) == (1, True)
    status, _out, err = run_in(small, "restore", tmp_path / "file", "--replace", "--yes")
    assert status == 0
    (kept,) = small.data.glob("letterwright.db.before-restore-*[0-9]")
    assert f"What was there before is kept in {kept}" in err


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def other_tar(_data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("holiday.jpg"))
    return buffer.getvalue()


def exchanged(data: bytes) -> bytes:
    """A well-made file, one member of which is not as it was."""
    plain = gzip.decompress(data)
    assert plain.count(b"example.test") > 1
    return gzip.compress(plain.replace(b"example.test", b"example.evil", 1))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (cut, "ends too early"),
        (flip, "damaged"),
        (exchanged, "is not as it was written"),
        (other_tar, "has no manifest"),
        (lambda _data: b"a letter to the editor", "is no backup of Letterwright"),
        (lambda _data: b"", "is no backup of Letterwright"),
        (lambda _data: gzip.compress(b"text"), "is no backup of Letterwright"),
    ],
)
def test_a_file_that_is_no_good_is_refused_in_one_sentence(small, tmp_path, damage, sentence):
    bad = tmp_path / "bad"
    bad.write_bytes(damage((small.data.parent / "file").read_bytes()))
    told = CliRunner().invoke(main, ["restore", str(bad), "--data", str(tmp_path / "new")])
    assert (told.exit_code, told.stdout) == (1, "")
    assert sentence in told.stderr
    assert told.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    status, _out, err = run("restore", tmp_path / "none", "--data", tmp_path / "new")
    assert status == 1
    assert f"{tmp_path}/none cannot be read (No such file or directory)" in err


def run_on_a_full_disk(settings: Settings, *arguments: object) -> tuple[int, str]:
    """As if the disk had no more room for a file than 30 KB."""
    process = letterwright(*arguments, LETTERWRIGHT_DATA=str(settings.data), DATABASE_URL=settings.database_url)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (30_000, 30_000))
    _out, err = process.communicate()
    return process.returncode, err


def test_a_full_disk_leaves_no_half_backup(house, tmp_path):
    (house.data / "uploads").mkdir(parents=True)
    (house.data / "uploads" / "a.png").write_bytes(random.Random(1).randbytes(100_000))
    (tmp_path / "disk").mkdir()
    status, err = run_on_a_full_disk(house, "backup", tmp_path / "disk" / "file")
    assert status == 1
    assert "Nothing was left." in err
    assert err.count("\n") == 1
    assert list((tmp_path / "disk").iterdir()) == []


def test_a_full_disk_leaves_the_old_house_as_it_was(small, tmp_path):
    def files() -> dict[Path, bytes]:
        """All but the lock and what SQLite keeps beside a file that was opened."""
        beside = ("up.lock", "letterwright.db-")
        return {path: path.read_bytes() for path in small.data.rglob("*") if not path.name.startswith(beside)}

    before = files()
    status, err = run_on_a_full_disk(small, "restore", tmp_path / "file", "--replace", "--yes")
    assert status == 1
    assert "Nothing was changed." in err
    assert err.count("\n") == 1
    assert files() == before
