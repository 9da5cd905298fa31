"""What titles are about, and how alike two of them are."""

from __future__ import annotations

import polars as pl
import pytest

from vopt_lib.market import wording
from vopt_lib.market.wording import read_titles, subject_of, with_brands

TITLES = ["abito lungo nero", "vestito corto rosso", "abito lungo rosso", "sneakers bianche", "abito da sera"]


def alike(first: str, second: str) -> float:
    titles = read_titles(TITLES * 3)
    one, other = titles.likeness([first]), titles.likeness([second])
    return float((one @ other.T).toarray()[0, 0])


def test_the_same_words_are_wholly_alike_and_none_in_common_not_at_all() -> None:
    assert alike("abito lungo", "abito lungo") == pytest.approx(1.0, abs=1e-5)
    assert alike("abito lungo nero", "sneakers bianche") < 0.05


def test_a_slip_of_the_finger_hides_nothing() -> None:
    assert alike("abito lungo", "abitoo lungo") > 0.5
    assert alike("abito lungo", "abitoo lungo") > alike("abito lungo", "vestito corto")


@pytest.mark.parametrize("titles", [[], [""], ["a"], ["🌸"] * 4], ids=["none", "empty", "a letter", "no word"])
def test_any_titles_can_be_read(titles: list[str]) -> None:
    read = read_titles(titles)
    assert read.likeness(titles).shape[0] == len(titles)
    assert read.features(titles).shape[0] == len(titles)


@pytest.mark.parametrize(
    ("title", "brand", "size", "subject"),
    [
        ("abito zara tg m nero", "zara", "M", "abito tg nero"),
        ("max mara cappotto", "max mara", None, "cappotto"),
        ("zarato", "zara", None, "zarato"),
        ("((", "(", "[", ""),
    ],
)
def test_a_subject_is_a_title_without_brand_and_size(
    title: str, brand: str | None, size: str | None, subject: str
) -> None:
    assert subject_of(title, brand, size) == subject


def test_a_brand_that_others_have_is_found_in_a_title() -> None:
    listings = pl.DataFrame(
        {
            "plain_title": ["abito", "top", "jeans", "borsa zara", "borsa zarata", None],
            "brand": ["Zara", "ZARA", "zara", None, None, None],
            "size": [None] * 6,
        },
        schema_overrides={"size": pl.String},
    )
    assert with_brands(listings)["brand_told"].to_list() == ["zara", "zara", "zara", "zara", None, None]


def test_without_the_optional_library_meaning_is_not_known_and_nothing_is_fetched() -> None:
    wording.meaning.cache_clear()
    try:
        import sentence_transformers  # noqa: F401
    except ImportError:
        assert wording.meaning() is None
