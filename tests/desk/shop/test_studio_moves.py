"""How the studio goes on after each press: what is drawn anew, what is under way, what is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.vision.pictures import thing, written
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.inventory_moves import Remembered
from vopt_lib.desk.shop.opening import member_called
from vopt_lib.desk.shop.studio_moves import StudioMoves
from vopt_lib.desk.shop.uploads import arriving
from vopt_lib.schema.visitor import Visitor

ANNA = Visitor("anna", "en", role="admin")
PHOTO = written(thing(720, 960), "JPEG")
JACKET = 9_000_019


@dataclass
class Page:
    """What a page remembers, as marimo would."""

    values: dict[str, Any] = field(
        default_factory=lambda: {"query": "", "drawn": 0, "text": 0, "mark": 0, "work": None, "answered": None}
    )

    def remembered(self, name: str) -> Remembered[Any]:
        return Remembered(lambda: self.values[name], lambda value: self.values.__setitem__(name, value))

    def moves(self, desk: Desk) -> StudioMoves:
        return StudioMoves(desk, ANNA, **{name: self.remembered(name) for name in self.values})


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path, ollama_url="off")


@pytest.fixture
def page() -> Page:
    return Page()


def upload(desk: Desk, content: bytes = PHOTO) -> str:
    with arriving(desk, member_called(desk, None), "IMG_1.jpg") as file:
        file.write(content)
        return file.finish().id


def test_dropped_photos_open_a_draft_and_are_looked_at(desk: Desk, page: Page) -> None:
    moves = page.moves(desk)
    moves.begin([upload(desk)])
    assert (page.values["query"], page.values["work"]) == ("id=1", "look")
    moves.do("look", lambda text: None)
    assert page.values["work"] is None
    draft = moves.draft()
    assert draft is not None
    assert len(draft.analysis.photos) == 1


def test_files_that_are_no_photos_are_told_and_nothing_opens(desk: Desk, page: Page) -> None:
    page.moves(desk).begin([upload(desk, b"no photo")])
    assert (page.values["query"], page.values["work"]) == ("", None)
    assert page.values["answered"].told.kind == "bad"


def test_what_is_typed_draws_nothing_anew_but_a_text_that_follows(desk: Desk, page: Page) -> None:
    moves = page.moves(desk)
    moves.press("begin")
    drawn, text = page.values["drawn"], page.values["text"]
    moves.write("flaws", "un bottone manca")
    assert (page.values["drawn"], page.values["text"]) == (drawn, text)
    moves.write("catalog_id", JACKET)
    assert (page.values["drawn"], page.values["text"]) == (drawn + 1, text + 1)
    moves.write("catalog_id", None)
    assert moves.draft().facts.catalog_id is None  # type: ignore[union-attr]


def test_what_cannot_be_kept_is_told_until_something_is(desk: Desk, page: Page) -> None:
    moves = page.moves(desk)
    moves.press("begin")
    moves.write("asked", "molto")
    assert page.values["answered"].told.kind == "bad"
    moves.write("asked", "12")
    assert page.values["answered"] is None


def test_the_advised_price_is_taken_and_shown_in_its_field(desk: Desk, page: Page) -> None:
    moves = page.moves(desk)
    moves.press("begin")
    drawn = page.values["drawn"]
    moves.press("ask", "24.50")
    assert str(moves.draft().asked) == "24.50"  # type: ignore[union-attr]
    assert page.values["drawn"] == drawn + 1


def test_a_draft_that_is_gone_ends_what_is_under_way_with_a_word(desk: Desk, page: Page) -> None:
    moves = page.moves(desk)
    moves.press("begin")
    moves.press("delete")
    assert page.values["query"] == ""
    page.values["query"], page.values["work"] = "id=1", "write"
    moves.do("write", lambda text: None)
    assert page.values["work"] is None
    assert page.values["answered"].told.kind == "bad"


def test_nothing_is_written_before_it_is_known_what_it_is(desk: Desk, page: Page) -> None:
    moves = page.moves(desk)
    moves.press("begin")
    moves.press("write")
    assert (page.values["work"], page.values["answered"].told.kind) == (None, "warn")
    moves.write("brand", "Zara")
    moves.press("write")
    assert page.values["work"] == "write"


def test_another_draft_begins_without_what_was_told_of_the_last_one(desk: Desk, page: Page) -> None:
    moves = page.moves(desk)
    moves.press("begin")
    assert page.values["answered"] is not None
    moves.go("")
    assert page.values["answered"] is None


def test_a_pasted_address_puts_it_on_sale(desk: Desk, page: Page) -> None:
    moves = page.moves(desk)
    moves.press("begin")
    moves.write("title", "Giacca")
    moves.publish("   ")
    assert moves.draft().url is None  # type: ignore[union-attr]
    moves.publish("https://www.vinted.it/items/7000000001-giacca")
    assert moves.draft().state == "published"  # type: ignore[union-attr]
    moves.undo(page.values["answered"].undo)
    assert moves.draft().state == "draft"  # type: ignore[union-attr]


def test_what_somebody_else_changes_is_drawn_but_not_while_something_is_under_way(desk: Desk, page: Page) -> None:
    moves, other = page.moves(desk), Page()
    moves.press("begin")
    other.values["query"] = "id=1"
    other.moves(desk).write("title", "Da un altro")
    drawn = page.values["drawn"]
    page.values["work"] = "look"
    moves.look()
    assert page.values["drawn"] == drawn
    page.values["work"] = None
    moves.look()
    moves.look()
    assert page.values["drawn"] == drawn + 1
