"""Who may import whom, held by import-linter; the contracts stand in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

from tests.guards.source import ROOT


def test_nothing_looks_up():
    """In a process of its own: the linter silences every logger that it finds."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
