"""Every fault, over HTTP."""

import gzip
import http.client
import time

import pytest
from curl_cffi import requests as browser

from tests.simulator.small_market import BORN_AT, DRESSES, START
from vopt_lib.simulator.faults import Fault

API = "api.vinted.localhost"
ITEMS = "/svc-catalogue/items?order=newest_first"
FRENCH_401 = {
    "code": 100,
    "message": "Jeton d'authentification invalide",
    "message_code": "invalid_authentication_token",
}


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("unauthorized", 401, FRENCH_401),
        ("invalid_request", 400, {"code": "INVALID_REQUEST"}),
        ("forbidden_json", 403, {"code": 106}),
        ("access_denied_gateway", 403, {"code": "FORBIDDEN", "message": "Access denied"}),
        ("endpoint_moved_json", 404, {"code": 104, "message": "Content not found", "message_code": "not_found"}),
        ("unknown_service", 404, {"code": "NOT_FOUND"}),
        ("missing_items", 200, {"code": 0, "message": "Ok", "message_code": "ok"}),
    ],
)
def test_json_refusals_are_as_recorded(small_site, fault, status, body):
    small_site.switch_on(f"{fault}:1")
    answer = small_site.search()
    assert (answer.status, answer.headers["content-type"], answer.json) == (status, "application/json", body)
    assert small_site.search().status == 200


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ("challenge_datadome", 403, "captcha-delivery.com"),
        ("challenge_cloudflare", 403, "Just a moment"),
        ("challenge_client", 403, "Client Challenge"),
        ("blocked_1020", 403, '<h1>Website currently unavailable</h1><div class="cf-error-details cf-error-1020">'),
        ("bad_gateway", 502, "502 Bad Gateway"),
        ("endpoint_moved_html", 404, "Questa pagina non esiste"),
        ("html_200", 200, "<!DOCTYPE html>"),
    ],
)
def test_html_refusals_are_as_recorded(small_site, fault, status, said):
    small_site.switch_on(f"{fault}:1")
    answer = small_site.search()
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert said in answer.body.decode()


@pytest.mark.parametrize(("fault", "status"), [("rate_limited", 429), ("server_error", 500), ("timeout_504", 504)])
def test_refusals_without_a_body(small_site, fault, status):
    small_site.switch_on(f"{fault}:1")
    answer = small_site.search()
    assert (answer.status, answer.body) == (status, b"")
    assert answer.headers.get("retry-after") == ("60" if fault == "rate_limited" else None)


def test_the_home_page_is_406_when_asked_too_often(small_site):
    small_site.switch_on("not_acceptable:1")
    assert [(small_site.ask("/").status), small_site.ask("/").status] == [406, 200]


def test_a_frozen_feed_repeats_the_moment_it_was_switched_on(small_site):
    small_site.switch_on("frozen_feed")
    first = small_site.search("order=relevance")
    small_site.clock.move_to(BORN_AT)
    assert small_site.search("order=relevance").body == first.body
    assert first.json["pagination"]["time"] == int(START.timestamp())
    small_site.switch_off()
    assert small_site.search("order=newest_first").json["items"][0]["id"] == 10_400_000_000


def test_ignored_filters_show_everything(small_site):
    small_site.switch_on("ignored_filters:1")
    query = f"attribute_ids[catalog]={DRESSES}&attribute_ids[brand]=53&price_to=1"
    shown = [item for item in small_site.search(query).json["items"] if not item["promoted"]]
    assert len(shown) == 12


def test_duplicate_items_begin_a_page_with_the_end_of_the_one_before(small_site):
    small_site.switch_on("duplicate_items")
    pages = [
        [item["id"] for item in small_site.search(f"order=newest_first&per_page=8&page={n}").json["items"]]
        for n in (1, 2, 3)
    ]
    assert pages[1][:6] == pages[0][-6:]
    assert pages[2][:6] == pages[1][-6:]
    assert {*range(10_400_000_001, 10_400_000_009)} <= {id_ for page in pages for id_ in page}


def test_schema_drift_changes_the_listings_only(small_site):
    small_site.switch_on("schema_drift:1")
    item = small_site.search("search_text=lino").json["items"][0]
    assert item["price"] == {"value": "6.00", "currency": "EUR"}
    assert "item_box" not in item


def test_every_second_listing_comes_without_its_price(small_site):
    small_site.switch_on("half_without_price:1")
    prices = [item["price"] for item in small_site.search().json["items"]]
    assert [price is None for price in prices[:4]] == [False, True, False, True]


def test_another_currency_leaves_the_amounts(small_site):
    before = small_site.search("search_text=lino").json["items"][0]
    small_site.switch_on("other_currency:1")
    item = small_site.search("search_text=lino").json["items"][0]
    assert item["price"] == {"amount": before["price"]["amount"], "currency_code": "PLN"}
    assert item["service_fee"]["currency_code"] == item["total_item_price"]["currency_code"] == "PLN"


def test_nothing_lies_in_a_renamed_catalogue(small_site):
    dresses = f"attribute_ids[catalog]={DRESSES}"
    assert small_site.search(dresses).json["items"]
    small_site.switch_on("catalogue_renamed:2")
    assert small_site.search(dresses).json["items"] == []
    assert small_site.search().json["items"]


def test_cut_json_is_complete_http_but_no_json(small_site):
    small_site.switch_on("cut_json:2")
    answer = small_site.search()
    assert int(answer.headers["content-length"]) == len(answer.body)
    with pytest.raises(ValueError, match=r".+"):
        answer.json  # noqa: B018 - reading it is the test
    packed = small_site.search(Accept_Encoding="gzip")
    assert gzip.decompress(packed.body).startswith(b'{"items":')


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_truncated_body_ends_before_its_announced_length(small_site, encoding):
    small_site.switch_on("truncated_body:1")
    with pytest.raises(http.client.IncompleteRead) as cut:
        small_site.search(Accept_Encoding=encoding)
    assert cut.value.expected is not None
    assert 0 < len(cut.value.partial) <= cut.value.expected + 1
    assert small_site.search().status == 200


