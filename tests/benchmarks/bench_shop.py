"""This is where questions to a large shop are measured beside the same questions in hand-written SQL.

    python -m tests.benchmarks.bench_shop [--url URL] [--rounds N]

Without a URL it fills a SQLite file of its own (`make_shop`: 50,000 listings, 20,000 orders); a PostgreSQL database
must be empty, or filled by make_shop. Medians of warm rounds, ours and the peer's in turn on the same database: the
peer speaks to the driver (sqlite3, psycopg) and gets bare rows. GOAL_MS is what a page should wait at most. Fails when
a question is slower than its ratio allows, or asks the database more often than it may.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

from sqlalchemy import Engine, event, func, select

from tests.benchmarks.make_shop import NEWEST, OWNER, fill
from vopt_lib.schema.own_figures import Period
from vopt_lib.shop.activity import activities
from vopt_lib.shop.audit import Author
from vopt_lib.shop.books import read_books, waiting_sales
from vopt_lib.shop.figures import in_currency, over_time
from vopt_lib.shop.reported import reported
from vopt_lib.shop.stock import stock
from vopt_lib.shop.store import Shop, open_shop
from vopt_lib.shop.tables import Item, Listing

GOAL_MS, WRITE_GOAL_MS = 150, 30
YEAR = Period.until(NEWEST.date(), 365)
EVER = Period.until(NEWEST.date(), 5 * 365)
NUMBERS = itertools.count(time.time_ns())
"""So that the same database can be measured again."""

Ask = Callable[[Shop], object]


@dataclass(frozen=True)
class Question:
    """What is asked, how we ask it, and how it is asked by hand.

    ratio: how many times as long as the peer it may take; queries: how often it may ask the database.
    """

    name: str
    ours: Ask
    peer: Sequence[str]
    ratio: float
    queries: int
    goal_ms: int = GOAL_MS


def figures_of(period: Period) -> Ask:
    """All figures of a period, by person, catalogue, brand and month."""

    def ask(shop: Shop) -> object:
        with shop.reading() as session:
            books = read_books(session, OWNER, period)
        return in_currency(books, "EUR", period), over_time(books, "1mo", currency="EUR", period=period)

    return ask


def reading(work: Callable[[Any], object]) -> Ask:
    """What is read in one session."""

    def ask(shop: Shop) -> object:
        with shop.reading() as session:
            return work(session)

    return ask


def create(shop: Shop) -> None:
    """A thing and its listing, with what the audit log says of them."""
    number = next(NUMBERS)
    listing = {"state": "draft", "title": "Abito", "asked": Decimal("12.00"), "currency": "EUR", "account_id": 1}
    with shop.writing(Author(1, 1, "bench", NEWEST)) as session:
        made = Listing(household_id=1, external_id=number, **listing)
        session.add(Item(household_id=1, person_id=1, sku=f"B-{number}", currency="EUR", listings=[made]))


def edit(shop: Shop) -> None:
    """Another price for a listing."""
    with shop.writing(Author(1, 1, "bench", NEWEST)) as session:
        listing = session.get_one(Listing, next(NUMBERS) % 40_000 + 1)
        listing.asked = (listing.asked or Decimal(0)) + Decimal("0.01")


def sums(period: Period, by: str) -> str:
    """What completed sales came to, by hand."""
    return f"""
        SELECT {by}, count(DISTINCT o.id), sum(l.price), sum(o.received), sum(i.cost)
        FROM "order" o JOIN channel_account a ON a.id = o.account_id JOIN order_line l ON l.order_id = o.id
        LEFT JOIN listing g ON g.id = l.listing_id LEFT JOIN item i ON i.id = g.item_id
        WHERE o.household_id = 1 AND o.deleted_at IS NULL AND o.kind = 'sale' AND o.state = 'completed'
        AND o.completed_at BETWEEN '{period.begin:%F %T}' AND '{period.end:%F %T}' GROUP BY 1"""


def offered(period: Period, by: str) -> str:
    """How many things were on sale, and how many of them were sold, by hand."""
    return f"""
        SELECT {by}, count(DISTINCT g.item_id), count(DISTINCT CASE WHEN g.state = 'sold' THEN g.item_id END)
        FROM listing g WHERE g.household_id = 1 AND g.deleted_at IS NULL AND g.state <> 'draft'
        AND g.listed_at < '{period.end:%F %T}'
        AND (g.state IN ('published', 'reserved') OR g.ended_at >= '{period.begin:%F %T}') GROUP BY 1"""


def by_hand(period: Period) -> list[str]:
    """The queries whose answers the figures of a period are; a month is cut out of the moment as text."""
    month = "substr(CAST(o.completed_at AS VARCHAR), 1, 7)"
    groups = ("1", "a.person_id", "g.catalog_id", "g.brand", month)
    shelves = ("1", "g.account_id", "g.catalog_id", "g.brand")
    return [*(sums(period, f"({by})") for by in groups), *(offered(period, f"({by})") for by in shelves)]


WAITING = """SELECT o.id, o.asked, o.paid, l.price, g.brand FROM "order" o JOIN order_line l ON l.order_id = o.id
    LEFT JOIN listing g ON g.id = l.listing_id
    WHERE o.household_id = 1 AND o.deleted_at IS NULL AND o.kind = 'sale' AND o.state IN ('reserved', 'shipped')"""
STOCK = """SELECT g.currency, count(*), sum(i.cost), sum(g.asked) FROM listing g JOIN item i ON i.id = g.item_id
    WHERE g.id IN (SELECT max(id) FROM listing WHERE household_id = 1 AND deleted_at IS NULL
    AND state IN ('draft', 'published', 'paused') GROUP BY item_id) GROUP BY 1"""
DONE = """SELECT at, deed, about, count(*), max(number) FROM (SELECT * FROM audit_event WHERE household_id = 1
    ORDER BY number DESC LIMIT 5000) AS e GROUP BY at, deed, about ORDER BY 5 DESC"""

QUESTIONS = (
    Question("figures of a year", figures_of(YEAR), by_hand(YEAR), 2.5, 3),
    Question("figures of five years", figures_of(EVER), by_hand(EVER), 2.5, 3),
    Question("money to come", reading(lambda session: waiting_sales(session, OWNER)), [WAITING], 12, 1),
    Question("stock and its age", reading(lambda session: stock(session, OWNER, NEWEST)), [STOCK], 3, 1),
    Question("what is reported", reading(lambda session: reported(session, OWNER, 2026)),
             [sums(Period.of_year(2026), "a.person_id")], 6, 2),
    Question("what was done lately", reading(lambda session: activities(session, OWNER, 12)), [DONE], 15, 3),
)  # fmt: skip
WRITES = (("create a listing", create), ("change a price", edit))


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


def measure(shop: Shop, question: Question, rounds: int) -> tuple[float, float, int]:
    """Ours in ms, the peer's in ms, and how often ours asks the database."""
    driver = shop.engine.raw_connection()
    cursor = driver.cursor()

    def by_hand() -> None:
        for query in question.peer:
            cursor.execute(query)
            cursor.fetchall()

    pairs = [(seconds(lambda: question.ours(shop)), seconds(by_hand)) for _ in range(rounds + 1)][1:]
    driver.close()
    ours, peer = (median(side) * 1000 for side in zip(*pairs, strict=True))
    return ours, peer, counted(shop.engine, lambda: question.ours(shop))


