"""Who is looking."""

from __future__ import annotations

from vopt_lib.schema.visitor import Visitor, language_of, theme_of

ANNA = Visitor("anna", "it", "dark", "admin")


def test_a_visitor_survives_the_way_into_a_page() -> None:
    assert Visitor.from_json(ANNA.as_json()) == ANNA


def test_what_others_put_beside_a_visitor_is_ignored() -> None:
    assert Visitor.from_json({**ANNA.as_json(), "shoe_size": 38}) == ANNA


def test_her_words_are_in_her_language() -> None:
    assert ANNA.words.percent(0.5, 1) == "50,0%"


def test_an_unknown_language_or_theme_is_the_usual_one() -> None:
    assert (language_of("it"), language_of("xx"), language_of(None, "it")) == ("it", "en", "it")
    assert (theme_of("dark"), theme_of("neon"), theme_of(None, "light")) == ("dark", "system", "light")
