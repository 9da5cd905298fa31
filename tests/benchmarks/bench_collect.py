"""Collecting against a bare loop: parse, validate and write beside orjson straight to Parquet, in one run.

    python -m tests.benchmarks.bench_collect [--pages 200]

Both read the same 96-listing answers. vopt takes the people out, validates, checks the contract and commits every ten
pages to a Delta lake, with the answers themselves (`page_raw`), durably. The bare loop only picks the same fields and
writes one plain Parquet file for every ten pages.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from tests.benchmarks.make_pages import catalogue_bodies
from vopt_lib.lake.lake import Lake
from vopt_lib.paths import Paths
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.parse import Page, frames, parse_catalogue
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms

PAGES_PER_COMMIT = 10
BEGAN = datetime(2026, 9, 20, 10, 0, tzinfo=UTC)
ORIGIN = Origin("vinted", "it", "bench", query_catalog_id=4, query_key="0" * 16)
PSEUDONYMS = Pseudonyms(b"a key for this measurement only!")


def answers(pages: int) -> list[Answer]:
    """So many answers, one second apart."""
    return [
        Answer(
            f"https://api.vinted.it/svc-catalogue/items?page={n}",
            200,
            "application/json",
            body,
            BEGAN + timedelta(seconds=n),
        )
        for n, body in enumerate(catalogue_bodies(pages))
    ]


def commits(received: Sequence[Answer]) -> list[Sequence[Answer]]:
    """The answers, ten by ten."""
    return [received[start : start + PAGES_PER_COMMIT] for start in range(0, len(received), PAGES_PER_COMMIT)]


def parsed(batch: Sequence[Answer], first: int) -> list[Page]:
    """The pages of one commit."""
    pages = enumerate(batch, start=first)
    return [
        parse_catalogue(answer, replace(ORIGIN, page=n + 1, first_position=n * 96 + 1), PSEUDONYMS)
        for n, answer in pages
    ]


def vopt_parse(received: Sequence[Answer], folder: Path) -> int:
    """Parse, validate and build the frames; write nothing."""
    return sum(
        len(frames(parsed(batch, n * PAGES_PER_COMMIT))["listing_seen"]) for n, batch in enumerate(commits(received))
    )


def vopt_collect(received: Sequence[Answer], folder: Path) -> int:
    """Parse, validate and commit to the lake, raw answers included."""
    lake = Lake(Paths(folder, str(folder / "lake")))
    rows = 0
    for number, batch in enumerate(commits(received)):
        made = frames(parsed(batch, number * PAGES_PER_COMMIT))
        lake.commit(made, app="bench", number=number)
        rows += len(made["listing_seen"])
    return rows


def bare_loop(received: Sequence[Answer], folder: Path) -> int:
    """What a script would do: orjson, pick the fields, one Parquet file per ten pages."""
    rows = 0
    for number, batch in enumerate(commits(received)):
        picked = [_picked(item, answer) for answer in batch for item in orjson.loads(answer.body)["items"]]
        pl.DataFrame(picked, infer_schema_length=None).write_parquet(folder / f"{number}.parquet")
        rows += len(picked)
    return rows


def _picked(item: dict[str, Any], answer: Answer) -> dict[str, Any]:
    size, _, condition = item["item_box"]["second_line"].rpartition(" · ")
    return {
        "listing_id": item["id"],
        "observed_at": answer.received_at,
        "title": item["title"],
        "brand": item["item_box"]["first_line"],
        "size": size,
        "condition": condition,
        "url": item["url"],
        "price": float(item["price"]["amount"]),
        "currency": item["price"]["currency_code"],
        "fee": float(item["service_fee"]["amount"]),
        "total": float(item["total_item_price"]["amount"]),
        "favourites": item["favourite_count"],
        "promoted": item["promoted"],
        "seller": item["user"]["id"],
        "photo": item["photo"]["url"],
    }


def measure(
    work: Callable[[Sequence[Answer], Path], int], received: Sequence[Answer], rounds: int
) -> tuple[float, float, int]:
    """Seconds and processor seconds per listing of the best round, and bytes left on disk."""
    best, busy, size = float("inf"), float("inf"), 0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            began, began_busy = time.perf_counter(), time.process_time()
            rows = work(received, Path(folder))
            best = min(best, (time.perf_counter() - began) / rows)
            busy = min(busy, (time.process_time() - began_busy) / rows)
            size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    return best, busy, size


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--pages", type=int, default=100)
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    received = answers(asked.pages)
    listings = asked.pages * 96
    measured = {work: measure(work, received, asked.rounds) for work in (bare_loop, vopt_parse, vopt_collect)}
    bare = measured[bare_loop][0]
    print(f"{listings:,} listings, {sum(len(answer.body) for answer in received) / 1e6:.1f} MB of answers")
    print(f"{'':14}{'listings/s':>12}{'of bare':>9}{'µs each':>9}{'CPU µs':>9}{'bytes each':>12}")
    for work, (each, busy, size) in measured.items():
        print(
            f"{work.__name__:14}{1 / each:12,.0f}{bare / each:9.2f}{1e6 * each:9.1f}"
            f"{1e6 * busy:9.1f}{size / listings:12.0f}"
        )


if __name__ == "__main__":
    main()
