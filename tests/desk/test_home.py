"""What the first page knows and says, on small published days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.desk.conftest import BAGS
from tests.servers import RunningSimulator
from vopt_lib.desk.collect import collect
from vopt_lib.desk.follow import add_follow, follows
from vopt_lib.desk.home import Home, Market, home, mark_of, market_of
from vopt_lib.desk.home_told import answer, figures, ran, steps
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.permission import accept
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.runs import Run
from vopt_lib.errors import NotPublished
from vopt_lib.schema.home_page import Attention
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.tables import BRAND_DAY, CATALOG_DAY, LISTING_LIVE, Table
from vopt_lib.words import Words

EN = Words("en")
FIRST = date(2026, 11, 1)
DRESSES, JEANS = Term(3, "Donna > Vestiti > Abiti"), Term(4, "Donna > Vestiti > Jeans")
CLOTHES, HANDBAGS = Term(2, "Donna > Vestiti"), Term(19, "Donna > Borse")
TWO_WEEKS = 14


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A vopt of the real market that has never collected."""
    return open_desk(data=tmp_path / "data")


def rows_of(table: Table, medians: Sequence[float | None], **facts: Any) -> pl.DataFrame:
    """A place's days, one for each median; None: not collected that day."""
    told = [
        {"source": "vinted", "market": "it", "seen": 100, "priced": 100, "new": 5, "gone": 4, "price_cuts": 3}
        | {"share_seen": 0.5, "is_exhaustive": True, "price_eur_median": median, "month": f"{day:%Y-%m}", "day": day}
        | facts
        for number, median in enumerate(medians)
        if median is not None and (day := FIRST + timedelta(days=number))
    ]
    return pl.DataFrame(told, schema=table.schema)


def publish(desk: Desk, tables: Mapping[str, Sequence[pl.DataFrame]]) -> None:
    versions = {name: desk.lake.overwrite(name, pl.concat(frames), partitions=[{}]) for name, frames in tables.items()}
    desk.lake.publish(versions)


def week_and_week(before: float, after: float) -> list[float | None]:
    return [*[before] * 7, *[after] * 7]


def test_what_is_followed_and_its_brands_are_ranked_by_how_far_their_prices_moved(desk: Desk) -> None:
    for catalog in (DRESSES, JEANS):
        add_follow(desk, CatalogueQuery("it", catalog))
    dresses = [
        ("Zara", 40, week_and_week(10, 11)),
        ("H&M", 29, week_and_week(10, 20)),
        ("Mango", 30, [9.0] * TWO_WEEKS),
    ]
    publish(
        desk,
        {
            "catalog_day": [
                rows_of(CATALOG_DAY, week_and_week(20, 19), catalog_id=3),
                rows_of(CATALOG_DAY, week_and_week(20, 20.1), catalog_id=4),
                rows_of(CATALOG_DAY, week_and_week(1, 9), catalog_id=9),
            ],
            "brand_day": [
                rows_of(BRAND_DAY, days, catalog_id=3, brand=name, seen=seen) for name, seen, days in dresses
            ],
        },
    )
    market = market_of(desk)
    assert market.moved.select("title", "href", "median", "change").rows() == [
        ("Abiti (Donna)", "/market?catalog=3", 19.0, pytest.approx(-0.05)),
        ("Abiti (Donna) · Zara", "/market?catalog=3&brand=Zara", 11.0, pytest.approx(0.1)),
    ]
    assert market.moved["trend"].to_list()[0] == [*[20.0] * 7, *[19.0] * 7]
    assert (market.fallen.height, market.risen.height, market.has_movements) == (1, 1, True)
    assert market.share_seen == 0.5
    assert market.totals.select("day", "seen", "new").row(-1) == (date(2026, 11, 14), 200, 10)


def test_what_moved_is_sure_only_where_its_interval_leaves_out_nothing(desk: Desk) -> None:
    for catalog in (DRESSES, JEANS):
        add_follow(desk, CatalogueQuery("it", catalog))
    steady: list[float | None] = [20.0 + (day % 2) / 10 for day in range(28)]
    shaken: list[float | None] = [20.0 + 8 * (day % 5 - 2) for day in range(28)]
    lower = [value and value * 0.9 for value in steady[21:]]
    rows = [rows_of(CATALOG_DAY, [*steady[:21], *lower], catalog_id=3, price_eur_p25=19.0, price_eur_p75=21.0)]
    rows += [rows_of(CATALOG_DAY, shaken, catalog_id=4, price_eur_p25=10.0, price_eur_p75=30.0)]
    publish(desk, {"catalog_day": rows, "brand_day": [rows_of(BRAND_DAY, [], catalog_id=3)]})
    moved = market_of(desk).moved
    assert dict(moved.select("title", "is_sure").iter_rows()) == {"Abiti (Donna)": True, "Jeans (Donna)": False}


