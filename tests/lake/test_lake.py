"""What is put into the lake comes out again: once, all of it, and nothing that is not published."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.lake.frames import changes, live, pages, seen
from vopt_lib.commit_points import CommitPoint, observe
from vopt_lib.errors import ContractBroken, LakeBusy, LakeDamaged, NothingPublished, UnknownTable
from vopt_lib.lake import Lake
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import COLLECTED, LISTING_SEEN, REJECTED, TABLES


def ids(lake: Lake, name: str = "listing_seen", version: int | str = "newest") -> list[int]:
    frame = lake.scan(name, version=version).select("listing_id").collect()  # type: ignore[arg-type]
    return sorted(frame["listing_id"].to_list())


def test_a_commit_adds_rows_to_every_table_it_names(lake: Lake) -> None:
    lake.commit({"listing_seen": seen([1, 2]), "page_raw": pages(["a"])}, app="run", number=1)
    assert ids(lake) == [1, 2]
    assert lake.scan("page_raw", version="newest").collect()["url"].to_list() == ["a"]


def test_rows_come_back_exactly_as_they_went_in(lake: Lake) -> None:
    for table in TABLES.values():
        frame = seen([7], market="co.uk", title="Levi's 501 è") if table is LISTING_SEEN else table.empty()
        lake.append(table.name, frame)
        assert_frame_equal(lake.scan(table.name, version="newest").collect(), frame)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_repeated_commit_changes_nothing(lake: Lake, paths: Paths, number: int) -> None:
    lake.commit({"listing_seen": seen([1])}, app="run", number=2)
    lake.commit({"listing_seen": seen([9])}, app="run", number=number)
    Lake(paths).commit({"listing_seen": seen([9])}, app="run", number=number)
    assert ids(lake) == [1]


def test_the_first_number_may_be_zero_and_is_committed_once(lake: Lake, paths: Paths) -> None:
    for one in (lake, Lake(paths)):
        one.commit({"listing_seen": seen([1])}, app="run", number=0)
    assert (ids(lake), lake.committed("run")) == ([1], 0)


def test_a_commit_without_rows_still_counts(lake: Lake) -> None:
    lake.commit({"rejected": REJECTED.empty()}, app="run", number=3)
    assert lake.committed("run") == 3


def test_two_runs_count_apart(lake: Lake) -> None:
    lake.commit({"listing_seen": seen([1])}, app="morning", number=5)
    lake.commit({"listing_seen": seen([2])}, app="evening", number=1)
    assert (lake.committed("morning"), lake.committed("evening"), lake.committed("other")) == (5, 1, None)


def test_a_commit_leaves_no_journal(lake: Lake, paths: Paths) -> None:
    lake.commit({"listing_seen": seen([1])}, app="run/of:today", number=1)
    assert list(paths.journal.iterdir()) == []
    assert lake.recover() == 0


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        pytest.param(seen([1]).drop("title"), "missing title", id="missing column"),
        pytest.param(seen([1]).with_columns(extra=1), "unknown extra", id="unknown column"),
        pytest.param(
            seen([1]).with_columns(pl.col("listing_id").cast(pl.Int32)), "listing_id is Int32", id="wrong dtype"
        ),
        pytest.param(seen([1]).with_columns(run_id=pl.lit(None, pl.String)), "run_id is null in 1 rows", id="null"),
    ],
)
def test_a_frame_that_breaks_the_contract_is_refused_before_anything_is_written(
    lake: Lake, frame: pl.DataFrame, why: str
) -> None:
    with pytest.raises(ContractBroken, match=why):
        lake.commit({"page_raw": pages(["a"]), "listing_seen": frame}, app="run", number=1)
    assert (lake.version("page_raw"), lake.committed("run")) == (-1, None)


def test_columns_may_come_in_any_order(lake: Lake) -> None:
    frame = seen([1])
    lake.append("listing_seen", frame.select(reversed(frame.columns)))
    assert_frame_equal(lake.scan("listing_seen", version="newest").collect(), frame)


def test_an_unknown_table_is_named_with_the_known_ones(lake: Lake) -> None:
    with pytest.raises(UnknownTable, match="Known: listing_seen"):
        lake.scan("listings")


def test_rows_are_sorted_inside_a_file(lake: Lake) -> None:
    lake.append("listing_seen", seen([3, 1, 2]))
    (file,) = lake.files("listing_seen", lake.version("listing_seen"))
    assert pl.read_parquet(file, hive_partitioning=False)["listing_id"].to_list() == [1, 2, 3]


def test_overwriting_replaces_exactly_the_named_partitions(lake: Lake) -> None:
    for month, one in (("2026-09", 9), ("2026-10", 10), ("2026-11", 11)):
        lake.append("price_change", changes([one], month=month))
    partitions = [{"market": "it", "month": "2026-10"}, {"market": "it", "month": "2026-11"}]
    lake.overwrite("price_change", changes([100], month="2026-10"), partitions=partitions)
    assert ids(lake, "price_change") == [9, 100]


def test_overwriting_with_a_day_partition(lake: Lake) -> None:
    for day in (19, 20):
        lake.append("listing_seen", seen([day], day=date(2026, 11, day)))
    lake.overwrite(
        "listing_seen", seen([1], day=date(2026, 11, 19)), partitions=[{"market": "it", "day": "2026-11-19"}]
    )
    assert ids(lake) == [1, 20]


def test_overwriting_everything_and_a_part_of_the_partition_columns(lake: Lake) -> None:
    lake.overwrite("price_change", changes([1, 2]), partitions=[{}])
    lake.append("price_change", changes([3], market="fr"))
    lake.overwrite("price_change", changes([4]), partitions=[{"market": "it"}])
    assert ids(lake, "price_change") == [3, 4]
    lake.overwrite("price_change", changes([5]), partitions=[{}])
    assert ids(lake, "price_change") == [5]


def test_a_row_outside_the_named_partitions_is_refused(lake: Lake) -> None:
    with pytest.raises(ContractBroken, match="1 rows lie outside"):
        lake.overwrite("price_change", changes([1]), partitions=[{"market": "it", "month": "2026-12"}])
    with pytest.raises(ContractBroken, match="not partitioned by brand"):
        lake.overwrite("price_change", changes([1]), partitions=[{"brand": "Zara"}])


def test_overwriting_nothing_changes_nothing(lake: Lake) -> None:
    assert lake.overwrite("price_change", changes([]), partitions=[{}]) == -1
    assert lake.overwrite("price_change", changes([]), partitions=[]) == -1


def test_a_second_writer_is_told_who_holds_the_table(lake: Lake, paths: Paths) -> None:
    with lake.writing("listing_live"):
        lake.overwrite("listing_live", live([1]), partitions=[{}])
        with pytest.raises(LakeBusy, match="listing_live"):
            Lake(paths, writer_waits_s=0.05).overwrite("listing_live", live([2]), partitions=[{}])
    assert ids(lake, "listing_live") == [1]


def test_readers_see_what_is_published_and_nothing_newer(lake: Lake) -> None:
    lake.append("listing_seen", seen([1]))
    lake.publish({"listing_seen": lake.version("listing_seen")})
    lake.append("listing_seen", seen([2]))
    assert (ids(lake, version="published"), ids(lake)) == ([1], [1, 2])


def test_publishing_some_tables_keeps_the_others_and_the_previous_versions(lake: Lake) -> None:
    lake.append("listing_seen", seen([1]))
    lake.append("price_change", changes([1]))
    first = lake.publish({"listing_seen": 1, "price_change": 1})
    lake.append("price_change", changes([2]))
    assert lake.publish({"price_change": 2}) == {"listing_seen": 1, "price_change": 2}
    assert lake.published_before() == first
    lake.publish(lake.published_before())
    assert lake.published() == first


def test_nothing_published_is_an_empty_table_unless_it_is_required(lake: Lake) -> None:
    lake.append("listing_seen", seen([1]))
    assert_frame_equal(lake.scan("listing_seen").collect(), LISTING_SEEN.empty())
    with pytest.raises(NothingPublished):
        lake.scan("listing_seen", required=True)


def test_a_missing_published_file_is_named(lake: Lake, paths: Paths) -> None:
    lake.append("listing_seen", seen([1]))
    lake.publish({"listing_seen": lake.version("listing_seen")})
    (file,) = lake.files("listing_seen", lake.published()["listing_seen"])
    Path(file).unlink()
    with pytest.raises(LakeDamaged, match="parquet"):
        Lake(paths).scan("listing_seen")


def test_a_file_that_was_cut_off_is_named(lake: Lake, paths: Paths) -> None:
    lake.append("listing_seen", seen([1]))
    lake.publish({"listing_seen": lake.version("listing_seen")})
    (file,) = lake.files("listing_seen", lake.published()["listing_seen"])
    Path(file).write_bytes(Path(file).read_bytes()[:-1])
    for reader in (lake, Lake(paths)):
        with pytest.raises(LakeDamaged, match="cut off"):
            reader.scan("listing_seen")


def test_publishing_a_version_whose_files_are_gone_changes_nothing(lake: Lake, paths: Paths) -> None:
    lake.append("listing_seen", seen([1]))
    Path(lake.files("listing_seen", 1)[0]).unlink()
    with pytest.raises(LakeDamaged):
        lake.publish({"listing_seen": 1})
    assert not paths.published.exists()


def test_rolling_back_gives_a_new_version_with_the_old_rows(lake: Lake) -> None:
    old = lake.overwrite("listing_live", live([1]), partitions=[{}])
    newer = lake.overwrite("listing_live", live([2]), partitions=[{}])
    restored = lake.rollback("listing_live", old)
    assert restored > newer
    assert ids(lake, "listing_live", restored) == [1]
    assert lake.rollback("listing_live", restored) == restored


def test_changed_partitions_are_those_with_other_rows(lake: Lake) -> None:
    first = lake.append("listing_seen", seen([1], day=date(2026, 11, 18)))
    lake.append("listing_seen", seen([1], day=date(2026, 11, 19)))
    lake.append("listing_seen", seen([2], day=date(2026, 11, 20), market="fr"))
    changed = [{"day": "2026-11-19", "market": "it"}, {"day": "2026-11-20", "market": "fr"}]
    assert lake.changed_partitions("listing_seen", first) == changed
    assert len(lake.changed_partitions("listing_seen", -1)) == 3
    assert lake.changed_partitions("listing_seen", lake.version("listing_seen")) == []
    assert lake.changed_partitions("listing_ended", -1) == []


def test_without_the_log_all_partitions_count_as_changed(lake: Lake, paths: Paths) -> None:
    for day in range(1, 23):
        lake.append("listing_seen", seen([1], day=date(2026, 11, day)))
    for version in range(15):
        (Path(paths.table("listing_seen")) / "_delta_log" / f"{version:020}.json").unlink()
    assert len(lake.changed_partitions("listing_seen", 14)) == 8
    assert len(lake.changed_partitions("listing_seen", 13)) == 22


def test_a_table_made_anew_under_an_open_lake_is_read_anew(lake: Lake, paths: Paths) -> None:
    for one in range(3):
        lake.append("listing_seen", seen([one]))
    shutil.rmtree(paths.table("listing_seen"))
    assert lake.version("listing_seen") == -1
    lake.append("listing_seen", seen([9]))
    assert ids(lake) == [9]


def test_many_small_commits_stay_readable(lake: Lake, paths: Paths) -> None:
    for number in range(45):
        lake.commit({"listing_seen": seen([number])}, app="run", number=number)
    assert ids(Lake(paths)) == list(range(45))
    assert len(list((Path(paths.table("listing_seen")) / "_delta_log").glob("*.checkpoint.parquet"))) >= 2


def test_a_table_that_got_a_column_reads_old_rows_with_nulls(tmp_path: Path, paths: Paths) -> None:
    from deltalake import write_deltalake

    frame = seen([1])
    older = frame.drop("category")
    write_deltalake(paths.table("listing_seen"), older, partition_by=["market", "day"])
    lake = Lake(paths)
    assert_frame_equal(lake.scan("listing_seen", version="newest").collect(), frame)
    lake.append("listing_seen", seen([2], category="Donna"))
    both = lake.scan("listing_seen", version="newest").select("listing_id", "category").sort("listing_id").collect()
    assert both.rows() == [(1, None), (2, "Donna")]
    assert lake.has_grown("listing_seen")


def test_every_collected_table_takes_an_empty_frame(lake: Lake) -> None:
    lake.commit({name: TABLES[name].empty() for name in COLLECTED}, app="run", number=1)
    assert lake.committed("run") == 1


def test_a_lake_at_an_address_goes_through_the_storage_options(tmp_path: Path) -> None:
    lake = Lake(Paths(tmp_path, f"file://{tmp_path}/lake"))
    lake.commit({"listing_seen": seen([1]), "page_raw": pages(["a"])}, app="run", number=1)
    lake.overwrite("listing_live", live([5]), partitions=[{}])
    lake.publish({name: lake.version(name) for name in ("listing_seen", "listing_live")})
    assert not lake.is_local
    assert (ids(lake, version="published"), ids(lake, "listing_live", "published")) == ([1], [5])
    assert lake.changed_partitions("listing_seen", -1) == [{"day": "2026-11-20", "market": "it"}]


def test_versions_of_several_tables_are_of_one_moment(lake: Lake, paths: Paths) -> None:
    refused: list[str] = []

    def look(point: str) -> None:
        with pytest.raises(LakeBusy):
            Lake(paths, writer_waits_s=0).versions(("listing_seen", "page_raw"))
        refused.append(point)

    observe(look)
    try:
        lake.commit({"listing_seen": seen([1]), "page_raw": pages(["a"])}, app="run", number=1)
    finally:
        observe(lambda point: None)
    assert CommitPoint.JOURNAL_STARTED in refused
    assert f"{CommitPoint.TABLE_APPENDED}:1" in refused
    assert lake.versions(("listing_seen", "page_raw")) == {"listing_seen": 1, "page_raw": 1}


def test_two_processes_that_commit_the_same_at_once_add_it_once(lake: Lake, paths: Paths) -> None:
    others = [Lake(paths) for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda one: one.commit({"listing_seen": seen([1])}, app="ingest-a", number=1), others))
    assert ids(lake) == [1]
