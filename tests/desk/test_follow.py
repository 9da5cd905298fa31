"""What is followed, what it is called, and that two hands at once lose nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from vopt_lib.desk.follow import add_follow, describe, follow_named, followed, follows, remove_follow, set_paused
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import AlreadyFollowed, AmbiguousFollow, AsksForEverything, FileDamaged, UnknownFollow
from vopt_lib.files import write_json
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term

BAGS = CatalogueQuery("it", Term(19, "Donna > Borse"))
DRESSES = CatalogueQuery("it", Term(1055, "Donna > Vestiti > Abiti"), brands=(Term(12, "Zara"), Term(7, "H&M")))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (BAGS, "Borse (Donna)"),
        (CatalogueQuery("it", Term(5, "Uomo")), "Uomo"),
        (CatalogueQuery("it", Term(123456, "123456")), "123456"),
        (DRESSES, "Abiti (Donna) · Zara/H&M"),
        (replace(BAGS, price_from=Decimal(5), price_to=Decimal(30)), "Borse (Donna) · 5–30 €"),
        (replace(BAGS, price_from=Decimal("5.50")), "Borse (Donna) · ≥ 5.50 €"),
        (replace(BAGS, price_to=Decimal(30), market="pl"), "Borse (Donna) · ≤ 30 PLN"),
        (CatalogueQuery("it", search_text="lino blu"), "“lino blu”"),
    ],
)
def test_a_query_is_described_in_short_words(query: CatalogueQuery, words: str) -> None:
    assert describe(query) == words


def test_a_follow_has_a_short_name_of_plain_letters_that_no_other_has(desk: Desk) -> None:
    names = [
        add_follow(desk, BAGS, "Borse à la page – 5–30 €!").id,
        add_follow(desk, DRESSES, "Borse à la page – 5–30 €?").id,
        add_follow(desk, CatalogueQuery("it", search_text="שמלה")).id,
    ]
    assert names == ["borse-a-la-page-5-30", "borse-a-la-page-5-30-2", "follow"]


def test_a_name_of_spaces_is_no_name(desk: Desk) -> None:
    assert add_follow(desk, BAGS, " \t ").name == "Borse (Donna)"


def test_the_same_question_is_followed_once(desk: Desk) -> None:
    add_follow(desk, DRESSES)
    with pytest.raises(AlreadyFollowed) as refused:
        add_follow(desk, replace(DRESSES, brands=DRESSES.brands[::-1]), "another name")
    assert refused.value.facts["name"] == "Abiti (Donna) · Zara/H&M"


def test_the_whole_of_vinted_is_not_followed(desk: Desk) -> None:
    with pytest.raises(AsksForEverything):
        add_follow(desk, CatalogueQuery("it"))
    assert follows(desk) == ()


@pytest.mark.parametrize("name", ["borse-donna", "BORSE (DONNA)", "borse", " bor "])
def test_a_follow_is_found_by_its_names_or_their_beginning(desk: Desk, name: str) -> None:
    added = add_follow(desk, BAGS)
    add_follow(desk, DRESSES)
    assert follow_named(desk, name) == added


def test_a_whole_name_wins_over_a_beginning(desk: Desk) -> None:
    add_follow(desk, DRESSES, "Borse Zara")
    whole = add_follow(desk, BAGS, "Borse")
    assert follow_named(desk, "borse") == whole
    with pytest.raises(AmbiguousFollow) as refused:
        follow_named(desk, "bors")
    assert refused.value.facts["near"] == "borse-zara, borse"


@pytest.mark.parametrize("name", ["", " ", "scarpe"])
def test_an_unknown_name_is_unknown(desk: Desk, name: str) -> None:
    add_follow(desk, BAGS)
    with pytest.raises(UnknownFollow):
        follow_named(desk, name)


def test_pausing_and_removing_leave_the_others_as_they_are(desk: Desk) -> None:
    add_follow(desk, BAGS)
    dresses = add_follow(desk, DRESSES)
    assert set_paused(desk, "borse", paused=True).paused
    assert [(follow.id, follow.paused) for follow in follows(desk)] == [("borse-donna", True), (dresses.id, False)]
    assert not set_paused(desk, "borse", paused=False).paused
    remove_follow(desk, "borse")
    assert follows(desk) == (dresses,)


def test_follows_added_at_once_are_all_kept(desk: Desk) -> None:
    hands = [
        threading.Thread(target=add_follow, args=(desk, CatalogueQuery("it", search_text=f"numero {n}")))
        for n in range(8)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    assert len(follows(desk)) == 8


def test_what_was_never_collected_has_no_figures(desk: Desk) -> None:
    added = add_follow(desk, BAGS)
    (row,) = followed(desk)
    assert (row.follow, row.last, row.requests_a_day, row.share_seen) == (added, None, None, None)


@pytest.mark.parametrize("written", ["{broken", "[3]", '{"follows": [{"id": 1}]}', '{"follows": 3}'])
def test_a_damaged_list_of_an_older_vopt_is_told_and_stays_as_it_is(desk: Desk, written: str) -> None:
    desk.paths.follows.parent.mkdir(parents=True, exist_ok=True)
    desk.paths.follows.write_text(written)
    with pytest.raises(FileDamaged, match=r"follows\.json is damaged"):
        follows(desk)
    assert desk.paths.follows.read_text() == written


def test_the_list_of_an_older_vopt_moves_into_the_shop(desk: Desk) -> None:
    old = [Follow(f"bags-{n}", f"Bags {n}", replace(BAGS, price_to=Decimal(n)), desk.clock.now()) for n in (7, 3, 5)]
    write_json(desk.paths.follows, {"follows": [follow.as_json() for follow in old]})
    assert list(follows(desk)) == old
    assert not desk.paths.follows.exists()


def test_a_move_that_was_killed_before_the_old_file_went_brings_nothing_twice(desk: Desk) -> None:
    added = add_follow(desk, BAGS)
    write_json(desk.paths.follows, {"follows": [added.as_json()]})
    assert follows(desk) == (added,)
