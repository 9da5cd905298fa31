from __future__ import annotations

from decimal import Decimal

import pytest

from vopt_lib.schema.queries import CatalogueQuery, Term

NIKE, ZARA = Term(53, "Nike"), Term(12, "Zara")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"price_from": Decimal(5)}, {"price_from": Decimal("5.00")}),
        ({"price_to": Decimal("30.5")}, {"price_to": Decimal("30.50")}),
        ({"price_from": Decimal(0), "price_to": Decimal(30)}, {"price_to": Decimal(30)}),
        ({"price_from": Decimal(0)}, {}),
        ({"brands": (NIKE, ZARA)}, {"brands": (ZARA, NIKE)}),
        ({"brands": (NIKE, NIKE)}, {"brands": (NIKE,)}),
        ({"brands": (NIKE,)}, {"brands": (Term(53, "NIKE"),)}),
        ({"search_text": " Abito  Rosso"}, {"search_text": "abito rosso"}),
        ({"order": "relevance"}, {}),
    ],
)
def test_the_same_question_has_the_same_key_however_it_is_written(one, other):
    assert CatalogueQuery("it", **one).key == CatalogueQuery("it", **other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"price_from": Decimal(5)}, {"price_to": Decimal(5)}),
        ({"price_to": Decimal(0)}, {}),
        ({"brands": (NIKE,)}, {"sizes": (NIKE,)}),
        ({"catalog": NIKE}, {}),
    ],
)
def test_another_question_has_another_key(one, other):
    assert CatalogueQuery("it", **one).key != CatalogueQuery("it", **other).key


def test_a_query_says_what_narrows_its_catalogue():
    query = CatalogueQuery("it", catalog=Term(4, "Vestiti"), brands=(NIKE,), price_to=Decimal(0))
    assert query.narrowed_by == "brand,price"
