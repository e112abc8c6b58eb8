"""A house for the supervisor's tests, in a process of its own: python house_of_fakes.py FOLDER CHILDREN-AS-JSON.

Each child runs `fake_child.py`; the file `ready` appears when all are ready.
"""

import json
import os
import sys
from pathlib import Path

from app.embedded.child import Child
from app.embedded.output import Log
from app.embedded.supervisor import Supervisor

FAKE = Path(__file__).with_name("fake_child.py")


def fake(folder: Path, name: str, *, starts: int = 0, stops: int = 0, habits: tuple[str, ...] = (), **more) -> Child:
    return Child(
        name,
        (sys.executable, str(FAKE), name, str(folder), *habits),
        os.environ,
        starts,
        stops,
        is_ready=(folder / f"{name}.up").exists,
        **more,
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    children = [fake(folder, **one) for one in json.loads(sys.argv[2])]
    Supervisor(children, Log(()), when_ready=(folder / "ready").touch).run()
    (folder / "ended").touch()
