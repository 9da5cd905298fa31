"""This is where we measure how much a person's SQL bomb slows another person's page; it fails above 3 times.

    python -m tests.benchmarks.bench_bomb

Each bomb runs in the cage, with the limits of the settings, from a thread of this process, as a page's does. Meanwhile
another thread does what a slider asks for: some work on frames, and a word to a second process (the browser) and back.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles

import polars as pl

from vopt_lib.desk.ask import ask
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import SqlError

MOST = 3.0
ROUNDS = 60

BOMBS = {
    "cross join": "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3",
    "hash aggregate": "SELECT count(*) FROM (SELECT DISTINCT range * 7919 % 99999999, range FROM range(90000000))",
    "big texts": "SELECT max(repeat('x', 900000) || range) FROM range(100000)",
    "recursion": "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r) SELECT count(*) FROM r WHERE a < 0",
    "big result": "SELECT repeat('x', 2000) || range FROM range(100000)",
    "sorted": "SELECT range, hash(range) AS h FROM range(60000000) ORDER BY h DESC",
}


@contextmanager
def exploding(desk: Desk, sql: str) -> Iterator[None]:
    """The bomb goes off again and again while the block runs."""
    over = threading.Event()

    def explode() -> None:
        while not over.is_set():
            with suppress(SqlError):
                ask(desk, sql)

    bomber = threading.Thread(target=explode)
    bomber.start()
    try:
        yield
    finally:
        over.set()
        bomber.join()


def answer(browser: Connection) -> None:
    """The other end: says back what it hears, until it hears nothing more."""
    with suppress(EOFError):
        while True:
            browser.send(browser.recv())


def slide(page: Connection, rows: pl.DataFrame) -> float:
    """Seconds that one step of a slider takes."""
    started = time.perf_counter()
    chosen = rows.filter(pl.col("price") < 40).group_by("brand").agg(pl.col("price").median()).sort("brand")
    page.send(sum(len(row) for _ in range(40) for row in chosen.rows()))
    page.recv()
    return time.perf_counter() - started


def steps(page: Connection, rows: pl.DataFrame) -> list[float]:
    """So many steps, one every 50 ms: she moves it with her hand."""
    measured = []
    for _ in range(ROUNDS):
        time.sleep(0.05)
        measured.append(slide(page, rows))
    return measured


def main() -> int:
    """Print what each bomb does. Returns the exit status."""
    rows = pl.DataFrame(
        {"brand": [f"Brand {n % 500}" for n in range(200_000)], "price": [n % 97 for n in range(200_000)]}
    )
    page, browser = multiprocessing.Pipe()
    other = multiprocessing.get_context("spawn").Process(target=answer, args=(browser,), daemon=True)
    other.start()
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(data=Path(folder))
        steps(page, rows)
        quiet = steps(page, rows)
        worst = 0.0
        print(f"{'':16} {'median ms':>10} {'p95 ms':>8} {'ratio':>6}")
        for name, sql in {"quiet": "", **BOMBS}.items():
            measured = quiet
            if sql:
                with exploding(desk, sql):
                    measured = steps(page, rows)
            ratio = median(measured) / median(quiet)
            worst = max(worst, ratio)
            print(f"{name:16} {median(measured) * 1000:10.1f} {quantiles(measured, n=20)[18] * 1000:8.1f} {ratio:6.2f}")
    page.close()
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
