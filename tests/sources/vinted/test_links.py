from dataclasses import replace
from decimal import Decimal

import pytest

from vopt_lib.errors import NotACatalogueLink, QueryError
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.sources.vinted.links import query_from_link

PAGE = "https://www.vinted.it/catalog"
DRESSES, NIKE, ZARA = Term(4, "Donna > Vestiti"), Term(53, "Nike"), Term(12, "Zara")
IN_DRESSES = CatalogueQuery("it", catalog=DRESSES)


def test_a_results_page_is_read_with_all_its_filters():
    link = (
        "https://www.vinted.it/catalog?search_text=vestito+rosso&catalog[]=4&brand_ids[]=53&brand_ids[]=12&size_ids[]=4"
        "&status_ids[]=2&color_ids[]=7&material_ids[]=44&price_from=5&price_to=30.50&currency=EUR&order=newest_first"
    )
    assert query_from_link(link) == CatalogueQuery(
        market="it",
        catalog=DRESSES,
        brands=(Term(53, "Nike"), Term(12, "Zara")),
        sizes=(Term(4, "M"),),
        conditions=(Term(2, "Ottime"),),
        colours=(Term(7, "Rosso"),),
        materials=(Term(44, "44"),),
        price_from=Decimal("5"),
        price_to=Decimal("30.50"),
        search_text="vestito rosso",
    )


@pytest.mark.parametrize(
    ("link", "query"),
    [
        ("https://www.vinted.it/catalog/4-vestiti", IN_DRESSES),
        ("https://www.vinted.it/catalog/4", IN_DRESSES),
        ("www.vinted.it/catalog/4-vestiti?page=3", IN_DRESSES),
        ("https://vinted.it/brand/53-nike", CatalogueQuery("it", brands=(NIKE,))),
        ("https://www.vinted.co.uk/catalog?catalog[]=4", CatalogueQuery("co.uk", catalog=DRESSES)),
        ("http://www.vinted.localhost:8421/catalog?catalog[]=4", IN_DRESSES),
        (f"{PAGE}?catalog%5B%5D=4&brand_ids%5B0%5D=53", replace(IN_DRESSES, brands=(NIKE,))),
        (f"{PAGE}?catalog[0]=4&brand_ids[0]=53&brand_ids[1]=12", replace(IN_DRESSES, brands=(NIKE, ZARA))),
        (f"{PAGE}?brand_ids[]=53,12&brand_ids[]=53", CatalogueQuery("it", brands=(NIKE, ZARA))),
        (f"{PAGE}?attribute_ids[catalog]=4&attribute_ids[brand]=12", replace(IN_DRESSES, brands=(ZARA,))),
        (f"{PAGE}?catalog[]=123456", CatalogueQuery("it", catalog=Term(123456, "123456"))),
        (f"{PAGE}?catalog[]=4&order=price_low_to_high", replace(IN_DRESSES, order="price_low_to_high")),
        (f"{PAGE}?catalog[]=4&price_to=&brand_ids[]=", IN_DRESSES),
        ("www.vinted.it/catalog?catalog[]=4&referrer=https://www.vinted.it/", IN_DRESSES),
        ("HTTPS://WWW.VINTED.IT/catalog/4-vestiti", IN_DRESSES),
    ],
)
def test_every_form_of_address_is_understood(link, query):
    assert query_from_link(link) == query


def test_what_belongs_to_one_visit_is_dropped():
    link = (
        "https://www.vinted.it/catalog?catalog[]=4&time=1789808579&search_id=123&page=2&per_page=96"
        "&disabled_personalization=true&referrer=catalog&utm_source=mail&utm_campaign=x"
    )
    assert query_from_link(link) == CatalogueQuery("it", catalog=DRESSES)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.vinted.it/",
        "https://www.vinted.it/items/123-abito",
        "https://www.vinted.it/member/12-maria",
        "https://www.vinted.it/brand",
        "https://www.ebay.it/catalog?catalog[]=4",
        "https://vinted.it.evil.example/catalog?catalog[]=4",
        "https://www.vinted.it@evil.example/catalog?catalog[]=4",
        "https://evilvinted.it/catalog?catalog[]=4",
        "https://www.vinted.xx/catalog?catalog[]=4",
        "ftp://www.vinted.it/catalog",
        "https://[/catalog",
        f"https://www.vinted.it/catalog/{'9' * 5000}",
        "https://www.vinted.it/catalog/٣",
        "Donna > Vestiti",
        "",
    ],
)
def test_any_other_address_is_not_a_catalogue(link):
    with pytest.raises(NotACatalogueLink) as refused:
        query_from_link(link)
    assert refused.value.facts["link"] == link


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ("catalog[]=4&patterns_ids[]=3", "patterns_ids"),
        ("catalog[]=4&country_ids[]=16", "country_ids"),
        ("catalog[]=4&is_for_swap=1&video_game_platform_ids[]=2", "is_for_swap, video_game_platform_ids"),
        ("catalog[]=4&attribute_ids[patterns]=3", "patterns"),
        ("catalog[]=4&catalog[]=16", "several catalogues (Donna > Vestiti, Donna > Scarpe)"),
        ("catalog[]=vestiti", "vestiti"),
        ("brand_ids[]=-5", "-5"),
        (f"brand_ids[]={'9' * 30}", "9" * 30),
        (f"brand_ids[]={'9' * 5000}", "9" * 30),
        ("price_to=1e400", "not an amount"),
        ("price_to=99999999999999", "not an amount"),
        ("price_to=molto", "molto"),
        ("price_from=9&price_to=5", "above the highest"),
        ("price_to=9&currency=PLN", "PLN"),
    ],
)
def test_what_cannot_be_asked_is_named_and_never_dropped(parameters, named):
    with pytest.raises(QueryError) as refused:
        query_from_link(f"https://www.vinted.it/catalog?{parameters}")
    assert named in str(refused.value)
