"""What every test of a process would compile alike is compiled once: templates, routes, and statements of SQL.

Each test has an application and an engine of its own; without this, compiling these again was most of the work of a
test with pages or rows.
"""

from types import CodeType

import sqlalchemy
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app.database import engine as engines

STATEMENTS = 5_000
"""How many compiled statements of one kind of database are kept."""


class KeptTemplates(BytecodeCache):
    """The code of templates, by name, place and what stands in them."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


class KeptRule(Rule):
    """A route that is read and whose builders of addresses are made once for every route that reads the same."""

    kept: dict[tuple, tuple] = {}  # noqa: RUF012  one for the whole process, on purpose

    def compile(self) -> None:
        domain = self.host if self.map.host_matching else self.subdomain
        defaults = tuple(sorted((self.defaults or {}).items()))
        alike = (domain, self.rule, self.merge_slashes, defaults, tuple(self.map.converters.items()))
        if alike not in self.kept:
            super().compile()
            builders = (self._build.__func__, self._build_unknown.__func__)
            self.kept[alike] = (self._parts, self._trace, self._converters, *builders)
            return
        parts, trace, converters, build, build_unknown = self.kept[alike]
        self._parts, self._trace, self._converters = list(parts), list(trace), dict(converters)
        self.arguments.update(converters)
        self._build, self._build_unknown = build.__get__(self, None), build_unknown.__get__(self, None)


kept_engines: dict[str, Engine] = {}


def create_engine(address: str, **given) -> Engine:
    """An engine with the dialect, and so the compiled statements, of the first one of its kind that had connected."""
    made = sqlalchemy.create_engine(address, **given)
    kind = made.dialect.name
    kept = kept_engines.get(kind)
    if kept is not None and kept.dialect.server_version_info:
        made.dialect, made._compiled_cache = kept.dialect, kept._compiled_cache
    else:
        made._compiled_cache = LRUCache(STATEMENTS)
        kept_engines[kind] = made
    return made


def compile_once() -> None:
    """To be called before the first application or engine is made."""
    Flask.jinja_options = {"bytecode_cache": KeptTemplates()}
    Flask.url_rule_class = KeptRule
    engines.create_engine = create_engine
