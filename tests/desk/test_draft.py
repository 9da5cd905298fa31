"""Reading a draft back: what it would follow, what is near, and that nothing is visited while she chooses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers import RunningSimulator
from vopt_lib.desk.draft import draft_at, draft_of, follow_draft, read_back
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import UnknownTerm
from vopt_lib.schema.draft import FollowDraft
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")
FOLLOW_IT = {"": (("follow", "Follow it"),)}


@pytest.fixture
def still(tmp_path: Path) -> Desk:
    """A vopt whose market does not answer: whoever visits it fails."""
    return open_desk(
        data=tmp_path, vinted_www="http://www.vinted.localhost:9", vinted_api="http://api.vinted.localhost:9"
    )


@pytest.mark.parametrize(
    ("query", "kind", "told"),
    [
        ("", "info", "Choose a catalogue, a brand or some words."),
        ("way=link", "info", "Copy it from the browser while you see the results on Vinted."),
        ("catalog=4&size=M&condition=2", "good", "You will follow: Donna > Vestiti · M · Very good"),
        ("brand=Zara&brand=mango", "good", "You will follow: Zara/Mango"),
        ("text=lino&price_from=5&price_to=30", "good", "You will follow: €5 – €30 · “lino”"),
        ("text=lino&price_from=5.50", "good", "You will follow: from €5.50 · “lino”"),
        ("catalog=4&price_from=30&price_to=5", "bad", "This query cannot be asked: the lowest price (30) is above"),
        ("way=link&link=https://example.com/", "bad", "“https://example.com/” is not the address of a Vinted"),
        (
            "way=link&link=https%3A%2F%2Fwww.vinted.it%2Fcatalog%3Fcatalog%5B%5D%3D4%26brand_ids%5B%5D%3D12",
            "good",
            "You will follow: Donna > Vestiti · Zara",
        ),
        ("text=lino&price_from=5%2C50&price_to=1.000", "good", "You will follow: €5.50 – €1,000 · “lino”"),
        ("text=lino&price_from=5-30", "bad", "“5-30” is not a price."),
        ("catalog=123456&brand=Zara", "bad", "There is no catalogue called “123456”."),
        ("catalog=4&size=XXL9", "bad", "There is no size called “XXL9”."),
        ("brand=Zara&size=M", "bad", "The size “M” is a different one in each of these: "),
        ("catalog=4&condition=77", "bad", "There is no condition called “77”."),
        ("way=link&link=https://www.vinted.it/catalog", "bad", "This would follow the whole of Vinted."),
    ],
)
def test_a_draft_is_read_back_in_one_sentence(still: Desk, query: str, kind: str, told: str) -> None:
    reading = read_back(still, draft_at(query), EN)
    assert (reading.told.kind, reading.told.text[: len(told)]) == (kind, told)
    assert reading.acts == (FOLLOW_IT if kind == "good" else {})


def test_a_condition_is_read_back_in_her_language(still: Desk) -> None:
    assert read_back(still, draft_at("catalog=4&condition=3"), IT).told.text.endswith("Donna > Vestiti · Buone")


def test_what_is_followed_already_is_said_before_she_presses(still: Desk) -> None:
    add_follow(still, CatalogueQuery("it", Term(4, "Donna > Vestiti")), "Estate")
    reading = read_back(still, draft_at("catalog=4"), EN)
    assert reading.told.text == "This is followed already, as “Estate”."
    assert reading.acts == {}


def test_an_unknown_brand_is_not_taken_for_a_near_one_but_that_is_offered(still: Desk) -> None:
    reading = read_back(still, draft_at("brand=Mango&other_brand=Zaraa"), EN)
    assert reading.told.text.startswith("vopt does not know the brand “Zaraa” by heart.")
    assert (reading.near[0].title, reading.near[0].href) == ("Zara", "?brand=Mango&brand=Zara")
    assert reading.acts == FOLLOW_IT


def test_without_consent_an_unknown_brand_cannot_be_followed(tmp_path: Path) -> None:
    reading = read_back(open_desk(data=tmp_path), draft_at("other_brand=Zaraa"), EN)
    assert reading.told.text == "vopt does not know the brand “Zaraa”."
    assert reading.acts == {}


def test_words_that_name_a_brand_or_a_catalogue_are_offered_as_such(still: Desk) -> None:
    assert [near.href for near in read_back(still, draft_at("catalog=4&text=zara"), EN).near] == [
        "?catalog=4&brand=Zara"
    ]
    assert ("Donna > Borse", "?catalog=19") in [
        (near.title, near.href) for near in read_back(still, draft_at("text=borse"), EN).near
    ]


def test_a_brand_that_only_the_site_knows_is_looked_up_when_she_follows(desk: Desk, market: RunningSimulator) -> None:
    market.forget_requests()
    draft = draft_of("words", {"catalog": 19, "other_brand": "Nessuno Mai Sentito"})
    read_back(desk, draft, EN)
    assert market.requests() == []
    with pytest.raises(UnknownTerm):
        follow_draft(desk, draft)
    assert market.requests() != []


def test_what_she_follows_already_is_never_looked_up_again(desk: Desk, market: RunningSimulator) -> None:
    jackets, brand = Term(1234, "1234"), Term(987654, "Nessuno Mai Sentito")
    add_follow(desk, CatalogueQuery("it", jackets, brands=(brand,)))
    market.forget_requests()
    draft = draft_of("words", {"catalog": 1234, "brand": (brand.title,), "text": "lana"})
    assert read_back(desk, draft, EN).told.text == "You will follow: 1234 · Nessuno Mai Sentito · “lana”"
    assert market.requests() == []


def test_what_was_read_back_is_followed_under_her_name(still: Desk) -> None:
    follow = follow_draft(still, FollowDraft(catalog=4, brand=("Zara",), name="Estate"))
    assert (follow.name, follow.query.catalog, follow.query.brands) == (
        "Estate",
        Term(4, "Donna > Vestiti"),
        (Term(12, "Zara"),),
    )
