"""The lake stays small, and what is published stays readable while it shrinks."""

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.lake.frames import changes, days, live, pages, rows, seen
from tests.lake.test_lake import ids
from vopt_lib.lake import Lake
from vopt_lib.lake.maintenance import Tidied, maintain
from vopt_lib.lake.warehouse import sql_tables, write_snapshot
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import EMBEDDING, LISTING_ENDED, LISTING_PHOTO, REJECTED, TABLES, Table

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = NOW.date()


def age_everything(paths: Paths, days: int) -> None:
    """Let every file of the lake look as if it was written so many days before NOW."""
    then = (NOW - timedelta(days=days)).timestamp()
    for path in Path(paths.lake_root).rglob("*"):
        os.utime(path, (then, then))


def count_files(lake: Lake, name: str = "listing_seen") -> int:
    return len(lake.files(name, lake.version(name)))


@pytest.mark.parametrize(("name", "kept"), [("page_raw", 7), ("rejected", 30)])
def test_days_beyond_their_time_are_removed(lake: Lake, name: str, kept: int) -> None:
    for age in (kept - 1, kept, kept + 1, kept + 50):
        day = TODAY - timedelta(days=age)
        lake.append(name, pages(["a"], day=day) if name == "page_raw" else rows(REJECTED, 1, day=day))
    tidied = maintain(lake, now=NOW, snapshots_kept=3)[name]
    assert (tidied.days_removed, tidied.removed_until) == (2, TODAY - timedelta(days=kept + 1))
    left = lake.scan(name, version="newest").select("day").collect()["day"].to_list()
    assert sorted(left, reverse=True) == [TODAY - timedelta(days=kept - 1), TODAY - timedelta(days=kept)]


def test_words_of_sellers_go_after_half_a_year_and_figures_stay(lake: Lake) -> None:
    old, young = TODAY - timedelta(days=181), TODAY - timedelta(days=180)
    for day in (old, young):
        lake.append("listing_seen", seen([1], day=day, title="Gonna", description="Mai messa", brand="Zara"))
    version = lake.version("listing_seen")
    assert maintain(lake, now=NOW, snapshots_kept=3)["listing_seen"].texts_removed == 1
    left = (
        lake.scan("listing_seen", version="newest").select("day", "title", "description", "brand").sort("day").collect()
    )
    assert left.rows() == [(old, None, None, "Zara"), (young, "Gonna", "Mai messa", "Zara")]
    assert lake.changed_partitions("listing_seen", version) == []
    assert maintain(lake, now=NOW, snapshots_kept=3)["listing_seen"].texts_removed == 0


def test_titles_of_ended_spells_go_with_the_month_that_is_half_a_year_old(lake: Lake) -> None:
    for month in ("2026-04", "2026-05"):
        lake.append("listing_ended", rows(LISTING_ENDED, 1, title="Gonna", ended_month=month))
    assert maintain(lake, now=NOW, snapshots_kept=3)["listing_ended"].texts_removed == 1
    left = lake.scan("listing_ended", version="newest").select("ended_month", "title").sort("ended_month").collect()
    assert left.rows() == [("2026-04", None), ("2026-05", "Gonna")]


def test_the_words_in_an_address_go_with_the_title_and_it_leads_to_the_same_page(lake: Lake) -> None:
    old = TODAY - timedelta(days=200)
    addresses = [f"https://www.vinted.it/items/{slug}" for slug in ("4242-gonna-nera-n-7", "4243", "4244-")]
    lake.append("listing_seen", seen([4242, 4243, 4244], day=old, title="Gonna", url=addresses))
    assert maintain(lake, now=NOW, snapshots_kept=3)["listing_seen"].texts_removed == 1
    left = lake.scan("listing_seen", version="newest").collect()["url"].to_list()
    assert left == [f"https://www.vinted.it/items/{listing_id}" for listing_id in (4242, 4243, 4244)]
    assert maintain(lake, now=NOW, snapshots_kept=3)["listing_seen"].texts_removed == 0


