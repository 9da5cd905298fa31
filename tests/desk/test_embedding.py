"""Photos of own things: described at once, each once, and no longer found when they are gone."""

from __future__ import annotations

import errno
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from tests.cradle import lived
from tests.desk.photographed import photographed
from tests.markets import FixedClock, small_market_data
from tests.simulator.drawn import AT, DRESS, drawn
from vopt_lib.commit_points import CommitPoint, observe
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.runs import headline
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import UnknownEmbedder, VectorsNotKept
from vopt_lib.schema.tables import EMBEDDING, OWN
from vopt_lib.shop.tables import Item, Photo
from vopt_lib.vision.index_store import open_index
from vopt_lib.vision.vectors import as_texts
from vopt_lib.words import Words

NOBODY = "http://127.0.0.1:9"
"""Nobody listens there."""

PHOTOS = [drawn(replace(DRESS, photo_seed=seed), size=(310, 430)).photo for seed in range(1, 4)]


@pytest.fixture
def desk(tmp_path) -> Desk:  # type: ignore[no-untyped-def]
    return small_market_data(tmp_path / "data")


def newest(desk: Desk, name: str) -> pl.DataFrame:
    return desk.lake.scan(name, version="newest").collect()


def searchable(desk: Desk) -> set[str]:
    return set(as_texts(open_index(desk.paths.photo_index("shapes-1"), "shapes-1").vectors.keys))


def all_that_is_known(desk: Desk) -> set[str]:
    """Hashes of photos that the lake links or has a vector of, or that can be searched: the same ones."""
    vectors, links = (set(newest(desk, name)["photo_sha256"]) for name in ("embedding", "listing_photo"))
    assert vectors == links == searchable(desk)
    return vectors


def delete_first_thing(desk: Desk) -> None:
    with shop_of(desk).writing(author_of(desk, member_of(desk), "delete")) as session:
        session.get_one(Item, 1).deleted_at = AT


def delete_photos(desk: Desk) -> None:
    with shop_of(desk).writing(author_of(desk, member_of(desk), "delete")) as session:
        for photo in session.scalars(select(Photo)):
            session.delete(photo)


def test_every_photo_of_own_things_is_described_and_can_be_searched(desk: Desk) -> None:
    hashes = [*photographed(desk, "Abito", *PHOTOS[:2]), *photographed(desk, "Gonna", *PHOTOS[1:])]
    run = embed_own(desk)
    assert (run.kind, run.outcome, run.rows, run.pages, run.requests) == ("embed", "done", 3, 0, 0)
    assert headline(run, Words("en")) == "Describing photos: 3 photos described"
    links = newest(desk, "listing_photo")
    assert set(links["source"]) == set(links["market"]) == {OWN}
    assert links.select("listing_id", "photo_sha256").n_unique() == links.height == 4
    assert searchable(desk) == set(hashes)
    rows = newest(desk, "embedding")
    assert rows["vector"].list.eval(pl.element() ** 2).list.sum().to_list() == pytest.approx([1.0] * 3, abs=1e-4)


def test_what_is_described_is_not_described_again(desk: Desk) -> None:
    photographed(desk, "Abito", PHOTOS[0])
    embed_own(desk)
    versions = desk.lake.version("embedding"), desk.lake.version("listing_photo")
    assert embed_own(desk).rows == 0
    assert (desk.lake.version("embedding"), desk.lake.version("listing_photo")) == versions
    photographed(desk, "Gonna", PHOTOS[1])
    assert embed_own(desk).rows == 1


def test_a_file_that_is_no_photo_or_not_there_keeps_no_other_back(desk: Desk) -> None:
    [_, gone, _] = photographed(desk, "Abito", b"no photo", PHOTOS[0], PHOTOS[1])
    (desk.paths.photos / gone).unlink()
    run = embed_own(desk)
    assert (run.outcome, run.rows, run.rejected) == ("done", 1, 1)
    assert headline(run, Words("en")) == "Describing photos: 1 photo described, 1 cannot be used"


