"""The JSON of one listing in every era, against what was recorded."""

from datetime import timedelta

import orjson
import pytest

from tests.simulator.small_market import OFFERS, START, SmallMarket
from vopt_lib.simulator.dialects import Asked
from vopt_lib.simulator.faults import Fault
from vopt_lib.simulator.offers import ShelfQuery
from vopt_lib.simulator.photo_wire import ImageUrls
from vopt_lib.simulator.shelf import Shelf
from vopt_lib.simulator.wire import Addresses, Era, catalogue_answer, label_language, slug, wardrobe_answer

ADDRESSES = Addresses("http://www.vinted.localhost:8421", ImageUrls("http://images1.vinted.localhost:8421", seed=0))


def item(number: int, era: Era, *, language="it", taken=None):
    shelf = Shelf(SmallMarket(), seed=0, with_promoted=False)
    shown = shelf.page(Asked(ShelfQuery(), "newest_first"), START, cap=era.cap, taken={})
    body = catalogue_answer(shown, era, ADDRESSES, language=language, taken=taken or {})
    return next(item for item in orjson.loads(body)["items"] if item["id"] == 10_400_000_000 + number)


def test_todays_listing_is_as_recorded():
    found = item(1, Era.SVC_2026_09)
    photo = found.pop("photo")
    assert found.pop("photos") == [photo]
    assert found == {
        "content_source": "search",
        "favourite_count": 1,
        "id": 10400000001,
        "is_favourite": False,
        "item_box": {
            "accessibility_label": "Vestito di lino & seta, Brand: Zara, Condizioni: Nuovo senza cartellino, Taglia: M,"
            " 6.00 €, 6.77 €",
            "exposures": [],
            "ff_exposures": [],
            "first_line": "Zara",
            "item_id": 10400000001,
            "second_line": "M · Nuovo senza cartellino",
        },
        "price": {"amount": "6.00", "currency_code": "EUR"},
        "promoted": False,
        "search_tracking_params": {"score": 1},
        "service_fee": {"amount": "0.77", "currency_code": "EUR"},
        "show_1st_time_seller_discount": False,
        "title": "Vestito di lino & seta",
        "total_item_price": {"amount": "6.77", "currency_code": "EUR"},
        "url": "/items/10400000001-vestito-di-lino-seta",
        "user": {"business": False, "id": 700001, "login": "anna.armadio"},
        "view_count": 0,
    }


def test_todays_photo_is_as_recorded():
    photo = item(1, Era.SVC_2026_09)["photo"]
    assert set(photo) == {
        "dominant_color",
        "dominant_color_opaque",
        "extra",
        "full_size_url",
        "height",
        "high_resolution",
        "id",
        "image_no",
        "is_main",
        "thumbnails",
        "url",
        "width",
    }
    assert photo["id"] == 1
    assert set(photo["high_resolution"]) == {"id", "orientation"}
    assert "/f800/" in photo["url"]
    assert "/tc/" in photo["full_size_url"]
    assert [
        (small["type"], small["width"], small["height"], small["original_size"]) for small in photo["thumbnails"]
    ] == [
        ("thumb70x100", 70, 100, None),
        ("thumb150x210", 150, 210, None),
        ("thumb310x430", 310, 430, None),
        ("thumb428x624", 321, 428, True),
        ("thumb624x428", 468, 624, True),
        ("thumb364x428", 273, 364, True),
    ]
    assert {small["url"] for small in photo["thumbnails"] if small["original_size"]} == {photo["url"]}


def test_a_listing_without_brand_or_size_has_shorter_lines():
    box = item(2, Era.SVC_2026_09)["item_box"]
    assert (box["first_line"], box["second_line"]) == ("", "M · Ottime")
    assert box["accessibility_label"].endswith("fleurie, Condizioni: Ottime, Taglia: M, 55.00 €, 59.78 €")
    assert item(3, Era.SVC_2026_09)["item_box"]["second_line"] == "Nuovo con cartellino"


def test_the_money_object_era_writes_brand_size_condition_and_upload_time():
    found = item(1, Era.V2_2025)
    assert (found["brand_title"], found["size_title"], found["status"]) == ("Zara", "M", "Nuovo senza cartellino")
    assert found["price"] == {"amount": "6.0", "currency_code": "EUR"}
    assert found["url"] == "http://www.vinted.localhost:8421/items/10400000001-vestito-di-lino-seta"
    assert found["photo"]["high_resolution"]["timestamp"] == int((START - timedelta(hours=1)).timestamp())
    assert (found["is_visible"], found["conversion"]) == (True, None)


def test_a_foreign_sellers_price_is_converted():
    found = item(9, Era.V2_2025)
    assert found["price"] == {"amount": "23.5", "currency_code": "EUR"}
    assert found["conversion"] == {
        "seller_price": "100.0",
        "seller_currency": "PLN",
        "buyer_currency": "EUR",
        "fx_rounded_rate": "0.235",
        "fx_base_amount": "100.0",
        "fx_markup_rate": "0.03",
    }
    assert item(9, Era.SVC_2026_09)["price"] == {"amount": "23.50", "currency_code": "EUR"}


def test_the_string_price_era_writes_money_as_text():
    found = item(1, Era.V2_2023)
    money = (found["price"], found["currency"], found["service_fee"], found["total_item_price"])
    assert money == ("6.0", "EUR", "0.77", "6.77")
    assert (found["is_visible"], found["is_for_swap"], found["content_source"]) == (1, False, "catalog")
    assert found["url"].endswith("/donna/vestiti/abiti/10400000001-vestito-di-lino-seta")
    assert "item_box" not in found


@pytest.mark.parametrize("era", list(Era))
def test_a_drifted_listing_has_another_price_and_no_box(era):
    found = item(1, era, taken={Fault.SCHEMA_DRIFT: START})
    assert "item_box" not in found
    assert "amount" not in found["price"]


def test_a_closet_tells_what_became_of_its_listings():
    sold = SmallMarket().offers([4], START + timedelta(days=1))
    body = orjson.loads(wardrobe_answer(sold, ADDRESSES, page=1, per_page=20, language="it"))
    assert body["pagination"] == {"current_page": 1, "total_pages": 1, "total_entries": 1, "per_page": 20}
    assert body["code"] == 0
    found = body["items"][0]
    states = [found[name] for name in ("is_closed", "is_reserved", "is_hidden", "is_draft", "item_closing_action")]
    assert states == [True, False, False, False, "sold"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Brassière de sport Nike", "brassiere-de-sport-nike"), ("★★★", "articolo"), ("A / B", "a-b")],
)
def test_an_address_spells_the_title_plainly(title, expected):
    assert slug(title) == expected


@pytest.mark.parametrize(
    ("locale", "language"), [("it-IT", "it"), ("pl-PL", "pl"), (None, "fr"), ("sv-SE", "fr"), ("", "fr")]
)
def test_labels_fall_back_to_french(locale, language):
    assert label_language(locale) == language


def test_the_hand_written_market_has_a_dozen_listings_and_one_to_come():
    assert len(OFFERS) == 13
