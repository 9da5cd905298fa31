"""This is where tests get a small published market: what a vopt knows that followed two catalogues for twelve days."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from vopt_lib.desk import permission
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.runs import Run
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term
from vopt_lib.schema.tables import CRAWL_COVERAGE, LISTING_SEEN, Table
from vopt_lib.sources.vinted.breaker import Breaker

NEWEST = date(2026, 11, 12)
DAYS = 12
LISTINGS = 40
"""In each catalogue, over all days."""

DRESSES = Term(9000001, "Donna > Vestiti > Abiti")
BAGS = Term(19, "Donna > Borse")
BRANDS = ("Zara", "Nike", "H&M", "Pull & Bear", None)
SIZES = ("XS", "S", "M", "L")
CONDITIONS = (6, 1, 2, 3)

TITLES = ("Abito lungo nero", "Borsa a tracolla", "Giacca di jeans", "T-shirt a righe")
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "\"'><script>alert(1)</script>",
    "</marimo-ui-element></div></body>",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "$\\frac{1}{0}$ `code` # title",
    "{n} {title!r} %(brand)s %s {0.__class__}",
    '=HYPERLINK("http://evil.example";"x")',
    "\u202egnp.exe \u0007\u0000\u200b \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "./@file/46-1004-CPOHcMAG.csv",
    "\\u003cscript\\u003e &lt;b&gt; &#0; &",
    "a" * 300,
    "\n\r\t ",
)
HOSTILE_BRANDS = ("<b>Zara</b>", "'; DROP TABLE listing_seen; --", "H&M&brand=x#?", "A" * 120, None)
ADDRESS = "https://www.vinted.it/items/{id}"


class FixedClock:
    """Always the same moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """That moment."""
        return self._at

    def sleep(self, seconds: float) -> None:
        """Nobody waits."""


@dataclass(frozen=True)
class Strangers:
    """What strangers wrote: the words of the listings, and where they lead."""

    titles: Sequence[str] = TITLES
    brands: Sequence[str | None] = BRANDS
    address: str = ADDRESS
    thumbnail: str | None = "https://images1.vinted.net/t/{id}.webp"


PEACEFUL = Strangers()
HOSTILE_STRANGERS = Strangers(
    HOSTILE, HOSTILE_BRANDS, "javascript:alert({id})", 'http://evil.example/{id}.png" onerror="x'
)


def small_market_data(folder: Path, *, newest: date = NEWEST, strangers: Strangers = PEACEFUL) -> Desk:
    """A VOPT_DATA that holds DAYS days until `newest` of two catalogues, refined and published: 40 listings each, four
    brands, sizes and conditions, price cuts, some that came later and some that are gone. Returns its desk.
    """
    made = _made_once(newest, strangers is HOSTILE_STRANGERS)
    shutil.copytree(made.name, folder, symlinks=True, dirs_exist_ok=True)
    return open_desk(data=folder, clock=FixedClock(_at(newest, 12)))


@cache
def _made_once(newest: date, is_hostile: bool) -> TemporaryDirectory[str]:
    """It takes seconds, so that each process that tests makes it once, and whoever needs it gets a copy."""
    folder = TemporaryDirectory(prefix="vopt-small-market-")
    _make(Path(folder.name), newest, HOSTILE_STRANGERS if is_hostile else PEACEFUL)
    return folder


def _make(folder: Path, newest: date, strangers: Strangers) -> None:
    desk = open_desk(data=folder, clock=FixedClock(_at(newest, 12)))
    permission.accept(desk, "it")
    followed = [add_follow(desk, CatalogueQuery("it", catalogue)) for catalogue in (DRESSES, BAGS)]
    seen = [row for follow in followed for row in _sightings(follow, newest, strangers)]
    desk.lake.append("listing_seen", _frame(LISTING_SEEN, seen))
    desk.lake.append(
        "crawl_coverage", _frame(CRAWL_COVERAGE, [row for one in followed for row in _coverage(one, newest)])
    )
    desk.lake.append("run", pl.concat([run.row() for follow in followed for run in _runs(follow, newest)]))
    refine_day(desk)
    publish_day(desk)


