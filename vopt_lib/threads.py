"""This is where work with numbers is kept to one thread of the processor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """While it lasts, libraries of numbers use one thread: several that wait for each other on a busy machine take ten
    times the CPU seconds, and pages need a core, too. Only libraries that are loaded already can be limited."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """The same for numpy's linear algebra alone, in a hundredth of the time: for work of a few milliseconds.

    The limit is the process's own: while one of its threads searches, the others' products take one thread, too.
    """
    with _blas().limit(limits=1):
        yield


@cache
def _blas() -> Any:
    """To look through all loaded libraries takes milliseconds; numpy's own does not change."""
    import numpy  # noqa: F401 - only what is loaded can be limited
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")
