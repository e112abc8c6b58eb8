import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from app.cli import article_sources
from app.cli.letter import letter_command
from app.cli.missing_parts import NONE, fill_in
from app.outside.http import Fetcher
from emails.articles.blocks import Article, CallToAction, Paragraph
from emails.articles.blocks import Image as Picture
from emails.themes.catalogue import THEMES
from tests.emails.articles.samples import web_page
from tests.fakes.web_server import page, web_server

ARTICLE = Path(__file__).parents[2] / "data" / "article.txt"
BUTTON = "https://example.test/book"


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "couch.png"
    Image.new("RGB", (1200, 600), "#2a7f78").save(path)
    return path


@pytest.fixture
def run(tmp_path):
    """Runs the command; files go to `tmp_path/out`."""

    def run(*options, source=ARTICLE, given=None):
        order = [str(source), "--out", str(tmp_path / "out"), *map(str, options)]
        return CliRunner().invoke(letter_command, order, input=given)

    return run


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_the_article_with_picture_and_button_passes_preflight_and_is_written(run, out, picture):
    result = run("--image", picture, "--button", BUTTON, "--to", "Amara Obi <amara@example.test>")
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == {
        "letter.html", "letter.txt", "letter.eml", "preflight.json", "image.png",
    }  # fmt: skip
    report = json.loads((out / "preflight.json").read_text())
    assert report["passed"] is True
    assert {check["severity"] for check in report["checks"]} <= {"advice"}
    html, text = (out / "letter.html").read_text(), (out / "letter.txt").read_text()
    assert "Hi Amara," in html
    assert "Hi Amara," in text
    assert 'src="image.png"' in html
    assert BUTTON in html
    assert BUTTON in text
    assert (out / "image.png").stat().st_size > 0


def test_the_message_carries_text_html_and_the_picture(run, out, picture):
    run("--image", picture, "--button", BUTTON, "--to", "Amara Obi <amara@example.test>")
    raw = (out / "letter.eml").read_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
    ]  # fmt: skip
    *_, html, image = message.walk()
    assert image.get_content() == (out / "image.png").read_bytes()
    assert f"cid:{image['Content-ID'].strip('<>')}" in html.get_content()
    assert message["To"] == "Amara Obi <amara@example.test>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not message.defects
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_without_picture_and_address_the_letter_is_written_and_preflight_names_both(run, out):
    result = run()
    assert result.exit_code == 0, result.output
    report = json.loads((out / "preflight.json").read_text())
    assert not report["passed"]
    blocks = {(check["id"], check["place"]) for check in report["checks"] if check["severity"] == "block"}
    assert blocks == {("image_source", "Block 1, image"), ("button_address", "Block 13, call to action")}
    assert "Pre-flight not passed: 2 block" in result.stderr


def test_none_leaves_the_image_out_and_a_letter_without_a_picture_passes(run, out):
    result = run("--image", "none", "--button", BUTTON)
    assert result.exit_code == 0, result.output
    assert json.loads((out / "preflight.json").read_text())["passed"]
    assert "<img" not in (out / "letter.html").read_text()
    message = message_from_bytes((out / "letter.eml").read_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_leaving_the_button_out_keeps_its_words(run, out):
    result = run("--image", "none", "--button", "none")
    assert result.exit_code == 0, result.output
    text = (out / "letter.txt").read_text()
    assert "Are you ready to embark" in text
    assert "better quality of" in text
    assert "[Contact IV Drips]" not in text


def test_json_alone_stands_on_stdout(run):
    result = run("--image", "none", "--button", BUTTON, "--json")
    assert json.loads(result.stdout)["passed"] is True
    assert "Reading" in result.stderr
    assert run("--image", "none").stdout == ""


def test_the_folder_is_named_after_the_source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "May news.md", "# May\n\nWords of May.\n")
    assert CliRunner().invoke(letter_command, ["May news.md"]).exit_code == 0
    assert (tmp_path / "May news" / "letter.html").is_file()
    written(tmp_path, "june", "# June\n\nWords of June.\n")
    assert CliRunner().invoke(letter_command, ["june"]).exit_code == 0
    assert (tmp_path / "june-letter" / "letter.html").is_file()


def test_an_article_is_read_from_standard_input(run, out):
    result = run("--as", "markdown", source="-", given="# Hello\n\nWords.\n")
    assert result.exit_code == 0, result.output
    assert "Hello" in (out / "letter.html").read_text()


