"""The page of people: everybody's words are words, and the form stands where she pressed."""

from __future__ import annotations

import marimo as mo
import pytest
from markupsafe import Markup

from tests.ui.pieces import seen, text_of
from vopt_lib.schema.own_people import Account, OwnPerson
from vopt_lib.schema.people_page import PeoplePage
from vopt_lib.ui import people as draw
from vopt_lib.ui.buttons import buttons
from vopt_lib.words import Words

WORDS = Words("en")
HOSTILE = "<img src=x onerror=alert(1)>"
ANNA = OwnPerson(1, "Anna", "admin", None, False, (Account(1, "vinted", "it", "anna_r"),), 3, 1)
BEN = OwnPerson(2, HOSTILE, "member", "en", True, (Account(2, "vinted", "fr", HOSTILE),), 0, 0)
ACTS = {"1": (("edit", "Edit"),), "2": (("restore", "Bring back"),), "": (("edit-surely", "Save"),)}


def shown(page: PeoplePage) -> Markup:
    held = buttons(page.acts, lambda act, thing: None)
    form = draw.form_shown(page, draw.fields(page, WORDS), held, WORDS)
    return draw.people_shown(page, held, form, WORDS)


def test_everybody_is_told_with_account_role_and_amounts() -> None:
    page = seen(shown(PeoplePage((ANNA, BEN), 1, ("it", "fr"), "add", acts=ACTS)))
    first, second = page.findall(".//section")[:2]
    assert "Anna (you)" in text_of(first)
    assert "anna_r vinted.it" in text_of(first)
    assert "3 listings1 sale" in text_of(first)
    assert "removed" in text_of(second)
    assert [link.get("href") for link in page.iter("a")] == ["/own/everything/1.zip", "/own/everything/2.zip"]


def test_names_are_words_only() -> None:
    for form, of in (("add", None), ("edit", BEN), ("erase", BEN)):
        page = shown(PeoplePage((ANNA, BEN), 1, ("it",), form, of, acts=ACTS))  # type: ignore[arg-type]
        assert HOSTILE not in page


def test_the_form_stands_in_the_place_of_whom_it_is_about() -> None:
    page = seen(shown(PeoplePage((ANNA, BEN), 1, ("it", "fr"), "edit", ANNA, acts=ACTS)))
    headings = [heading.text_content() for heading in page.iter("h2")]
    assert headings == ["Change Anna", HOSTILE]


def test_a_member_is_told_who_changes_people() -> None:
    page = shown(PeoplePage((BEN,), 2, ("it",), "none"))
    assert "An admin of your household adds and changes people." in page
    assert "marimo-" not in page


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        ("add", ["name", "role", "language"]),
        ("edit", ["name", "role", "language", "login 1", "owner 1", "new_login", "new_market"]),
        ("erase", ["typed"]),
        ("none", []),
    ],
)
def test_a_form_has_its_fields(form: str, keys: list[str]) -> None:
    fields = draw.fields(PeoplePage((ANNA, BEN), 1, ("it", "fr"), form, ANNA), WORDS)  # type: ignore[arg-type]
    assert isinstance(fields, mo.ui.dictionary)
    assert list(fields.value) == keys


def test_what_was_written_before_stands_there_again() -> None:
    draft = {"name": "ben", "role": "admin", "language": "it"}
    assert draw.fields(PeoplePage((ANNA,), 1, ("it",), "add", None, draft), WORDS).value == draft
