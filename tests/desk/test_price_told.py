"""What `vopt price` understands, and what it tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.markets import BAGS, small_market_data
from tests.price_rules import RULES, UNSURE
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.price_told import Described, as_json, lines, price_described
from vopt_lib.desk.pricing_known import Pricing
from vopt_lib.errors import NoPrice, UnknownTerm
from vopt_lib.words import Words

EN = Words("en")
BAG = Described("Borsa", "Zara", "Donna > Borse", size="M", condition="2", cost="5", offer="12,50")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return small_market_data(tmp_path_factory.mktemp("small"))


def told(desk: Desk, thing: Described, pricing: Pricing = RULES) -> list[str]:
    return list(lines(price_described(desk, thing, pricing=pricing), EN))


def test_everything_that_is_known_is_told_line_by_line(desk: Desk) -> None:
    assert told(desk, BAG)[:8] == [
        "Catalogue: Donna > Borse.",
        "Worth €22.00: half of such things ask more, eight in ten ask €15.40 to €30.80.",
        "Ask €28.60: half sold in 34 days.",
        "To sell fast: €16.50, half sold in 11 days.",
        "If you can wait: €32.89, half sold in 45 days.",
        "Not below €5.00: keep it rather.",
        "€2 less than you are advised to ask sells it about 3 days sooner.",
        "What makes its price: Brand Zara +€2.00; Condition Very good −€1.50; Catalogue Donna > Borse +€0.80.",
    ]
    assert told(desk, BAG)[8] == (
        "Take €12.50? No: waiting for a better one is worth €22.88 now, this brings less. Propose €25.74 instead."
    )
    assert told(desk, BAG)[9].startswith("Compared with ")


def test_without_known_sales_the_worth_is_told_and_why_nothing_is_advised(desk: Desk) -> None:
    said = told(desk, BAG, UNSURE)
    assert said[1].startswith("Worth €22.00")
    assert "too few of these listings are known to have been sold" in said[2]


def test_without_a_model_it_says_what_to_run_and_what_others_ask(desk: Desk) -> None:
    said = told(desk, BAG, Pricing())
    assert "vopt train" in said[1]
    assert said[2].startswith("Compared with ")
    assert len(said) == 3


def test_without_anything_one_sentence_is_told(tmp_path: Path) -> None:
    assert len(told(open_desk(data=tmp_path), Described("Borsa"), Pricing())) == 1


@pytest.mark.parametrize("catalog", ["Borse", "donna / borse", "Donna > Borse", "19"])
@pytest.mark.parametrize("condition", ["2", "Ottime", "very good", "très bon état"])
def test_catalogue_and_condition_are_ids_or_words(desk: Desk, catalog: str, condition: str) -> None:
    subject = price_described(desk, Described("x", catalog=catalog, condition=condition)).subject
    assert (subject.catalog_id, subject.condition_id) == (BAGS.id, 2)


@pytest.mark.parametrize(
    ("thing", "error"),
    [
        (Described("x", catalog="Gonne"), UnknownTerm),
        (Described("x", catalog="999999999"), UnknownTerm),
        (Described("x", condition="9"), UnknownTerm),
        (Described("x", condition="orribile"), UnknownTerm),
        (Described("x", cost="abc"), NoPrice),
        (Described("x", offer="-3"), NoPrice),
    ],
    ids=["two of that name", "no such id", "no such number", "no such word", "no cost", "no offer"],
)
def test_what_is_not_understood_is_told(desk: Desk, thing: Described, error: type[Exception]) -> None:
    with pytest.raises(error):
        price_described(desk, thing)


def test_json_has_these_keys_and_plain_values(desk: Desk) -> None:
    plain = json.loads(as_json(price_described(desk, BAG, pricing=RULES)))
    assert list(plain) == ["thing", "catalogue", "worth", "advice", "offer", "comparables", "lack"]
    assert plain["catalogue"] == {"id": BAGS.id, "path": "Donna > Borse", "is_guessed": False}
    assert (plain["worth"]["low"], plain["worth"]["middle"], plain["worth"]["high"]) == (15.4, 22.0, 30.8)
    assert plain["worth"]["factors"][0] == {"attribute": "brand", "value": "Zara", "change_eur": 2.0}
    assert plain["advice"]["ask"] == 28.6
    assert plain["advice"]["curve"][0]["price_eur"] == 11.0
    assert plain["offer"] == {"eur": 12.5, "accept": False, "waiting_eur": 22.88, "counter_eur": 25.74}
    assert plain["comparables"]["asked"]["listings"] >= 6
    assert (plain["comparables"]["last_seen"], plain["lack"]) == (None, None)


def test_json_of_an_unpriced_thing_names_what_is_missing(desk: Desk) -> None:
    plain = json.loads(as_json(price_described(desk, BAG)))
    assert (plain["worth"], plain["advice"], plain["lack"]) == (None, None, "no_model")
    assert plain["offer"] == {"eur": 12.5, "accept": None, "lack": "no_model"}
