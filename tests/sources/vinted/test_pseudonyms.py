from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.vinted.answers import (
    ORIGIN,
    PSEUDONYMS,
    answer,
    envelope,
    everything_written,
    parsed,
    row_of,
    seller,
    svc_listing,
    v2_2023_listing,
    v2_2025_listing,
)
from tests.sources.vinted.pages_by_hand import (
    PORTRAIT,
    catalogue_flight,
    detail,
    item_page,
    plugins,
    product_item,
    pushes,
)
from vopt_lib.errors import NotJson, StateDamaged
from vopt_lib.sources.vinted.parse import (
    frames,
    parse_catalogue,
    parse_catalogue_page,
    parse_item_page,
    parse_wardrobe,
)
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms, load_pseudonyms
from vopt_lib.sources.vinted.pseudonyms_html import clean_page
from vopt_lib.sources.vinted.pseudonyms_json import JsonCleaner

HERS = PSEUDONYMS.seller(123456789)


def test_a_pseudonym_depends_on_the_key_and_not_on_how_an_id_is_written() -> None:
    assert PSEUDONYMS.seller(12) == PSEUDONYMS.seller("12")
    assert PSEUDONYMS.seller(12) != PSEUDONYMS.seller(13)
    assert Pseudonyms(b"another key" * 3).seller(12) != PSEUDONYMS.seller(12)
    assert len(PSEUDONYMS.seller(12)) == 32


def test_the_key_is_not_shown_by_accident() -> None:
    assert "0123456789abcdef" not in repr(PSEUDONYMS)


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "seller.key"
    first = load_pseudonyms(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_pseudonyms(path).key == first.key
    assert [entry.name for entry in path.parent.iterdir()] == ["seller.key"]


def test_whoever_starts_at_the_same_moment_gets_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = {made.key for made in pool.map(load_pseudonyms, [tmp_path / "seller.key"] * 32)}
    assert len(keys) == 1


@pytest.mark.parametrize("text", ["", "abcd", "not hexadecimal", "é"])
def test_a_broken_key_is_not_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / "seller.key").write_text(text)
    with pytest.raises(StateDamaged, match=r"seller\.key"):
        load_pseudonyms(tmp_path / "seller.key")
    assert (tmp_path / "seller.key").read_text() == text


@pytest.mark.parametrize(
    "address",
    [
        "/member/123456789-maria_rossi88",
        "https://www.vinted.it/member/123456789",
        "https://www.vinted.it/api/v2/wardrobe/123456789/items?page=1",
        "/api/v2/users/123456789",
        "/inbox/new?receiver_id=123456789&x=1",
    ],
)
def test_an_address_keeps_the_pseudonym_only(address: str) -> None:
    cleaned = PSEUDONYMS.address(address)
    assert HERS in cleaned
    assert "123456789" not in cleaned
    assert "maria" not in cleaned
    assert PSEUDONYMS.address(cleaned) == cleaned


def cleaned(value: Any) -> Any:
    JsonCleaner(PSEUDONYMS).clean(value)
    return value