def test_small_files_of_closed_days_are_joined_and_sorted(lake: Lake) -> None:
    for one in (4, 2, 3, 1):
        lake.append("listing_seen", seen([one], day=date(2026, 11, 20)))
        lake.append("listing_seen", seen([10 + one], day=TODAY))
    version = lake.version("listing_seen")
    assert maintain(lake, now=NOW, snapshots_kept=3)["listing_seen"].files_joined == 4
    assert count_files(lake) == 1 + 4
    assert ids(lake) == [1, 2, 3, 4, 11, 12, 13, 14]
    yesterday = lake.scan("listing_seen", version="newest").filter(day=date(2026, 11, 20)).collect()
    assert yesterday["listing_id"].to_list() == [1, 2, 3, 4]
    assert lake.changed_partitions("listing_seen", version) == []


def test_a_joined_table_takes_appends_overwrites_and_rollback(lake: Lake) -> None:
    for one in range(4):
        lake.append("price_change", changes([one]))
    before = lake.version("price_change")
    maintain(lake, now=NOW, snapshots_kept=3)
    lake.append("price_change", changes([9], month="2026-12"))
    lake.overwrite("price_change", changes([7]), partitions=[{"market": "it", "month": "2026-11"}])
    assert ids(lake, "price_change") == [7, 9]
    assert ids(lake, "price_change", lake.rollback("price_change", before)) == [0, 1, 2, 3]


def test_what_is_published_moves_to_its_joined_equal(lake: Lake, paths: Paths) -> None:
    for one in range(4):
        lake.append("listing_seen", seen([one]))
    lake.publish({"listing_seen": lake.version("listing_seen")})
    write_snapshot(lake, paths, 3)
    maintain(lake, now=NOW, snapshots_kept=3)
    assert lake.published()["listing_seen"] == lake.version("listing_seen")
    assert ids(lake, version="published") == [0, 1, 2, 3]
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM listing_seen").fetchone() == (4,)


def test_rows_that_wait_for_publishing_do_not_become_visible_by_joining(lake: Lake) -> None:
    for one in range(4):
        lake.append("listing_seen", seen([one]))
    lake.publish({"listing_seen": lake.version("listing_seen")})
    lake.append("listing_seen", seen([99]))
    maintain(lake, now=NOW, snapshots_kept=3)
    assert ids(lake, version="published") == [0, 1, 2, 3]
    assert ids(lake) == [0, 1, 2, 3, 99]


def test_vacuum_removes_what_nobody_reads_and_spares_published_previous_and_snapshots(lake: Lake, paths: Paths) -> None:
    versions = [lake.overwrite("listing_live", live([one]), partitions=[{}]) for one in range(6)]
    lake.publish({"listing_live": versions[1]})
    write_snapshot(lake, paths, 3)
    lake.publish({"listing_live": versions[3]})
    lake.publish({"listing_live": versions[4]})
    age_everything(paths, 5)
    done = maintain(lake, now=NOW, snapshots_kept=3)
    # Removed: 0 and 2. Spared: 1 (a snapshot), 3 (previous), 4 (published), 5 (newest).
    assert done["listing_live"].files_removed == 2
    assert done["listing_live"].bytes_removed > 0
    for one in (1, 3, 4, 5):
        assert ids(Lake(paths), "listing_live", versions[one]) == [one]


def test_vacuum_spares_versions_that_somebody_needs(lake: Lake, paths: Paths) -> None:
    versions = [lake.overwrite("listing_live", live([one]), partitions=[{}]) for one in range(3)]
    age_everything(paths, 5)
    needed = [("listing_live", versions[1]), ("price_change", 7)]
    assert maintain(lake, now=NOW, snapshots_kept=3, needed=lambda: needed)["listing_live"].files_removed == 1
    assert ids(lake, "listing_live", lake.rollback("listing_live", versions[1])) == [1]


def test_old_snapshots_hold_no_files_back(lake: Lake, paths: Paths) -> None:
    versions = [lake.overwrite("listing_live", live([one]), partitions=[{}]) for one in range(4)]
    for version in versions[:1] + versions[2:3]:
        lake.publish({"listing_live": version})
        snapshot = write_snapshot(lake, paths, 3)
        then = (NOW - timedelta(days=31)).timestamp()
        os.utime(snapshot.with_name(f"{snapshot.name}.json"), (then, then))
    lake.publish({"listing_live": versions[3]})
    age_everything(paths, 40)
    maintain(lake, now=NOW, snapshots_kept=3)
    held = {path.name for path in Path(paths.table("listing_live")).rglob("part-*.parquet")}
    wanted = {Path(file).name for one in (2, 3) for file in lake.files("listing_live", versions[one])}
    assert held == wanted


