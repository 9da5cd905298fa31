"""This is where several processes of Dask describe photos side by side: of this machine, or of others, too."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from itertools import chain
from typing import Protocol

from prefect import task

from vopt_lib.desk.describing import Described, Describer, Files, MapBatches, contents
from vopt_lib.errors import ExtraMissing, SchedulerUnreachable
from vopt_lib.settings import Settings

AHEAD = 2
"""Batches handed out for each process: one that it works on, and the next."""

CONNECTS_WITHIN_S = 20
PHOTOS_AT_ONCE = 5
"""Photos that travel to another machine together: the largest have 20 MB, and Dask keeps what it sends for a while."""


class Future(Protocol):
    """An answer to come, of Prefect's or Dask's."""

    def result(self) -> Described:
        """The answer, when it is there."""


@task(name="describe photos")
def describe_some(describer: Describer, files: Files) -> Described:
    """What a batch of files shows."""
    return describer(files)


def map_batches_of(settings: Settings) -> MapBatches:
    """`map`, or its like over the processes that the settings tell. Raises: ExtraMissing."""
    if settings.dask_scheduler:
        return map_batches_at(settings.dask_scheduler)
    return map_batches_over(settings.embed_workers)


def map_batches_over(workers: int) -> MapBatches:
    """`map`, or its like over so many processes of this machine. Raises: ExtraMissing."""
    if not workers:
        return map
    _ensure_there("VOPT_EMBED_WORKERS")

    def over_processes(describer: Describer, batches: Iterable[Files], /) -> Iterator[Described]:
        return _over_processes(workers, describer, iter(batches))

    return over_processes


def map_batches_at(scheduler: str) -> MapBatches:
    """The like of `map` over the workers of a Dask scheduler, wherever they are: photos travel there as bytes.

    Raises: ExtraMissing; while it is used, SchedulerUnreachable.
    """
    _ensure_there("VOPT_DASK_SCHEDULER")

    def over_workers(describer: Describer, batches: Iterable[Files], /) -> Iterator[Described]:
        return _over_workers(scheduler, describer, iter(batches))

    return over_workers


def _ensure_there(setting: str) -> None:
    if find_spec("prefect_dask") is None:
        raise ExtraMissing(needed_by=setting, extra="dask")


def _over_processes(workers: int, describer: Describer, batches: Iterator[Files]) -> Iterator[Described]:
    """The answers in the order of the batches. The processes start with the first batch, and end after the last."""
    from prefect_dask import DaskTaskRunner

    first = next(batches, None)
    if first is None:
        return
    # Processes of this machine, each one thread; no page of its own on a port.
    cluster = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
    with DaskTaskRunner(cluster_kwargs=cluster) as runner:

        def hand_out(files: Files) -> Future:
            return runner.submit(describe_some, {"describer": describer, "files": list(files)})

        yield from in_order(hand_out, chain([first], batches), ahead=AHEAD * workers)


def _over_workers(scheduler: str, describer: Describer, batches: Iterator[Files]) -> Iterator[Described]:
    """The same over the workers of a scheduler, who need vopt, but neither Prefect's server nor these files."""
    from distributed import Client

    first = next(batches, None)
    if first is None:
        return
    try:
        client = Client(scheduler, timeout=CONNECTS_WITHIN_S)
    except (OSError, ValueError) as error:
        raise SchedulerUnreachable(address=scheduler) from error
    with client:

        def hand_out(files: Files) -> Future:
            return client.submit(describer.of_contents, list(contents(files)), pure=False)

        workers = max(1, len(client.scheduler_info()["workers"]))
        for files in chain([first], batches):
            parts = [files[start : start + PHOTOS_AT_ONCE] for start in range(0, len(files), PHOTOS_AT_ONCE)]
            found = in_order(hand_out, parts, ahead=AHEAD * workers)
            yield {sha256: seen for part in found for sha256, seen in part.items()}


def in_order(hand_out: Callable[[Files], Future], batches: Iterable[Files], *, ahead: int) -> Iterator[Described]:
    """The answers in the order of the batches, of which so many are handed out at a time."""
    waiting: deque[Future] = deque()
    for files in batches:
        waiting.append(hand_out(files))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
