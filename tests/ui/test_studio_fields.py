"""The fields of a draft: what its photos suggest stands beside a field until she said so herself."""

from __future__ import annotations

import pytest

from vopt_lib.schema.listing_text import Facts
from vopt_lib.schema.own_states import State
from vopt_lib.schema.photo_analysis import Analysis, Seen
from vopt_lib.schema.studio_page import OpenDraft, StudioPage
from vopt_lib.ui.studio_fields import fields
from vopt_lib.words import Words

SEEN = Analysis(
    {
        "brand": (Seen("Levi's", {"it": "Levi's", "en": "Levi's"}, 0.5, "alike"),),
        "colours": (
            Seen("Rosso", {"it": "Rosso", "en": "Red"}, 0.9, "colours"),
            Seen("Blu", {"it": "Blu", "en": "Blue"}, 0.4, "colours"),
        ),
    },
    photos=("a",),
)
COLUMNS = ("brand", "size", "condition_id", "colour", "second_colour", "material", "parcel_size", "catalog_id")


@pytest.mark.parametrize(
    ("facts", "suggested"),
    [
        (Facts(), {"Levi", "Red · 90%", "Blue · 40%"}),
        (Facts(brand="Levi's"), {"Red · 90%", "Blue · 40%"}),
        (Facts(brand="LEVI'S", colours=("rosso",)), {"Blue · 40%"}),
    ],
    ids=["nothing said", "the brand", "brand and colour, written otherwise"],
)
def test_what_she_said_is_not_suggested_any_more(facts: Facts, suggested: set[str]) -> None:
    columns = dict.fromkeys(COLUMNS) | {"brand": facts.brand}
    draft = OpenDraft(1, "A-1", State.DRAFT, "it", "", "", facts, columns, "it", "plain", analysis=SEEN)
    html = fields(StudioPage(draft=draft), Words("en"), on_write=lambda *_: None, on_press=lambda *_: None).text
    offered = {label for label in ("Red · 90%", "Blue · 40%") if label in html}
    offered |= {"Levi"} if "· 50%" in html else set()
    assert offered == suggested
