"""This is where we say what a large shop is asked: by us, as its pages ask, and by hand, in SQL with the same answers.

How often ours may ask the database counts everything: who is looking, whether the shop is there, what she may see.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.benchmarks.make_shop import NEWEST, OWNER
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.inventory import inventory_page, own_pane
from vopt_lib.desk.shop.inventory_deeds import apply_bulk, preview_bulk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.sales import sales_page
from vopt_lib.schema.bulk import Plan
from vopt_lib.schema.filters import InventoryFilters, SalesFilters
from vopt_lib.schema.inventory_page import ROWS_AT_ONCE
from vopt_lib.schema.own_figures import Period
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import listings
from vopt_lib.shop.activity import activities
from vopt_lib.shop.audit import Author
from vopt_lib.shop.books import read_books
from vopt_lib.shop.figures import in_currency, over_time
from vopt_lib.shop.stock import stock

GOAL_MS, WRITE_GOAL_MS = 150, 30
YEAR = Period.until(NEWEST.date(), 365)
EVER = Period.until(NEWEST.date(), 5 * 365)
OPENED = 25_000
"""The listing beside the list."""
MANY = range(20_001, 20_201)
"""The listings that are changed at once."""

ANNA = Visitor("anna", member=OWNER.person_id)
AUTHOR = Author(OWNER.household_id, OWNER.person_id, "bench", NEWEST)
TURNS = itertools.count(time.time_ns())
"""So that the same database can be measured again."""

Ask = Callable[[Desk], object]


@dataclass(frozen=True)
class Question:
    """What is asked or done, how we do it, and how it is done by hand.

    queries: how often it may ask the database; ratio: how many times as long as by hand it may take; goal_ms: None: it
    is only shown.
    """

    name: str
    ours: Ask
    queries: int
    by_hand: Sequence[str] = ()
    ratio: float = 0
    goal_ms: int | None = GOAL_MS


def reading(work: Callable[[Any], object]) -> Ask:
    """What is read in one session."""

    def ask(desk: Desk) -> object:
        with shop_of(desk).reading() as session:
            return work(session)

    return ask


def figures_of(period: Period) -> Ask:
    """All figures of a period, by person, catalogue, brand and month."""

    def work(session: Any) -> object:
        books = read_books(session, OWNER, period)
        return in_currency(books, "EUR", period), over_time(books, "1mo", currency="EUR", period=period)

    return reading(work)


def sales() -> Ask:
    """All that the page of sales shows."""
    return lambda desk: sales_page(desk, ANNA, SalesFilters())


def inventory(**filters: Any) -> Ask:
    """All that the page of the inventory shows."""
    return lambda desk: inventory_page(desk, ANNA, InventoryFilters(**filters))


def opened(desk: Desk) -> object:
    """All that is shown of one listing beside the list."""
    return own_pane(desk, ANNA, InventoryFilters(id=OPENED))


def create(desk: Desk) -> None:
    """A new thing and the draft that offers it."""
    fields = {"title": f"Abito Zara {next(TURNS)}", "brand": "Zara", "catalog_id": 1774, "asked": Decimal("12.00")}
    with shop_of(desk).writing(AUTHOR) as session:
        listings.create(session, OWNER, fields | {"description": "Come nuovo. " * 10, "tags": ["mare"]})


def edit(desk: Desk) -> None:
    """Another title and another price of a listing, and another place of its thing."""
    turn = next(TURNS)
    fields = {"title": f"Gonna {turn}", "asked": Decimal(turn % 5_000 + 100).scaleb(-2), "place": f"Scatola {turn}"}
    with shop_of(desk).writing(AUTHOR) as session:
        listing = listings.find(session, OWNER, turn % 40_000 + 1)
        listings.edit(session, listing, fields, listings.versions(listing))


def preview_many(desk: Desk) -> object:
    """What would become of 200 listings."""
    return preview_bulk(desk, ANNA, MANY, {"price": "+0,01", "add_tags": f"giro {next(TURNS)}"})


def change_many(desk: Desk) -> object:
    """200 listings at once, looked at before."""
    plan = preview_many(desk)
    assert isinstance(plan, Plan)
    return apply_bulk(desk, ANNA, plan)


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


def figures_by_hand(period: Period) -> list[str]:
    """The queries whose answers the figures of a period are; a month is cut out of the moment as text."""
    month = "substr(CAST(o.completed_at AS VARCHAR), 1, 7)"
    groups = ("1", "a.person_id", "g.catalog_id", "g.brand", month)
    shelves = ("1", "g.account_id", "g.catalog_id", "g.brand")
    return [*(sums(period, f"({by})") for by in groups), *(offered(period, f"({by})") for by in shelves)]


VIEWS, FAVOURITES = (
    f"""(SELECT {name} FROM listing_stat_day s WHERE s.listing_id = g.id AND {name} IS NOT NULL
    ORDER BY day DESC, source DESC LIMIT 1)"""
    for name in ("views", "favourites")
)
NEWEST_FIRST = "coalesce(g.listed_at, g.created_at) DESC"


def list_by_hand(wanted: str = "1 = 1", order: str = NEWEST_FIRST, offset: int = 0) -> list[str]:
    """How many listings fit, and one page of them with their things and photos."""
    fitting = f"FROM listing g WHERE g.household_id = 1 AND g.deleted_at IS NULL AND {wanted}"
    return [
        f"SELECT count(*) {fitting}",
        f"""SELECT g.*, i.sku, i.place, i.tags, a.name, p.sha256, {VIEWS}, {FAVOURITES}
        FROM listing g JOIN item i ON i.id = g.item_id JOIN channel_account a ON a.id = g.account_id
        LEFT JOIN photo p ON p.item_id = i.id AND p.is_primary WHERE g.id IN
        (SELECT g.id {fitting} ORDER BY {order}, g.id DESC LIMIT {ROWS_AT_ONCE} OFFSET {offset})""",
    ]


def words_by_hand(*words: str) -> list[str]:
    """The list of what has all these words."""
    return list_by_hand(" AND ".join(f"g.search_text LIKE '%{word}%'" for word in words))


ZARA = "g.state = 'published' AND g.brand = 'Zara' AND g.asked BETWEEN 1000 AND 5000"
OPENED_BY_HAND = (
    f"""SELECT g.*, i.*, a.name, {VIEWS}, {FAVOURITES} FROM listing g JOIN item i ON i.id = g.item_id
    JOIN channel_account a ON a.id = g.account_id WHERE g.id = {OPENED}""",
    f"SELECT * FROM photo WHERE item_id = {OPENED}",
    f"SELECT * FROM listing_price WHERE listing_id = {OPENED} ORDER BY at",
    f"SELECT * FROM listing_stat_day WHERE listing_id = {OPENED} ORDER BY day DESC LIMIT 90",
    f"SELECT * FROM note WHERE household_id = 1 AND about = 'listing' AND about_id = {OPENED} AND deleted_at IS NULL",
    f"""SELECT * FROM audit_event WHERE household_id = 1 AND about IN ('listing', 'item') AND about_id = {OPENED}
    ORDER BY number DESC LIMIT 100""",
    f"""SELECT id FROM (SELECT g.id, CASE WHEN g.item_id = t.item_id THEN 8 ELSE 0 END
    + CASE WHEN g.catalog_id = t.catalog_id THEN 3 ELSE 0 END + CASE WHEN g.brand = t.brand THEN 3 ELSE 0 END
    + CASE WHEN g.search_text LIKE '%elegante%' THEN 1 ELSE 0 END
    + CASE WHEN g.search_text LIKE '%giacca%' THEN 1 ELSE 0 END AS score
    FROM listing g JOIN listing t ON t.id = {OPENED} WHERE g.household_id = 1 AND g.deleted_at IS NULL) AS scored
    WHERE score >= 4 ORDER BY score DESC, id DESC LIMIT 6""",
)
WAITING = """SELECT o.id, o.asked, o.paid, l.price, g.brand FROM "order" o JOIN order_line l ON l.order_id = o.id
    LEFT JOIN listing g ON g.id = l.listing_id
    WHERE o.household_id = 1 AND o.deleted_at IS NULL AND o.kind = 'sale' AND o.state IN ('reserved', 'shipped')"""
AGE = f"""CASE WHEN g.state = 'published' THEN CASE {
    " ".join(
        f"WHEN g.listed_at > '{Period.until(NEWEST.date(), days).begin:%F %T}' THEN {days}" for days in (31, 61, 91)
    )
} ELSE 0 END END"""
STOCK = f"""SELECT g.currency, {AGE}, count(*), sum(i.cost), count(i.cost), sum(g.asked), count(g.asked)
    FROM listing g JOIN item i ON i.id = g.item_id
    WHERE g.id IN (SELECT max(id) FROM listing WHERE household_id = 1 AND deleted_at IS NULL
    AND state IN ('draft', 'published', 'paused') GROUP BY item_id) GROUP BY 1, 2"""
DONE = """SELECT at, deed, about, count(*), max(number) FROM (SELECT * FROM audit_event WHERE household_id = 1
    ORDER BY number DESC LIMIT 5000) AS e GROUP BY at, deed, about ORDER BY 5 DESC"""
LISTED = f"""SELECT o.*, a.person_id, l.title FROM "order" o JOIN channel_account a ON a.id = o.account_id
    JOIN order_line l ON l.order_id = o.id WHERE o.household_id = 1 AND o.deleted_at IS NULL AND o.kind = 'sale'
    AND coalesce(o.completed_at, o.ordered_at) >= '{YEAR.begin:%F %T}'
    ORDER BY coalesce(o.completed_at, o.ordered_at) DESC, o.id DESC LIMIT 25"""
BEFORE = (sums(YEAR.before, "(1)"), offered(YEAR.before, "(1)"))
REPORTED = sums(Period.of_year(2026), "a.person_id")
SALES_BY_HAND = (*figures_by_hand(YEAR), *BEFORE, WAITING, STOCK, REPORTED, LISTED, DONE)

QUESTIONS = (
    Question("inventory: all", inventory(), 8, list_by_hand(), 2.5),
    Question("inventory: most viewed first", inventory(order="viewed"), 8,
             list_by_hand(order=f"{VIEWS} DESC NULLS LAST"), 2.5),
    Question("inventory: filters, most viewed first",
             inventory(state="published", brand="Zara", price_from=10, price_to=50, order="viewed"), 8,
             list_by_hand(ZARA, f"{VIEWS} DESC NULLS LAST"), 2.5),
    Question("inventory: page 900", inventory(page=900), 8, list_by_hand(offset=899 * ROWS_AT_ONCE), 2.5),
    Question("search: two words", inventory(text="giacca nike"), 8, words_by_hand("giacca", "nike"), 2.5),
    Question("search: an accent and signs", inventory(text="Bórsa Levi’s"), 8, words_by_hand("levis", "borsa"), 2.5),
    Question("search: a typing error", inventory(text="maglonie"), 10,
             ["SELECT count(*) FROM listing WHERE household_id = 1 AND search_text LIKE '%maglonie%'",
              "SELECT word FROM search_word WHERE household_id = 1", *words_by_hand("maglione")], 2.5),
    Question("a listing, its history, similar ones", opened, 18, OPENED_BY_HAND, 2.5),
    Question("sales: the whole page", sales(), 14, SALES_BY_HAND, 0.8),
    Question("sales: figures of a year", figures_of(YEAR), 4, figures_by_hand(YEAR), 0.8),
    Question("sales: figures of five years", figures_of(EVER), 4, figures_by_hand(EVER), 0.8, goal_ms=None),
    Question("sales: stock and its age", reading(lambda session: stock(session, OWNER, NEWEST)), 2, [STOCK], 2),
    Question("sales: what was done lately", reading(lambda session: activities(session, OWNER, 12)), 4, [DONE], 10),
    Question("create a listing", create, 7, goal_ms=WRITE_GOAL_MS),
    Question("change a listing", edit, 4, goal_ms=WRITE_GOAL_MS),
    Question("200 listings: what would change", preview_many, 4, goal_ms=None),
    Question("200 listings: change them", change_many, 10, goal_ms=None),
)  # fmt: skip