def test_a_dropped_connection_gives_no_answer(small_site):
    small_site.switch_on("dropped_connection:1@catalogue")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        small_site.search()
    assert small_site.search().status == 200
    assert [asked["status"] for asked in small_site.requests() if asked["path"] != "/"] == [None, 200]


def test_a_slow_answer_comes_late_and_complete(small_site):
    guest = small_site.guest()
    small_site.switch_on("slow:1")
    begun = time.monotonic()
    assert small_site.ask(ITEMS, host=API, headers=guest).status == 200
    assert time.monotonic() - begun >= 0.05


@pytest.mark.parametrize("accepted", ["gzip, deflate, br", "gzip", "identity"])
def test_brotli_comes_to_who_accepts_it(small_site, accepted):
    whole = small_site.search("order=newest_first", Accept_Encoding="identity").json
    small_site.switch_on("brotli")
    with browser.Session() as session:
        session.get(small_site.www + "/")
        headers = {"Accept-Encoding": accepted, "Locale": "it-IT"}
        answer = session.get(small_site.api + "/svc-catalogue/items?order=newest_first", headers=headers)
    expected = "br" if "br" in accepted else None if accepted == "identity" else "gzip"
    assert answer.headers.get("content-encoding") == expected
    assert answer.json()["items"] == whole["items"]


def test_a_fault_can_be_sent_to_one_place(small_site):
    small_site.switch_on("timeout_504:1@wardrobe")
    assert small_site.search().status == 200
    assert small_site.ask("/api/v2/wardrobe/700001/items", headers=small_site.guest()).status == 504
    small_site.switch_on("challenge_datadome:1@item_page")
    assert small_site.ask("/items/10400000001").status == 403
    assert small_site.ask("/items/10400000001").status == 200


def test_faults_are_listed_with_what_they_do(small_site):
    small_site.switch_on("rate_limited:2")
    answer = small_site.ask("/__faults__").json
    assert answer["faults"] == [
        {
            "name": "rate_limited",
            "times": 2,
            "after": 0,
            "places": ["catalogue", "filters", "gateway", "navigation", "user", "wardrobe"],
            "since": "2026-11-01T00:00:00+00:00",
            "does": "429, Retry-After: 60, without a body",
        }
    ]
    assert set(answer["known"]) == {fault.value for fault in Fault}


def test_times_and_place_may_stand_beside_the_name(small_site):
    body = b'{"name": "rate_limited", "times": 1, "place": "user"}'
    [fault] = small_site.ask("/__faults__", method="POST", body=body).json["faults"]
    assert (fault["times"], fault["places"]) == (1, ["user"])


def test_one_fault_is_switched_off_by_name(small_site):
    small_site.switch_on("slow")
    small_site.switch_on("frozen_feed")
    left = small_site.ask("/__faults__", method="DELETE", body=b'{"name": "slow"}').json["faults"]
    assert [fault["name"] for fault in left] == ["frozen_feed"]


@pytest.mark.parametrize(
    "body", [b'{"name": "sloow"}', b"[]", b'{"name": "slow", "times": 0}', b"{}", b'{"name":"slow","place":"x"}']
)
def test_an_unknown_fault_is_400(small_site, body):
    answer = small_site.ask("/__faults__", method="POST", body=body)
    assert answer.status == 400
    assert answer.json["error"]


def test_a_web_page_cannot_steer_the_simulator(small_site):
    headers = {"Origin": "https://evil.example"}
    assert small_site.ask("/__clock__", method="POST", body=b'{"advance_s": 5}', headers=headers).status == 403
    assert small_site.ask("/__clock__", host="evil.example").status == 421
    assert small_site.clock.now() == START


def test_requests_are_noted(small_site):
    small_site.search("order=newest_first")
    [home, search] = small_site.requests()
    assert (home["method"], home["host"], home["path"], home["status"]) == ("GET", "www.vinted.localhost", "/", 200)
    assert (search["path"], search["query"], search["status"]) == ("/svc-catalogue/items", "order=newest_first", 200)
    assert (search["at"], search["headers"]["locale"]) == ("2026-11-01T00:00:00+00:00", "it-IT")
    small_site.forget_requests()
    assert small_site.requests() == []


def test_nothing_else_is_steered_here(small_site):
    assert small_site.ask("/__truth__").status == 404


def test_a_closet_repeats_and_drifts_as_a_search_does(small_site):
    def closet(query):
        return small_site.ask(f"/api/v2/wardrobe/700001/items?{query}", headers=small_site.guest()).json["items"]

    first = [item["id"] for item in closet("per_page=8")]
    small_site.switch_on("duplicate_items@wardrobe")
    assert [item["id"] for item in closet("per_page=8&page=2")][:6] == first[2:]
    small_site.switch_on("schema_drift@wardrobe")
    assert set(closet("per_page=1")[0]["price"]) == {"value", "currency"}


def test_a_search_that_moved_answers_at_its_other_address(small_site):
    small_site.switch_on("endpoint_moved_json")
    assert small_site.search().status == 404
    assert small_site.ask("/web/gateway/svc-catalogue/items", headers=small_site.guest()).status == 200


def test_what_spoils_the_search_spoils_it_at_its_other_address_too(small_site):
    small_site.switch_on("bad_gateway")
    assert small_site.ask("/web/gateway/svc-catalogue/items", headers=small_site.guest()).status == 502
