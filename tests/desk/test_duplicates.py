"""Who shows her photos and what she offers twice: told once, decided once, and to nobody who may not see it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from tests.desk.photographed import photographed
from tests.desk.reused import AGAIN_FOUND_DRESS, OTHER_DRESS, copied, embed_shown, with_reused_photos
from tests.markets import FixedClock, small_market_data
from tests.shop.full import account
from vopt_lib.desk.duplicates import ask_again, decide, duplicates
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.market_embedding import embed_market
from vopt_lib.desk.photo_pairs import compared_photos, forget_gone
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import NoSuchChoice, UnknownDuplicate
from vopt_lib.files import write_json
from vopt_lib.schema.duplicates import PairKind
from vopt_lib.schema.duplicates_page import Duplicate, DuplicateKind, Duplicates
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_states import State
from vopt_lib.schema.tables import LISTING_LIVE, LISTING_PHOTO, OWN
from vopt_lib.shop.people import add_person
from vopt_lib.shop.tables import Listing, Photo

REUSED, TWICE = DuplicateKind.REUSED, DuplicateKind.TWICE


@pytest.fixture(scope="module")
def _reused(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return with_reused_photos(tmp_path_factory.mktemp("reused") / "data")


@pytest.fixture
def desk(_reused: Desk, tmp_path: Path) -> Desk:
    return copied(_reused, tmp_path / "data")


def found(desk: Desk) -> Duplicates:
    return duplicates(desk, member_of(desk))


def keys(told: tuple[Duplicate, ...]) -> dict[str, DuplicateKind]:
    return {one.key: one.kind for one in told}


def listing_of(desk: Desk, title: str, **facts: object) -> None:
    """Let this listing of hers have these facts."""
    with shop_of(desk).writing(author_of(desk, member_of(desk), "edit")) as session:
        row = session.scalars(select(Listing).where(Listing.title == title)).one()
        for name, value in facts.items():
            setattr(row, name, value)


def test_a_listing_with_her_photo_and_a_thing_she_offers_twice_wait_for_her(desk: Desk) -> None:
    told = found(desk)
    reused, twice = told.open
    assert (reused.kind, twice.kind) == (REUSED, TWICE)
    assert (reused.ours.title, twice.ours.title, twice.other.title) == ("Abito rosso", "Stivali", "Stivali rossi")
    assert reused.pair is twice.pair is PairKind.SAME_PHOTO
    assert not reused.other.is_own
    assert reused.other.thumbnail_url
    live = (
        desk.lake.scan("listing_live").filter(pl.col("listing_id") == reused.other.listing_id).collect().to_dicts()[0]
    )
    assert (reused.other.title, reused.other.asked) == (live["title"], live["last_asked_amount"])
    assert (reused.other.url, reused.other.listed_at) == (live["url"], live["first_seen_at"])
    assert twice.other.is_own
    assert twice.ours.photo != twice.other.photo
    assert (told.decided, told.compared, told.photos) == ((), 5, 3)
    assert (told.count(REUSED), told.count(TWICE)) == (1, 1)


@pytest.mark.parametrize("decision", ["same", "different"])
def test_what_was_decided_does_not_come_back_and_can_be_taken_back(desk: Desk, decision: str) -> None:
    member, [first, second] = member_of(desk), found(desk).open
    decide(desk, member, first.key, decision)
    later = replace(desk, clock=FixedClock(desk.clock.now() + timedelta(days=400)))
    [said] = found(later).decided
    assert keys(found(later).open) == keys((second,))
    assert (said.key, said.decision, said.decided_by) == (first.key, decision, member.name)
    assert said.decided_at == desk.clock.now()
    ask_again(desk, member, first.key)
    assert keys(found(desk).open) == keys((first, second))


def test_what_was_put_off_comes_back_after_a_week(desk: Desk) -> None:
    [first, second] = found(desk).open
    decide(desk, member_of(desk), second.key, "later")
    assert keys(found(desk).open) == keys((first,))
    later = replace(desk, clock=FixedClock(desk.clock.now() + timedelta(days=7)))
    assert keys(found(later).open) == keys((first, second))


def test_an_answer_that_there_is_not_and_a_pair_that_there_is_not_are_refused(desk: Desk) -> None:
    [first, _] = found(desk).open
    with pytest.raises(NoSuchChoice):
        decide(desk, member_of(desk), first.key, "perhaps")
    with pytest.raises(UnknownDuplicate):
        decide(desk, member_of(desk), "99 own 1", "same")


def test_her_own_closet_is_nobody_else(desk: Desk) -> None:
    listing_id = found(desk).open[0].other.listing_id
    listing_of(desk, "Borsa rossa", external_id=listing_id)
    assert keys(found(desk).open) == {"3 own 4": TWICE}


def test_a_listing_of_her_own_seller_that_the_shop_does_not_know_is_nobody_elses(desk: Desk) -> None:
    theirs = found(desk).open[0].other.listing_id
    live = desk.lake.scan("listing_live").collect()
    another = live.filter(pl.col("listing_id") != theirs)["listing_id"][0]
    is_hers = pl.col("listing_id").is_in([theirs, another])
    with_sellers = live.with_columns(seller_hash=pl.when(is_hers).then(pl.lit("a" * 64)))
    desk.lake.overwrite("listing_live", with_sellers.select(LISTING_LIVE.schema.names()), partitions=[{}])
    write_json(desk.paths.published, desk.lake.published() | {"listing_live": desk.lake.version("listing_live")})
    assert REUSED in keys(found(desk).open).values()
    listing_of(desk, "Borsa rossa", external_id=another)
    assert keys(found(desk).open) == {"3 own 4": TWICE}


@pytest.mark.parametrize(
    ("state", "is_told"), [(State.SOLD, True), (State.PAUSED, True), (State.WITHDRAWN, False), (State.ARCHIVED, False)]
)
def test_a_thing_that_was_sold_is_told_and_one_that_was_put_away_is_not(
    desk: Desk, state: State, is_told: bool
) -> None:
    listing_of(desk, "Stivali", state=state)
    assert (TWICE in keys(found(desk).open).values()) == is_told
    listing_of(desk, "Stivali rossi", state=State.SOLD)
    assert (TWICE in keys(found(desk).open).values()) == (state is State.PAUSED)


def test_the_very_same_file_is_found_too(desk: Desk) -> None:
    [sha256] = photographed(desk, "Abito bello", OTHER_DRESS)
    embed_own(desk)
    told = keys(found(desk).open)
    theirs = desk.lake.scan("listing_photo", version="newest").filter(
        pl.col("photo_sha256") == sha256, pl.col("market") == "it"
    )
    [listing_id] = theirs.collect()["listing_id"]
    assert told[f"5 vinted it {listing_id}"] is REUSED
    photographed(desk, "Abito bellissimo", OTHER_DRESS)
    assert keys(found(desk).open)["5 own 6"] is TWICE


def test_what_comes_later_is_compared_with_what_is_there(desk: Desk) -> None:
    [first, twice] = found(desk).open
    embed_shown(desk, AGAIN_FOUND_DRESS)
    told = found(desk).open
    assert [one.kind for one in told] == [REUSED, REUSED, TWICE]
    assert keys((first, twice)).items() <= keys(told).items()
    assert found(desk).photos == 4


def test_lost_fingerprints_are_made_anew_of_the_photos_that_are_there_and_nothing_else_is(desk: Desk) -> None:
    before = keys(found(desk).open)
    shutil.rmtree(desk.paths.fingerprints.parent)
    vectors = desk.lake.scan("embedding", version="newest").collect().height
    assert (embed_own(desk).rows, embed_market(desk, most=0).rows) == (5, 3)
    assert desk.lake.scan("embedding", version="newest").collect().height == vectors
    assert keys(found(desk).open) == before


def test_a_fingerprint_stays_no_longer_than_the_file_of_its_photo(desk: Desk) -> None:
    for path in desk.paths.market_photos.iterdir():
        path.unlink()
    embed_own(desk)
    assert (found(desk).compared, found(desk).photos) == (5, 0)
    assert embed_market(desk, most=0).rows == 0


def test_pairs_that_were_damaged_are_found_anew(desk: Desk) -> None:
    before = keys(found(desk).open)
    desk.paths.photo_pairs.write_bytes(b"{")
    assert found(desk).open == ()
    embed_own(desk)
    assert keys(found(desk).open) == before


def test_a_member_is_told_of_her_own_things_alone(desk: Desk) -> None:
    owner = member_of(desk)
    with shop_of(desk).writing(author_of(desk, owner, "add")) as session:
        number = add_person(session, owner, "Ben", role="member", language=None)
        session.flush()
        session.add(account(number, "ben_b"))
    assert duplicates(desk, Member(owner.household_id, number, "Ben", "member")).open == ()


def test_forgotten_photos_are_in_no_pair_and_no_fingerprint(desk: Desk) -> None:
    with shop_of(desk).reading() as session:
        hashes = set(session.scalars(select(Photo.sha256)))
    for sha256 in hashes:
        (desk.paths.photos / sha256).unlink()
    desk.lake.overwrite(LISTING_PHOTO.name, LISTING_PHOTO.schema.to_frame(), partitions=[{"market": OWN}])
    forget_gone(desk)
    assert compared_photos(desk).pairs.is_empty()
    assert found(desk).compared == 0
    written = desk.paths.fingerprints.read_bytes()
    assert not any(bytes.fromhex(sha256) in written for sha256 in hashes)
    assert len(written) > 0


def test_before_anything_was_compared_nothing_waits(tmp_path: Path) -> None:
    desk = small_market_data(tmp_path / "data")
    assert found(desk) == Duplicates()
