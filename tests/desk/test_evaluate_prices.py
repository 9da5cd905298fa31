"""Told prices of a table are judged by things that were never seen, and told for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.pricing.things import QuickModel, things
from vopt_lib.desk.evaluate_prices import PricesEvaluation, evaluate_prices
from vopt_lib.desk.prices_evaluation_told import lines
from vopt_lib.errors import NotATable, TooFewPriced
from vopt_lib.pricing.split import parted
from vopt_lib.words import Words

MAPPING = "title=title,category=category"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tables") / "cose.csv"
    rows = things(400).drop("size", "color", "material", "description")
    kept = rows.with_columns(kept=pl.lit("yes"))
    spare = rows.head(20).with_columns(price_eur=pl.lit(0.0), kept=pl.lit("yes"), id="id" + pl.lit("x"))
    pl.concat([kept, spare, kept.head(3), kept.tail(9).with_columns(kept=pl.lit("no"))]).write_csv(file)
    return file


@pytest.fixture(scope="module")
def done(table: Path) -> PricesEvaluation:
    salts: list[str] = []
    found = evaluate_prices(
        table, mapping=MAPPING, where=["kept=YES"], salts=["", "a", ""], fit=QuickModel, on_salt=salts.append
    )
    assert salts == ["", "a"]
    return found


def test_it_says_what_was_read(done: PricesEvaluation) -> None:
    assert (done.file, done.rows, done.things, done.unpriced, done.repeated) == ("cose.csv", 423, 400, 20, 3)
    assert (done.currency, done.guessed) == ("EUR", ("id", "brand", "condition", "price", "day"))
    assert done.columns["title"] == ("title",)


def test_the_model_learns_from_nine_tenths_and_is_judged_by_the_last(table: Path) -> None:
    met: list[pl.DataFrame] = []

    def fit(rows: pl.DataFrame) -> QuickModel:
        met.append(rows)
        return QuickModel(rows)

    done = evaluate_prices(table, where=["kept=yes"], salts=["s"], fit=fit)
    learnt, judged = parted(things(400), "s")
    assert sorted(met[0]["id"]) == sorted(learnt["id"])
    assert (done.salts[0].learnt, done.salts[0].judged) == (learnt.height, judged.height)
    assert met[0].columns == [*things(1).columns, "day"]


def test_no_price_of_what_is_judged_reaches_the_model(table: Path) -> None:
    class Curious(QuickModel):
        def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
            assert "price_eur" not in rows.columns
            return super().estimates(rows)

    assert evaluate_prices(table, fit=Curious).model.points.n == len(evaluate_prices(table, fit=QuickModel).salts) * (
        parted(things(400))[1].height
    )


def test_the_baselines_are_learnt_in_the_same_run(done: PricesEvaluation) -> None:
    assert list(done.baselines) == ["median", "boosting", "ridge", "nets", "blend"]
    for scores in done.salts:
        assert {one.points.n for one in scores.baselines.values()} == {scores.judged}
        assert scores.baselines["ridge"].points.rmsle < scores.model.points.rmsle


def test_several_salts_are_told_by_their_means_and_intervals_by_all_together(done: PricesEvaluation) -> None:
    first, second = done.salts
    assert done.model.points.rmsle == pytest.approx((first.model.points.rmsle + second.model.points.rmsle) / 2)
    assert done.model.points.n == first.judged + second.judged
    whole = {found.category: found for found in done.model.intervals.by_category}
    assert whole["Donna"].n == sum(
        found.n for scores in done.salts for found in scores.model.intervals.by_category if found.category == "Donna"
    )
    assert 0.8 < done.model.intervals.coverage <= 1.0


def test_what_it_takes_is_measured(done: PricesEvaluation) -> None:
    cost = done.model.cost
    assert cost.cpu_s >= 0
    assert 0 < cost.ms_for_one < cost.ms_per_1000 * 1_000
    assert cost.peak_mb > 50
    assert cost.grown_mb >= 0
    assert cost.saved_mb == pytest.approx(1.0, abs=0.01)


def test_the_same_salt_gives_the_same_figures(table: Path, done: PricesEvaluation) -> None:
    again = evaluate_prices(table, mapping=MAPPING, where=["kept=yes"], salts=["a"], fit=QuickModel)
    assert again.salts[0].model.points == done.salts[1].model.points
    assert again.salts[0].model.intervals == done.salts[1].model.intervals
    for name, scores in again.baselines.items():
        assert scores.points == done.salts[1].baselines[name].points


def test_programs_get_all_of_it(done: PricesEvaluation) -> None:
    told = json.loads(done.as_json())
    assert set(told["model"]["points"]) == {"n", "rmsle", "mae_eur", "median_ape", "within_20"}
    assert set(told["model"]["cost"]) == {"cpu_s", "ms_per_1000", "ms_for_one", "peak_mb", "grown_mb", "saved_mb"}
    assert [scores["salt"] for scores in told["salts"]] == ["", "a"]
    assert told["columns"]["category"] == ["category"]


def test_people_get_a_table_of_eighty_columns(done: PricesEvaluation) -> None:
    told = list(lines(done, Words("en")))
    assert told[0] == "cose.csv: 400 things with a price in 423 rows (20 without a price, 3 repeated)."
    assert told[1] == "Columns as said: title=title, category=category."
    assert (
        "Columns guessed by their names: id=id, brand=brand, condition=condition, price=price_eur, day=listed_on."
        in told
    )
    (head,) = (line for line in told if "within 20%" in line)
    assert head.split() == ["RMSLE", "MAE", "median", "APE", "within", "20%", "CPU", "s", "ms/1k"]
    table = told[told.index(head) : told.index(head) + 7]
    assert max(map(len, table)) <= 80
    assert [line.partition("  ")[0] for line in table[1:]] == [
        "price model",
        "median of what is alike",
        "boosting on usual prices",
        "ridge on words, letters",
        "two sparse nets",
        "blend of these four",
    ]
    assert any(line.startswith("80 % intervals hold ") for line in told)
    assert any(line.startswith("One thing is priced in ") for line in told)


def test_what_the_model_does_not_know_and_plain_ways_left_out_are_told(done: PricesEvaluation) -> None:
    few = replace(
        done,
        currency=None,
        model=replace(done.model, untold=7),
        baselines={name: done.baselines[name] for name in ("median", "ridge")},
        salts=tuple(replace(scores, baselines={}) for scores in done.salts),
    )
    told = "\n".join(lines(few, Words("en")))
    assert "Of 7 things it says that the evidence is insufficient" in told
    assert "Of more than 50,000 things only two plain ways learn, the ridge from 200,000 of them at most." in told
    assert "Currency: not said, taken as one." in told


def test_too_few_prices_are_told(tmp_path: Path) -> None:
    file = tmp_path / "poche.csv"
    things(99).write_csv(file)
    with pytest.raises(TooFewPriced, match="has 99 things with a price"):
        evaluate_prices(file, fit=QuickModel)


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.csv").touch()
    with pytest.raises(NotATable, match="it is empty"):
        evaluate_prices(tmp_path / "x.csv", fit=QuickModel)


def test_a_table_without_ids_and_titles_is_judged_too(tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    things(300).select("brand", "condition", "price_eur", shop="id").write_parquet(file)
    done = evaluate_prices(file, fit=QuickModel)
    assert (done.things, done.repeated) == (300, 0)
    assert done.baselines["blend"].points.n == done.salts[0].judged
