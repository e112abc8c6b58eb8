"""The event loop of send processes: uvloop's where `letterwright[fast]` is installed, else Python's own."""

import asyncio
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

T = TypeVar("T")


def quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """None where it is not installed."""
    if find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return factory


def run(main: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`."""
    with asyncio.Runner(loop_factory=quick_loop()) as runner:
        return runner.run(main)
