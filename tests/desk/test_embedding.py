"""Photos of own things: described at once, each once, and no longer found when they are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from tests.desk.photographed import photographed
from tests.markets import FixedClock, small_market_data
from tests.simulator.drawn import AT, DRESS, drawn
from vopt_lib.desk.embedding import OWN, embed_own
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.runs import headline
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import UnknownEmbedder
from vopt_lib.lake.maintenance import maintain
from vopt_lib.shop.tables import Item
from vopt_lib.vision.index_store import open_index
from vopt_lib.vision.vectors import as_texts
from vopt_lib.words import Words

PHOTOS = [drawn(replace(DRESS, photo_seed=seed), size=(310, 430)).photo for seed in range(1, 4)]


@pytest.fixture
def desk(tmp_path) -> Desk:  # type: ignore[no-untyped-def]
    return small_market_data(tmp_path / "data")


def newest(desk: Desk, name: str) -> pl.DataFrame:
    return desk.lake.scan(name, version="newest").collect()


def searchable(desk: Desk) -> set[str]:
    return set(as_texts(open_index(desk.paths.photo_index("shapes-1"), "shapes-1").vectors.keys))


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


def test_a_deleted_thing_is_no_longer_found_and_its_vectors_leave_with_the_next_tidying(desk: Desk) -> None:
    photographed(desk, "Abito", PHOTOS[0])
    [kept] = photographed(desk, "Gonna", PHOTOS[1])
    embed_own(desk)
    with shop_of(desk).writing(author_of(desk, member_of(desk), "delete")) as session:
        session.get_one(Item, 1).deleted_at = AT
    embed_own(desk)
    assert searchable(desk) == set(newest(desk, "listing_photo")["photo_sha256"]) == {kept}
    maintain(desk.lake, now=desk.clock.now() + timedelta(days=2), snapshots_kept=3)
    assert newest(desk, "embedding")["photo_sha256"].to_list() == [kept]


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
