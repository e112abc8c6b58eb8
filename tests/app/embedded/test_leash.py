import os
import subprocess
import sys
from pathlib import Path

from app.embedded.leash import leashed

ROOT = str(Path(__file__).resolve().parents[3])
FAKE = str(Path(__file__).with_name("fake_child.py"))


def start_on_pipe(folder: Path, *habits: str) -> subprocess.Popen:
    """A fake child as it is started where the kernel does not tie it to its parent."""
    return subprocess.Popen(
        leashed((sys.executable, FAKE, "child", str(folder), *habits), by_kernel=False),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": ROOT},
    )


def test_elsewhere_than_on_linux_a_child_ends_with_its_children_when_its_parents_pipe_closes(
    tmp_path, wait, gone, pids_of
):
    process = start_on_pipe(tmp_path, "stubborn", "parent")
    wait((tmp_path / "child.up").exists, "the child was up")
    wait(lambda: len(pids_of(tmp_path)) == 2, "the grandchild was up")
    process.stdin.close()
    process.wait()
    wait(lambda: gone(tmp_path), "both were gone")


def test_elsewhere_than_on_linux_a_child_still_hears_that_it_shall_stop(tmp_path, wait):
    process = start_on_pipe(tmp_path)
    wait((tmp_path / "child.up").exists, "the child was up")
    process.terminate()
    assert process.wait() == 0
    process.stdin.close()
    assert (tmp_path / "stopped").read_text() == "child\n"
