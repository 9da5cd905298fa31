"""This is where learning is kept to one thread of the processor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """While it lasts, libraries of numbers use one thread: several that wait for each other on a busy machine take ten
    times the CPU seconds, and pages need a core, too."""
    import sklearn.ensemble  # noqa: F401 - only what is loaded can be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