def test_a_brand_followed_alone_counts_and_narrower_searches_do_not(desk: Desk) -> None:
    add_follow(desk, CatalogueQuery("it", JEANS, brands=(Term(12, "zara"),)))
    add_follow(desk, CatalogueQuery("it", DRESSES, sizes=(Term(2, "M"),)))
    zara = rows_of(BRAND_DAY, week_and_week(10, 11), catalog_id=4, brand="Zara")
    other = rows_of(BRAND_DAY, week_and_week(10, 15), catalog_id=4, brand="Levi's")
    publish(desk, {"brand_day": [zara, other]})
    market = market_of(desk)
    assert market.moved["title"].to_list() == ["Jeans (Donna) · Zara"]
    assert market.totals["seen"].to_list() == [100] * TWO_WEEKS


def test_what_lies_in_another_search_counts_once_and_moves_by_itself(desk: Desk) -> None:
    zara = (Term(12, "Zara"),)
    two = (*zara, Term(14, "H&M"))
    for catalog, brands in ((CLOTHES, ()), (DRESSES, ()), (JEANS, zara), (HANDBAGS, zara), (HANDBAGS, two)):
        add_follow(desk, CatalogueQuery("it", catalog, brands=brands))
    bags = [rows_of(BRAND_DAY, week_and_week(10, 12), catalog_id=19, brand=name, seen=7) for name in ("Zara", "H&M")]
    jeans = rows_of(BRAND_DAY, week_and_week(10, 11), catalog_id=4, brand="Zara")
    catalogues = [
        rows_of(CATALOG_DAY, week_and_week(20, 19), catalog_id=2, seen=1000),
        rows_of(CATALOG_DAY, week_and_week(20, 18), catalog_id=3, share_seen=None),
    ]
    publish(desk, {"catalog_day": catalogues, "brand_day": [*bags, jeans]})
    market = market_of(desk)
    assert market.totals["seen"].to_list() == [1014] * TWO_WEEKS
    assert market.share_seen == 0.5
    assert set(market.moved["title"]) == {"Abiti (Donna)", "Vestiti (Donna)", "Jeans (Donna) · Zara"}


def test_what_was_not_collected_for_a_week_did_not_move_this_week(desk: Desk) -> None:
    for catalog in (DRESSES, JEANS):
        add_follow(desk, CatalogueQuery("it", catalog))
    old = rows_of(CATALOG_DAY, week_and_week(20, 10), catalog_id=3)
    new = rows_of(CATALOG_DAY, [20.0] * 21, catalog_id=4)
    publish(desk, {"catalog_day": [old, new]})
    assert market_of(desk).moved.is_empty()


def test_nothing_published_or_followed_is_an_empty_market(desk: Desk) -> None:
    assert market_of(desk).totals.is_empty()
    publish(desk, {"catalog_day": [rows_of(CATALOG_DAY, [1.0], catalog_id=3)]})
    assert market_of(desk).moved.is_empty()
    assert not market_of(desk).has_movements


def test_a_lake_that_cannot_be_read_is_told_as_trouble(desk: Desk) -> None:
    publish(desk, {"listing_live": [LISTING_LIVE.empty()], "catalog_day": [rows_of(CATALOG_DAY, [1.0], catalog_id=3)]})
    for file in Path(desk.paths.table("catalog_day")).rglob("*.parquet"):
        file.unlink()
    add_follow(desk, CatalogueQuery("it", DRESSES))
    now = home(open_desk(data=desk.paths.data), EN)
    assert str(now.trouble).startswith("A file of the market's tables is missing or cut off")
    assert answer(now, EN) == "Your market cannot be shown right now."
    assert (figures(now, EN), steps(desk, now, EN)) == ([], [])


def test_a_fresh_vopt_welcomes_with_three_steps_and_ticks_off_what_is_done(desk: Desk) -> None:
    now = home(desk, EN)
    assert answer(now, EN) == "Welcome. A few steps, and you see what things cost."
    assert now.noticed == ()
    assert [(step.title, step.is_done) for step in steps(desk, now, EN)] == [
        ("Follow a search", False),
        ("Agree to the conditions", False),
        ("Collect", False),
    ]
    add_follow(desk, CatalogueQuery("it", DRESSES))
    accept(desk, "it")
    assert [step.is_done for step in steps(desk, home(desk, EN), EN)] == [True, True, False]


def test_a_made_up_market_asks_for_no_consent_and_after_a_day_there_are_no_steps(
    tmp_path: Path, market: RunningSimulator
) -> None:
    desk = open_desk(data=tmp_path, vinted_www=market.www, vinted_api=market.api)
    assert [step.title for step in steps(desk, home(desk, EN), EN)] == ["Follow a search", "Collect"]
    add_follow(desk, BAGS.query)
    collect(desk, follows(desk)[0])
    refine_day(desk)
    publish_day(desk)
    now = home(desk, EN)
    assert steps(desk, now, EN) == []
    assert answer(now, EN).startswith("Everything is up to date. You watch ")
    on_sale, new, *_ = figures(now, EN)
    assert (on_sale.value, new.value, new.detail) == (EN.number(now.on_sale), "–", "known after a week")
    assert {what.partition(":")[0] for what in ran(now, EN)["what"]} == {
        "New figures were put on the pages.",
        "Borse (Donna)",
    }


