"""What every application of a test process would compile alike is compiled once: templates, and what builds addresses.

Each test has an application of its own; without this, compiling these again was most of the work of a page's test.
"""

from collections.abc import Callable
from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


class KeptTemplates(BytecodeCache):
    """The code of templates, by name, place and what stands in them."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


class KeptRule(Rule):
    """A route whose builder of addresses is shared with every route that reads the same: a plain function of it."""

    builders: dict[tuple, Callable] = {}  # noqa: RUF012  one for the whole process, on purpose

    def _compile_builder(self, append_unknown: bool = True) -> Callable:
        defaults = tuple(sorted((self.defaults or {}).items()))
        alike = (self.rule, tuple(self._trace), defaults, append_unknown)
        if alike not in self.builders:
            self.builders[alike] = super()._compile_builder(append_unknown)
        return self.builders[alike]


def compile_once() -> None:
    """To be called before the first application is made."""
    Flask.jinja_options = {"bytecode_cache": KeptTemplates()}
    Flask.url_rule_class = KeptRule
