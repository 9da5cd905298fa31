"""Photos of listings: fetched politely, described once, kept, and gone on with after whatever stopped a run."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from tests.cradle import lived
from tests.desk.photographed import photographed
from tests.servers import RunningSimulator
from tests.simulator.drawn import DRESS, drawn
from vopt_lib.commit_points import CommitPoint
from vopt_lib.desk import market_embedding
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.market_embedding import embed_market
from vopt_lib.desk.market_photos import KEPT
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import headline
from vopt_lib.errors import (
    AlreadyRunning,
    Challenged,
    ConsentNeeded,
    PageGone,
    UnknownEmbedder,
)
from vopt_lib.files import only_one
from vopt_lib.schema.tables import LISTING_LIVE
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.vision.fingerprint_store import read_fingerprints
from vopt_lib.vision.index_store import open_index
from vopt_lib.vision.vectors import as_texts
from vopt_lib.words import Words

pytestmark = pytest.mark.timeout(300)
MODEL = "shapes-1"
POINTS = [
    f"{CommitPoint.EMBED_PHOTO_KEPT}*7",
    f"{CommitPoint.EMBED_PHOTO_NOTED}*12",
    f"{CommitPoint.EMBED_BATCH_WRITTEN}*1",
    f"{CommitPoint.EMBED_BATCH_WRITTEN}*2",
    CommitPoint.EMBED_OWN_LINKED,
    f"{CommitPoint.EMBED_FINGERPRINTS_ADDED}*2",
    f"{CommitPoint.EMBED_PAIRS_WRITTEN}*2",
    CommitPoint.JOURNAL_STARTED,
    f"{CommitPoint.JOURNAL_WRITTEN}*3",
    f"{CommitPoint.TABLE_APPENDED}:1*3",
    f"{CommitPoint.INDEX_WRITTEN}*2",
    f"{CommitPoint.INDEX_NAMED}*2",
]

HOUR = timedelta(hours=1)


@pytest.fixture
def bags(desk: Desk, market: RunningSimulator, live: Callable[..., None]) -> Desk:
    """A vopt that has just collected bags, and asked for no photo yet."""
    live(1)
    market.forget_requests()
    return desk


def newest(desk: Desk, name: str) -> pl.DataFrame:
    return desk.lake.scan(name, version="newest").collect()


def fetched(market: RunningSimulator) -> list[str]:
    return [asked["path"] for asked in market.requests() if asked["path"].startswith("/t/")]


def searchable(desk: Desk, model: str = MODEL) -> set[str]:
    return set(as_texts(open_index(desk.paths.photo_index(model), model).vectors.keys))


def with_thumbnails(desk: Desk, *addresses: str) -> None:
    """Let the first listings tell these addresses."""
    live = newest(desk, "listing_live").sort("listing_id").with_row_index()
    given = dict(enumerate(addresses))
    told = pl.col("index").replace_strict(given, default=None, return_dtype=pl.String)
    later = pl.col("last_seen_at") + pl.when(told.is_not_null()).then(HOUR).otherwise(HOUR * 0)
    changed = live.with_columns(thumbnail_url=pl.coalesce(told, "thumbnail_url"), last_seen_at=later).drop("index")
    desk.lake.overwrite("listing_live", changed.select(LISTING_LIVE.schema.names()), partitions=[{}])


@dataclass(frozen=True)
class Brightness:
    """An embedder that says how bright a photo is."""

    name: str = "brightness-1"
    length: int = 2
    longest: int = 32

    def vectors(self, photos: list) -> npt.NDArray[np.float32]:  # type: ignore[type-arg]
        grey = np.array([np.asarray(photo.convert("L")).mean() / 255 for photo in photos], dtype=np.float32)
        return np.stack([grey, np.sqrt(1 - grey**2)], axis=1)


def test_the_leading_photo_of_each_listing_is_described_and_can_be_searched(
    bags: Desk, market: RunningSimulator
) -> None:
    seen: list[tuple[int, int]] = []
    run = embed_market(bags, most=30, on_photo=lambda done, of: seen.append((done, of)))
    assert (run.kind, run.outcome, run.pages, run.rows, run.listings, run.rejected) == ("embed", "done", 30, 30, 30, 0)
    assert (run.source, run.market, run.requests) == ("simulator", "it", 31)  # and robots.txt
    assert seen == [(25, 30), (30, 30)]
    links, vectors = newest(bags, "listing_photo"), newest(bags, "embedding")
    assert links.height == vectors.height == 30
    assert set(links["photo_sha256"]) == set(vectors["photo_sha256"]) == searchable(bags)
    live = newest(bags, "listing_live")
    assert links.join(live, left_on=["listing_id", "photo_url"], right_on=["listing_id", "thumbnail_url"]).height == 30
    assert [one.run_id for one in newest_runs(bags, "embed")] == [run.run_id]
    assert headline(run, Words("en")) == "Describing photos: 30 photos described, 30 fetched"


def test_every_catalogue_has_its_turn_whichever_was_seen_last(bags: Desk) -> None:
    is_later = pl.int_range(pl.len()) >= 9
    two = newest(bags, "listing_live").head(18).with_columns(
        leaf_catalog_id=pl.when(is_later).then(2).otherwise(1).cast(pl.Int64),
        last_seen_at=pl.col("last_seen_at") + pl.when(is_later).then(HOUR).otherwise(HOUR * 0),
    )  # fmt: skip
    bags.lake.overwrite("listing_live", two, partitions=[{}])
    embed_market(bags, most=6)
    links = newest(bags, "listing_photo").join(two, on="listing_id")
    assert dict(links.group_by("leaf_catalog_id").len().rows()) == {1: 3, 2: 3}


def test_a_photo_is_asked_for_once_however_often_it_is_run(bags: Desk, market: RunningSimulator) -> None:
    bags.lake.overwrite("listing_live", newest(bags, "listing_live").head(50), partitions=[{}])
    counts = [embed_market(bags, most=20).pages for _ in range(4)]
    assert counts == [20, 20, 10, 0]
    assert len(set(fetched(market))) == len(fetched(market)) == 50
    assert newest(bags, "listing_photo").height == 50


def test_no_more_than_the_setting_says_are_fetched_in_a_run(bags: Desk, market: RunningSimulator) -> None:
    few = replace(bags, settings=bags.settings.model_copy(update={"photos_a_run": 3}))
    assert embed_market(few).pages == len(fetched(market)) == 3


def test_the_budget_of_an_hour_ends_a_run_which_is_no_failure(bags: Desk) -> None:
    polite = replace(bags, pacing=replace(Pacing.polite(bags.settings), requests_per_hour=5, pause_max_s=10))
    run = embed_market(polite)
    assert (run.outcome, run.error, run.pages, run.requests) == ("done", None, 4, 5)
    assert newest(bags, "listing_photo").height == 4


def test_between_two_photos_there_is_a_pause(bags: Desk) -> None:
    run = embed_market(replace(bags, pacing=Pacing.polite(bags.settings)), most=3)
    assert run.waited_s >= 3 * 10


def test_a_real_marketplace_is_not_asked_without_consent(tmp_path: Path, bags: Desk, market: RunningSimulator) -> None:
    real = replace(
        bags, settings=bags.settings.model_copy(update={"vinted_www": "https://www.vinted.{tld}",
                                                        "vinted_api": "https://api.vinted.{tld}"})
    )  # fmt: skip
    live = newest(bags, "listing_live").with_columns(
        source=pl.lit("vinted"), thumbnail_url=pl.lit("https://images1.vinted.net/t/06_1/310x430/1.webp?s=1")
    )
    bags.lake.overwrite("listing_live", live, partitions=[{}])
    run = embed_market(real)
    assert (run.outcome, type(run.error), run.requests) == ("failed", ConsentNeeded, 0)


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/t/1.webp",
        "http://user@images.vinted.localhost/1.webp",
        "file:///etc/passwd",
        "//",
        "http://[",
        "",
    ],
)
def test_no_other_host_is_ever_asked(bags: Desk, market: RunningSimulator, address: str) -> None:
    with_thumbnails(bags, address)
    run = embed_market(bags, most=1)
    assert (run.outcome, run.requests, run.pages) == ("done", 0, 0)
    assert market.requests() == []
    assert embed_market(bags, most=1).pages == 1, "it is not tried again"


def test_what_is_no_longer_there_is_not_asked_for_again(bags: Desk, market: RunningSimulator) -> None:
    url = newest(bags, "listing_live").sort("listing_id")["thumbnail_url"][0]
    with_thumbnails(bags, url.partition("?")[0] + "?s=expired")
    run = embed_market(bags, most=3)
    assert (run.outcome, run.pages) == ("done", 2)
    market.forget_requests()
    assert embed_market(bags, most=3).pages == len(fetched(market)) == 3
    with_thumbnails(bags, url)
    assert embed_market(bags, most=3).pages == 3, "signed anew it is asked for"


def test_where_nothing_leads_to_a_photo_the_site_has_changed_and_nothing_is_believed(
    bags: Desk, market: RunningSimulator
) -> None:
    addresses = newest(bags, "listing_live").sort("listing_id")["thumbnail_url"][:8]
    with_thumbnails(bags, *(url.partition("?")[0] + "?s=wrong" for url in addresses))
    run = embed_market(bags)
    assert (run.outcome, type(run.error), run.pages, len(fetched(market))) == ("failed", PageGone, 0, 5)
    market.forget_requests()
    embed_market(bags)
    assert len(fetched(market)) == 5


def test_a_challenge_keeps_what_was_fetched_before_it(bags: Desk, market: RunningSimulator) -> None:
    market.switch_on("challenge_datadome:1@image+4")  # robots.txt is one of four
    run = embed_market(bags, most=10)
    assert (run.outcome, type(run.error), run.pages, run.rows) == ("partial", Challenged, 3, 3)
    assert len(searchable(bags)) == 3


def test_what_is_no_photo_is_refused_once_and_not_kept(
    bags: Desk, market: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = iter([b"<svg/>", b"", *(drawn(replace(DRESS, photo_seed=seed)).photo for seed in range(1, 4))])
    monkeypatch.setattr(market_embedding, "fetch_photo", lambda client, url: next(bodies))
    run = embed_market(bags, most=5)
    assert (run.rows, run.rejected, run.listings) == (3, 2, 3)
    assert len(list(bags.paths.market_photos.iterdir())) == 3
    assert headline(run, Words("en")).endswith("3 photos described, 5 fetched, 2 cannot be used")
    bodies = iter(())
    assert embed_market(bags, most=0).outcome == "done"


def test_another_model_describes_what_is_here_and_fetches_nothing(
    bags: Desk, market: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed_market(bags, most=5)
    market.forget_requests()
    monkeypatch.setattr(market_embedding, "embedder", lambda *_: Brightness())
    run = embed_market(bags, model="brightness-1", most=0)
    assert (run.rows, run.listings, fetched(market)) == (5, 0, [])
    assert searchable(bags, "brightness-1") == searchable(bags)
    assert newest(bags, "listing_photo").height == 5


def test_a_changed_leading_photo_is_fetched_too(bags: Desk) -> None:
    embed_market(bags, most=3)
    with_thumbnails(bags, newest(bags, "listing_live").sort("listing_id")["thumbnail_url"][40])
    run = embed_market(bags, most=1)
    assert (run.pages, run.listings) == (1, 1)


def test_a_spoilt_file_is_fetched_again_where_it_is_needed(bags: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    embed_market(bags, most=2)
    [spoilt, _] = sorted(bags.paths.market_photos.iterdir())
    spoilt.write_bytes(b"cut off")
    monkeypatch.setattr(market_embedding, "embedder", lambda *_: Brightness())
    run = embed_market(bags, model="brightness-1", most=1)
    assert (run.pages, run.rows, run.listings) == (1, 2, 0)


def test_files_leave_after_half_a_year_and_their_vectors_stay(bags: Desk, market: RunningSimulator) -> None:
    embed_market(bags, most=2)
    links = newest(bags, "listing_photo")
    bags.lake.overwrite(
        "listing_photo", links.with_columns(pl.col("observed_at") - KEPT - timedelta(days=1)), partitions=[{}]
    )
    embed_market(bags, most=0)
    assert list(bags.paths.market_photos.iterdir()) == []
    assert len(searchable(bags)) == 2


def test_an_embedder_that_is_not_known_is_refused_before_anything_is_asked(
    bags: Desk, market: RunningSimulator
) -> None:
    with pytest.raises(UnknownEmbedder):
        embed_market(bags, model="nobody")
    assert market.requests() == []


def test_two_runs_at_once_are_one_too_many(bags: Desk) -> None:
    with only_one(bags.paths.embed_lock, "vopt embed"), pytest.raises(AlreadyRunning):
        embed_market(bags)


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_next_run_does_only_what_is_missing(
    bags: Desk, market: RunningSimulator, point: str
) -> None:
    photos = [drawn(replace(DRESS, photo_seed=seed)).photo for seed in range(3)]
    own = photographed(bags, "Abito", *photos)
    killed = lived("tests.desk.describer", str(bags.paths.data), market.www, market.api, point)
    assert killed == -signal.SIGKILL, f"never reached {point}"
    asked = fetched(market)

    embed_own(bags)
    first = embed_market(bags, most=12 - len(asked))
    again = fetched(market)[len(asked) :]
    repeated = set(asked) & set(again)
    # A photo that was not even noted is asked for once more: at most the one under way.
    assert len(repeated) <= (1 if point.startswith(CommitPoint.EMBED_PHOTO_KEPT) else 0)
    assert first.pages == len(again)
    links, vectors = newest(bags, "listing_photo"), newest(bags, "embedding")
    for table, key in ((links, ["market", "listing_id", "photo_sha256"]), (vectors, ["photo_sha256", "model"])):
        assert table.select(key).is_duplicated().sum() == 0
    assert links.filter(pl.col("market") == "it").height == 12 - len(repeated)
    assert set(links.filter(pl.col("market") == "own")["photo_sha256"]) == set(own)
    assert set(vectors["photo_sha256"]) == set(links["photo_sha256"]) == searchable(bags)
    kept = read_fingerprints(bags.paths.fingerprints)
    assert (len(kept), set(kept.keys), kept.compared) == (
        len(set(kept.keys)),
        set(links["photo_sha256"]),
        set(kept.keys),
    )
    assert embed_own(bags).rows == embed_market(bags, most=0).rows == 0
