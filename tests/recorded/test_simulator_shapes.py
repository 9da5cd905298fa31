"""Whether the simulator's answers have the shape of the recorded ones, key by key."""

import json
import os
import re
from pathlib import Path

import orjson
import pytest

from tests.servers import SMALL_SIMULATOR, running_simulator

RECORDED = (
    Path(os.environ.get("VOPT_RECORDED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "vinted" / "payloads"
)

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not RECORDED.is_dir(), reason=f"the recorded answers are not at {RECORDED}"),
]

OF_ITS_TIME = {"badge", "conversion", "favourite_group_id", "shipping_fee", "discount"}
"""Fields that the simulator leaves null where one recorded listing has a value."""


def recorded(name: str):
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def shape(value: object, place: str = "") -> dict[str, str]:
    """Every place of a JSON value with the type found there; a list counts by its first element."""
    if isinstance(value, dict):
        inner = {k: v for key, part in value.items() for k, v in shape(part, f"{place}.{key}".lstrip(".")).items()}
        return {place: "dict", **inner} if place else inner
    if isinstance(value, list):
        return {place: "list", **(shape(value[0], f"{place}[]") if value else {})}
    return {place: "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__}


def own(found: dict[str, str]) -> dict[str, str]:
    return {place: kind for place, kind in found.items() if not any(place.startswith(name) for name in OF_ITS_TIME)}


@pytest.fixture(scope="module")
def todays():
    with running_simulator(program=SMALL_SIMULATOR) as site:
        return site.search("order=newest_first&per_page=5").json


def test_todays_answer_has_exactly_the_recorded_fields_and_types(todays):
    there = recorded("svc_catalogue_items_IT_2026-09-19_5items.json")
    assert shape(todays) == shape(there)


def test_todays_words_follow_the_recorded_patterns(todays):
    patterns = {
        "url": r"/items/\d+-[a-z0-9-]+",
        "photo.url": r"https?://images1\.vinted\.\w+(:\d+)?/t/\d\d_[0-9a-f]{5}_\w{24}/f800/[0-9a-f]{8}\.webp\?s=[0-9a-f]{40}",
        "photo.full_size_url": r"https?://images1\.vinted\.\w+(:\d+)?/tc/\d\d_[0-9a-f]{5}_\w{24}/[0-9a-f]{8}\.webp\?s=\w{40}",
        "item_box.accessibility_label": r".+, Brand: .+, Condizioni: .+, Taglia: .+, \d+\.\d\d €, \d+\.\d\d €",
        "item_box.second_line": r".+ · .+",
    }
    for answer in (todays, recorded("svc_catalogue_items_IT_2026-09-19_5items.json")):
        item = answer["items"][0]
        for place, pattern in patterns.items():
            value = item
            for name in place.split("."):
                value = value[name]
            assert re.fullmatch(pattern, value), place


def test_the_string_price_era_has_the_recorded_fields_and_types():
    with running_simulator(program=SMALL_SIMULATOR, era="v2-2023") as site:
        here = site.ask("/api/v2/catalog/items?order=newest_first&per_page=5", headers=site.guest()).json
    there = recorded("catalog_items_v2_FR_2023-01_48items.json")
    assert set(here) == set(there)
    for answer in (here, there):
        answer["items"][0]["search_tracking_params"]["matched_queries"] = []
    assert own(shape(here["items"][0])) == own(shape(there["items"][0]))
    assert set(here["items"][0]) == set(there["items"][0])


def test_the_money_object_era_has_every_recorded_field():
    with running_simulator(program=SMALL_SIMULATOR, era="v2-2025") as site:
        here = site.ask("/api/v2/catalog/items?order=newest_first&per_page=5", headers=site.guest()).json
    for listing in recorded("catalog_items_v2_IT_2026-08_2items_trimmed.json")["items"]:
        assert set(listing) <= set(here["items"][0])


def test_the_item_page_has_the_recorded_head_and_json_ld():
    there = (RECORDED / "item_page_IT_2026-09-19_head_and_ldjson.html").read_text(encoding="utf-8")
    with running_simulator(program=SMALL_SIMULATOR) as site:
        here = site.ask("/items/10400000001").body.decode()
    for pattern in (r'<meta (?:name|property)="([^"]+)"', r'<link rel="(canonical)"', r"<html lang=\"([^\"]+)\""):
        assert set(re.findall(pattern, there)) <= set(re.findall(pattern, here))
    both = [
        shape(orjson.loads(re.search(r'application/ld\+json">(.*?)</script>', page).group(1))) for page in (here, there)
    ]
    assert both[0] == both[1]


FAULT_OF = {
    (401, 100): "unauthorized",
    (404, 104): "endpoint_moved_json",
    (403, 106): "forbidden_json",
    (403, "FORBIDDEN"): "access_denied_gateway",
    (400, "INVALID_REQUEST"): "invalid_request",
    (404, "NOT_FOUND"): "unknown_service",
    (429, None): "rate_limited",
    (406, None): "not_acceptable",
    (504, None): "timeout_504",
    (200, 0): "missing_items",
}


def test_every_recorded_error_answer_can_be_switched_on():
    with running_simulator(program=SMALL_SIMULATOR) as site:
        guest = site.guest()
        for case in recorded("error_responses.json"):
            if isinstance(case["body"], str):
                continue
            fault = FAULT_OF[case["status"], (case["body"] or {}).get("code")]
            target, host = ("/", "www") if fault == "not_acceptable" else ("/svc-catalogue/items", "api")
            site.switch_on(f"{fault}:1")
            answer = site.ask(target, host=f"{host}.vinted.localhost", headers=guest)
            assert answer.status == case["status"]
            assert (answer.json if answer.body else None) == case["body"]
            for name, value in case.get("headers", {}).items():
                assert answer.headers[name.lower()] == value


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("blocked_1020", "Website currently unavailable"),
        ("blocked_1020", "cf-error-1020"),
        ("blocked_1020", "Error reference number: 1020"),
        ("challenge_datadome", "captcha-delivery.com"),
        ("challenge_cloudflare", "Just a moment"),
        ("challenge_client", "Client Challenge"),
    ],
)
def test_every_recorded_block_page_can_be_switched_on(fault, said):
    recorded_words = " ".join(
        case["body"] for case in recorded("error_responses.json") if isinstance(case["body"], str)
    )
    assert said in recorded_words
    with running_simulator(program=SMALL_SIMULATOR, fault=[fault]) as site:
        answer = site.ask("/svc-catalogue/items", host="api.vinted.localhost")
        assert answer.status == 403
        assert said in answer.body.decode()
