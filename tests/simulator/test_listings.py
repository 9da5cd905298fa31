from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from vopt_lib.schema.queries import Term
from vopt_lib.schema.vinted_terms import INVENTED_FROM
from vopt_lib.simulator.listings import MOST_ROWS, UnusableListings, from_listings, read_listings
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.offers import Offer, ShelfQuery

DAY_1, DAY_2, DAY_3 = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (1, 2, 3))
DRESSES = 9_000_001


def sighting(listing_id: int, **facts: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "listing_id": listing_id,
        "title": "Abito",
        "brand": "Zara",
        "size": "M",
        "condition_id": 2,
        "asked_amount": Decimal("6.00"),
        "currency": "EUR",
        "query_catalog_id": DRESSES,
        "observed_at": None,
        "state": None,
        "wire_override": None,
    }
    return plain | facts


def serve(*rows: dict[str, object]) -> StockedMarket:
    types = {
        "asked_amount": pl.Decimal(12, 2),
        "observed_at": pl.Datetime("us", "UTC"),
        "state": pl.String,
        "wire_override": pl.String,
        "service_fee_amount": pl.Decimal(12, 2),
    }
    names = {name for row in rows for name in row}
    return from_listings(
        pl.DataFrame(list(rows), schema_overrides={name: dtype for name, dtype in types.items() if name in names})
    )


def only(market: StockedMarket, at: datetime = DAY_3) -> Offer:
    [offer] = market.offers(market.search(ShelfQuery(), at), at)
    return offer


def test_a_listing_is_served_as_it_was_given() -> None:
    offer = only(
        serve(
            sighting(
                2_821_632_549, service_fee_amount=Decimal("0.99"), favourite_count=7, view_count=41, description="Lino"
            )
        )
    )
    assert (offer.listing_id, offer.title, offer.description) == (2_821_632_549, "Abito", "Lino")
    assert (offer.price, offer.service_fee, offer.currency) == (Decimal("6.00"), Decimal("0.99"), "EUR")
    assert (offer.brand, offer.size, offer.condition_id) == (Term(12, "Zara"), Term(4, "M"), 2)
    assert (offer.favourites, offer.views, offer.catalog_id, offer.wire) == (7, 41, DRESSES, None)


def test_only_the_id_is_needed_and_nothing_is_guessed() -> None:
    offer = only(from_listings(pl.DataFrame({"listing_id": [1]})))
    assert (offer.brand, offer.size, offer.condition_id, offer.title) == (None, None, None, "")
    assert offer.wire == {"price": None}


def test_without_observed_at_a_listing_is_always_on_sale() -> None:
    market = serve(sighting(1))
    assert len(market.search(ShelfQuery(), datetime(1999, 1, 1, tzinfo=UTC))) == 1
    assert len(market.search(ShelfQuery(), datetime(2099, 1, 1, tzinfo=UTC))) == 1


def test_observed_at_decides_when_a_listing_appears() -> None:
    market = serve(sighting(1, observed_at=DAY_2))
    assert [len(market.search(ShelfQuery(), at)) for at in (DAY_1, DAY_2, DAY_3)] == [0, 1, 1]


def test_the_latest_row_wins_and_rows_without_a_date_come_first() -> None:
    market = serve(
        sighting(1, observed_at=DAY_2, asked_amount=Decimal("5.00"), title="Abito ribassato"),
        sighting(1, asked_amount=Decimal("9.00")),
    )
    assert only(market, DAY_1).price == Decimal("9.00")
    assert only(market, DAY_3).price == Decimal("5.00")
    assert only(market, DAY_3).title == "Abito ribassato"


def test_of_two_rows_of_one_moment_the_later_in_the_file_counts() -> None:
    assert only(serve(sighting(1), sighting(1, asked_amount=Decimal("7.00")))).price == Decimal("7.00")


