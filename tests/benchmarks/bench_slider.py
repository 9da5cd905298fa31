"""This is where we measure how much Ben's SQL bomb slows Anna's page in a running server; it fails above 3 times.

    python -m tests.benchmarks.bench_slider                   40 steps of each kind beside each bomb
    python -m tests.benchmarks.bench_slider --rounds 12       in a third of the time

Ben writes each bomb on the page of questions and asks it again and again. Meanwhile Anna moves a slider, and chooses
on the page of prices: each a call over HTTP, answered over her page's websocket.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.bench_bomb import BOMBS
from tests.markets import BAGS, small_market_data
from tests.server.conftest import THINGS_SERVER
from tests.servers import RunningPages, running_pages
from tests.visitors import Tab, Visitor

MOST = 3.0
ROUNDS = 40
BETWEEN_S = 0.05  # she moves it with her hand
LIT_WITHIN_S = 60.0

Step = Callable[[], None]


@contextmanager
def exploding(pages: RunningPages, sql: str) -> Iterator[None]:
    """Ben's bomb goes off again and again while the block runs."""
    over, lit = threading.Event(), threading.Event()

    def explode(tab: Tab) -> None:
        tab.set("<marimo-code-editor", sql)
        for pressed in range(1, 1000):
            lit.set()
            tab.set("Ctrl + Enter", pressed)
            if over.is_set():
                return

    with Visitor.new(pages).opens("sql") as tab, ThreadPoolExecutor() as pool:
        bomber = pool.submit(explode, tab)
        try:
            lit.wait(LIT_WITHIN_S)
            yield
        finally:
            over.set()
            bomber.result()


@contextmanager
def annas_steps(pages: RunningPages) -> Iterator[Mapping[str, Step]]:
    """What Anna does on her two open pages."""
    with ExitStack() as stack:
        things, market = (
            stack.enter_context(Visitor.new(pages).opens(address, query))
            for address, query in (("things", ""), ("market", f"catalog={BAGS.id}"))
        )
        moves, prices = cycle(range(1000)), cycle(range(10, 40))
        yield {
            "slider": lambda: things.set("<marimo-slider", next(moves)),
            "prices page": lambda: market.set("My price", str(next(prices))),
        }


def measured(step: Step, rounds: int) -> list[float]:
    """Seconds that each of so many steps takes."""
    seconds = []
    for _ in range(rounds):
        time.sleep(BETWEEN_S)
        started = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - started)
    return seconds


def main() -> int:
    """Print what each bomb does to each step. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each step is measured")
    rounds: int = parser.parse_args().rounds
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        small_market_data(Path(folder))
        with running_pages(Path(folder), program=THINGS_SERVER) as pages, annas_steps(pages) as steps:
            print(f"{'':16} {'step':12} {'median ms':>10} {'p95 ms':>8} {'ratio':>6}")
            quiet = {name: [measured(step, rounds), measured(step, rounds)][1] for name, step in steps.items()}
            for bomb, sql in {"quiet": "", **BOMBS}.items():
                # One bomb for both kinds: it is waited for until it ends.
                with exploding(pages, sql) if sql else ExitStack():
                    taken = {name: measured(step, rounds) for name, step in steps.items()} if sql else quiet
                for name, seconds in taken.items():
                    ratio = median(seconds) / median(quiet[name])
                    worst = max(worst, ratio)
                    p95 = quantiles(seconds, n=20)[18]
                    print(
                        f"{bomb:16} {name:12} {median(seconds) * 1000:10.1f} {p95 * 1000:8.1f} {ratio:6.2f}", flush=True
                    )
    print(f"worst ratio {worst:.2f} (at most {MOST})")
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
