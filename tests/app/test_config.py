"""Settings are read once, from the right places, and every bad one is reported together."""

import stat

import pytest

from app.config import SettingsBroken, load_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "PORT", "HOST", "SEND_WORKERS", "LETTERWRIGHT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(tmp_path))


def test_without_settings_everything_lives_in_the_data_folder(tmp_path):
    settings = load_settings()
    assert settings.database == f"sqlite:///{tmp_path}/letterwright.db"
    assert settings.queue == f"unix://{settings.valkey_socket}"
    assert settings.uses_catcher


def test_every_bad_setting_is_reported_at_once(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("SMTP_URL", "mail.example.test")
    monkeypatch.setenv("SEND_WORKERS", "0")
    with pytest.raises(SettingsBroken) as caught:
        load_settings()
    lines = str(caught.value).splitlines()
    assert sorted(line.split(":")[0] for line in lines) == ["DATABASE_URL", "PORT", "SEND_WORKERS", "SMTP_URL"]


def test_the_env_file_of_the_data_folder_is_read_and_the_environment_wins(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("PORT=9001\nHOST=0.0.0.0\n")
    monkeypatch.setenv("HOST", "127.0.0.2")
    settings = load_settings()
    assert (settings.port, settings.host) == (9001, "127.0.0.2")


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    path = tmp_path / "smtp"
    path.write_text("smtp://user:pass@mail.example.test:587\n")
    monkeypatch.setenv("SMTP_URL_FILE", str(path))
    assert load_settings().smtp_url == "smtp://user:pass@mail.example.test:587"


def test_a_secret_file_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("SMTP_URL_FILE", "/nowhere/smtp")
    with pytest.raises(SettingsBroken, match="SMTP_URL_FILE: /nowhere/smtp"):
        load_settings()


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    first = load_settings().secret
    assert load_settings().secret == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_data_folder_with_a_long_path_still_gets_a_socket_the_kernel_accepts(tmp_path):
    settings = load_settings(data=tmp_path / ("long" * 40))
    assert len(str(settings.valkey_socket)) <= 100


def test_machines_share_a_folder_of_uploads_and_keep_the_rest_to_themselves(tmp_path):
    mounted, own = tmp_path / "mounted", tmp_path / "own"
    mounted.mkdir()
    settings = load_settings(data=own, given_shared=mounted)
    assert (settings.uploads, settings.imports) == (mounted / "uploads", mounted / "imports")
    assert {settings.journals, settings.spool, settings.inbox} == {own / "journals", own / "spool", own / "inbox"}
    assert load_settings(data=own).uploads == own / "uploads"


def test_a_shared_folder_that_is_not_mounted_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("LETTERWRIGHT_SHARED", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsBroken, match=r"LETTERWRIGHT_SHARED: .*nowhere is not there; mount the folder"):
        load_settings(data=tmp_path)
