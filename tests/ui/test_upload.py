"""The place to drop a file says how much it takes, in the reader's language, and tells the page what arrived."""

from __future__ import annotations

from lxml import html

from vopt_lib.ui.upload import upload_box
from vopt_lib.words import Words


def test_it_says_what_belongs_there_and_how_much() -> None:
    box = upload_box(Words("en"), lambda *_: None, most_mb=2048, hint="Vinted's archive (.zip).", accept=".zip")
    (drawn,) = html.fragment_fromstring(box.text, create_parent="main")
    assert drawn.xpath("string(label/span)") == "Vinted's archive (.zip). At most 2,048 MB."
    assert drawn.xpath("string(label/input/@accept)") == ".zip"
    assert drawn.get("data-most") == str(2 * 2**30)


def test_it_hands_on_the_id_and_the_name_with_its_spaces() -> None:
    arrived: list[tuple[str, str]] = []
    box = upload_box(Words("en"), lambda *upload: arrived.append(upload), most_mb=1)
    box.channel._update("0a1b le mie foto.zip")  # type: ignore[attr-defined]
    assert arrived == [("0a1b", "le mie foto.zip")]