def test_the_page_changes_its_mark_when_something_is_followed_or_published(desk: Desk) -> None:
    marks = [mark_of(desk)]
    add_follow(desk, CatalogueQuery("it", DRESSES))
    marks.append(mark_of(desk))
    publish(desk, {"catalog_day": [rows_of(CATALOG_DAY, [1.0], catalog_id=3)]})
    marks.append(mark_of(desk))
    assert len(set(marks)) == 3
    assert mark_of(desk) == marks[-1]


MOVED = pl.DataFrame(
    {
        "title": ["Abiti (Donna)", "Jeans (Donna) · Zara", "Jeans (Donna)"],
        "is_brand": [False, True, False],
        "change": [-0.05, 0.08, 0.02],
        "is_sure": [True, True, True],
    }
)
NOTHING = pl.DataFrame(schema={"seen": pl.Int64})
WAITING = Attention("quiet", "warn", "Nothing has come in.", "Collect now")
RESTING = Attention("resting", "warn", "Collecting rests.", "See", waits_for_her=False)
COLLECTING = Attention("collecting", "info", "Collecting…", "Watch it", waits_for_her=False)


@pytest.mark.parametrize(
    ("noticed", "lead"),
    [
        ((), "Everything is up to date."),
        ((RESTING,), "Nothing waits for you."),
        ((RESTING, COLLECTING), "New listings are coming in right now."),
        ((WAITING, RESTING), "One thing waits for you."),
        ((WAITING, WAITING), "2 things wait for you."),
    ],
    ids=["calm", "resting", "collecting", "one", "two"],
)
def test_the_answer_begins_with_what_waits_for_her(noticed: tuple[Attention, ...], lead: str) -> None:
    now = Home(Market(MOVED.clear(), NOTHING), noticed, newest_day=FIRST, live_listings=1234)
    assert answer(now, EN) == f"{lead} You watch 1,234 listings on sale."


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        (MOVED, "Prices of Abiti (Donna) fell 5% this week."),
        (MOVED[1:], "Prices of Jeans (Donna) rose 2% this week."),
        (MOVED[1:2], "Prices of Jeans (Donna) · Zara rose 8% this week."),
        (MOVED.with_columns(is_sure=pl.col("is_brand")), "Prices of Jeans (Donna) · Zara rose 8% this week."),
        (MOVED.with_columns(is_sure=False), "No price moved by more than chance this week."),
    ],
    ids=["the catalogue that moved most", "a catalogue before a brand", "else a brand", "a sure one first", "none"],
)
def test_the_answer_ends_with_what_moved_most(moved: pl.DataFrame, told: str) -> None:
    now = Home(Market(moved, NOTHING, has_movements=True), newest_day=FIRST, live_listings=1)
    assert answer(now, EN) == f"Everything is up to date. You watch 1 listing on sale. {told}"


def test_each_figure_counts_the_newest_week_it_knows_and_says_up_to_when() -> None:
    days = [FIRST + timedelta(days=n) for n in range(TWO_WEEKS)]
    counts = {"places": 1, "seen": 100, "new": [10] * 7 + [20] * 7, "price_cuts": 5, "gone": [4] * 12 + [None, None]}
    now = Home(Market(MOVED, pl.DataFrame({"day": days, **counts})), newest_day=days[-1], live_listings=1234)
    told = [(figure.title, figure.value, figure.detail, figure.change) for figure in figures(now, EN)]
    assert told == [
        ("On sale", "100", "", 0.0),
        ("New in a week", "140", "", 1.0),
        ("Gone in a week", "28", "up to 12 Nov 2026", None),
        ("Price cuts in a week", "35", "", 0.0),
    ]
    assert [len(figure.trend) for figure in figures(now, EN)] == [14, 14, 12, 14]


def test_what_ran_is_told_in_words_newest_first() -> None:
    at = datetime(2026, 11, 20, 7, tzinfo=UTC)
    runs = (
        Run("c", "publish", at, at, "held_back", error=NotPublished(name="Borse")),
        Run("b", "ingest", at, at, listings=3, pages=1, rows=3),
        Run("a", "collect", at, at, follow_name="Borse", listings=2, pages=1, share_seen=1.0),
    )
    told = ran(Home(Market(MOVED, NOTHING), runs=runs), EN)
    assert told["what"].to_list() == [
        "Not published, because “Borse” could not be collected. What was there before stays visible.",
        "Saved pages: 3 listings on 1 page",
        "Borse: 2 listings on 1 page, 100% of the market",
    ]
    assert told["at"].to_list() == [at] * 3