@pytest.mark.parametrize(
    ("received", "kept"),
    [
        ({"user": seller()}, {"user": {"id": HERS, "business": False}}),
        ({"user": {"id": 123456789}}, {"user": {"id": HERS}}),
        ({"user": {"id": "123456789", "isBusiness": True}}, {"user": {"id": HERS, "business": True}}),
        ({"user": {"login": "maria"}}, {"user": {"id": PSEUDONYMS.seller("maria")}}),
        ({"user": 123456789}, {"user": {"id": HERS}}),
        ({"user": None}, {"user": None}),
        ({"user": {}}, {"user": {}}),
        ({"seller": [{"id": 123456789, "city": "Roma"}]}, {"seller": [{"id": HERS}]}),
        ({"a": [{"b": {"owner": {"id": 123456789}}}]}, {"a": [{"b": {"owner": {"id": HERS}}}]}),
        ({"x": {"id": 123456789, "login": "maria", "city": "Roma"}}, {"x": {"id": HERS}}),
        ({"seller_id": 123456789}, {"seller_id": HERS}),
        ({"sellerId": "123456789"}, {"sellerId": HERS}),
        ({"user_ids": [123456789]}, {"user_ids": [HERS]}),
        ({"title": "x", "login": "maria", "profile_url": "/member/1-maria"}, {"title": "x"}),
        ({"buyer": {"id": 5}, "buyer_id": 5, "feedbacks": [{"user_id": 5}]}, {}),
        ({"@type": "Person", "name": "Maria", "url": "/member/123456789-maria"}, {"id": HERS}),
        ({"name": "user_info_header", "data": {"id": 123456789}}, {"name": "user_info_header", "data": {"id": HERS}}),
        ({"name": "gallery", "data": {"item_id": 1}}, {"name": "gallery", "data": {"item_id": 1}}),
        ({"user": {"id": {"a": 1}, "login": None}}, {"user": {}}),
        ({"user": [[1]]}, {"user": [None]}),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_a_person_in_json_keeps_a_pseudonym_and_whether_it_is_a_shop(received: Any, kept: Any) -> None:
    assert cleaned(received) == kept


def test_cleaning_twice_changes_nothing() -> None:
    once = cleaned(envelope(v2_2025_listing()))
    assert cleaned(json.loads(json.dumps(once))) == once


def test_a_seller_hash_is_the_same_in_every_shape() -> None:
    flight = item_page(flight=plugins())
    pages = [
        parsed(svc_listing()),
        parsed(v2_2025_listing()),
        parsed(v2_2023_listing()),
        parse_wardrobe(answer({"item": v2_2025_listing(), "code": 0}), ORIGIN, PSEUDONYMS),
        parse_item_page(answer(flight), ORIGIN, PSEUDONYMS),
        parse_catalogue_page(answer(catalogue_flight(product_item())), ORIGIN, PSEUDONYMS),
    ]
    assert {row_of(page)["seller_hash"] for page in pages} == {HERS}


def test_a_name_in_a_title_is_replaced_but_not_inside_another_word() -> None:
    listings = [svc_listing(1, title="chiedi a maria_rossi88!"), svc_listing(2, title="maria_rossi88x")]
    titles = frames([parsed(*listings)])["listing_seen"]["title"].to_list()
    assert titles == [f"chiedi a {HERS}!", "maria_rossi88x"]


def test_a_login_that_is_a_word_of_the_answer_leaves_the_answer_readable() -> None:
    person = {"id": 123456789, "login": "search", "business": False}
    row = row_of(parsed(svc_listing(user=person, title="to search")))
    assert (row["content_source"], row["title"], row["brand"]) == ("search", f"to {HERS}", "Zara")


def test_an_address_with_a_person_is_not_written_down() -> None:
    url = "https://www.vinted.it/api/v2/wardrobe/123456789/items"
    page = parse_wardrobe(answer({"items": [v2_2025_listing(), {}]}, url=url), ORIGIN, PSEUDONYMS)
    made = frames([page])
    assert made["page_raw"]["url"][0] == f"https://www.vinted.it/api/v2/wardrobe/{HERS}/items"
    assert "123456789" not in made["rejected"]["place"][0]


HTML_WITH_HER = [
    '<a href="/member/123456789-maria_rossi88"><img alt="maria_rossi88" src="{portrait}"/>maria_rossi88</a>',
    '<div data-testid="profile-username">maria_rossi88</div>',
    '<a href="/inbox/new?receiver_id=123456789">Scrivi</a>',
    '<script>var x = {{"user_id":123456789,"login":"maria_rossi88"}}</script>',
    '<script>var x = "{{\\"seller_id\\":123456789,\\"login\\":\\"maria_rossi88\\"}}"</script>',
    '<script type="application/json">{{"user":{{"id":123456789,"login":"maria_rossi88"}}}}</script>',
    '<a href="/member/123456789">x</a><p>di maria_rossi88</p><b data-testid="owner-name">maria_rossi88</b>',
]


@pytest.mark.parametrize("part", HTML_WITH_HER)
def test_nobody_is_left_in_the_markup_of_a_page(part: str) -> None:
    page = item_page(details=part.format(portrait=PORTRAIT), flight=plugins())
    kept = clean_page(page, PSEUDONYMS)
    for trace in ("123456789", "maria_rossi88", "portrait"):
        assert trace not in kept
    assert row_of(parse_item_page(answer(page), ORIGIN, PSEUDONYMS))["title"] == "Gonna"


def test_a_cleaned_page_reads_like_the_page() -> None:
    page = item_page(details=detail("size", "M"), flight=plugins(is_reserved=True))
    rows = [row_of(parse_item_page(answer(text), ORIGIN, PSEUDONYMS)) for text in (page, clean_page(page, PSEUDONYMS))]
    assert rows[0] == rows[1]


logins = st.from_regex(r"[a-z][a-z0-9_]{5,14}[0-9]{2}", fullmatch=True)
ids = st.integers(min_value=10**7, max_value=10**10)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seller_id=ids, login=logins, where=st.lists(st.sampled_from(range(8)), min_size=1, max_size=4))
def test_no_person_survives_in_anything_written_from_json(seller_id: int, login: str, where: list[int]) -> None:
    planted = [
        {"user": seller(seller_id, login)},
        {"user": {"id": seller_id, "login": login, "business": True}},
        {"seller_id": seller_id, "login": login},
        {"user": {"id": str(seller_id)}, "profile_url": f"https://www.vinted.it/member/{seller_id}-{login}"},
        {"price": "broken", "user": {"id": seller_id, "login": login}, "title": f"da {login}"},
        {"deep": [{"down": {"opposite_user": {"id": seller_id, "login": login}}}], "user_id": seller_id},
        {"user": {"id": seller_id, "login": login}, "title": f"scrivete a {login}, id {seller_id}"},
        {"url": f"/member/{seller_id}-{login}", "user": {"id": seller_id, "login": login}},
    ]
    listings = [svc_listing(100 + n, **planted[kind]) for n, kind in enumerate(where)]
    page = parsed(*listings, seller=seller(seller_id, login))
    wardrobe = parse_wardrobe(answer({"items": listings}), ORIGIN, PSEUDONYMS)
    written = everything_written(frames([page])) + everything_written(frames([wardrobe]))
    for trace in (str(seller_id), login, f"portrait_of_{login}"):
        assert trace.encode() not in written


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seller_id=ids, login=logins, cut=st.integers(min_value=1, max_value=300), part=st.sampled_from(HTML_WITH_HER))
def test_no_person_survives_in_anything_written_from_a_page(seller_id: int, login: str, cut: int, part: str) -> None:
    markup = part.format(portrait=PORTRAIT).replace("123456789", str(seller_id)).replace("maria_rossi88", login)
    item = item_page(details=markup, flight=plugins(seller_id=seller_id, login=login), cut=cut)
    product = product_item(user={"id": seller_id, "login": login, "photo": {"url": PORTRAIT}})
    shelf = f"<html><body>{markup}{pushes(catalogue_flight(product), cut)}</body></html>"
    pages = [
        parse_item_page(answer(item), ORIGIN, PSEUDONYMS),
        parse_catalogue_page(answer(shelf), ORIGIN, PSEUDONYMS),
    ]
    written = b"".join(everything_written(frames([page])) for page in pages)
    for trace in (str(seller_id), login, PORTRAIT):
        assert trace.encode() not in written
    assert [row_of(page)["seller_hash"] for page in pages] == [PSEUDONYMS.seller(seller_id)] * 2


