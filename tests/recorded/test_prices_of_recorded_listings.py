"""Prices of recorded listings: the plain ways must err as much as they were found to, or nothing is beaten by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pricing.things import QuickModel
from tests.recorded.listings import JEANS, LISTINGS, MENSWEAR, needs_listings
from vopt_lib.desk.evaluate_prices import PricesEvaluation, evaluate_prices

VESTIAIRE = LISTINGS.parent.parent / "pricing" / "vestiaire_pediot_2021-11.csv"
CLOSETS = LISTINGS / "vinted_closets_cleaned_2021.csv"

pytestmark = [
    needs_listings,
    pytest.mark.recorded,
    pytest.mark.skipif(not VESTIAIRE.is_file(), reason=f"no recorded prices at {VESTIAIRE} (VOPT_RECORDED_DATA)"),
]


@pytest.fixture(scope="module")
def vestiaire() -> PricesEvaluation:
    return evaluate_prices(
        VESTIAIRE, mapping="category=gender+category+sub_category", where=["has_attrs=true"], fit=QuickModel
    )


def test_luxury_clothes_are_read_whole(vestiaire: PricesEvaluation) -> None:
    assert (vestiaire.rows, vestiaire.things, vestiaire.unpriced, vestiaire.repeated) == (10_420, 10_420, 0, 0)
    assert (vestiaire.currency, vestiaire.salts[0].judged) == ("EUR", 1_053)
    assert "num_likes" not in str(vestiaire.columns)
    assert "we_love" not in str(vestiaire.columns)


@pytest.mark.parametrize(
    ("name", "rmsle"),
    # facts/market-statistics.md has the means of five salts; this salt lies a little above them.
    [("median", 0.676), ("boosting", 0.578), ("ridge", 0.563), ("nets", 0.557), ("blend", 0.546)],
)
def test_plain_ways_err_as_much_as_they_were_found_to(vestiaire: PricesEvaluation, name: str, rmsle: float) -> None:
    assert vestiaire.baselines[name].points.rmsle == pytest.approx(rmsle, abs=0.02)


@pytest.mark.parametrize(
    ("file", "mapping", "things", "repeated"),
    [
        (MENSWEAR, "id=item_link,day=date_scrapped", 1_787, 522),
        (JEANS, "", 354, 1_417),
        (CLOSETS, "", 879, 0),
    ],
    ids=["menswear", "jeans", "closets"],
)
def test_listings_of_vinted_are_judged_beside_plain_ways(file: Path, mapping: str, things: int, repeated: int) -> None:
    done = evaluate_prices(file, mapping=mapping, fit=QuickModel)
    assert (done.things, done.unpriced, done.repeated) == (things, 0, repeated)
    blend, median = done.baselines["blend"].points, done.baselines["median"].points
    assert blend.n == done.salts[0].judged > 30
    assert blend.rmsle < median.rmsle < 0.9