def test_a_deleted_thing_is_forgotten_by_the_next_run(desk: Desk) -> None:
    photographed(desk, "Abito", PHOTOS[0])
    [kept] = photographed(desk, "Gonna", PHOTOS[1])
    embed_own(desk)
    delete_first_thing(desk)
    embed_own(desk)
    assert all_that_is_known(desk) == {kept}
    delete_photos(desk)
    embed_own(desk)
    assert all_that_is_known(desk) == set()


def test_what_a_listing_shows_too_keeps_its_vector(desk: Desk) -> None:
    [shared] = photographed(desk, "Abito", PHOTOS[0])
    embed_own(desk)
    link = newest(desk, "listing_photo").with_columns(market=pl.lit("it"))
    desk.lake.append("listing_photo", link)
    delete_first_thing(desk)
    embed_own(desk)
    assert all_that_is_known(desk) == {shared}


def test_a_thing_that_was_deleted_while_its_photos_were_described_is_not_linked(desk: Desk) -> None:
    photographed(desk, "Abito", PHOTOS[0])
    embed_own(desk, on_photo=lambda done, of: delete_first_thing(desk))
    assert all_that_is_known(desk) == set()


def test_killed_while_a_deleted_thing_is_forgotten_the_next_run_ends_it(desk: Desk) -> None:
    photographed(desk, "Abito", PHOTOS[0])
    embed_own(desk)
    delete_first_thing(desk)
    point = CommitPoint.EMBED_VECTORS_FORGOTTEN
    assert lived("tests.desk.describer", str(desk.paths.data), NOBODY, NOBODY, point) == -signal.SIGKILL
    embed_own(desk)
    assert all_that_is_known(desk) == set()


FULL = [
    CommitPoint.JOURNAL_STARTED,
    f"{CommitPoint.TABLE_APPENDED}:1",
    CommitPoint.EMBED_BATCH_WRITTEN,
    CommitPoint.EMBED_OWN_LINKED,
    CommitPoint.INDEX_WRITTEN,
]


@pytest.mark.parametrize("point", FULL)
def test_a_full_disk_is_a_sentence_and_the_next_run_goes_on(desk: Desk, point: str) -> None:
    hashes = photographed(desk, "Abito", *PHOTOS)

    def full(reached: str) -> None:
        if reached == point:
            raise OSError(errno.ENOSPC, "No space left on device")

    observe(full)
    try:
        with pytest.raises(VectorsNotKept, match=r"the disk is full.*then run `vopt embed` again"):
            embed_own(desk)
    finally:
        observe(lambda _: None)
    embed_own(desk)
    assert all_that_is_known(desk) == set(hashes)
    assert newest(desk, "embedding").height == newest(desk, "listing_photo").height == len(hashes)


def test_a_lake_that_cannot_be_written_to_is_a_sentence(desk: Desk) -> None:
    photographed(desk, "Abito", PHOTOS[0])
    desk.lake.append("embedding", pl.DataFrame([("00", "other-1", [1.0], AT)], schema=EMBEDDING.schema, orient="row"))
    Path(desk.paths.table("embedding"), "model=shapes-1").write_bytes(b"")
    with pytest.raises(VectorsNotKept, match="its place is not a folder"):
        embed_own(desk)


def test_when_a_photo_was_first_linked_stays_known(desk: Desk) -> None:
    photographed(desk, "Abito", PHOTOS[0])
    embed_own(desk)
    [before] = newest(desk, "listing_photo")["observed_at"]
    photographed(desk, "Gonna", PHOTOS[1])
    later = replace(desk, clock=FixedClock(desk.clock.now() + timedelta(days=1)))
    embed_own(later)
    assert newest(desk, "listing_photo").sort("listing_id")["observed_at"].to_list() == [before, later.clock.now()]


def test_a_shop_without_photos_has_an_empty_index(desk: Desk) -> None:
    assert embed_own(desk).rows == 0
    assert searchable(desk) == set()


def test_an_embedder_that_is_not_known_is_refused(desk: Desk) -> None:
    with pytest.raises(UnknownEmbedder):
        embed_own(desk, model="nobody")
