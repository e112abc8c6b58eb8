"""Files that nobody should have to read: cut, scratched, enormous, nested, lying about themselves. Written to a folder.

`python -m tests.emails.articles.odd_files FOLDER [COUNT]` writes them and prints how `letterwright article` took each.
"""

import random
import subprocess
import sys
from pathlib import Path

from tests.emails.articles.samples import (
    beehiiv,
    buttondown,
    ghost,
    lexical,
    medium_post,
    para,
    png,
    rss,
    source_of,
    substack,
    web_page,
    word,
    wp_item,
    wxr,
    zipped,
)

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
ENDINGS = {
    "text": "txt", "markdown": "md", "html": "html", "page": "html", "docx": "docx", "feed": "xml", "ghost": "json",
    "wordpress": "xml", "medium": "html", "beehiiv": "csv", "substack": "zip", "buttondown": "zip", "archive": "zip",
}  # fmt: skip
RUN = """
import resource, sys
from app.cli.article import article_command
try:
    article_command(sys.argv[1:])
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
"""
LONGEST = 5.0
MOST_MEMORY = 300
"""Seconds of a processor and MiB that one file may take."""


WORDS = "Words and more words of an article. "
ODD = {
    "one_line.md": lambda: b"# T\n\n" + (WORDS * 50_000).encode(),
    "divs.html": lambda: b"<div>" * 100_000,
    "spans.html": lambda: b"<p>" + b"<span>x</span>" * 30_000,
    "table.html": lambda: b"<table>" + b"<tr>" + b"<td>c</td>" * 30_000 + b"</tr></table>",
    "quotes.md": lambda: b">" * 100_000 + b" x",
    "stars.md": lambda: b"*" * 200_000 + b"x",
    "brackets.md": lambda: b"[" * 100_000,
    "links.md": lambda: b"[a](" * 50_000,
    "ticks.md": lambda: b"`" * 99_999 + b"x",
    "open_quotes.html": lambda: b'<p title="' * 50_000,
    "comments.html": lambda: b"<!--" * 200_000,
    "laughs.xml": lambda: bytes(LAUGHS + "<rss><channel><item><title>&l9;</title></item></channel></rss>", "utf-8"),
    "laughs.docx": lambda: word(para("&l9;"), prologue=LAUGHS),
    "external.xml": lambda: b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>',
    "items.xml": lambda: rss(
        more="</item>" + "<item><title>t</title><description>d</description></item>" * 19_000 + "<item>"
    ),
    "shortcodes.xml": lambda: wxr(wp_item("[a b=c]" * 100_000)),
    "blocks.xml": lambda: wxr(wp_item("<!-- wp:x " * 50_000)),
    "nodes.json": lambda: ghost({"lexical": lexical(*[{"type": "text", "text": "x"}] * 39_000)}).encode(),
    "deep.json": lambda: b'{"db":[{"data":{"posts":' + b"[" * 100_000,
    "commas.csv": lambda: b"web_title,content_html\n" + b"," * 1_000_000,
    "nest.zip": lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": "x"})})}),
    "medium.html": lambda: medium_post("<p>x</p>" * 5_000).encode(),
    "substack.zip": lambda: substack("<p>x</p>" * 5_000),
    "nulls.txt": lambda: bytes(1_000_000),
    "empty.txt": lambda: b"",
    "blank.md": lambda: b" \n" * 100_000,
    "utf16.txt": lambda: "Title\n\nWords — of an article.".encode("utf-16"),
    "utf16_cut.html": lambda: "<h1>T</h1><p>Words".encode("utf-16")[:-1],
    "marks.txt": lambda: b"\xef\xbb\xbf" * 1_000,
    "right_to_left.txt": lambda: bytes("\u202e" * 100_000 + "x", "utf-8"),
    "picture.html": png,
    "program.docx": lambda: b"\x7fELF" + bytes(10_000),
    "document.txt": lambda: word(para("Words in a document that is called a text.")),
    "text.docx": lambda: b"Title\n\nWords.",
    "feed.json": rss,
}
"""By name: one of each way to be too much, or not what it is called; quick to refuse or to read."""

