"""Pages for people, photos and robots.txt, over HTTP."""

import io
import json
import re
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.servers import SMALL_SIMULATOR, running_simulator
from tests.simulator.small_market import DRESSES, SHOP, SOLD_AT, TROUSERS

IMAGES = "images1.vinted.localhost"


def page_of(site, number: int):
    return site.ask(f"/items/{10_400_000_000 + number}-whatever")


def json_ld(body: str) -> dict:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', body)
    assert found
    return json.loads(found.group(1))


def flight(body: str) -> str:
    return "".join(json.loads(piece) for piece in re.findall(r'self\.__next_f\.push\(\[1,(".*?")\]\)</script>', body))


def blocks(text: str) -> list:
    return [json.loads(line.partition(":")[2]) for line in text.splitlines()]


def test_an_item_page_says_what_is_sold_in_its_head_and_json_ld(small_site):
    answer = page_of(small_site, 1)
    body = answer.body.decode()
    assert answer.status == 200
    assert '<html lang="it-IT">' in body
    assert "<title>Vestito di lino &amp; seta | Vinted</title>" in body
    address = f"{small_site.www}/items/10400000001-vestito-di-lino-seta"
    assert f'<link rel="canonical" href="{address}"/>' in body
    assert f'<meta property="og:url" content="{address}"/>' in body
    assert 'content="Vestito di lino &amp; seta - Vestito di lino &amp; seta, mai indossato"/>' in body
    product = json_ld(body)
    assert (product["@type"], product["brand"]) == ("Product", {"@type": "Brand", "name": "Zara"})
    assert product["offers"] == {
        "@type": "Offer",
        "url": address,
        "priceCurrency": "EUR",
        "price": 6,
        "availability": "InStock",
        "itemCondition": "NewCondition",
    }
    assert (product["category"], product["color"]) == ("Donna Abiti", "Blu")


def test_a_foreign_sellers_page_shows_her_own_currency(small_site):
    offers = json_ld(page_of(small_site, 9).body.decode())["offers"]
    assert (offers["price"], offers["priceCurrency"]) == (100, "PLN")


def test_an_item_page_shows_size_condition_colour_and_age(small_site):
    body = page_of(small_site, 1).body.decode()
    for name, said in (
        ("size", "M"),
        ("status", "Nuovo senza cartellino"),
        ("color", "Blu"),
        ("upload_date", "un'ora fa"),
    ):
        assert re.search(rf'data-testid="item-attributes-{name}"><div itemprop="{name}"><span>([^<]*)', body).group(
            1
        ) in (
            said,
            said.replace("'", "&#x27;"),
        )
    assert f'<a href="/catalog/{DRESSES}-abiti">Abiti</a>' in body
    assert f'<a href="/catalog/{DRESSES}-abiti/brand/12">Zara</a>' in body


def test_an_item_page_names_its_seller_as_in_life(small_site):
    assert '<a href="/member/700001-anna.armadio">anna.armadio</a>' in page_of(small_site, 1).body.decode()


def test_titles_of_sellers_cannot_break_the_page(small_site):
    body = page_of(small_site, 2).body.decode()
    assert json_ld(body)["name"] == "Robe d'été </script> fleurie"
    assert any(
        "Robe d'été </script> fleurie" in json.dumps(block, ensure_ascii=False) for block in blocks(flight(body))
    )


@pytest.mark.parametrize(
    ("number", "expected", "availability"),
    [
        (1, (False, False, False, None), "InStock"),
        (4, (True, False, False, "sold"), "SoldOut"),
        (5, (False, True, False, None), "InStock"),
        (8, (False, False, True, None), "InStock"),
    ],
)
def test_flight_data_tells_what_became_of_the_item(small_site, number, expected, availability):
    small_site.clock.move_to(SOLD_AT)
    body = page_of(small_site, number).body.decode()
    data = blocks(flight(body))
    plugins = {plugin["name"]: plugin["data"] for plugin in data[-1]["plugins"]}
    status = plugins["item_status"]
    assert status["item_id"] == 10_400_000_000 + number
    states = tuple(status[name] for name in ("is_closed", "is_reserved", "is_hidden", "item_closing_action"))
    assert states == expected
    assert json_ld(body)["offers"]["availability"] == availability
    assert plugins["favourite"] == {
        "item_id": 10_400_000_000 + number,
        "seller_id": 700_002 if number == 5 else 700_001,
        "favourite_count": number,
        "is_favourite": False,
    }
    assert len(plugins["gallery"]["photos"]) == 2


def test_a_page_carries_the_words_of_sale_and_its_neighbours_states_as_well(small_site):
    small_site.clock.move_to(SOLD_AT)
    body = page_of(small_site, 3).body.decode()
    neighbours = [block["item"]["item_id"] for block in blocks(flight(body)) if "item" in block]
    assert "Venduto" in body
    assert len(neighbours) == len(set(neighbours)) > 1


def test_a_deleted_listing_is_gone_or_leads_to_the_catalogue(small_site):
    assert page_of(small_site, 6).status == 200
    small_site.clock.move_to(SOLD_AT)
    assert page_of(small_site, 6).status == 404
    gone = page_of(small_site, 7)
    assert (gone.status, gone.headers["location"]) == (307, "/catalog")


@pytest.mark.parametrize(
    "target", ["/items/5", "/items/abc", "/items/10400000000-not-yet-published", "/brand/zara", "/catalog/abiti"]
)
def test_a_page_that_is_not_there_is_404(small_site, target):
    assert small_site.ask(target).status == 404


