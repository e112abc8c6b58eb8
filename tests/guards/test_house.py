"""The house rules that a machine can keep: sizes, names, and what may be said only in one place."""

import ast
import subprocess
from pathlib import Path

import pytest

from tests.guards.source import ROOT, Source, sources

LONGEST_FILE = 400
LONGEST_MODEL = 250
LONGEST_INIT = 40
LONGEST_TEMPLATE = 200
LONGEST_FUNCTION = 40
BANNED_NAMES = {"utils", "helpers", "common", "misc", "core", "base"}
BANNED_ENDINGS = ("_dao", "_service", "_utils", "_manager")
TOP_LEVEL = {
    "app", "emails", "workers", "tests", "wsgi.py", "pyproject.toml", "README.md", "ARCHITECTURE.md", "CHANGELOG.md",
    "LICENSE", "Makefile", "Dockerfile", "compose.yaml", ".ci", ".gitignore", ".gitattributes", ".dockerignore",
    ".pre-commit-config.yaml",
}  # fmt: skip
SAID_ONLY_IN = {
    ".commit(": ("app/database/",),
    "os.environ": ("app/config.py",),
    "os.getenv": ("app/config.py",),
    "datetime.now(": ("app/clock.py",),
    "datetime.utcnow": (),
    "import socket": ("workers/smtp/", "workers/inbox/", "app/outside/", "app/embedded/"),
    "import smtplib": ("workers/smtp/", "app/embedded/"),
    "except Exception": ("workers/runtime.py", "wsgi.py"),
    "import mjml": ("emails/render/mjml.py",),
    "from mjml": ("emails/render/mjml.py",),
}
STUB_WORDS = ("TODO", "FIXME", "XXX", "HACK", "NotImplementedError", "not implemented", "for now")


def ids(found: list[Source]) -> dict:
    return {"argvalues": found, "ids": [one.name for one in found]}


def wall(source: Source) -> int:
    if source.path.name == "__init__.py":
        return LONGEST_INIT if source.under("app/models/", "app/cli/", "emails/") else LONGEST_INIT * 2
    return LONGEST_MODEL if source.under("app/models/") else LONGEST_FILE


def test_no_file_is_longer_than_its_wall():
    long = {one.name: n for one in sources() if (n := one.text.count("\n")) > wall(one)}
    assert long == {}


def test_no_test_file_is_longer_than_the_wall():
    long = {one.name: n for one in sources("tests") if (n := one.text.count("\n")) > LONGEST_FILE}
    assert long == {}


def test_no_template_is_longer_than_its_wall():
    templates = (ROOT / "app" / "templates").rglob("*.html")
    assert {path.name: n for path in templates if (n := path.read_text().count("\n")) > LONGEST_TEMPLATE} == {}


def test_no_function_is_longer_than_the_wall():
    long = {}
    for one in sources():
        for node in ast.walk(one.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{one.name}:{node.name}"] = length
    assert long == {}


def test_no_file_has_a_name_that_says_nothing():
    bad = [
        one.name
        for one in sources()
        if (one.path.stem in BANNED_NAMES and one.name != "app/models/base.py")
        or one.path.stem.endswith(BANNED_ENDINGS)
    ]
    assert bad == []


def test_every_module_says_what_lives_in_it_in_one_to_four_lines():
    wrong = [
        one.name
        for one in sources()
        if not (text := ast.get_docstring(one.tree)) or sum(1 for line in text.splitlines() if line.strip()) > 12
    ]
    assert wrong == []


@pytest.mark.parametrize("words", SAID_ONLY_IN)
def test_some_words_are_said_only_in_their_place(words):
    allowed = SAID_ONLY_IN[words]
    assert [one.name for one in sources() if words in one.text and not one.under(*allowed or ("nowhere",))] == []


def test_nothing_is_left_for_later():
    found = {one.name: word for one in sources() for word in STUB_WORDS if word in one.text}
    assert found == {}


def test_only_known_things_stand_at_the_top():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert {Path(name).parts[0] for name in listed.splitlines()} <= TOP_LEVEL
