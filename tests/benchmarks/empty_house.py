"""A house with nothing in it, in a folder and a database of its own, for what measures verbs and questions alone."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import load_settings
from app.database.engine import make_engine
from app.database.migrate import migrate
from app.database.session import dispose
from app.startup import open_house
from tests.benchmarks.bench_campaign import SECRET, database_address


@contextmanager
def empty_house(kind: str) -> Iterator[None]:
    """`kind` is sqlite or postgresql; closed and gone at the end."""
    with tempfile.TemporaryDirectory() as name, database_address(kind, Path(name)) as address:
        made = make_engine(address)
        migrate(made)
        made.dispose()
        open_house(load_settings(data=Path(name), given_secret=SECRET, database_url=address))
        try:
            yield
        finally:
            dispose()