def test_who_holds_a_snapshot_that_was_replaced_still_reads_it(lake: Lake, paths: Paths) -> None:
    for one in range(4):
        lake.publish({"listing_live": lake.overwrite("listing_live", live([one]), partitions=[{}])})
        write_snapshot(lake, paths, 1)
        if one == 0:
            held = duckdb.connect(str(paths.warehouse), read_only=True)
    age_everything(paths, 5)
    maintain(lake, now=NOW, snapshots_kept=1)
    assert held.execute("SELECT listing_id FROM listing_live").fetchall() == [(0,)]
    held.close()
    maintain(lake, now=NOW + timedelta(days=400), snapshots_kept=1)
    assert [path.suffix for path in sorted(paths.snapshots.iterdir())] == [".duckdb", ".json"]


def test_files_of_a_commit_under_way_are_spared(lake: Lake, paths: Paths) -> None:
    lake.append("listing_seen", seen([1]))
    folder = Path(lake.files("listing_seen", 1)[0]).parent
    (folder / "part-under-way.parquet").write_bytes(b"x")
    age_everything(paths, 0)
    maintain(lake, now=NOW, snapshots_kept=3)
    assert (folder / "part-under-way.parquet").exists()
    age_everything(paths, 2)
    maintain(lake, now=NOW, snapshots_kept=3)
    assert not (folder / "part-under-way.parquet").exists()
    assert ids(Lake(paths)) == [1]


def test_the_log_is_cleaned_as_far_as_every_published_version_can_be_read(lake: Lake, paths: Paths) -> None:
    for one in range(70):
        lake.append("listing_seen", seen([one], day=date(2026, 10, 1) + timedelta(days=one % 3)))
        if one == 50:
            lake.publish({"listing_seen": lake.version("listing_seen")})
    age_everything(paths, 31)
    tidied = maintain(lake, now=NOW, snapshots_kept=3)["listing_seen"]
    entries = sorted((Path(paths.table("listing_seen")) / "_delta_log").glob("*.json"))
    assert int(entries[0].stem) >= 20
    assert tidied.log_entries_removed >= 20
    fresh = Lake(paths)
    assert ids(fresh, version="published") == list(range(51))
    assert ids(fresh) == list(range(70))


def test_maintenance_through_a_linked_folder_spares_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to("disk")
    paths = Paths(tmp_path / "link", str(tmp_path / "link" / "lake"))
    lake = Lake(paths)
    lake.append("listing_seen", seen([1]))
    lake.publish({"listing_seen": 1})
    age_everything(paths, 50)
    assert maintain(lake, now=NOW, snapshots_kept=3)["listing_seen"].files_removed == 0
    assert ids(Lake(paths), version="published") == [1]


def test_an_empty_lake_needs_no_maintenance(lake: Lake) -> None:
    assert maintain(lake, now=NOW, snapshots_kept=3) == {}


AGES = (0, 6, 7, 8, 29, 30, 31, 150, 179, 180, 181, 182, 215, 3650)


def aged_rows(table: Table) -> pl.DataFrame:
    """A row for each of AGES, with words wherever words may be."""
    days = [TODAY - timedelta(days=age) for age in AGES]
    words = {column.name: "Parole" for column in table.columns if column.nullable and column.dtype == pl.String}
    months = [f"{day:%Y-%m}" for day in days]
    return rows(table, len(AGES), **words, day=days, month=months, ended_month=months,
                photo_sha256=[f"photo {age}" for age in AGES],
                made_at=[NOW - timedelta(days=age) for age in AGES])  # fmt: skip


def promised(table: Table, before: pl.DataFrame) -> pl.DataFrame:
    """What is left of these rows, as the words of `kept` promise it."""
    kept_days = timedelta(days=int("".join(sign for sign in table.kept if sign.isdigit()) or 0))
    match table.kept:
        case "for ever" | "while live" | "the newest":
            return before
        case "7 days" | "30 days":
            return before.filter(pl.col("day") >= TODAY - kept_days)
        case "text 180 days, numbers for ever":
            return without_words(before, ("title", "description"), pl.col("day") < TODAY - kept_days)
        case "title 180 days, numbers for ever":
            month_ends = (pl.col("ended_month") + "-01").str.to_date().dt.month_end()
            return without_words(before, ("title",), month_ends < TODAY - kept_days)
        case "while linked" if table.name == "embedding":
            return before.filter(pl.col("photo_sha256").is_in(["photo 0", "photo 3650"]))
        case "while linked":
            return before
    pytest.fail(f"Nobody knows how to keep this promise: {table.kept}")