@pytest.mark.parametrize(
    ("state", "status"),
    [("sold", "sold"), ("reserved", "reserved"), ("hidden", "hidden"), ("deleted", "deleted"), ("closed", "deleted")],
)
def test_a_row_that_says_it_is_gone_takes_it_off_the_shelf(state: str, status: str) -> None:
    market = serve(sighting(1, observed_at=DAY_1), sighting(1, observed_at=DAY_2, state=state))
    assert len(market.search(ShelfQuery(), DAY_1)) == 1
    assert len(market.search(ShelfQuery(), DAY_3)) == 0
    assert [offer.status for offer in market.offers([0], DAY_3)] == [status]


def test_a_reserved_listing_comes_back_with_a_later_row() -> None:
    market = serve(sighting(1, observed_at=DAY_1, state="reserved"), sighting(1, observed_at=DAY_2))
    assert [len(market.search(ShelfQuery(), at)) for at in (DAY_1, DAY_2)] == [0, 1]


def test_a_parent_catalogue_finds_given_listings_and_an_unknown_one_finds_its_own() -> None:
    market = serve(sighting(1), sighting(2, query_catalog_id=777))
    assert len(market.search(ShelfQuery(catalog_ids=(1904,)), DAY_1)) == 1
    assert len(market.search(ShelfQuery(catalog_ids=(777,)), DAY_1)) == 1
    assert len(market.search(ShelfQuery(), DAY_1)) == 2


def test_unknown_brands_and_sizes_get_invented_ids_that_depend_on_the_title_alone() -> None:
    first = only(serve(sighting(1, brand="ALVARO MORENO", size="W34 | FR 44")))
    second = only(serve(sighting(2, brand="Alvaro Moreno", size="W34 | FR 44", query_catalog_id=5)))
    assert first.brand is not None
    assert second.brand is not None
    assert first.brand.title == "ALVARO MORENO"
    assert first.brand.id == second.brand.id >= INVENTED_FROM
    assert first.size == second.size
    assert first.brand.id < 2**53


def test_given_brands_can_be_searched_and_counted() -> None:
    market = serve(
        sighting(1, brand="ALVARO MORENO"), sighting(2, brand="ALVARO MORENO"), sighting(3), sighting(4, brand=None)
    )
    counts = market.count_by(ShelfQuery(), DAY_1, "brand")
    assert [(term.title, count) for term, count in counts] == [("ALVARO MORENO", 2), ("Zara", 1)]
    assert len(market.search(ShelfQuery(brand_ids=(counts[0][0].id,)), DAY_1)) == 2


def test_a_label_says_the_condition_where_the_id_is_missing() -> None:
    assert only(serve(sighting(1, condition_id=None, condition_label="Très bon état"))).condition_id == 2


def test_a_spoiled_row_reaches_the_wire_as_it_is() -> None:
    assert only(serve(sighting(1, wire_override='{"price": "gratis", "id": -4}'))).wire == {"price": "gratis", "id": -4}


def test_a_negative_price_is_served_negative() -> None:
    assert only(serve(sighting(1, asked_amount=Decimal("-5.00")))).price == Decimal("-5.00")


@pytest.mark.parametrize("override", ["{", "[1]", '"gratis"'])
def test_an_override_that_is_no_json_object_is_refused(override: str) -> None:
    with pytest.raises(UnusableListings, match="wire_override"):
        serve(sighting(1, wire_override=override))


@pytest.mark.parametrize("ids", [[None], [0], [-4]])
def test_listings_without_a_proper_id_are_refused(ids: list[int | None]) -> None:
    with pytest.raises(UnusableListings, match="listing_id"):
        from_listings(pl.DataFrame({"listing_id": ids}, schema={"listing_id": pl.Int64}))


def test_a_frame_without_listing_ids_or_rows_is_refused() -> None:
    with pytest.raises(UnusableListings, match="listing_id"):
        from_listings(pl.DataFrame({"title": ["Abito"]}))
    with pytest.raises(UnusableListings, match="no rows"):
        from_listings(pl.DataFrame({"listing_id": []}, schema={"listing_id": pl.Int64}))


