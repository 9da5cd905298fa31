"""Which prices cannot be compared, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from vopt_lib.market.fitness import is_typed, warns_of, with_reasons
from vopt_lib.schema.comparables import Unfit
from vopt_lib.schema.vinted_terms import folded, warning_words

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DRESS: dict[str, Any] = {
    "title": "Abito nero",
    "price_eur": 12.0,
    "promoted": False,
    "seller_hash": "a",
    "last_seen_at": NOW,
    "evidence": "on_sale",
    "leaf_catalog_id": 4,
}


def reasons(*rows: dict[str, Any]) -> list[str | None]:
    frame = pl.DataFrame([DRESS | {"title": f"Abito {place}", **row} for place, row in enumerate(rows)])
    return with_reasons(frame)["unfit"].to_list()


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Lotto 3 magliette", Unfit.BUNDLE),
        ("BUNDLE of tops", Unfit.BUNDLE),
        ("Lot de robes", Unfit.BUNDLE),
        ("5 pezzi bambina", Unfit.BUNDLE),
        ("Costume due pezzi", None),
        ("Bikini 2 pezzi", None),
        ("Felpa con macchia", Unfit.FLAWED),
        ("Robe avec défaut", Unfit.FLAWED),
        ("Hose kaputt, leider", Unfit.FLAWED),
        ("Leggere bene la descrizione", Unfit.FLAWED),
        ("Abito senza difetti", None),
        ("Jeans, nessuna macchia", None),
        ("Top, no scambi", None),
        ("Borsa replica", Unfit.FAKE),
        ("Scambio con taglia M", Unfit.NOT_FOR_SALE),
        ("prezzo finto, fate offerte", Unfit.NOT_FOR_SALE),
        ("Cappotto in slotto", None),
        ("Reserved maglia nera", None),
        ("", None),
    ],
)
def test_a_title_warns_in_five_languages(title: str, reason: Unfit | None) -> None:
    assert warns_of(title) == reason


@pytest.mark.parametrize("price", [0.01, 0.5, 1.0, 11.11, 111.11, 123.45, 1234.0, 9999.0])
def test_a_price_that_only_fills_the_field_is_none(price: float) -> None:
    assert reasons({"price_eur": price}) == ["nonsense"]


@pytest.mark.parametrize("price", [1.5, 9.99, 10.0, 19.99, 99.99, 100.0, 999.0])
def test_a_price_that_a_thing_may_have_is_one(price: float) -> None:
    assert not pl.select(is_typed(pl.lit(price))).item()


def test_what_was_not_asked_in_euro_is_paid_for_or_was_not_seen_for_long_is_left_out() -> None:
    old = NOW - timedelta(days=15)
    assert reasons({"price_eur": None}, {"promoted": True}, {"last_seen_at": old}, {}) == [
        "currency",
        "promoted",
        "old",
        None,
    ]


def test_what_was_sold_may_be_older() -> None:
    month_ago = NOW - timedelta(days=30)
    assert reasons({}, {"last_seen_at": month_ago, "evidence": "sold"}) == [None, None]


def test_of_one_sellers_twins_the_newest_counts() -> None:
    twins = [{"title": "Abito", "last_seen_at": NOW - timedelta(days=day)} for day in (1, 0)]
    assert reasons(*twins, {"title": "ABITO"}, {"title": "Abito", "seller_hash": "b"}).count("duplicate") == 2
    assert reasons({"title": None}, {"title": None}) == [None, None]


def test_a_word_for_another_thing_means_nothing_where_the_whole_catalogue_uses_it() -> None:
    everybody = [{"title": f"Maglia per bambini {place}"} for place in range(10)]
    assert set(reasons(*everybody)) == {None}
    one_of_many = [{"title": f"Maglia {place}"} for place in range(30)]
    assert reasons({"title": "Maglia per bambini"}, *one_of_many)[0] == "another thing"


def test_every_warning_says_in_which_language_and_who_says_so() -> None:
    words = warning_words()
    assert {word.language for word in words} == {"it", "en", "fr", "de", "es"}
    assert {word.means for word in words} == {"bundle", "flawed", "fake", "not for sale", "another thing"}
    assert all(word.source and folded(word.word) for word in words)