@given(
    value=st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["user", "login", "id", "seller_id", "name", "@type", "data", "x", "users", "profile_url"]
                ),
                inner,
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_json_can_be_cleaned(value: Any) -> None:
    cleaner = JsonCleaner(PSEUDONYMS)
    held = [value]
    cleaner.clean(held)
    cleaner.clean_texts(held)
    assert '"login":' not in json.dumps(held)


@pytest.mark.parametrize("depth", [100, 450, 20_000])
def test_deep_nesting_is_cleaned_or_refused(depth: int) -> None:
    body = b'{"items": [' + b'{"a": [' * depth + b'{"seller_id": 123456789}' + b"]}" * depth + b"]}"
    if depth > 100:
        with pytest.raises(NotJson):
            parse_catalogue(answer(body), ORIGIN, PSEUDONYMS)
    else:
        assert b"123456789" not in parse_catalogue(answer(body), ORIGIN, PSEUDONYMS).raw


def test_a_promoted_closet_keeps_its_listings_and_loses_its_owner() -> None:
    closet = {"id": 123456789, "login": "maria_82", "items": [{"id": 7001, "title": "gonna di maria_82"}]}
    answer = {"promoted_closets": [closet]}
    cleaner = JsonCleaner(PSEUDONYMS)
    cleaner.clean(answer)
    cleaner.clean_texts(answer)
    pseudonym = PSEUDONYMS.seller("maria_82")
    assert answer == {"promoted_closets": [{"id": HERS, "items": [{"id": 7001, "title": f"gonna di {pseudonym}"}]}]}