def test_a_brand_of_ones_own_needs_its_postal_address(run, out):
    run("--brand", "Hill Tours", "--image", "none", "--button", BUTTON)
    report = json.loads((out / "preflight.json").read_text())
    assert [check["id"] for check in report["checks"] if check["severity"] == "block"] == ["postal_address"]
    run("--brand", "Hill Tours", "--address", "1 Hill Road, Hilltown", "--image", "none", "--button", BUTTON)
    assert json.loads((out / "preflight.json").read_text())["passed"]
    assert "1 Hill Road" in (out / "letter.html").read_text()


@pytest.mark.parametrize("design", THEMES)
def test_every_design_passes_preflight(run, out, picture, design):
    result = run("--design", design.title(), "--image", picture, "--button", BUTTON)
    assert result.exit_code == 0, result.output
    assert json.loads((out / "preflight.json").read_text())["passed"] is True
    assert THEMES[design].light.button in (out / "letter.html").read_text()


def test_the_picture_that_no_block_asks_for_is_said_and_not_written(run, out, picture, tmp_path):
    result = run("--image", picture, source=written(tmp_path, "a.md", "# Title\n\nWords.\n"))
    assert result.exit_code == 0, result.output
    assert "is not used" in result.stderr
    assert not (out / "image.png").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--design", "baroque"], "calm"),
        (["--to", "nobody"], "Write it like"),
        (["--to", "Ada <ada@nowhere>"], "Write it like"),
        (["--button", "book"], "not an address"),
        (["--button", "javascript:alert(1)"], "not an address"),
        (["--as", "papyrus"], "markdown"),
    ],
)
def test_wrong_options_are_wrong_usage(run, out, options, said):
    result = run(*options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not out.exists()


def test_a_missing_source_or_a_folder_is_wrong_usage(run, tmp_path):
    missing = run(source=tmp_path / "nothing.txt")
    assert (missing.exit_code, "There is no file" in missing.stderr) == (2, True)
    folder = run(source=tmp_path)
    assert (folder.exit_code, "is a folder" in folder.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "empty"),
        ("large.txt", b"Words and words.\n" * 310_000, "limit"),
        ("binary.txt", bytes(range(256)) * 40, "binary"),
        ("zip.txt", b"PK\x03\x04" + b"x" * 100, "zip archive but is broken"),
        ("deep.html", b"<html><body>" + b"<div>" * 20_000 + b"<p>deep</p>", "deep"),
    ],
)
def test_a_source_that_is_no_article_is_refused_with_its_name(run, out, tmp_path, name, data, said):
    result = run(source=written(tmp_path, name, data))
    assert result.exit_code == 1
    assert name in result.stderr
    assert said in result.stderr
    assert not out.exists()


def test_quotes_and_lists_nested_twenty_thousand_deep_end_in_a_letter_or_a_sentence(run, tmp_path):
    for data in (">" * 20_000 + " deep\n", "".join(" " * depth + "- x\n" for depth in range(1200))):
        result = run(source=written(tmp_path, "deep.md", data))
        assert result.exit_code in {0, 1}
        assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("name", ["braces.txt", "braces.md", "braces.html"])
def test_an_article_full_of_braces_shows_them_as_they_are(run, out, tmp_path, name):
    line = "{{ 7 * 7 }} {% for x in y %} {# note #} {{ brand.mro }}"
    result = run(
        source=written(tmp_path, name, f"<p>A title</p><p>{line}</p>" if "html" in name else f"A title\n\n{line}.")
    )
    assert result.exit_code == 0, result.output
    text = " ".join((out / "letter.txt").read_text().split())
    assert "{{ 7 * 7 }}" in text
    assert "{{ brand.mro }}" in text


