from __future__ import annotations

import numpy as np
import pytest

from vopt_lib.simulator.kinds import Language, kind_of
from vopt_lib.simulator.titles import Subject, description_of, language_of, make_titles, searchable

DRESSES = 9_000_001
MANY = np.arange(1, 4_001, dtype=np.int64)


def titles(language: Language = "it", brand: str | None = "Zara", pieces: int = 1) -> list[str]:
    subject = Subject(kind_of(DRESSES), language, brand, "M", 7, pieces)
    return make_titles([subject] * len(MANY), MANY)


def test_the_same_seed_writes_the_same_title() -> None:
    assert titles() == titles()


def test_about_fifteen_in_a_hundred_titles_leave_the_brand_out_and_a_few_misspell_it() -> None:
    naming = np.mean(["zara" in title.lower() for title in titles()])
    assert 0.74 < naming < 0.85


@pytest.mark.parametrize(
    ("language", "word"), [("it", "rosso"), ("fr", "rouge"), ("es", "rojo"), ("en", "red")], ids=lambda value: value
)
def test_titles_are_in_the_sellers_language(language: Language, word: str) -> None:
    assert 0.3 < np.mean([word in title.lower() for title in titles(language)]) < 0.6


def test_titles_are_typed_in_every_way() -> None:
    written = titles()
    assert any(title.isupper() for title in written)
    assert any(title.islower() for title in written)
    assert any("✨" in title for title in written)
    assert any("vesitto" in title.lower() or "vestto" in title.lower() for title in written)


def test_a_bundle_says_how_many() -> None:
    assert np.mean(["lotto 4" in title.lower() for title in titles(pieces=4)]) > 0.9


@pytest.mark.parametrize(
    ("country", "language"), [("IT", "it"), ("FR", "fr"), ("ES", "es"), ("PL", "en"), ("DE", "en")]
)
def test_sellers_write_their_countrys_language_or_english(country: str, language: str) -> None:
    assert language_of(country, 0.5) == language
    assert language_of(country, 0.01) == "en"


def test_a_search_sees_description_and_brand_and_no_accents() -> None:
    text = searchable("Robe d'été", description_of("Robe d'été", "fr", 0), "Zara")
    assert all(word in text for word in ("ete", "zara", "vends"))
