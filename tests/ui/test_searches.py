"""The page of searches as it is drawn: cards, news, the two ways of saying what to watch, and its buttons."""

from __future__ import annotations

import marimo as mo
import pytest

from vopt_lib.schema.draft import FollowDraft
from vopt_lib.schema.queries import Term
from vopt_lib.schema.searches import Act, Near, News, Reading, Searches, Told, Watched
from vopt_lib.ui import searches as draw
from vopt_lib.ui.buttons import buttons, buttons_of
from vopt_lib.ui.markup import tag
from vopt_lib.words import Words

EN = Words("en")
HOSTILE = "<script>alert(1)</script>\u202e"
BAGS = Watched(
    "borse", "Borse", "Donna > Borse", ("share seen: 96%",), Told("Not collected yet."), "/market?catalog=19", False
)
TREE = (Term(4, "Donna > Vestiti"), Term(19, "Donna > Borse"))


def held(acts: dict[str, tuple[Act, ...]]) -> mo.ui.dictionary:
    return buttons(acts, lambda act, thing: None)


def test_a_button_says_what_it_does_and_for_what() -> None:
    pressed: list[tuple[str, str]] = []
    acts = {"borse": (("pause", "Pause"), ("remove-surely", "Yes")), "": (("collect-all", "Collect all now"),)}
    known = buttons(acts, lambda act, thing: pressed.append((act, thing)))
    for button in known.elements.values():
        button._update(1)
    assert pressed == [("pause", "borse"), ("remove-surely", "borse"), ("collect-all", "")]


def test_what_has_no_buttons_shows_none() -> None:
    assert buttons_of(held({}), {}, "borse") is None


def test_a_search_leads_to_its_prices_and_shows_what_it_sees() -> None:
    html = draw.searches_shown(Searches((BAGS,)), held({}), "", EN)
    assert '<a href="/market?catalog=19">Borse</a>' in html
    for text in ("Donna &gt; Borse", "share seen: 96%", "Not collected yet."):
        assert text in html
    assert "Stop watching it?" not in html


def test_only_the_one_she_removes_is_asked_about() -> None:
    other = Watched("jeans", "Jeans", "Jeans", (), Told("–"), None, True)
    html = draw.searches_shown(Searches((BAGS, other)), held({}), "jeans", EN)
    assert html.count("Stop watching it?") == 1
    assert html.index("Stop watching it?") > html.index("Jeans")


def test_nothing_followed_says_what_to_do_next() -> None:
    assert "You watch nothing yet" in draw.searches_shown(Searches(()), held({}), "", EN)


def test_the_conditions_are_read_point_by_point() -> None:
    found = Searches((), consent=("Before vopt visits x:", ("One.", "Take it back with `vopt consent --withdraw`.")))
    html = draw.searches_shown(found, held({}), "", EN)
    assert "<li>One.</li>" in html
    assert "<code>vopt consent --withdraw</code>" in html


def test_what_she_allowed_can_be_taken_back() -> None:
    acts = {"consent": (("withdraw", "Take it back"),)}
    html = draw.searches_shown(Searches((), acts=acts), held(acts), "", EN)
    assert "You allowed vopt to visit Vinted." in html
    assert "You allowed" not in draw.searches_shown(Searches(()), held({}), "", EN)


@pytest.mark.parametrize("text", [HOSTILE, "<img src=x onerror=alert(1)>"])
def test_a_strange_name_is_only_text(text: str) -> None:
    row = Watched("x", text, text + "!", (text,), Told(text), "/market", False)
    html = draw.searches_shown(Searches((row,), standing=(Told(text, "bad"),)), held({}), "", EN)
    html += draw.news_shown(News((Told(text),), "", (text, None)), held({}), mo.ui.refresh(), EN)
    html += draw.chooser(FollowDraft(text=text), Reading(Told(text), (Near(text, "?x=1"),)), held({}), EN, fields=html)
    assert "<script" not in html
    assert "<img" not in html


def test_the_page_looks_again_only_while_something_is_under_way() -> None:
    beat = mo.ui.refresh(default_interval="1s")
    moving = draw.news_shown(News((), "", ("Collecting…", 0.25)), held({}), beat, EN)
    still = draw.news_shown(News((Told("Arrived.", "good", "/market"),), ""), held({}), beat, EN)
    assert ("marimo-refresh" in moving, "marimo-refresh" in still) == (True, False)
    assert 'value="0.25"' in moving
    assert 'href="/market"' in still


def test_an_offer_stands_in_the_line_that_makes_it() -> None:
    acts: dict[str, tuple[Act, ...]] = {"borse": (("collect", "Collect it now"),)}
    html = draw.news_shown(
        News((Told("You follow it.", "good", offers="borse"),), "", acts=acts), held(acts), mo.ui.refresh(), EN
    )
    assert "Collect it now" in html


def test_the_other_way_keeps_what_was_written() -> None:
    html = draw.chooser(FollowDraft(catalog=4), Reading(Told("…")), held({}), EN, fields=tag("p"))
    assert 'href="?way=link&amp;catalog=4"' in html
    assert 'href="?catalog=4" aria-current="true"' in html


def test_fields_hold_what_the_draft_says() -> None:
    draft = FollowDraft(catalog=4, brand=("Zara",), condition=(2,), price_to="20", text="lino", size=("M", "nowhere"))
    others = draw.other_fields(draft, [Term(12, "Zara")], [Term(2, "Very good")], EN)
    assert {name: value for name, value in others.value.items() if value} == {
        "brand": ["Zara"],
        "condition": [2],
        "price_to": "20",
        "text": "lino",
    }
    assert draw.catalogue_field(draft, TREE, EN).value == 4
    assert draw.size_field(draft, 4, [Term(4, "M")], EN).value == ["M"]
    assert draw.size_field(draft, 19, [Term(4, "M")], EN).value == []


@pytest.mark.parametrize(("sizes", "shown"), [([], False), ([Term(4, "M")], True)])
def test_sizes_are_asked_where_a_catalogue_has_some(sizes: list[Term], shown: bool) -> None:
    draft = FollowDraft()
    catalogue, known = draw.catalogue_field(draft, TREE, EN), draw.size_field(draft, 4, sizes, EN)
    html = draw.fields("words", catalogue, known, draw.other_fields(draft, [], [], EN))
    assert ("Sizes" in html) == shown