def test_a_broken_tag_in_the_subject_makes_no_letter_but_a_report(run, out):
    result = run("--subject", "Hi {{ subscriber.firstname }}", "--image", "none", "--button", BUTTON)
    assert result.exit_code == 1
    assert "No letter could be made" in result.stderr
    assert [path.name for path in out.iterdir()] == ["preflight.json"]
    (block,) = [
        each for each in json.loads((out / "preflight.json").read_text())["checks"] if each["severity"] == "block"
    ]
    assert block["id"] == "merge_tag_unknown"
    assert "subscriber.first_name" in block["cure"]
    assert block["place"].startswith("Subject")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("words.png", b"these are words", "not a picture"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        ("empty.jpg", b"", "not a picture"),
        ("cut.png", b"", "damaged"),
        ("large.jpg", b"\xff\xd8" + b"\x00" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_an_image_that_is_none_or_too_large_is_refused(run, out, tmp_path, picture, name, data, said):
    if name == "cut.png":
        data = picture.read_bytes()[:-400]
    result = run("--image", written(tmp_path, name, data))
    assert result.exit_code == 1
    assert name in result.stderr
    assert said in result.stderr
    assert not out.exists()


def test_an_image_that_would_unpack_to_a_giant_is_refused(run, tmp_path):
    path = tmp_path / "giant.png"
    Image.new("1", (10_000, 10_000)).save(path)
    result = run("--image", path)
    assert (result.exit_code, "pixels" in result.stderr) == (1, True)


def test_a_picture_from_a_camera_is_made_fit_for_letters(run, out, tmp_path):
    path = tmp_path / "camera.jpg"
    Image.linear_gradient("L").resize((4000, 3000)).save(path)
    assert run("--image", path, "--button", BUTTON).exit_code == 0
    with Image.open(out / "image.jpg") as shown:
        assert shown.width == 1200


def test_an_image_without_a_name_is_refused(run):
    assert run("--image", "").exit_code == 1


def test_a_missing_image_is_refused(run, tmp_path):
    result = run("--image", tmp_path / "none.png")
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


def test_a_folder_that_cannot_be_written_is_named(run, tmp_path):
    blocker = written(tmp_path, "file", "x")
    result = CliRunner().invoke(letter_command, [str(ARTICLE), "--out", str(blocker / "out")])
    assert result.exit_code == 1
    assert "Nothing can be written to" in result.stderr


def test_filling_in_leaves_what_is_already_there():
    article = Article(
        "T", (Picture("https://example.test/a.jpg", "A"), CallToAction("Come.", "Go", "https://example.test"))
    )
    assert fill_in(article, image=NONE, button=NONE) == article


def test_filling_in_nothing_changes_nothing():
    article = Article("T", (Picture("", "A"), CallToAction("Come.", "Go")))
    assert fill_in(article, image=None, button=None) == article


def test_a_call_without_button_and_words_leaves_no_empty_paragraph():
    article = Article("T", (CallToAction("", "Go"), CallToAction("Come.", "Go", heading="Ready?")))
    assert fill_in(article, image=None, button=NONE).blocks == (Paragraph("Ready? Come."),)


def test_a_page_on_the_web_becomes_a_letter(run, out, monkeypatch):
    with web_server() as server:
        monkeypatch.setattr(article_sources, "fetch", Fetcher(may_reach=lambda address, _: address.is_loopback).fetch)
        words = "<p>Words of the article, long enough to be found among the rest of the page.</p>" * 6
        server.answers = {"/post": page(web_page(words, "Tides"))}
        assert run(source=server.url("/post")).exit_code == 0
        assert "Tides" in (out / "letter.txt").read_text()
        refused = run(source=server.url("/none"))
        assert (refused.exit_code, "no such page" in refused.stderr) == (1, True)


def test_a_whole_letter_is_written_as_it_is(run, out, tmp_path):
    leave = '{{ brand.address }} <a href="{{ links.unsubscribe }}">Leave</a>'
    words = "<h1>Water</h1> Hello {{ subscriber.first_name }}, drink enough of it, every day of this winter."
    body = f"<mj-section><mj-column><mj-text>{words}<p>{leave}</p></mj-text></mj-column></mj-section>"
    source = written(tmp_path, "letter.mjml", f"<mjml><mj-body color='#fff'>{body}</mj-body></mjml>")
    result = run("--whole", "--subject", "Water", "--to", "Amara <amara@example.test>", source=source)
    assert result.exit_code == 0, result.output
    assert "Note, line 1: <mj-body>: color does nothing here" in result.stderr
    assert "Hello Amara" in (out / "letter.txt").read_text()
    assert json.loads((out / "preflight.json").read_text())["passed"] is True


def test_a_broken_whole_letter_is_told_by_its_lines(run, tmp_path):
    source = written(tmp_path, "letter.html", "<p>x</p>\n<script>y</script>\n<p onclick='z'>q</p>")
    result = run("--whole", source=source)
    assert result.exit_code == 1
    assert "Refused, line 2: <script>" in result.stderr
    assert "Refused, line 3: <p>: onclick runs a script" in result.stderr
    assert run("--whole", source=written(tmp_path, "x.html", b"\xff\xfe")).exit_code == 1
