"""The photos of a thing on a page: in order, each with its hints in words, and its buttons tell the script what."""

from __future__ import annotations

from typing import Any

from lxml import html

from tests.ui.pieces import seen, text_of
from vopt_lib.desk.shop import photo_panel as desk
from vopt_lib.schema.own_photos import MOST_SHOWN, OwnPhoto, photo_name, photo_of
from vopt_lib.schema.photo_hints import PhotoHint
from vopt_lib.ui.photo_panel import photo_list, photo_panel
from vopt_lib.words import Words

EN = Words("en")
PHOTOS = (
    OwnPhoto(4, "a" * 64, 0, ()),
    OwnPhoto(9, "b" * 64, 3, (PhotoHint.DARK, PhotoHint.WIDE)),
    OwnPhoto(2, "c" * 64, 0, None),
)


def panel(*photos: OwnPhoto) -> html.HtmlElement:
    return seen(photo_panel(photos, EN, on_told=print).text)  # type: ignore[arg-type]


def many(number: int) -> list[OwnPhoto]:
    return [OwnPhoto(one, f"{one:064x}", 0, ()) for one in range(number)]


def test_the_name_of_a_photo_says_its_file_and_its_turn() -> None:
    names = [photo_name("a" * 64, quarters) for quarters in (0, 1, 4, -1)]
    assert names == ["a" * 64, "a" * 64 + "-1", "a" * 64, "a" * 64 + "-3"]
    assert [photo_of(name) for name in names] == [("a" * 64, one) for one in (0, 1, 0, 3)]
    assert [photo_of(name) for name in ("a" * 63, "a" * 64 + "-0", "a" * 64 + "-4", "A" * 64, "../" + "a" * 64)] == [
        None
    ] * 5


def test_photos_stand_in_order_and_the_first_is_marked() -> None:
    made = panel(*PHOTOS)
    rows = made.xpath("//ol/li")
    assert [row.get("data-photo") for row in rows] == ["4", "9", "2"]
    assert made.xpath("//ol//img/@src") == [f"/own/photo/{photo.name}?size=240" for photo in PHOTOS]
    assert ["First photo" in text_of(row) for row in rows] == [True, False, False]
    assert "3 of 20 photos." in text_of(made)


def test_what_could_be_better_is_said_in_words() -> None:
    hints = [[text_of(line) for line in row.xpath(".//ul/li")] for row in panel(*PHOTOS).xpath("//ol/li")]
    assert hints == [
        [],
        [PhotoHint.DARK.sentence, PhotoHint.WIDE.sentence],
        ["This file cannot be opened: delete it, and add the photo anew."],
    ]


def test_every_button_has_a_name_and_tells_what_the_desk_understands() -> None:
    buttons = panel(*PHOTOS).xpath("//ol/li[2]//button")
    assert [(button.get("aria-label"), button.get("data-tells")) for button in buttons] == [
        ("Photo 2: earlier", "move 9 0"),
        ("Photo 2: later", "move 9 2"),
        ("Photo 2: make it the first", "move 9 0"),
        ("Photo 2: turn left", "turn 9 3"),
        ("Photo 2: turn right", "turn 9 1"),
        ("Photo 2: delete", "delete 9"),
    ]
    assert all(desk._TOLD.fullmatch(button.get("data-tells")) for button in buttons)
    assert [button.get("data-surely") for button in buttons] == [None] * 5 + ["Delete?"]


def test_what_leads_nowhere_cannot_be_pressed() -> None:
    off = [
        [button.get("data-act") for button in row.xpath(".//button[@disabled]")]
        for row in panel(*PHOTOS).xpath("//ol/li")
    ]
    assert off == [["earlier", "star"], [], ["later"]]


def test_it_says_what_to_do_where_there_are_none_or_too_many() -> None:
    assert "No photos yet" in text_of(panel())
    assert panel().xpath("//input[@type='file']/@multiple")
    full = panel(*many(MOST_SHOWN))
    assert "Vinted shows no more" in text_of(full)
    assert not full.xpath("//input[@type='file']")
    over = panel(*many(MOST_SHOWN + 2))
    assert "22 photos, and Vinted shows the first 20" in text_of(over)
    assert len(over.xpath("//li[contains(@class, 'is-past')]")) == 2


def test_the_script_and_the_box_tell_the_page() -> None:
    told: list[str] = []
    made: Any = photo_panel(PHOTOS, EN, on_told=told.append)
    channel, adding = made.held
    channel._on_change("17000001 turn 9 1")
    adding.channel._update("0a a.jpg/1b la mia foto.png")
    assert told == ["turn 9 1", "add 0a 1b"]


def test_of_what_is_deleted_the_photos_are_only_looked_at() -> None:
    made = seen(photo_list(PHOTOS))  # type: ignore[arg-type]
    assert len(made.xpath("//li//img")) == 3
    assert not made.xpath("//button")
    assert photo_list(()) is None
