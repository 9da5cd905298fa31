"""This is where Prefect lets several processes of Dask describe photos side by side: the setting embed_workers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from itertools import chain

from prefect import task
from prefect.futures import PrefectFuture

from vopt_lib.desk.describing import Described, Files, MapBatches
from vopt_lib.errors import ExtraMissing

AHEAD = 2
"""Batches handed out for each process: one that it works on, and the next."""


@task(name="describe photos")
def describe_some(function: Callable[[Files], Described], files: Files) -> Described:
    """What a batch of files shows."""
    return function(files)


def map_batches_over(workers: int) -> MapBatches:
    """`map`, or its like over so many processes. Raises: ExtraMissing."""
    if not workers:
        return map
    if find_spec("prefect_dask") is None:
        raise ExtraMissing(needed_by="VOPT_EMBED_WORKERS", extra="dask")

    def over_processes(function: Callable[[Files], Described], batches: Iterable[Files], /) -> Iterator[Described]:
        return _over_processes(workers, function, iter(batches))

    return over_processes


def _over_processes(
    workers: int, function: Callable[[Files], Described], batches: Iterator[Files]
) -> Iterator[Described]:
    """The answers in the order of the batches. The processes start with the first batch, and end after the last."""
    from prefect_dask import DaskTaskRunner

    first = next(batches, None)
    if first is None:
        return
    # Processes of this machine, each one thread; no page of its own on a port.
    cluster = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
    with DaskTaskRunner(cluster_kwargs=cluster) as runner:
        waiting: deque[PrefectFuture[Described]] = deque()
        for files in chain([first], batches):
            waiting.append(runner.submit(describe_some, {"function": function, "files": list(files)}))
            if len(waiting) >= AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