def open_breaker(desk: Desk, now: datetime) -> None:
    """Let the marketplace have shown, just then, that it does not want us."""
    Breaker(desk.paths.host_state(desk.site("it").host)).open("HTML challenge", now)


def _sightings(follow: Follow, newest: date, strangers: Strangers) -> Iterator[Mapping[str, Any]]:
    first = _catalogue(follow).id * 1000
    for number in range(LISTINGS):
        for day in range(number % 5 if number % 2 else 0, 8 if number % 6 == 5 else DAYS):
            price = _price(number, day)
            yield {
                **_where(follow, newest, day),
                "listing_id": first + number,
                "observed_at": _at(_date(newest, day)),
                "query_catalog_id": _catalogue(follow).id,
                "page": 1,
                "position": number + 1,
                "shape": "svc-2026-09",
                "title": strangers.titles[number % len(strangers.titles)],
                "brand": strangers.brands[number % len(strangers.brands)],
                "size": SIZES[number % 4],
                "condition_id": CONDITIONS[number // 4 % 4],
                "url": strangers.address.format(id=first + number),
                "asked_amount": price,
                "price_eur": price,
                "currency": "EUR",
                "favourite_count": number % 9 + day,
                "promoted": number == 7,
                "thumbnail_url": strangers.thumbnail and strangers.thumbnail.format(id=first + number),
                "state": "on_sale",
            }


def _coverage(follow: Follow, newest: date) -> Iterator[Mapping[str, Any]]:
    for day in range(DAYS):
        at = _at(_date(newest, day))
        yield {
            **_where(follow, newest, day),
            "started_at": at - timedelta(minutes=10),
            "observed_at": at,
            "query_catalog_id": _catalogue(follow).id,
            "brands": [], "sizes": [], "condition_ids": [],
            "is_exhaustive": True,
            "parts": 1, "pages": 1, "requests": 2, "listings": LISTINGS, "promoted": 1,
            "catalog_count": 2 * LISTINGS,
            "catalog_counted_at": at,
            "share_seen": 0.5,
        }  # fmt: skip


def _runs(follow: Follow, newest: date) -> Iterator[Run]:
    for day in range(DAYS):
        at = _at(_date(newest, day))
        yield Run(
            _run_id(follow, day), "collect", at - timedelta(minutes=10), at, source="vinted", market="it",
            follow_id=follow.id, follow_name=follow.name, requests=2, pages=1, rows=LISTINGS, listings=LISTINGS,
            share_seen=0.5, is_exhaustive=True,
        )  # fmt: skip


def _where(follow: Follow, newest: date, day: int) -> Mapping[str, Any]:
    return {
        "source": "vinted",
        "market": "it",
        "run_id": _run_id(follow, day),
        "follow_id": follow.id,
        "day": _date(newest, day),
        "query_key": follow.query.key,
        "query_narrowed_by": "",
    }


def _price(number: int, day: int) -> Decimal:
    whole = 8 + number * 7 % 45
    return Decimal(whole if number % 3 or day < 6 else whole - 3).quantize(Decimal("0.01"))


def _frame(table: Table, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([{**dict.fromkeys(table.schema.names()), **row} for row in rows], schema=table.schema)


def _catalogue(follow: Follow) -> Term:
    assert follow.query.catalog
    return follow.query.catalog


def _run_id(follow: Follow, day: int) -> str:
    return f"collect-{follow.id}-{day:02}"


def _date(newest: date, day: int) -> date:
    return newest - timedelta(days=DAYS - 1 - day)


def _at(day: date, hour: int = 8) -> datetime:
    return datetime.combine(day, time(hour), UTC)