def test_an_unknown_state_is_refused_and_never_taken_for_gone() -> None:
    with pytest.raises(UnusableListings, match="“onsale” is not known"):
        serve(sighting(1, state="onsale"))


@pytest.mark.parametrize("conversion", ["PLN", "[]", '{"seller_price": "1"}', '"PLN"'])
def test_a_conversion_that_no_site_writes_is_refused(conversion: str) -> None:
    with pytest.raises(UnusableListings, match="conversion"):
        serve(sighting(1, conversion=conversion))


def test_a_column_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(UnusableListings):
        from_listings(pl.DataFrame({"listing_id": [1], "asked_amount": ["39,00€"]}))


def test_newest_first_is_by_first_sighting_then_by_place_in_the_file() -> None:
    market = serve(sighting(3), sighting(1, observed_at=DAY_1), sighting(2, observed_at=DAY_2), sighting(4))
    assert [offer.listing_id for offer in market.offers(market.search(ShelfQuery(), DAY_3), DAY_3)] == [2, 1, 3, 4]


def test_one_pseudonym_is_one_seller() -> None:
    market = serve(sighting(1, seller_hash="a1"), sighting(2, seller_hash="a1"), sighting(3, seller_hash=None))
    sellers = [offer.seller_id for offer in market.offers([0, 1, 2], DAY_1)]
    assert sellers[0] == sellers[1] != sellers[2]
    assert len(market.of_seller(sellers[0], DAY_1)) == 2


def test_only_rows_marked_as_promoted_are_paid_placements() -> None:
    market = serve(sighting(1, promoted=True), sighting(2, promoted=False))
    assert market.promoted(ShelfQuery(), DAY_1).tolist() == [0]
    assert market.truth is None


def test_a_recorded_conversion_is_kept() -> None:
    raw = '{"seller_price": "100.0", "seller_currency": "PLN", "fx_rounded_rate": "0.235", "fx_markup_rate": "0.03"}'
    conversion = only(serve(sighting(1, conversion=raw))).conversion
    assert conversion is not None
    assert (conversion.seller_price, conversion.seller_currency) == (Decimal("100.0"), "PLN")


def test_prices_keep_every_cent() -> None:
    rows = [sighting(number, asked_amount=Decimal(number) / 100) for number in range(1, 400)]
    market = serve(*rows)
    found = market.offers(np.arange(len(rows)).tolist(), DAY_1)
    assert sorted(offer.price for offer in found) == [Decimal(number) / 100 for number in range(1, 400)]


@pytest.mark.parametrize("wrong", ["empty", "no rows", "no parquet", "a folder", "cut", "kinds"])
def test_a_file_that_holds_no_listings_is_refused_in_one_line(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "given.parquet"
    pl.DataFrame({"listing_id": [1, 2], "promoted": ["maybe", "never"]}).write_parquet(file)
    match wrong:
        case "empty":
            file.write_bytes(b"")
        case "no rows":
            pl.DataFrame({"listing_id": []}, schema={"listing_id": pl.Int64}).write_parquet(file)
        case "no parquet":
            file.write_bytes(b"listing_id,title\n1,Abito\n" * 100)
        case "a folder":
            file.unlink()
            file.mkdir()
        case "cut":
            file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(UnusableListings) as refused:
        read_listings(file)
    assert len(str(refused.value).splitlines()) == 1


def test_more_listings_than_are_served_are_refused_before_they_are_read(tmp_path: Path) -> None:
    rows = MOST_ROWS + 1
    pl.select(listing_id=pl.int_range(1, rows + 1)).write_parquet(tmp_path / "given.parquet")
    with pytest.raises(UnusableListings, match=f"it has {rows:,} rows"):
        read_listings(tmp_path / "given.parquet")
