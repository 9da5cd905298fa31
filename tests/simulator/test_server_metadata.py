"""Filters, facets, the category tree, closets, profiles and other metadata, over HTTP."""

import pytest

from tests.simulator.small_market import ANNA, DRESSES, SHOP, SOLD_AT, TROUSERS

API = "api.vinted.localhost"


def ask_service(site, target: str, **headers: str):
    return site.ask(target, host=API, headers=site.guest(**headers))


def test_facets_count_what_fits(small_site):
    target = f"/svc-filters/filters/facets?filter_code=brand&attribute_ids[catalog]={TROUSERS}"
    assert ask_service(small_site, target).json == {
        "options": [
            {"id": "12", "title": "Zara", "type": "default", "items_count": 2},
            {"id": "53", "title": "Nike", "type": "default", "items_count": 1},
        ]
    }


def test_sizes_stand_in_groups(small_site):
    [group] = ask_service(small_site, "/svc-filters/filters/facets?filter_code=size").json["options"]
    assert (group["type"], group["items_count"]) == ("group", 11)
    assert [(option["id"], option["title"], option["items_count"]) for option in group["options"]] == [
        ("4", "M", 10),
        ("5", "L", 1),
    ]


def test_catalogues_are_counted_as_a_tree_whatever_catalogue_is_chosen(small_site):
    target = f"/svc-filters/filters/facets?filter_code=catalog&attribute_ids[catalog]={DRESSES}&attribute_ids[brand]=12"
    [women] = ask_service(small_site, target).json["options"]
    [clothes] = women["options"]
    leaves = {option["id"]: option["items_count"] for option in clothes["options"]}
    assert (women["id"], women["items_count"], clothes["id"], clothes["items_count"]) == ("1904", 10, "4", 10)
    assert leaves == {str(DRESSES): 8, str(TROUSERS): 2}


def test_colours_carry_their_hex_value(small_site):
    options = ask_service(small_site, "/svc-filters/filters/facets?filter_code=color", Locale="en-GB").json["options"]
    blue = next(option for option in options if option["id"] == "9")
    assert (blue["title"], blue["items_count"], blue["prefix"]["code"]) == ("Blue", 12, "BLUE")
    assert blue["prefix"]["hex"].startswith("#")


def test_conditions_speak_the_language_of_the_locale(small_site):
    options = ask_service(small_site, "/svc-filters/filters/facets?filter_code=status", Locale="fr-FR").json["options"]
    assert {option["title"] for option in options} == {
        "Neuf avec étiquette",
        "Neuf sans étiquette",
        "Très bon état",
        "Bon état",
    }


def test_all_filters_come_with_options_and_what_is_selected(small_site):
    answer = ask_service(small_site, "/svc-filters/filters?attribute_ids[brand]=12&attribute_ids[catalog]=4").json
    assert [known["code"] for known in answer["filters"]] == ["catalog", "size", "brand", "status", "color", "material"]
    assert set(answer["filters"][0]) == {
        "id",
        "code",
        "title",
        "selection_type",
        "display_type",
        "is_hidden",
        "is_lazy",
        "position",
        "total_count_max",
        "options",
    }
    assert answer["selected_filters"] == [{"code": "catalog", "ids": ["4"]}, {"code": "brand", "ids": ["12"]}]


def test_brands_are_found_by_name_the_nearest_first(small_site):
    target = "/svc-filters/filters/search?filter_search_code=brand&filter_search_text=NIK"
    answer = ask_service(small_site, target).json
    assert answer["options"][0] == {"id": "53", "title": "Nike", "type": "default"}
    assert {"Nike Air"} <= {option["title"] for option in answer["options"]}
    assert (answer["is_selection_highlighted"], answer["selected_filters"]) == (False, [])


@pytest.mark.parametrize(
    "target",
    [
        "/svc-filters/filters/facets?filter_code=mood",
        "/svc-filters/filters/search?filter_search_code=mood",
        "/svc-filters/filters?price_from=",
    ],
)
def test_an_unknown_filter_is_400(small_site, target):
    assert ask_service(small_site, target).status == 400


def test_the_tree_is_nested(small_site):
    roots = ask_service(small_site, "/svc-navigation/navigation_catalogs?virtual_categories=false").json["catalogs"]
    women = next(root for root in roots if root["id"] == 1904)
    assert women["title"] == "Donna"
    assert "Vestiti" in {child["title"] for child in women["catalogs"]}


