"""What closed pages leave is given back, and nothing is looked through while they stay open."""

from __future__ import annotations

import gc
import threading
import weakref

from vopt_lib.server.memory import Closed, give_back


class Circle:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


def test_pages_that_open_or_stay_are_no_reason_to_look() -> None:
    threads = iter([4, 10, 10, 12])
    closed = Closed(lambda: next(threads))
    assert [closed.look() for _ in range(4)] == [False] * 4


def test_pages_that_closed_are_noticed_once() -> None:
    threads = iter([4, 13, 7, 7, 4, 4])
    closed = Closed(lambda: next(threads))
    assert [closed.look() for _ in range(6)] == [False, False, True, False, True, False]


def test_a_kernel_is_a_thread_that_counts() -> None:
    closed, over = Closed(), threading.Event()
    kernel = threading.Thread(target=over.wait)
    kernel.start()
    assert not closed.look()
    over.set()
    kernel.join()
    assert closed.look()


def test_what_nobody_holds_is_gone() -> None:
    gc.disable()
    try:
        left = weakref.ref(Circle())
        assert left() is not None
        give_back()
        assert left() is None
    finally:
        gc.enable()
