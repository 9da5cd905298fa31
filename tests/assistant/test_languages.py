"""A text that is surely in another language is told apart; a short one, or one of names, never is."""

from __future__ import annotations

import random

import pytest

from tests.assistant.drafts import clean_draft
from vopt_lib.assistant.languages import other_language
from vopt_lib.desk.made_up_facts import made_up_facts
from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TextLanguage


@pytest.mark.parametrize("language", TEXT_LANGUAGES)
def test_a_text_in_its_language_is_never_refused(language: TextLanguage) -> None:
    chance = random.Random(1)
    texts = [
        clean_draft(one, language, chance, part).text for one in made_up_facts(40, 2) for part in ("seen", "apart")
    ]
    assert [other_language(one.description, language) for one in texts] == [None] * 80


def test_a_long_text_in_another_language_is_told() -> None:
    chance = random.Random(1)
    others = 0
    for facts in made_up_facts(40, 2):
        text = clean_draft(facts, "en", chance, "seen").text
        others += other_language(text.description, "it") == "en"
    assert others >= 30


def test_names_and_short_texts_tell_no_language() -> None:
    assert other_language("This is the jacket that you have seen in the photos.", "it") is None
    assert other_language("Liu Jo " * 40, "it") is None
