"""A command whose database does not answer says so in one sentence, with the cure."""

from click.testing import CliRunner

from app.cli import main
from app.database.session import dispose


def test_a_database_that_is_away_is_named_without_a_trace(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere?connect_timeout=2")
    monkeypatch.setenv("LETTERWRIGHT_DATA", str(tmp_path))
    answer = CliRunner().invoke(main, ["migrate"])
    dispose()
    assert answer.exit_code == 1
    assert "The database does not answer" in answer.stderr
    assert "DATABASE_URL" in answer.stderr
    assert "Traceback" not in answer.stderr