def without_words(frame: pl.DataFrame, names: Sequence[str], is_old: pl.Expr) -> pl.DataFrame:
    return frame.with_columns(pl.when(~is_old).then(name).alias(name) for name in names)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_keeps_what_it_promises_to_keep(lake: Lake, table: Table) -> None:
    before = aged_rows(table)
    lake.append(table.name, before)
    if table.name == "embedding":
        lake.append("listing_photo", rows(LISTING_PHOTO, 1, photo_sha256="photo 3650"))
    wanted = promised(table, before)
    for _ in range(2):
        maintain(lake, now=NOW, snapshots_kept=3)
        left = lake.scan(table.name, version="newest").collect()
        assert_frame_equal(left, wanted, check_row_order=False)


def test_what_may_no_longer_be_kept_leaves_the_disk_even_when_nothing_new_is_published(
    lake: Lake, paths: Paths
) -> None:
    """Collecting rests: what was published once, and snapshots, hold nothing back for ever."""
    for day, title in ((TODAY - timedelta(days=181), "Vecchia"), (TODAY, "Nuova")):
        lake.append("listing_seen", seen([1], day=day, title=title))
        lake.append("page_raw", pages([title], day=day))
        lake.publish({name: lake.version(name) for name in ("listing_seen", "page_raw")})
        write_snapshot(lake, paths, 3)
    for path in (paths.data / "published.previous.json", *paths.snapshots.glob("*.json")):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))

    titles, raw_pages = [], []
    for later in (2, 29, 31):
        age_everything(paths, 5)
        maintain(lake, now=NOW + timedelta(days=later), snapshots_kept=3)
        titles.append(on_disk(paths, "listing_seen", "title"))
        raw_pages.append(on_disk(paths, "page_raw", "url"))

    assert lake.published_before() == {}
    assert titles == [{"Vecchia", "Nuova"}, {"Vecchia", "Nuova"}, {"Nuova"}]
    assert raw_pages == [{"Nuova"}, set(), set()]
    assert ids(lake, version="published") == [1, 1]


def on_disk(paths: Paths, name: str, column: str) -> set[str]:
    """What all data files of a table hold, read or not."""
    files = list(Path(paths.table(name)).rglob("part-*.parquet"))
    return {value for file in files for value in pl.read_parquet(file, columns=[column])[column].drop_nulls()}


def test_vectors_of_photos_that_nothing_shows_leave_after_a_day(lake: Lake) -> None:
    moments = [NOW - timedelta(hours=25), NOW - timedelta(hours=23), NOW - timedelta(days=9)]
    vectors = rows(EMBEDDING, 3, photo_sha256=["lost", "young", "shown"], made_at=moments)
    lake.append("embedding", vectors)
    lake.append("listing_photo", rows(LISTING_PHOTO, 1, photo_sha256="shown"))
    assert maintain(lake, now=NOW, snapshots_kept=3)["embedding"] == Tidied(unlinked_removed=1)
    left = lake.scan("embedding", version="newest").collect()
    assert sorted(left["photo_sha256"]) == ["shown", "young"]


def test_republishing_equals_is_no_new_publication(lake: Lake, paths: Paths) -> None:
    """It would keep what was published before for another 30 days, and look like news to whoever waits for figures."""
    for one in range(4):
        lake.append("listing_seen", seen([one]))
        lake.append("page_raw", pages(["old"], day=TODAY - timedelta(days=8 + one)))
        lake.publish({name: lake.version(name) for name in ("listing_seen", "page_raw")})
    then = (NOW - timedelta(days=3)).timestamp()
    files = (paths.published, paths.data / "published.previous.json")
    before = [file.read_bytes() for file in files]
    for file in files:
        os.utime(file, (then, then))
    maintain(lake, now=NOW, snapshots_kept=3)
    assert all(file.read_bytes() != known for file, known in zip(files, before, strict=True))
    assert [file.stat().st_mtime for file in files] == [then, then]


