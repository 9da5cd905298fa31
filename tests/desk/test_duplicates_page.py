"""The page of duplicates: what it shows, what a press does, and the same told at a terminal and on the first page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.reused import copied, with_reused_photos
from tests.markets import small_market_data
from vopt_lib.desk.attention import attention
from vopt_lib.desk.duplicates import duplicates
from vopt_lib.desk.duplicates_page import ASK_AGAIN, duplicates_page, press
from vopt_lib.desk.duplicates_told import as_json, lines, nothing_waits, summary
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.schema.duplicates_page import Duplicates, DuplicatesMoment, DuplicatesPage
from vopt_lib.schema.home_page import Attention
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import Words

EN, NOBODY = Words("en"), DuplicatesMoment()
VISITOR = Visitor("anna", "en")


@pytest.fixture(scope="module")
def _reused(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return with_reused_photos(tmp_path_factory.mktemp("reused") / "data")


@pytest.fixture
def desk(_reused: Desk, tmp_path: Path) -> Desk:
    return copied(_reused, tmp_path / "data")


def page(desk: Desk, moment: DuplicatesMoment = NOBODY) -> DuplicatesPage:
    return duplicates_page(desk, VISITOR, moment)


def noticed(desk: Desk) -> list[Attention]:
    return [one for one in attention(desk, EN) if one.kind == "duplicates"]


def test_each_that_waits_can_be_answered_three_ways_and_what_was_said_taken_back(desk: Desk) -> None:
    [first, second] = page(desk).found.open
    assert [name for name, _ in page(desk).acts[first.key]] == ["same", "different", "later"]
    said = press(desk, VISITOR, "same", first.key, moment=NOBODY)
    after = page(desk, said)
    assert said.told is not None
    assert said.told.kind == "good"
    assert [one.key for one in after.found.open] == [second.key]
    assert after.acts[first.key] == [(ASK_AGAIN, "Ask me again")]
    assert after.acts[""] == [(ASK_AGAIN, "Undo")]
    back = press(desk, VISITOR, ASK_AGAIN, "", moment=said)
    assert (back.undo, back.turn) == ("", 2)
    assert len(page(desk, back).found.open) == 2


def test_what_cannot_be_done_is_said(desk: Desk) -> None:
    said = press(desk, VISITOR, "same", "99 own 1", moment=NOBODY)
    assert said.told is not None
    assert (said.told.kind, said.undo) == ("bad", "")


def test_the_first_page_tells_how_much_waits_until_it_is_decided(desk: Desk) -> None:
    [told] = noticed(desk)
    assert told.text == "1 listing shows your photos. You seem to offer 1 thing twice."
    assert (told.href, told.command, told.waits_for_her) == ("/duplicates", "`vopt duplicates` lists them.", True)
    for one in page(desk).found.open:
        press(desk, VISITOR, "different", one.key, moment=NOBODY)
    assert noticed(desk) == []


def test_a_terminal_tells_both_what_they_ask_and_what_to_do(desk: Desk) -> None:
    found = duplicates(desk, member_of(desk))
    told = list(lines(found, EN))
    assert told[0].startswith("Somebody else's listing shows your photo. This is the same photo,")
    assert told[1] == "  yours: Abito rosso, €9.50, on sale"
    assert told[3] == f"  {found.open[0].other.url}"
    assert told[4] == "  If it is your photo, open the listing on Vinted and report it there. vopt reports nothing."
    assert told[5].startswith("You seem to offer one thing twice.")
    plain = as_json(found)
    assert [one["kind"] for one in plain["open"]] == ["reused", "twice"]
    assert plain["open"][1]["other"] | {"listing_id": 0, "listed_at": None} == {
        **{"title": "Stivali rossi", "asked": "9.50", "currency": "EUR", "listed_at": None, "is_own": True},
        **{"listing_id": 0, "state": "published", "url": None},
    }


def test_where_nothing_waits_it_is_said_how_much_was_compared(tmp_path: Path) -> None:
    assert list(lines(Duplicates(), EN)) == ["No photo of yours was compared yet. `vopt embed` does it."]
    told = nothing_waits(Duplicates(compared=1, photos=40), EN)
    assert told == "Compared: 1 photo of yours with 40 photos of other listings. Nothing waits for you."
    assert summary(Duplicates(), EN) == ""
    assert noticed(small_market_data(tmp_path / "data")) == []
