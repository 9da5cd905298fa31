"""A package on a page: the form's order, buttons that hold what they copy, and a bookmark that only fills."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html

from tests.ui.pieces import seen, text_of
from vopt_lib.schema.package import STEPS, Package, Step
from vopt_lib.ui.bookmarklet import bookmarklet, copied_form
from vopt_lib.ui.package import package_card
from vopt_lib.words import Words

EN = Words("en")
SOURCE = Path(__file__).parents[2] / "vopt_lib" / "ui" / "static" / "bookmarklet.js"
HOSTILE = '"><img src=x onerror=alert(1)></script>\u202e'
KNOWN: dict[str, tuple[str, ...]] = {
    "photos": ("01.jpg", "02.jpg"),
    "title": ("Giacca jeans",),
    "description": ("Portata poco.\n\n#jeans",),
    "category": ("Donna", "Vestiti", "Giacche"),
    "brand": ("Levi's",),
    "condition": ("Ottime",),
    "colours": ("Blu", "Nero"),
    "price": ("24,50",),
}
JACKET = Package(
    listing_id=7,
    code="A-0007",
    market="it",
    form="https://www.vinted.it/items/new",
    title="Giacca jeans",
    description="Portata poco.",
    hashtags=("jeans",),
    photos=("a" * 64, "b" * 64),
    left_out=0,
    catalog_id=4,
    condition_id=2,
    asked=Decimal("24.50"),
    currency="EUR",
    is_draft=True,
    steps=tuple(Step(name, KNOWN.get(name, ()), "Very good" if name == "condition" else None) for name in STEPS),
)


def card(package: Package = JACKET) -> html.HtmlElement:
    return seen(package_card(package, EN))


def test_the_fields_stand_in_the_order_of_the_form() -> None:
    lines = card().xpath("//ol[@class='vopt-steps']/li")
    assert [text_of(line.xpath(".//label")[0]) for line in lines] == list(STEPS.values())
    assert all(line.xpath(".//input[@type='checkbox']") for line in lines)
    assert "Donna › Vestiti › Giacche" in text_of(lines[3])
    assert "Very good" in text_of(lines[6])


def test_each_value_has_a_button_that_copies_it_and_says_what() -> None:
    buttons = card().xpath("//ol//button")
    assert [(one.get("aria-label"), one.get("data-copy")) for one in buttons if one.get("aria-label")] == [
        ("Copy: Title", "Giacca jeans"),
        ("Copy: Description", "Portata poco.\n\n#jeans"),
        ("Copy: Category", "Giacche"),
        ("Copy: Brand", "Levi's"),
        ("Copy: Condition", "Ottime"),
        ("Copy: Colours", "Blu"),
        ("Copy: Colours", "Nero"),
        ("Copy: Price", "24,50"),
    ]
    assert {one.get("type") for one in buttons} == {"button"}


def test_what_is_missing_is_told_first_and_in_its_place() -> None:
    made = card()
    assert "Vinted also asks for: Parcel size." in text_of(made)
    assert "Still missing" in text_of(made.xpath("//ol[@class='vopt-steps']/li")[10])
    assert "Nothing said" in text_of(made.xpath("//ol[@class='vopt-steps']/li")[5])


def test_the_ways_out_are_a_file_and_the_form_of_the_site() -> None:
    made = card()
    (file,) = made.xpath("//a[@download]")
    assert file.get("href") == "/own/package/7.zip"
    (form,) = made.xpath("//a[starts-with(@href, 'https')]")
    assert (form.get("href"), form.get("rel")) == ("https://www.vinted.it/items/new", "noopener noreferrer")
    assert made.xpath("//a[starts-with(@href, 'javascript')]") == []


def test_a_hostile_text_is_text_everywhere() -> None:
    steps = tuple(replace(step, values=(HOSTILE,)) if step.name != "photos" else step for step in JACKET.steps)
    hostile = replace(JACKET, title=HOSTILE, steps=steps)
    made = card(hostile)
    assert made.xpath("//img | //script") == []
    (whole,) = [one for one in made.xpath("//button") if one.get("data-copy").startswith("{")]
    copied = json.loads(whole.get("data-copy"))
    assert (copied["vopt"], copied["title"]) == ("form", HOSTILE)


def test_what_is_copied_for_the_form_is_typed_or_chosen() -> None:
    copied = json.loads(copied_form(JACKET, EN))
    assert {name: copied[name] for name in ("title", "description", "price")} == {
        "title": "Giacca jeans",
        "description": "Portata poco.\n\n#jeans",
        "price": "24,50",
    }
    assert [step["name"] for step in copied["choose"]] == [
        *("Category", "Brand", "Size", "Condition", "Colours", "Material", "Parcel size")
    ]


def test_the_bookmark_is_one_address_with_its_words_and_no_comments() -> None:
    address = bookmarklet("en")
    assert re.fullmatch(r"javascript:[\w!'()*,\-./:;=?@_~$&+%]+", address, re.ASCII)
    code = unquote(address.removeprefix("javascript:"))
    assert '"SAID"' not in code
    assert "vopt: fill in this form" in code
    assert not re.search(r"^\s*//|/\*", code, re.MULTILINE)
    assert len(address) < 16_000


@pytest.mark.parametrize(
    "word",
    [
        *("fetch", "XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource", "Image(", "import(", ".src", ".href"),
        *("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", ".click(", "submit"),
        *("localStorage", "cookie", "postMessage", "window.open", "location.assign", "https:", "http:"),
    ],
)
def test_the_bookmark_has_no_word_for_pressing_or_sending(word: str) -> None:
    code = "\n".join(line for line in SOURCE.read_text("utf-8").splitlines() if not line.strip().startswith("//"))
    assert word not in code
