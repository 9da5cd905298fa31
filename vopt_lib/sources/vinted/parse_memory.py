"""This is where Python's garbage collector is kept away while an answer is parsed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Let the collector of cycles rest while the block runs; also a decorator.

    A parsed answer is a tree of many thousand objects without cycles: it is freed without the collector, which would
    only walk it over and over while it grows (a quarter of the time of parsing, measured).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