HEAVY = {
    "one_line.txt": lambda: bytes(WORDS * 300_000, "utf-8"),
    "one_line.html": lambda: b"<p>" + (WORDS * 300_000).encode(),
    "no_blanks.txt": lambda: b"x" * 1_900_000,
    "bold.html": lambda: b"<b>" * 199 + b"x" * 1000 + b"<p>y" * 5_000,
    "rows.html": lambda: b"<table>" + b"<tr><td>a<td>b" * 12_000 + b"</table>",
    "list.html": lambda: b"<ul>" + b"<li>x" * 35_000,
    "deep_list.md": lambda: "\n".join(" " * n * 2 + "- x" for n in range(3_000)).encode(),
    "deep_list.txt": lambda: "\n".join(" " * n + "- x" for n in range(3_000)).encode(),
    "table.md": lambda: b"|a|b|\n|-|-|\n" + b"|x|y|\n" * 45_000,
    "references.md": lambda: b"".join(b"[a%d]: x\n" % n for n in range(40_000)) + b"[a0]" * 30_000,
    "entities.html": lambda: b"<p>" + b"&amp;&lt;&#123;" * 100_000,
    "lines.txt": lambda: b"x\n" * 900_000,
    "headings.txt": lambda: b"A Heading\n\n" * 24_000,
    "dashes.txt": lambda: b"- " * 900_000,
    "addresses.txt": lambda: b"http://a.b/c " * 100_000,
    "mails.txt": lambda: b"a@b.c " * 200_000,
    "wordpress.xml": lambda: wxr(*[wp_item("Words.")] * 5_000),
    "captions.xml": lambda: wxr(wp_item("[caption]" * 50_000)),
    "ghost.json": lambda: ghost(*[{"html": "<p>x</p>"}] * 5_000).encode(),
    "many.csv": lambda: bytes(beehiiv() + beehiiv().split("\n", 1)[1] * 9_900, "utf-8"),
    "quote.csv": lambda: b'web_title,content_html\n"' + b'""' * 900_000,
    "bomb.zip": lambda: zipped({"a.txt": bytes(100_000_000)}),
    "bomb.docx": lambda: zipped({"[Content_Types].xml": "x", "word/document.xml": b" " * 100_000_000}),
    "files.zip": lambda: zipped({f"{n}.txt": "Title\n\nWords." for n in range(4_000)}),
    "pictures.zip": lambda: zipped({"a.md": "![x](p.png)\n\n" * 2_000, "p.png": png()}),
    "paragraphs.docx": lambda: word(para("x") * 4_000),
    "tables.docx": lambda: word("<w:tbl>" + "<w:tr>" + f"<w:tc>{para('c')}</w:tc>" * 3_000 + "</w:tr></w:tbl>"),
    "page.html": lambda: web_page("<p>Words of an article that go on.</p>" * 5_000).encode(),
    "page_links.html": lambda: web_page("<a href=x>y</a> " * 18_000).encode(),
    "page_tables.html": lambda: web_page("<table><tr><td>" * 60 + "x").encode(),
    "buttondown.zip": lambda: zipped(buttondown("x\n\n" * 20_000)),
    "noise.txt": lambda: random.Random(1).randbytes(1_000_000),
    "combining.txt": lambda: bytes("a" + "\u0301" * 500_000, "utf-8"),
}
"""The same, at the edge of what is let in."""


def spoilt(count, seed=7):
    """By name: samples of every kind, each cut, scratched, repeated or called otherwise."""
    chance = random.Random(seed)
    kinds = sorted(ENDINGS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        made = source_of(kind, "Words, {{ more }} words and <b>some</b>.", "Title")
        data = bytearray(made if isinstance(made, bytes) else made.encode())
        for _ in range(chance.choice([0, 1, 5, 50])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = data[: chance.randrange(len(data))] if chance.random() < 0.5 else data * chance.choice([1, 1, 2, 40])
        ending = ENDINGS[chance.choice(kinds)] if chance.random() < 0.2 else ENDINGS[kind]
        yield f"{number:04}.{ending}", bytes(cut)


def write(folder, files):
    """The files in a folder, and beside them links that lead in a circle, nowhere and out of it."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name, data in files if (folder / name).write_bytes(data) >= 0]
    for name, target in (("circle", "."), ("nowhere.txt", "missing"), ("outside.txt", "/etc/hostname")):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)
    return names


def run(path):
    """What the command said of one file, the seconds of a processor that it took, and its memory in MiB."""
    command = [sys.executable, "-c", RUN, str(path), "--json"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    seconds, memory = done.stderr.splitlines()[-1].split() if done.stderr else (0, 0)
    return done, float(seconds), int(memory) // 1024


def main(folder, count):
    """Prints which files were slow, heavy or badly refused, and how many articles were read."""
    made = {**ODD, **HEAVY}
    names = write(folder, [*((name, make()) for name, make in made.items()), *spoilt(count)])
    slow, heavy, broken, read = [], [], [], 0
    for name in names:
        done, seconds, memory = run(folder / name)
        read += done.stdout.count(b'"blocks":')
        slow += [(name, round(seconds, 1))] if seconds > LONGEST else []
        heavy += [(name, memory)] if memory > MOST_MEMORY else []
        if done.returncode not in {0, 1} or b"Traceback" in done.stderr:
            broken.append((name, done.stderr.decode()[-300:]))
        elif done.returncode == 1 and len(done.stderr.splitlines()) == 1:
            broken.append((name, "refused without a reason"))
    print(f"{len(names)} files, {read} articles read; slow: {slow}; heavy: {heavy}; broken: {broken}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200)
