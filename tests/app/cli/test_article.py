"""`letterwright article`: what it prints, and its exit status."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import article_sources
from app.cli.article import article_command
from app.outside.http import Fetcher
from tests.emails.articles.samples import rss, web_page
from tests.fakes.web_server import leads_to, page, web_server

CLIENT = Path(__file__).parents[2] / "data" / "article.txt"


def run(*arguments, stdin=None):
    return CliRunner().invoke(article_command, [str(argument) for argument in arguments], input=stdin)


def test_the_clients_article_as_one_json_document():
    result = run(CLIENT, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["title"].startswith("Embracing New Beginnings")
    assert [block["type"] for block in document["blocks"]].count("heading") == 4
    assert document["blocks"][-1] == {"type": "sponsor", "name": "IVDrips", "text": "Posted on behalf of IVDrips"}
    assert {remark["code"] for remark in document["warnings"]} >= {"names_differ", "image_missing"}
    assert result.stderr == ""


def test_the_outline_names_every_block_and_warning():
    result = run(CLIENT)
    assert result.exit_code == 0
    assert "title      Embracing New Beginnings" in result.stdout
    assert "heading 2  Understanding Depression" in result.stdout
    assert "[Contact IV Drips] (no address)" in result.stdout
    assert "- Reduced inflammation: Depression is linked" in result.stdout
    assert result.stdout.count("warning    ") == 3


def test_standard_input_is_read_and_its_kind_can_be_told():
    result = run("-", "--as", "markdown", "--json", stdin="# T\n\nwords\n")
    assert json.loads(result.stdout)["title"] == "T"


def test_every_kind_of_block_has_a_line():
    page = (
        "<h1>T</h1><blockquote>q<footer>Ada</footer></blockquote><pre>x</pre><table><tr><td>1<td>2</table><hr>"
        "<iframe src='https://v.example/'></iframe><img src='https://a.example/i.png' alt=''>"
    )
    lines = run("-", "--as", "html", stdin=page).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["title", "quote", "code", "table", "divider", "embed", "image"]


def test_a_folder_gives_a_line_for_each_file_and_says_what_was_refused(tmp_path):
    (tmp_path / "a.md").write_text("# A\n\nwords")
    (tmp_path / "b.txt").write_bytes(b"\x00")
    (tmp_path / "picture.png").write_bytes(b"x")
    result = run(tmp_path, "--json")
    assert result.exit_code == 1
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["file"], first["title"]) == (str(tmp_path / "a.md"), "A")
    assert list(second) == ["file", "error"]
    assert second["error"] in result.stderr


def test_several_files_are_told_apart_in_the_outline(tmp_path):
    (tmp_path / "a.md").write_text("# A\n\nwords")
    result = run(tmp_path / "a.md", CLIENT)
    assert f"== {tmp_path / 'a.md'}" in result.stdout
    assert f"== {CLIENT}" in result.stdout


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("http://127.0.0.1:9999/post", "its name leads into a private network, where nothing is fetched"),
        ("/nowhere/at/all.txt", "No such file or directory"),
    ],
)
def test_what_cannot_be_read_is_refused_on_stderr(source, reason):
    result = run(source)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert reason in result.stderr


def test_an_empty_folder_a_large_and_an_empty_file_are_refused(tmp_path):
    assert "There is no article in it" in run(tmp_path).stderr
    large, empty = tmp_path / "large.txt", tmp_path / "empty.txt"
    large.write_bytes(b"x" * 5_000_000)
    empty.write_bytes(b"")
    assert "It is 5.0 MB" in run(large).stderr
    result = run(empty, "--json")
    assert json.loads(result.stdout) == {
        "file": str(empty),
        "error": f"{empty}: It is empty. Give a source that holds an article.",
    }
    assert result.exit_code == 1


@pytest.mark.parametrize("arguments", [[], ["--as", "pages", "x"], ["--unknown", "x"]])
def test_wrong_usage_is_status_two(arguments):
    assert run(*arguments).exit_code == 2


def test_a_web_address_is_fetched_and_its_article_read(monkeypatch):
    with web_server() as server:
        monkeypatch.setattr(article_sources, "fetch", Fetcher(may_reach=lambda address, _: address.is_loopback).fetch)
        words = "<p>Words of the article, long enough to be found among the rest of the page.</p>" * 6
        server.answers = {"/on": leads_to("/post"), "/post": page(web_page(words, "Tides"))}
        document = json.loads(run(server.url("/on"), "--json").stdout)
        assert (document["title"], document["canonical_url"]) == ("Tides", server.url("/post"))
        assert {block["type"] for block in document["blocks"]} == {"paragraph"}
        refused = run(server.url("/none"))
        assert (refused.exit_code, "no such page" in refused.stderr) == (1, True)


def test_a_feed_at_a_web_address_gives_each_of_its_articles(monkeypatch):
    with web_server() as server:
        monkeypatch.setattr(article_sources, "fetch", Fetcher(may_reach=lambda address, _: address.is_loopback).fetch)
        server.answers = {"/feed": page(rss("One"), "Content-Type: application/rss+xml")}
        (line,) = run(server.url("/feed"), "--json").stdout.splitlines()
        assert json.loads(line)["title"] == "One"