def main() -> int:
    """Print the table. Returns the exit status."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--url")
    reader.add_argument("--rounds", type=int, default=9)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(asked.url or f"sqlite:///{folder}/shop.sqlite")
        with shop.reading() as session:
            is_empty = not session.scalars(select(func.count(Listing.id))).one()
        if is_empty:
            fill(shop)
        status = _compare(shop, asked.rounds)
        shop.close()
    return status


def _compare(shop: Shop, rounds: int) -> int:
    peer = "sqlite3" if shop.engine.dialect.name == "sqlite" else "psycopg"
    print(f"{'question':24} {'ours ms':>8} {peer + ' ms':>11} {'ratio':>6} {'most':>5} {'queries':>7} {'goal ms':>8}")
    missed = False
    for question in QUESTIONS:
        ours, by_hand, queries = measure(shop, question, rounds)
        missed |= ours > by_hand * question.ratio or queries > question.queries
        print(
            f"{question.name:24} {ours:8.1f} {by_hand:11.1f} {ours / by_hand:6.2f} {question.ratio:5.1f} {queries:7}"
            f" {question.goal_ms:8}{'' if ours <= question.goal_ms else '  over'}"
        )
    for name, work in WRITES:
        ours = median([seconds(partial(work, shop)) for _ in range(rounds * 3)]) * 1000
        print(f"{name:24} {ours:8.1f} {'':34} {WRITE_GOAL_MS:8}{'' if ours <= WRITE_GOAL_MS else '  over'}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
