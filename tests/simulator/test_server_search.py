"""Searching, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.servers import SMALL_SIMULATOR, running_simulator
from tests.simulator.small_market import BORN_AT, DRESSES, SOLD_AT, START, TROUSERS

API = "api.vinted.localhost"
SNEAKERS = 9_000_042


def ids(answer) -> list[int]:
    return [item["id"] for item in answer.json["items"]]


def numbers(answer) -> list[int]:
    return [item["id"] - 10_400_000_000 for item in answer.json["items"] if not item["promoted"]]


def test_the_alias_on_the_site_answers_like_the_api(small_site):
    query = "/svc-catalogue/items?order=newest_first"
    there = small_site.ask(query, host=API, headers=small_site.guest())
    here = small_site.ask("/web/gateway" + query, headers=small_site.guest())
    assert here.json["items"] == there.json["items"]


def test_an_answer_has_the_recorded_envelope(small_site):
    answer = small_site.search("order=newest_first&per_page=5&page=2")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"].startswith("private, no-cache, no-store")
    assert set(answer.json) == {"items", "pagination", "search_tracking_params"}
    assert set(answer.json["search_tracking_params"]) == {
        "global_search_session_id",
        "search_correlation_id",
        "search_session_id",
    }
    assert answer.json["pagination"] == {
        "current_page": 2,
        "per_page": 5,
        "time": int(START.timestamp()),
        "total_entries": 14,
        "total_pages": 3,
    }


def test_newest_first_goes_by_publication_not_by_id(small_site):
    small_site.clock.move_to(BORN_AT)
    assert numbers(small_site.search("order=newest_first"))[:3] == [0, 1, 2]


def test_labels_speak_the_language_of_the_locale_header(small_site):
    query = "order=newest_first&attribute_ids[status]=1"
    assert small_site.search(query).json["items"][0]["item_box"]["second_line"] == "M · Nuovo senza cartellino"
    guest = small_site.guest(Locale="de-DE")
    german = small_site.ask(f"/svc-catalogue/items?{query}", host=API, headers=guest)
    assert german.json["items"][0]["item_box"]["second_line"] == "M · Neu"


def test_without_a_locale_header_labels_are_french(small_site):
    guest = {"Cookie": small_site.guest()["Cookie"], "Accept-Language": "it-IT"}
    answer = small_site.ask("/svc-catalogue/items?attribute_ids[status]=1", host=API, headers=guest)
    assert answer.json["items"][0]["item_box"]["second_line"] == "M · Neuf sans étiquette"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"attribute_ids[catalog]={TROUSERS}", [10, 11, 12]),
        ("attribute_ids[brand]=53", [10]),
        ("attribute_ids[size]=5", [10]),
        ("attribute_ids[status]=6,1", [1, 3]),
        ("attribute_ids[color]=1", [11]),
        ("attribute_ids[material]=44", [1]),
        ("price_from=40&price_to=60.00", [2, 10]),
        ("search_text=pantaloni+neri", [11]),
        (f"attribute_ids[catalog]={DRESSES}&attribute_ids[brand]=12&price_to=12.00", [1, 4]),
        ("attribute_ids[brand]=999", []),
    ],
)
def test_a_filter_filters(small_site, query, expected):
    assert numbers(small_site.search(f"{query}&order=newest_first")) == expected


@pytest.mark.parametrize(
    "old", ["catalog_ids=4", "brand_ids=53", "size_ids=5", "status_ids=6", "color_ids=1", "material_ids=44"]
)
def test_an_old_filter_name_is_ignored_with_200(small_site, old):
    assert numbers(small_site.search(f"{old}&order=newest_first")) == list(range(1, 13))


@pytest.mark.parametrize(
    "query", ["price_from=", "attribute_ids[brand]=1&attribute_ids[brand]=2", "attribute_ids[brand]=zara"]
)
def test_a_wrong_query_is_400(small_site, query):
    answer = small_site.search(query)
    assert (answer.status, answer.json) == (400, {"code": "INVALID_REQUEST"})


def test_price_orders(small_site):
    query = f"attribute_ids[catalog]={TROUSERS}&order="
    assert numbers(small_site.search(query + "price_low_to_high")) == [12, 11, 10]
    assert numbers(small_site.search(query + "price_high_to_low")) == [10, 11, 12]


def test_sold_reserved_deleted_and_hidden_listings_vanish(small_site):
    assert {4, 5, 6, 7, 8} <= set(numbers(small_site.search()))
    small_site.clock.move_to(SOLD_AT)
    assert not {4, 5, 6, 7, 8} & set(numbers(small_site.search()))


def test_time_leaves_out_what_is_newer_and_brings_back_nothing(small_site):
    small_site.clock.move_to(SOLD_AT)
    now = small_site.search("order=newest_first")
    then = small_site.search(f"order=newest_first&time={int(START.timestamp())}")
    assert numbers(now) == [0, 1, 2, 3, 9, 10, 11, 12]
    assert numbers(then) == [1, 2, 3, 9, 10, 11, 12]
    assert then.json["pagination"]["time"] == int(START.timestamp())


def test_time_in_the_future_is_now(small_site):
    for later in (int((START + timedelta(days=9)).timestamp()), 999_999_999_999):
        assert small_site.search(f"time={later}").json["pagination"]["time"] == int(START.timestamp())


def test_promoted_listings_stand_among_the_results_even_if_they_do_not_fit(small_site):
    items = small_site.search(f"attribute_ids[catalog]={DRESSES}&order=newest_first").json["items"]
    paid = [item for item in items if item["promoted"]]
    assert [item["id"] for item in paid] == [10_400_000_010, 10_400_000_011]
    assert [items.index(item) for item in paid] == [2, 5]
    assert {item["content_source"] for item in paid} == {"search_promoted_items"}
    assert {item["content_source"] for item in items if not item["promoted"]} == {"search"}


def test_promoted_listings_can_be_left_out():
    with running_simulator(program=SMALL_SIMULATOR, no_promoted=True) as site:
        assert site.search("order=newest_first").json["pagination"]["total_entries"] == 12


def test_a_spoiled_row_shows_its_raw_values(small_site):
    spoiled = small_site.search("search_text=rovinati").json["items"][0]
    assert (spoiled["price"], spoiled["photo"], spoiled["photos"]) == ("gratis", None, [])


def test_no_upload_time_is_anywhere_in_the_feed(small_site):
    body = small_site.search("order=newest_first").body.decode()
    hours = {int((START - timedelta(hours=hour)).timestamp()) for hour in range(1, 20)}
    assert "timestamp" not in body
    assert not [moment for moment in hours if str(moment) in body]


def test_no_page_holds_more_than_96(full_site):
    answer = full_site.search("per_page=200")
    assert (len(answer.json["items"]), answer.json["pagination"]["per_page"]) == (96, 96)


@pytest.mark.parametrize(("per_page", "pages"), [(96, 10), (20, 48), (5, 192)])
def test_a_full_result_admits_to_960(full_site, per_page, pages):
    pagination = full_site.search(f"per_page={per_page}").json["pagination"]
    assert (pagination["total_entries"], pagination["total_pages"]) == (960, pages)


def test_beyond_the_last_page_the_list_is_empty(full_site, small_site):
    assert len(full_site.search("per_page=96&page=10").json["items"]) == 96
    assert full_site.search("per_page=96&page=11").json["items"] == []
    assert small_site.search("page=2").json["items"] == []


def test_pages_of_one_time_are_not_shifted_by_new_listings_but_lack_what_sold_meanwhile(full_site):
    def own(answer):
        return [item["id"] for item in answer.json["items"] if not item["promoted"]]

    query = f"attribute_ids[catalog]={SNEAKERS}&order=newest_first&per_page=96"
    before = [own(full_site.search(f"{query}&page={page}")) for page in (1, 2)]
    full_site.clock.sleep(12 * 3600)
    assert own(full_site.search(query))[:20] != before[0][:20]
    later = own(full_site.search(f"{query}&time={int(START.timestamp())}"))
    assert 0 < len(set(before[0]) - set(later)) < 10
    assert 0 < len(set(later) & set(before[1])) < 10


def test_relevance_is_reshuffled_and_newest_first_is_not(full_site):
    first, second = (set(ids(full_site.search("per_page=96"))) for _ in range(2))
    assert 20 <= len(first & second) <= 80
    newest, again = (ids(full_site.search("per_page=96&order=newest_first")) for _ in range(2))
    assert newest == again


def test_ids_need_64_bits_and_do_not_rise_with_publication(full_site):
    found = ids(full_site.search("per_page=96&order=newest_first"))
    assert min(found) > 2**31
    assert found != sorted(found, reverse=True)


def test_every_fee_fits_one_of_three_cohorts(full_site):
    formulas = ((0.70, 0.05), (0.35, 0.07), (0.10, 0.085))
    used = set()
    for item in full_site.search("per_page=96&order=newest_first").json["items"]:
        price, fee, total = (float(item[name]["amount"]) for name in ("price", "service_fee", "total_item_price"))
        fitting = {n for n, (fixed, share) in enumerate(formulas) if abs(fixed + share * price - fee) < 0.0051}
        assert fitting
        assert abs(price + fee - total) < 0.001
        used |= fitting
    assert used == {0, 1, 2}


def test_gzip_is_used_when_accepted(small_site):
    import gzip

    guest = small_site.guest()
    plain = small_site.ask("/svc-catalogue/items?order=newest_first", host=API, headers=guest)
    packed = small_site.ask(
        "/svc-catalogue/items?order=newest_first", host=API, headers={**guest, "Accept-Encoding": "gzip, br, zstd"}
    )
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 2
    assert b'"items"' in gzip.decompress(packed.body)


@pytest.mark.parametrize(("day", "kind"), [(20, "application/json"), (8, "text/html; charset=utf-8")])
def test_the_retired_search_is_404_first_in_json_then_in_html(small_site, day, kind):
    small_site.clock.move_to(datetime(2026, 9 if day == 20 else 10, day, tzinfo=UTC))
    answer = small_site.ask("/api/v2/catalog/items?catalog_ids=4", headers=small_site.guest())
    assert (answer.status, answer.headers["content-type"]) == (404, kind)
    if day == 20:
        assert answer.json == {"code": 104, "message": "Content not found", "message_code": "not_found"}


@pytest.mark.parametrize("era", ["v2-2025", "v2-2023"])
def test_an_old_era_answers_the_old_search_and_not_todays(era):
    with running_simulator(program=SMALL_SIMULATOR, era=era) as site:
        guest = site.guest()
        found = site.ask("/api/v2/catalog/items?brand_ids=53&order=newest_first", headers=guest)
        assert numbers(found) == [10]
        assert found.json["code"] == 0
        assert site.ask("/svc-catalogue/items", host=API, headers=guest).json == {"code": "NOT_FOUND"}
        assert site.ask("/api/v2/catalog/items", headers={}).status == 401
