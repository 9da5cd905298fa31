"""Which listings a price model learns from, and which are left out and counted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.priced_market import BAGS, NOW, priced_market, publish_listings
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.kept import read_published
from vopt_lib.desk.priced_rows import Learnable, category_paths, learnable
from vopt_lib.schema.pricing import CATEGORY_SEPARATOR, PRICED
from vopt_lib.schema.queries import CatalogueQuery, Term


def rows_of(desk: Desk, market: str = "it", **how: int) -> Learnable:
    return learnable(desk, read_published(desk, market), **how)


def test_listings_become_rows_in_the_words_that_a_model_reads(tmp_path: Path) -> None:
    found = rows_of(priced_market(tmp_path, listings=40))
    rows = found.rows
    assert {name: rows.schema[name] for name in PRICED} == {name: dtype() for name, dtype in PRICED.items()}
    first = rows.filter(id="1000").row(0, named=True)
    assert (first["title"], first["brand"], first["size"]) == ("borsa nera Zara 0", "Zara", "M")
    assert (first["category"], first["condition"]) == ("Donna > Borse", "Nuovo senza cartellino")
    assert (first["color"], first["description"], first["material"]) == ("Nero", "Come nuova", None)
    assert rows.filter(id="1030")["color"].to_list() == [None]
    assert rows["id"].n_unique() == rows.height
    assert found.source == "vinted"


def test_what_was_sold_with_proof_is_kept_apart_from_what_is_asked(tmp_path: Path) -> None:
    found = rows_of(priced_market(tmp_path, listings=80))
    assert found.rows.filter(pl.col("id").cast(pl.Int64) < 1000)["id"].sort().to_list() == ["2", "4"]
    assert found.left_out["sold"] == 2
    assert found.rows.height == 82


def test_prices_in_another_currency_are_refused_not_mixed(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    publish_listings(desk, 40, until=NOW, last_price_eur=None, currency="PLN")
    found = rows_of(desk)
    assert found.rows.is_empty()
    assert found.left_out["currency"] == 41


def test_bundles_bait_prices_and_titles_that_are_gone_are_left_out_with_their_reason(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    titles = ["Lotto 3 magliette", None, *(f"borsa {n}" for n in range(38))]
    publish_listings(desk, 40, until=NOW, title=titles)
    left_out = rows_of(desk).left_out
    # One without a title is on sale, one left.
    assert (left_out["bundle"], left_out["untitled"]) == (1, 2)


def test_a_thing_that_left_and_came_back_is_learnt_once(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    sellers = ["the same"] * 4 + [f"seller {n}" for n in range(36)]
    publish_listings(desk, 40, until=NOW, seller_hash=sellers, title=["borsa nera"] * 4 + [f"t {n}" for n in range(36)])
    found = rows_of(desk)
    assert found.rows.filter(title="borsa nera").height == 1
    assert found.left_out["duplicate"] == 3


def test_of_more_than_can_be_learnt_the_newest_are_taken(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    seen = [NOW - timedelta(hours=50 - n) for n in range(40)]
    publish_listings(desk, 40, until=NOW, last_seen_at=seen)
    assert rows_of(desk, most=10).rows["last_seen_at"].min() == seen[-10]


def test_markets_and_sources_are_never_mixed(tmp_path: Path) -> None:
    desk = priced_market(tmp_path, listings=40)
    assert rows_of(desk, "fr").rows.is_empty()


def test_a_catalogue_that_nobody_knows_by_heart_is_called_as_it_is_followed(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    add_follow(desk, CatalogueQuery("it", Term(123456, "Casa > Vasi")), "Vasi")
    paths = category_paths(desk)
    assert (paths[123456], paths[BAGS]) == ("Casa > Vasi", "Donna > Borse")
    assert CATEGORY_SEPARATOR in paths[BAGS]


@pytest.mark.parametrize("column", ["brand", "size", "condition_id", "leaf_catalog_id", "seller_hash"])
def test_what_is_not_known_of_a_listing_is_null(tmp_path: Path, column: str) -> None:
    desk = open_desk(data=tmp_path)
    publish_listings(desk, 40, until=NOW, **{column: None})
    assert rows_of(desk).rows.height == 41