@pytest.mark.parametrize(
    "target",
    ["/svc-filters/filters", "/svc-filters/filters/facets?filter_code=brand", "/svc-navigation/navigation_catalogs"],
)
def test_metadata_needs_a_session(small_site, target):
    assert small_site.ask(target, host=API).status == 401


def test_a_closet_shows_what_is_on_sale_reserved_and_sold(small_site):
    small_site.clock.move_to(SOLD_AT)
    answer = small_site.ask(f"/api/v2/wardrobe/{ANNA.seller_id}/items?per_page=96", headers=small_site.guest()).json
    states = {item["id"] - 10_400_000_000: (item["is_closed"], item["is_reserved"]) for item in answer["items"]}
    assert states[4] == (True, False)
    assert not {6, 7, 8} & set(states)
    shop = small_site.ask(f"/api/v2/wardrobe/{SHOP.seller_id}/items", headers=small_site.guest()).json
    assert {item["id"] - 10_400_000_000: item["is_reserved"] for item in shop["items"]} == {
        0: False,
        5: True,
        10: False,
    }


def test_a_closet_has_pages(small_site):
    answer = small_site.ask(
        f"/api/v2/wardrobe/{ANNA.seller_id}/items?per_page=4&page=2", headers=small_site.guest()
    ).json
    assert len(answer["items"]) == 4
    assert answer["pagination"] == {"current_page": 2, "total_pages": 3, "total_entries": 10, "per_page": 4}


def test_an_unknown_seller_is_404(small_site):
    for target in ("/api/v2/wardrobe/5/items", "/api/v2/users/5"):
        answer = small_site.ask(target, headers=small_site.guest())
        assert (answer.status, answer.json["code"]) == (404, 104)


def test_a_profile_is_public(small_site):
    answer = small_site.ask(f"/api/v2/users/{SHOP.seller_id}", headers=small_site.guest()).json
    assert answer["code"] == 0
    assert answer["user"]["login"] == "vintage_shop"
    assert (answer["user"]["country_id"], answer["user"]["feedback_count"]) == (16, 350)


def test_profiles_are_limited_to_30_at_once_and_one_a_second(small_site):
    guest = small_site.guest()
    small_site.clock.sleep(60)
    statuses = [small_site.ask(f"/api/v2/users/{ANNA.seller_id}", headers=guest).status for _ in range(31)]
    assert statuses == [200] * 30 + [429]
    refused = small_site.ask(f"/api/v2/users/{ANNA.seller_id}", headers=guest)
    assert (refused.headers["retry-after"], refused.body) == ("60", b"")
    small_site.clock.sleep(2)
    assert [small_site.ask(f"/api/v2/users/{ANNA.seller_id}", headers=guest).status for _ in range(3)] == [
        200,
        200,
        429,
    ]


def test_countries_have_their_ids(small_site):
    countries = small_site.ask("/api/v2/countries", headers=small_site.guest()).json["countries"]
    assert {"id": 18, "title": "Italia", "iso_code": "IT", "currency": "EUR"} in countries


def test_conditions_need_no_session(small_site):
    statuses = small_site.ask("/api/v2/statuses", headers={"Locale": "it-IT"}).json["statuses"]
    assert [status["id"] for status in statuses[:5]] == [6, 1, 2, 3, 4]
    assert statuses[0]["title"] == "Nuovo con cartellino"


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("/api/v2/items/10400000001", 404, "Questa pagina non esiste"),
        ("/api/v2/items/10400000001/details", 403, "captcha-delivery.com"),
        ("/api/v2/catalog/initializers", 404, "Questa pagina non esiste"),
        ("/api/v2/users/700001/items", 404, "not_found"),
        ("/nowhere", 404, "Questa pagina non esiste"),
    ],
)
def test_what_is_closed_answers_as_in_life(small_site, target, status, said):
    answer = small_site.ask(target, headers=small_site.guest())
    assert answer.status == status
    assert said in answer.body.decode()


@pytest.mark.parametrize("target", ["/svc-catalogue/else", "/svc-unknown/items"])
def test_an_unknown_service_is_404_of_the_gateway(small_site, target):
    answer = small_site.ask(target, host=API)
    assert (answer.status, answer.json) == (404, {"code": "NOT_FOUND"})
    assert small_site.ask("/web/gateway" + target).json == {"code": "NOT_FOUND"}