def test_round_after_round_works_when_nothing_new_is_published_for_months(lake: Lake, paths: Paths) -> None:
    for one in range(50):
        lake.overwrite("listing_live", live([one]), partitions=[{}])
        lake.append("page_raw", pages(["a"], day=TODAY - timedelta(days=one % 5)))
        if one in (3, 30):
            lake.publish({name: lake.version(name) for name in ("listing_live", "page_raw")})
    for path in (paths.published, paths.data / "published.previous.json"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    for later in range(0, 60, 4):
        age_everything(paths, 40)
        maintain(lake, now=NOW + timedelta(days=later), snapshots_kept=3)
    assert ids(Lake(paths), "listing_live", "published") == [30]
    assert ids(Lake(paths), "listing_live") == [49]


def test_raw_pages_of_days_that_are_held_back_are_removed_like_others(lake: Lake) -> None:
    lake.append("page_raw", pages(["old"], day=TODAY - timedelta(days=8)))
    lake.publish({"page_raw": lake.version("page_raw")})
    lake.append("page_raw", pages(["waits"], day=TODAY))
    maintain(lake, now=NOW, snapshots_kept=3)
    assert lake.published() == {"page_raw": lake.version("page_raw")}


def test_an_equal_is_published_by_the_next_round_when_the_last_one_was_killed_before_it(lake: Lake) -> None:
    for one in range(4):
        lake.append("listing_seen", seen([one]))
    lake.publish({"listing_seen": lake.version("listing_seen")})
    lake.rewrite("listing_seen", {"market": "it", "day": "2026-11-20"}, lambda frame: frame)
    joined = lake.version("listing_seen")
    maintain(lake, now=NOW, snapshots_kept=3)
    assert lake.published() == {"listing_seen": joined}


def test_tables_that_a_snapshot_holds_whole_need_no_files_for_it(lake: Lake, paths: Paths) -> None:
    for one in range(3):
        lake.publish({"catalog_day": lake.overwrite("catalog_day", days([one]), partitions=[{}])})
        write_snapshot(lake, paths, 3)
    age_everything(paths, 5)
    assert maintain(lake, now=NOW, snapshots_kept=3)["catalog_day"].files_removed == 1
    for number in (1, 2, 3):
        with duckdb.connect(str(paths.snapshots / f"vopt-{number}.duckdb"), read_only=True) as snapshot:
            assert snapshot.execute("SELECT catalog_id FROM catalog_day").fetchall() == [(number - 1,)]


def everything(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """All rows of every table that SQL may read."""
    return {
        table.name: connection.execute(f"SELECT * FROM {table.name} ORDER BY ALL").fetchall() for table in sql_tables()
    }


def test_a_snapshot_opened_before_compaction_and_vacuum_still_answers_every_table(lake: Lake, paths: Paths) -> None:
    """Held open, and opened anew from the file of a young snapshot that was replaced."""
    for one in range(5):
        for table in sql_tables():
            told = {"photo_sha256": [f"photo {one}"], "made_at": [NOW - timedelta(days=9)], "listing_id": [one]}
            row = rows(table, 1, **told, title="Gonna", day=TODAY - timedelta(days=190), ended_month="2026-01")
            if table.name == "listing_live":
                lake.overwrite(table.name, row, partitions=[{}])
            else:
                lake.append(table.name, row)
        lake.publish({table.name: lake.version(table.name) for table in sql_tables()})
    first = write_snapshot(lake, paths, 3)
    held = duckdb.connect(str(first), read_only=True)
    wanted = everything(held)
    assert min(map(len, wanted.values())) > 0

    lake.publish({"listing_live": lake.overwrite("listing_live", live([9]), partitions=[{}])})
    age_everything(paths, 20)
    done = maintain(lake, now=NOW, snapshots_kept=3)
    age_everything(paths, 20)
    maintain(lake, now=NOW + timedelta(days=1), snapshots_kept=3)

    assert done["listing_seen"].texts_removed == 1
    assert done["price_change"].files_joined == 5
    assert done["listing_live"].files_removed > 0
    assert paths.warehouse.resolve() != first
    assert everything(held) == wanted
    with duckdb.connect(str(first), read_only=True) as again:
        assert everything(again) == wanted
    with duckdb.connect(str(paths.warehouse), read_only=True) as newest:
        assert {row[0] for row in newest.execute("SELECT title FROM listing_seen").fetchall()} == {None}
    held.close()