def test_the_catalogue_page_carries_camel_case_flight_data(small_site):
    body = small_site.ask("/catalog?brand_ids[]=12&order=newest_first&per_page=96").body.decode()
    data = blocks(flight(body))[-1]["items"]
    product = data["items"][0]["productItem"]
    assert '"items":{"items":[{"productItem":{' in flight(body)
    assert product["id"] == 10_400_000_001
    assert product["price"] == {"amount": "6.00", "currencyCode": "EUR"}
    assert product["itemBox"] == {
        "firstLine": "Zara",
        "secondLine": "M · Nuovo senza cartellino",
        "badge": "$undefined",
    }
    assert data["pagination"]["totalEntries"] == len(data["items"])
    name = 'data-testid="product-item-id-10400000001'
    for part in (
        '"',
        "--image--img",
        "--price-text",
        "--description-title",
        "--description-subtitle",
        "--overlay-link",
    ):
        assert name + part in body


def test_missing_values_of_the_catalogue_page_are_the_word_undefined(small_site):
    data = blocks(flight(small_site.ask("/catalog?price_from=55&price_to=55").body.decode()))[-1]
    products = [item["productItem"] for item in data["items"]["items"]]
    assert next(p for p in products if not p["isPromoted"])["itemBox"]["firstLine"] == "$undefined"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (f"/catalog/{TROUSERS}-pantaloni", {10, 11, 12}),
        (f"/catalog?catalog[]={TROUSERS}", {10, 11, 12}),
        ("/brand/53-nike", {10}),
        ("/catalog?search_text=neri", {11}),
    ],
)
def test_links_that_people_share_are_understood(small_site, target, expected):
    data = blocks(flight(small_site.ask(target).body.decode()))[-1]["items"]["items"]
    assert {
        item["productItem"]["id"] - 10_400_000_000 for item in data if not item["productItem"]["isPromoted"]
    } == expected


def test_the_header_rsc_brings_flight_data_alone(small_site):
    answer = small_site.ask("/catalog?order=newest_first", headers={"RSC": "1"})
    assert answer.headers["content-type"].startswith("text/x-component")
    assert blocks(answer.body.decode())[-1]["items"]["items"][0]["productItem"]["id"] == 10_400_000_001


@pytest.mark.parametrize(
    ("size", "pixels"), [("thumb70x100", (70, 100)), ("thumb310x430", (310, 430)), ("url", (600, 800))]
)
def test_a_delivered_photo_address_answers_a_photo_of_that_size(small_site, size, pixels):
    photo = small_site.search("search_text=lino").json["items"][0]["photo"]
    urls = {small["type"]: small["url"] for small in photo["thumbnails"]} | {"url": photo["url"]}
    address = urlsplit(urls[size])
    assert address.hostname == IMAGES
    answer = small_site.ask(f"{address.path}?{address.query}", host=IMAGES)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
    assert Image.open(io.BytesIO(answer.body)).size == pixels


def test_a_rewritten_photo_address_is_404(small_site):
    address = urlsplit(small_site.search("search_text=lino").json["items"][0]["photo"]["thumbnails"][0]["url"])
    for path, query in (
        (address.path.replace("70x100", "310x430"), address.query),
        (address.path.replace("70x100", "900x900"), address.query),
        (address.path, "s=" + "0" * 40),
        (address.path, ""),
    ):
        assert small_site.ask(f"{path}?{query}", host=IMAGES).status == 404


def test_the_old_eras_photos_are_jpeg(small_site):
    with running_simulator(program=SMALL_SIMULATOR, era="v2-2025") as site:
        found = site.ask("/api/v2/catalog/items?search_text=lino", headers=site.guest()).json["items"][0]
        address = urlsplit(found["photo"]["full_size_url"])
        answer = site.ask(f"{address.path}?{address.query}", host=IMAGES)
        assert answer.headers["content-type"] == "image/jpeg"
        assert Image.open(io.BytesIO(answer.body)).size == (1200, 1600)


def test_the_generated_market_draws_its_photos(full_site):
    address = urlsplit(full_site.search("per_page=1").json["items"][0]["photo"]["thumbnails"][2]["url"])
    answer = full_site.ask(f"{address.path}?{address.query}", host=IMAGES)
    drawn = Image.open(io.BytesIO(answer.body))
    assert (drawn.format, drawn.size) == ("WEBP", (310, 430))
    assert len(set(drawn.convert("RGB").resize((20, 20)).tobytes())) > 20


def test_robots_txt_disallows_some_paths():
    with running_simulator(program=SMALL_SIMULATOR, disallow=["/svc-catalogue/", "/catalog"]) as site:
        for host in ("www.vinted.localhost", "api.vinted.localhost"):
            lines = site.ask("/robots.txt", host=host).body.decode().splitlines()
            assert lines[0] == "User-agent: *"
            assert {"Disallow: /inbox", "Disallow: /svc-catalogue/", "Disallow: /catalog"} <= set(lines)


def test_a_profile_shows_what_she_has_on_sale_and_has_reserved(small_site):
    small_site.clock.move_to(SOLD_AT)
    body = small_site.ask(f"/member/{SHOP.seller_id}").body.decode()
    assert f'<link rel="canonical" href="{small_site.www}/member/{SHOP.seller_id}-{SHOP.login}"/>' in body
    found = re.findall(r'data-testid="product-item-id-(\d+)"', body)
    assert sorted(int(one) - 10_400_000_000 for one in found) == [0, 5, 10]
    products = next(block for block in blocks(flight(body)) if "items" in block)["items"]["items"]
    assert {one["productItem"]["user"]["login"] for one in products} == {SHOP.login}


@pytest.mark.parametrize("reference", ["5-nobody", "general", "700001x"])
def test_a_profile_that_there_is_not_is_404(small_site, reference):
    assert small_site.ask(f"/member/{reference}").status == 404
