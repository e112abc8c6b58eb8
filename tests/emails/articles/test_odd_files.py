"""Files that nobody should have to read: each is read, or refused with a reason; the heavy ones only at length."""

import json

import pytest
from click.testing import CliRunner

from app.cli.article import article_command
from emails.articles.imported import Imported
from emails.articles.parse import parse_source
from emails.errors import ArticleBroken
from tests.emails.articles.odd_files import HEAVY, LONGEST, MOST_MEMORY, ODD, run, spoilt, write


def outcome(name, data):
    """The reason of a refusal, or one for each part that became no article."""
    try:
        return [one.reason for one in parse_source(data, name=name) if not isinstance(one, Imported)]
    except ArticleBroken as refused:
        return [str(refused)]


@pytest.mark.parametrize("name", sorted(ODD))
def test_an_odd_file_is_read_or_refused_with_a_reason(name):
    assert all(reason.endswith((".", "?")) for reason in outcome(name, ODD[name]()))


def test_a_folder_of_odd_files_is_read_to_its_end(tmp_path):
    names = write(tmp_path / "odd", [("good.txt", b"Title\n\nWords."), *spoilt(80)])
    result = CliRunner().invoke(article_command, [str(tmp_path / "odd"), "--json"])
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert {line["file"].rsplit("/", 1)[-1] for line in lines} >= set(names)
    assert all(line.get("error", "x").strip() for line in lines)
    assert any(line.get("title") == "Title" for line in lines)


def test_links_in_a_folder_lead_neither_in_circles_nor_out_of_it(tmp_path):
    (tmp_path / "secret.txt").write_text("A Secret\n\nNobody asked for.")
    folder = tmp_path / "odd"
    write(folder, [("good.txt", b"Title\n\nWords.")])
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "in.txt").symlink_to("good.txt")
    result = CliRunner().invoke(article_command, [str(folder), "--json"])
    assert "Secret" not in result.stdout
    assert result.stderr.count("leads out of the folder") == 2
    assert "nowhere.txt" in result.stderr
    assert sum("title" in json.loads(line) for line in result.stdout.splitlines()) == 2


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(HEAVY | ODD))
def test_no_file_takes_longer_or_more_memory_than_its_limit(name, tmp_path):
    path = tmp_path / name
    path.write_bytes((HEAVY | ODD)[name]())
    done, seconds, memory = run(path)
    assert done.returncode in {0, 1}
    assert b"Traceback" not in done.stderr
    assert seconds <= LONGEST
    assert memory <= MOST_MEMORY
