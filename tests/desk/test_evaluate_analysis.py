"""How right photos tell what things are, measured on a made-up market and told for people and programs."""

from __future__ import annotations

import json
from dataclasses import replace

from vopt_lib.desk.analysis_told import lines
from vopt_lib.desk.evaluate_analysis import AnalysisEvaluation, AnalysisTrial, FieldScore, evaluate_analysis
from vopt_lib.words import Words

DONE = AnalysisEvaluation(
    seed=3,
    listings=1_500,
    things=300,
    photos=604,
    seconds=0.034,
    fields={
        "catalog_id": FieldScore(things=300, shown=300, first_right=160, sure=30, sure_right=29),
        "brand": FieldScore(things=240, shown=0, first_right=0, sure=0, sure_right=0),
    },
)


def test_its_figures_follow_from_what_was_found() -> None:
    catalogue, brand = DONE.fields["catalog_id"], DONE.fields["brand"]
    assert (catalogue.coverage, catalogue.right_of_sure, catalogue.right_of_first) == (0.1, 29 / 30, 160 / 300)
    assert (brand.coverage, brand.right_of_sure, brand.right_of_first) == (0.0, None, None)
    assert DONE.is_good
    assert not replace(DONE, fields={"catalog_id": replace(catalogue, sure_right=26)}).is_good


def test_nothing_right_of_what_is_sure_is_not_good() -> None:
    assert not replace(DONE, fields={"catalog_id": FieldScore(10, 10, 0, 5, 0)}).is_good


def test_it_is_told_for_people_and_for_programs() -> None:
    told = list(lines(DONE, Words("en")))
    assert told[0] == "Market 3: 300 things, 604 photos of them, among 1,500 listings that are described."
    assert told[2].split("  ")[0] == "field"
    assert told[3].split() == ["catalogue", "300", "10.0%", "96.7%", "53.3%"]
    assert told[4].split() == ["brand", "240", "0.0%", "–", "–"]
    assert told[-1] == "0.03 seconds a thing, without a language model."
    assert json.loads(DONE.as_json())["fields"]["catalog_id"]["coverage"] == 0.1


def test_the_same_seed_gives_the_same_figures() -> None:
    trial = AnalysisTrial(seed=5, listings=12, things=3)
    first, second = (replace(evaluate_analysis(trial), seconds=0.0) for _ in range(2))
    assert first == second
    assert (first.listings, first.things) == (12, 3)
    assert first.fields["colours"].shown == 3
    assert first.fields["catalog_id"].sure == 0
