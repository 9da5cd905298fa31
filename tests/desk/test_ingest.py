"""What a person saves herself goes in once, in every shape, and a file that cannot go in leaves nothing."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.sources.vinted.answers import envelope, svc_listing, v2_2023_listing, v2_2025_listing
from tests.sources.vinted.pages_by_hand import item_page, plugins
from vopt_lib.desk.ingest import LARGEST_FILE, Said, ingest
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.report import newest_runs
from vopt_lib.errors import IngestError, MarketMissing, NotAnAnswer, TimeMissing, TimeToCome, UnknownMarket

SAVED_AT = datetime(2026, 9, 19, 10, tzinfo=UTC)
SAID = Said("it", None, SAVED_AT)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("VOPT_VINTED_WWW", "VOPT_VINTED_API", "VOPT_LAKE"):
        monkeypatch.delenv(name, raising=False)
    return open_desk(data=tmp_path / "data")


def save(folder: Path, name: str, body: Any) -> Path:
    file = folder / name
    file.write_bytes(
        body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    )
    return file


def seen(desk: Desk) -> pl.DataFrame:
    return desk.lake.scan("listing_seen").collect().sort("listing_id")


def without_time(*listings: Any) -> dict[str, Any]:
    return {"items": list(listings), "pagination": {}}


def test_every_shape_goes_in_and_says_only_what_it_knows(desk: Desk, tmp_path: Path) -> None:
    files = [
        save(tmp_path, "today.json", envelope(svc_listing())),
        save(tmp_path, "2025.json", envelope(v2_2025_listing())),
        save(tmp_path, "2023.json", without_time(v2_2023_listing())),
        save(tmp_path, "item.html", item_page(flight=plugins())),
    ]

    results = ingest(desk, files, SAID)

    assert [(result.rows, result.error) for result in results] == [(1, None)] * 4
    rows = seen(desk).select("listing_id", "market", "brand", "asked_amount", "observed_at").rows()
    assert [(row[0], row[1], row[2], str(row[3])) for row in rows] == [
        (7001, "it", "Mango", "15.00"),
        (2_600_000_001, "fr", None, "10.00"),
        (5_000_000_001, "it", "Barbour", "110.00"),
        (10_000_000_001, "it", "Zara", "12.50"),
    ]
    assert rows[1][4] == SAVED_AT
    assert rows[2][4] == datetime.fromtimestamp(1789900000, UTC)


def test_a_file_goes_in_once_whatever_its_name(desk: Desk, tmp_path: Path) -> None:
    first = save(tmp_path, "a.json", envelope(v2_2025_listing()))
    twin = save(tmp_path, "b.json", envelope(v2_2025_listing()))

    results = ingest(desk, [first, twin, first])

    assert [result.already for result in results] == [False, True, True]
    assert seen(desk).height == 1
    assert [run.follow_name for run in newest_runs(desk, "ingest")] == ["a.json"]


def test_one_bad_file_among_good_ones_is_refused_alone(desk: Desk, tmp_path: Path) -> None:
    files = [
        save(tmp_path, "good.json", envelope(v2_2025_listing(1))),
        save(tmp_path, "bad.json", {"code": 0}),
        save(tmp_path, "too.json", envelope(v2_2025_listing(2))),
    ]
    results = ingest(desk, files)
    assert [type(result.error) for result in results] == [type(None), NotAnAnswer, type(None)]
    assert seen(desk)["listing_id"].to_list() == [1, 2]


def test_refused_rows_are_counted_by_reason_and_never_hold_the_day_back(desk: Desk, tmp_path: Path) -> None:
    spoiled = [v2_2025_listing(n, price=None) for n in range(2, 6)]
    (result,) = ingest(desk, [save(tmp_path, "a.json", envelope(v2_2025_listing(1), *spoiled))])
    assert (result.rows, dict(result.rejects_by_reason)) == (1, {"no_price": 4})
    assert seen(desk).height == 1
    assert newest_runs(desk, "publish")[0].outcome == "done"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", NotAnAnswer),
        (b"\x00\xff\xfe" * 99, NotAnAnswer),
        (b"[" * 5000, NotAnAnswer),
        (b'{"items": [', NotAnAnswer),
        (b"<html><title>Vinted</title></html>", NotAnAnswer),
        (envelope(svc_listing()), MarketMissing),
        (without_time(v2_2025_listing()), TimeMissing),
    ],
    ids=["empty", "binary", "deep", "cut", "no listings", "no market", "no time"],
)
def test_a_refused_file_leaves_nothing(desk: Desk, tmp_path: Path, body: Any, error: type[IngestError]) -> None:
    before = everything_below(desk.paths.data)
    (result,) = ingest(desk, [save(tmp_path, "a.json", body)])
    assert type(result.error) is error
    assert everything_below(desk.paths.data) - before <= {
        Path("state/locks/journal.lock"),
        Path("state/locks/journal.pid"),
    }


def everything_below(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def test_files_that_cannot_be_read_say_why(desk: Desk, tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    results = ingest(desk, [tmp_path / "missing.json", tmp_path, huge])
    assert [result.error and result.error.facts["why"] for result in results] == [
        "it does not exist",
        "it is a folder",
        "it is far too large",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(desk: Desk, tmp_path: Path) -> None:
    file = save(tmp_path, "a.json", b"{}")
    file.chmod(0)
    (result,) = ingest(desk, [file])
    assert result.error is not None
    assert result.error.facts["why"] == "you have no right to it"


def test_a_moment_to_come_is_refused(desk: Desk, tmp_path: Path) -> None:
    tomorrow = desk.clock.now() + timedelta(days=1)
    (result,) = ingest(desk, [save(tmp_path, "a.json", without_time(v2_2025_listing()))], Said("it", None, tomorrow))
    assert type(result.error) is TimeToCome


def test_a_country_that_vinted_does_not_have_stops_before_anything_goes_in(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UnknownMarket):
        ingest(desk, [save(tmp_path, "a.json", envelope(v2_2025_listing()))], Said("xx"))
    assert desk.lake.version("listing_seen") == -1


def test_the_catalogue_that_she_says_is_kept_as_evidence(desk: Desk, tmp_path: Path) -> None:
    ingest(desk, [save(tmp_path, "a.json", envelope(v2_2025_listing()))], Said(catalog_id=4))
    assert seen(desk)["query_catalog_id"].to_list() == [4]
