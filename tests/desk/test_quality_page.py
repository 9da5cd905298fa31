"""What the page of data quality knows: checks, coverage with its gaps, and the last evaluation."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.desk.conftest import BAGS
from tests.markets import small_market_data
from tests.servers import RunningSimulator
from vopt_lib.desk.collect import collect
from vopt_lib.desk.evaluate import Evaluation
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.last_evaluation import evaluation_told, last_evaluation
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.quality_page import quality_page
from vopt_lib.desk.runs import Run
from vopt_lib.schema.survival import Interval
from vopt_lib.words import Words

EN = Words("en")
DONE = Evaluation(
    seed=1, days=40, dropped=0.15, family="weibull", listings=20_000, sightings=9, pages=9, missed_share=0.15,
    true_days=17.2, told_days=Interval(17.6, 17.0, None), lacking=None, plainer={"gone is sold": 12.0},
    groups={"groups": 14, "told": 12, "held": 0.8, "width": 0.2, "off": 0.05, "near": 0.9},
    sales={"proven": 50, "precision": 1.0, "visited": 40, "recall": 0.975},
    ages={"listings": 90, "median_days": 1.2, "p90_days": 6.0, "bias_days": 0.1},
    deals={"flagged": 50, "right": 44, "precision": 0.88, "base_rate": 0.071},
)  # fmt: skip


def live_a_day(desk: Desk) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)


def test_an_empty_vopt_has_an_empty_page(tmp_path: Path) -> None:
    page = quality_page(open_desk(data=tmp_path), EN)
    assert page.is_empty
    assert page.trouble is None


def test_good_days_passed_their_checks_and_are_squares(
    desk: Desk, on_day: Callable[[int], None], market: RunningSimulator
) -> None:
    add_follow(desk, BAGS.query, "Borse")
    live_a_day(desk)
    on_day(2)
    live_a_day(desk)
    page = quality_page(desk, EN)
    assert page.verdict
    assert page.verdict.kind == "good"
    assert page.verdict.text.startswith("The newest day passed all ")
    [bags] = page.covered
    assert [cell.mark for cell in bags.cells][-4:] == ["none", "whole", "none", "whole"]
    assert bags.cells[-1].told.startswith("3 Nov 2026: searched whole, ")
    assert page.checks is not None
    assert page.drifts is not None
    assert page.drifts.select("name", "before_on").row(0) == ("Borse", date(2026, 11, 1))
    assert page.rounds is not None
    assert page.rounds["told"].to_list() == ["published", "published"]


def test_a_day_that_was_held_back_says_why_and_so_does_a_search_that_failed(
    desk: Desk, on_day: Callable[[int], None], market: RunningSimulator
) -> None:
    add_follow(desk, BAGS.query, "Borse")
    live_a_day(desk)
    on_day(1)
    market.switch_on("other_currency")
    live_a_day(desk)
    on_day(2)
    market.switch_off()
    market.switch_on("missing_items@catalogue")
    live_a_day(desk)
    page = quality_page(desk, EN)
    assert page.verdict
    assert page.verdict.kind == "bad"
    assert page.verdict.text.startswith("100% of today's prices are in PLN instead of EUR: yesterday's figures stay.")
    assert page.checks is not None
    assert page.checks.row(0)[0] == "Prices are in the country's own money"
    assert [cell.mark for cell in page.covered[0].cells][-3:] == ["whole", "whole", "failed"]
    assert page.gaps is not None
    [(day, name, why)] = page.gaps.rows()
    assert (day, name) == (date(2026, 11, 3), "Borse")
    assert why.startswith("Vinted answered without a list of items")


def test_a_search_that_holds_nothing_was_searched_and_one_whose_rows_were_all_refused_brought_nothing(
    desk: Desk, on_day: Callable[[int], None]
) -> None:
    follow = add_follow(desk, BAGS.query, "Borse")
    on_day(2)
    now = desk.clock.now()
    of_bags = {"market": "it", "follow_id": follow.id, "follow_name": "Borse"}
    refused = Run(
        "b", "collect", now - timedelta(days=1), now - timedelta(days=1), **of_bags, is_exhaustive=False,
        rejects_by_reason={"no_price": 3},
    )  # fmt: skip
    for run in (refused, Run("c", "collect", now, now, **of_bags, is_exhaustive=True)):
        desk.lake.append("run", run.row())
    page = quality_page(desk, EN)
    assert [cell.mark for cell in page.covered[0].cells][-2:] == ["failed", "whole"]
    assert page.gaps is not None
    assert page.gaps.rows()[0][2].startswith("What came could not be used: there is no price")


def test_figures_of_a_market_without_checks_are_told_all_the_same(tmp_path: Path) -> None:
    desk = small_market_data(tmp_path)
    page = quality_page(desk, Words("it"))
    assert page.trouble is None
    assert len(page.tiles) == 4
    assert page.tiles[3].value == "–"


def test_the_last_evaluation_is_read_again(desk: Desk) -> None:
    assert last_evaluation(desk) is None
    desk.paths.evaluation.write_text(DONE.as_json(), encoding="utf-8")
    assert last_evaluation(desk) == DONE
    told = evaluation_told(desk, EN)
    assert told
    assert [tile.value for tile in told.tiles] == ["17.6", "80%", "100.0%", "97.5%"]


@pytest.mark.parametrize("plain", [{}, {"seed": 1}, {**json.loads(DONE.as_json()), "told_days": {"value": 1, "x": 2}}])
def test_an_evaluation_of_another_version_is_none(desk: Desk, plain: dict[str, object]) -> None:
    desk.paths.evaluation.write_text(json.dumps(plain), encoding="utf-8")
    assert last_evaluation(desk) is None
