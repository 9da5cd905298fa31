"""After collecting and taking in pages, no seller can be found anywhere under VOPT_DATA, byte by byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
import zstandard

from tests.e2e.commands import instance
from tests.servers import RunningSimulator, running_simulator
from vopt_lib.desk.collect import collect
from vopt_lib.desk.ingest import Said, ingest
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.recheck import recheck
from vopt_lib.files import write_json
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term
from vopt_lib.simulator.generate import generate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

START = datetime(2026, 11, 1, 7, tzinfo=UTC)
SEED, SCALE, DAYS = 11, 0.15, 5
BAGS = Follow("borse", "Borse", CatalogueQuery("it", Term(19, "Donna > Borse")), START)
WORDS = Follow("zara", "zara", CatalogueQuery("it", search_text="zara"), START)
"""Words are asked for in the same way in every era, which filters are not."""
OLD_SEARCH = "/api/v2/catalog/items"
KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f00123456789abcdef0123456789abcdef"
ZSTD = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True)
class Sellers:
    """Everybody who sells on the simulated market."""

    ids: frozenset[bytes]
    logins: tuple[bytes, ...]

    def found_in(self, text: bytes) -> set[bytes]:
        """Ids that stand alone (a longer number is another number), and logins anywhere."""
        numbers = {*re.findall(rb"(?<![0-9])[0-9]{8,9}(?![0-9])", text)}
        lower = text.lower()
        return (numbers & self.ids) | {login for login in self.logins if login in lower}


@pytest.fixture(scope="module")
def sellers() -> Sellers:
    known = generate(SEED, START, DAYS, scale=SCALE).stock.sellers
    return Sellers(
        frozenset(str(seller.seller_id).encode() for seller in known),
        tuple(seller.login.lower().encode() for seller in known),
    )


@pytest.fixture(scope="module", params=["svc-2026-09", "v2-2025", "v2-2023"])
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def market_of_era(era: str) -> Iterator[RunningSimulator]:
    with running_simulator(seed=SEED, start=START.isoformat(), days=DAYS, scale=SCALE, era=era) as running:
        yield running


@pytest.fixture
def market(market_of_era: RunningSimulator) -> RunningSimulator:
    """A market of an era at its start, without faults."""
    market_of_era.switch_off()
    market_of_era.clock.move_to(START)
    return market_of_era


def decoded(data: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below as it lies there, and what is packed in it: Parquet and DuckDB values, compressed bodies."""
    for path in sorted(data.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        yield str(path), path.read_bytes()
        if path.suffix == ".parquet":
            yield f"{path} (values)", unpacked(pl.read_parquet(path, hive_partitioning=False))
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                for (name,) in connection.execute("SHOW TABLES").fetchall():
                    rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
                    yield f"{path} ({name})", repr(rows).encode()


def unpacked(frame: pl.DataFrame) -> bytes:
    """All values as text, compressed bodies as they were."""
    values = (value for row in frame.iter_rows() for value in row if value is not None)
    return b"\n".join(
        (zstandard.decompress(value) if value.startswith(ZSTD) else value)
        if isinstance(value, bytes)
        else str(value).encode()
        for value in values
    )


def assert_nobody_is_found(desk: Desk, sellers: Sellers) -> None:
    texts = dict(decoded(desk.paths.data))
    assert sum("page_raw" in name for name in texts) >= 2
    assert any("vopt-" in name and "listing_seen" in name for name in texts)
    found = {name: people for name, text in texts.items() if (people := sellers.found_in(text))}
    assert found == {}


def prepared(folder: Path, market: RunningSimulator) -> Desk:
    """A fresh vopt with a known key, so that chance never lets a pseudonym look like an id."""
    _, desk = instance(folder, market)
    desk.paths.seller_key.write_text(KEY)
    desk.paths.seller_key.chmod(0o600)
    return desk


def test_no_seller_is_found_after_collecting(
    sellers: Sellers, market: RunningSimulator, tmp_path: Path, era: str
) -> None:
    desk = prepared(tmp_path, market)
    is_today = era.startswith("svc")
    path = "/svc-catalogue/items" if is_today else f"{market.www}{OLD_SEARCH}"
    desk = open_desk(data=desk.paths.data, vinted_www=market.www, vinted_api=market.api, vinted_items_path=path)
    for day in range(3 if is_today else 1):
        market.clock.move_to(START + timedelta(days=day))
        run = collect(desk, BAGS if is_today else WORDS)
        assert (run.outcome, run.error) == ("done", None)
        refine_day(desk)
        if is_today:
            assert recheck(desk, "it").pages > 0
            refine_day(desk)
        assert publish_day(desk).outcome == "done"
    market.switch_on("schema_drift:1@catalogue")
    market.clock.sleep(3600)
    collect(desk, BAGS if is_today else WORDS)

    seen = desk.lake.scan("listing_seen").collect()
    assert {*seen["shape"]} == ({era, "item-page"} if is_today else {era})
    assert seen["seller_hash"].n_unique() > 5
    assert desk.lake.scan("rejected", version="newest").collect().height > 0
    assert_nobody_is_found(desk, sellers)


def saved_pages(market: RunningSimulator, folder: Path) -> list[Path]:
    """Pages as a person's browser gets them: a search, closets, pages of listings, a catalogue page."""
    guest = market.guest()
    items = market.search("per_page=96&catalog_ids=19").json["items"]
    listings = [item["id"] for item in items[:12]]
    owners = {item["user"]["id"] for item in items[:40]}
    addresses = [f"/items/{listing}" for listing in listings] + ["/catalog/19"]
    addresses += [f"/api/v2/wardrobe/{owner}/items?per_page=20" for owner in owners]
    files = []
    for number, address in enumerate(addresses):
        answer = market.ask(address, headers=guest)
        while answer.status in (301, 302, 307, 308):
            answer = market.ask(answer.headers["location"].partition(f":{market.port}")[2], headers=guest)
        assert answer.status == 200, (address, answer.status)
        kind = "html" if answer.body.lstrip()[:1] == b"<" else "json"
        files.append(folder / f"page-{number}.{kind}")
        files[-1].write_bytes(answer.body)
    files.append(folder / "search.json")
    files[-1].write_text(json.dumps({"items": items}))
    return files


def test_no_seller_is_found_after_taking_in_pages(
    sellers: Sellers, market: RunningSimulator, tmp_path: Path, era: str
) -> None:
    desk = prepared(tmp_path, market)
    folder = tmp_path / "saved"
    folder.mkdir()
    if era == "svc-2026-09":
        files = saved_pages(market, folder)
    else:
        files = [folder / "search.json"]
        files[0].write_bytes(market.ask(f"{OLD_SEARCH}?per_page=96", headers=market.guest()).body)
    met = set().union(*(sellers.found_in(file.read_bytes()) for file in files))
    assert len(met) > 20

    results = ingest(desk, files, Said(market="it", observed_at=START))
    assert [(result.file.name, result.error) for result in results if result.error] == []
    shapes = {*desk.lake.scan("listing_seen").collect()["shape"]}
    assert shapes == ({"svc-2026-09", "wardrobe", "item-page", "catalog-page"} if era[:3] == "svc" else {era})
    assert_nobody_is_found(desk, sellers)


@pytest.mark.parametrize("era", ["svc-2026-09"], indirect=True)
def test_a_file_named_after_its_seller_leaves_no_name(
    sellers: Sellers, market: RunningSimulator, tmp_path: Path
) -> None:
    desk = prepared(tmp_path, market)
    user = market.search("per_page=1").json["items"][0]["user"]
    closet = market.ask(f"/api/v2/wardrobe/{user['id']}/items?per_page=20", headers=market.guest()).body
    files = [
        tmp_path / f"{user['login']} | Vinted.json",
        tmp_path / f"member-{user['id']}-{user['login']} (2).json",
    ]
    for number, file in enumerate(files):
        file.write_bytes(closet + b" " * number)
    results = ingest(desk, files, Said(market="it", observed_at=START))
    assert all(result.rows for result in results)
    names = {*desk.lake.scan("run").filter(kind="ingest").collect()["follow_name"]}
    assert names == {"… | Vinted.json", "member-…-… (2).json"}
    assert_nobody_is_found(desk, sellers)


def test_the_search_finds_a_seller_wherever_she_hides(sellers: Sellers, tmp_path: Path) -> None:
    seller_id, login = sorted(sellers.ids)[0].decode(), sellers.logins[0].decode()
    for name, frame in {
        "id": pl.DataFrame({"n": [int(seller_id)]}),
        "login": pl.DataFrame({"text": [[login.upper()]]}),
        "body": pl.DataFrame({"body": [zstandard.compress(f'{{"x":{seller_id}}}'.encode())]}),
    }.items():
        (tmp_path / name).mkdir()
        frame.write_parquet(tmp_path / name / "rows.parquet")
    write_json(tmp_path / "state" / "x.json", {"who": login})
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
        connection.execute(f"CREATE TABLE t AS SELECT {seller_id} AS who")
    where = {name for name, text in decoded(tmp_path) if sellers.found_in(text)}
    assert {Path(name.partition(" ")[0]).relative_to(tmp_path).parts[0] for name in where} == {
        "id",
        "login",
        "body",
        "state",
        "copy.duckdb",
    }
