"""This is where work with a large shop is measured beside the same work in hand-written SQL.

    python -m tests.benchmarks.bench_shop [--url URL] [--rounds N]

Without a URL it fills a SQLite file of its own (`make_shop`: 50,000 listings, 20,000 orders); a PostgreSQL database
must be empty, or filled by make_shop. Medians of warm rounds, ours and by hand in turn on the same database: by hand
means the bare driver (sqlite3, psycopg) and bare rows. Milliseconds are shown beside their goal. It fails when we ask
the database more often than we may, or, on SQLite, take longer than our ratio to the hand-written SQL allows, in a
second try with more rounds too. Of a server, which answers the peer with processes of its own, ratios are only shown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import Engine, event, func, select

from tests.benchmarks.make_shop import NEWEST, fill
from tests.benchmarks.shop_questions import QUESTIONS, Question
from tests.markets import FixedClock
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.shop.store import Shop, open_shop
from vopt_lib.shop.tables import Listing


@dataclass(frozen=True)
class Measured:
    """Medians of milliseconds, and how often we ask the database. by_hand_ms: 0 where there is nothing to compare."""

    ours_ms: float
    by_hand_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        """How many times as long we take."""
        return self.ours_ms / self.by_hand_ms if self.by_hand_ms else 0


def main() -> int:
    """Print the table. Returns the exit status."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--url")
    reader.add_argument("--rounds", type=int, default=15)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.url or f"sqlite:///{folder}/shop.sqlite"
        filled(url)
        desk = open_desk(clock=FixedClock(NEWEST), data=folder, database_url=url)
        shop = shop_of(desk)
        status = compare(desk, shop, asked.rounds)
        shop.close()
    return status


def filled(url: str) -> None:
    """Fill this database where it is empty."""
    shop = open_shop(url)
    with shop.reading() as session:
        is_empty = not session.scalars(select(func.count(Listing.id))).one()
    if is_empty:
        print(f"filled in {seconds(lambda: fill(shop)):.1f} s")
    shop.close()


def compare(desk: Desk, shop: Shop, rounds: int) -> int:
    """Ask all questions. Returns 1 where one is missed, else 0."""
    heads = f"{'ours ms':>8} {'goal':>5} {'by hand ms':>10} {'ratio':>6} {'most':>5} {'queries':>7}"
    print(f"{shop.engine.dialect.name:38} {heads}")
    is_server, missed = shop.engine.dialect.name != "sqlite", False
    for question in QUESTIONS:
        most = float("inf") if is_server else question.ratio
        found = measure(desk, shop, question, rounds)
        if found.ratio > most:
            found = measure(desk, shop, question, rounds * 3)
        is_missed = found.ratio > most or found.queries > question.queries
        missed |= is_missed
        print(f"{line(question, found)}{'  MISSED' if is_missed else ''}", flush=True)
    return int(missed)


def line(question: Question, found: Measured) -> str:
    """A line of the table."""
    goal = question.goal_ms or ""
    told = f"{question.name:38} {found.ours_ms:8.1f} {goal:>5}"
    if found.by_hand_ms:
        told += f" {found.by_hand_ms:10.1f} {found.ratio:6.2f} {question.ratio:5.1f}"
    else:
        told += " " * 24
    return f"{told} {found.queries:7}{'  over' if question.goal_ms and found.ours_ms > question.goal_ms else ''}"


def measure(desk: Desk, shop: Shop, question: Question, rounds: int) -> Measured:
    """Ours and by hand, in turn."""
    driver = shop.engine.raw_connection()
    cursor = driver.cursor()

    def by_hand() -> None:
        for query in question.by_hand:
            cursor.execute(query)
            cursor.fetchall()

    pairs = [(seconds(lambda: question.ours(desk)), seconds(by_hand)) for _ in range(rounds + 1)][1:]
    driver.close()
    ours, hand = (median(side) * 1000 for side in zip(*pairs, strict=True))
    queries = counted(shop.engine, lambda: question.ours(desk))
    return Measured(ours, hand if question.by_hand else 0, queries)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def counted(engine: Engine, work: Callable[[], object]) -> int:
    """How often it asks the database."""
    asked: list[str] = []

    def heard(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    work()
    event.remove(engine, "before_cursor_execute", heard)
    return sum(statement.lstrip().startswith(("SELECT", "WITH")) for statement in asked)


if __name__ == "__main__":
    sys.exit(main())
