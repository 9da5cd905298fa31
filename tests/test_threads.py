"""Work with numbers takes one thread of the processor while it is told to, and as many as before afterwards."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from vopt_lib.threads import one_blas_thread, one_thread


def blas_threads() -> set[int]:
    """Threads of numpy's linear algebra."""
    assert np.ones(2) @ np.ones(2) == 2
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_linear_algebra_takes_one_thread_while_it_lasts() -> None:
    with threadpool_limits(2):
        with one_blas_thread():
            assert blas_threads() == {1}
        assert blas_threads() == {2}


def test_every_library_takes_one_thread_while_it_lasts() -> None:
    with threadpool_limits(2):
        with one_thread():
            assert {pool["num_threads"] for pool in threadpool_info()} == {1}
        assert blas_threads() == {2}


def test_one_thread_within_one_thread_is_one_thread() -> None:
    with threadpool_limits(2):
        with one_blas_thread():
            with one_blas_thread():
                assert blas_threads() == {1}
            assert blas_threads() == {1}
        assert blas_threads() == {2}
