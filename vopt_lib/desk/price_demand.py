"""This is where it is learnt how fast the things of a market sell at which price, from what its listings asked.

What a listing is worth must be told by a model that has not seen its price: so the demand is learnt when the model is,
from its out-of-fold prices, and kept with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy.typing as npt
import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.watching import watched
from vopt_lib.market.asked import split_at_price_changes
from vopt_lib.pricing.hazard import Demand
from vopt_lib.pricing.hazard_fit import learn_demand
from vopt_lib.pricing.learner import PriceModel
from vopt_lib.schema.survival import Lack

PREFIX: Final = "demand_"
TOLD: Final = "demand"

Arrays = Mapping[str, npt.NDArray[Any]]


def learnt_demand(desk: Desk, market: str, fair: pl.DataFrame) -> Demand | Lack:
    """How fast things sell at which price, from all that was watched lately. Needs: fair: id, fair_eur."""
    known = watched(desk, market)
    exposures = known.exposures()
    if exposures.is_empty():
        return Lack.FEW_SOLD
    changes = desk.lake.scan("price_change", version="published").filter(pl.col("market") == market).collect()
    spans = split_at_price_changes(exposures, changes)
    worth = fair.select(listing_id=pl.col("id").cast(pl.Int64, strict=False), fair_eur="fair_eur")
    known_worth = worth.drop_nulls().unique("listing_id")
    return learn_demand(spans.join(known_worth, on="listing_id", maintain_order="left"))


def fair_prices(model: PriceModel, held: pl.DataFrame) -> pl.DataFrame:
    """What listings are worth by models that had not seen them: those learnt from out of fold, and those held out.

    Returns: id, fair_eur. Grain: one listing.
    """
    seen_never = model.out_of_fold
    learnt = [] if seen_never is None else [seen_never.select("id", fair_eur="middle_eur")]
    told = model.estimates(held.with_columns(price_eur=pl.lit(None, pl.Float64)))
    unseen = told.filter(pl.col("lack").is_null()).select("id", fair_eur="middle_eur")
    return pl.concat([*learnt, unseen]).drop_nulls()


def as_state(demand: Demand | Lack) -> tuple[Arrays, Mapping[str, Any]]:
    """Arrays and JSON to keep beside a model's own."""
    if isinstance(demand, Lack):
        return {}, {TOLD: {"lack": demand.value}}
    arrays, told = demand.state()
    return {PREFIX + name: array for name, array in arrays.items()}, {TOLD: told}


def of_state(arrays: Arrays, told: Mapping[str, Any]) -> Demand | Lack:
    """What `as_state` made; of a model that was kept without it, nothing is known of sales."""
    kept = told.get(TOLD) or {"lack": Lack.FEW_SOLD.value}
    if "lack" in kept:
        return Lack(kept["lack"])
    own = {name.removeprefix(PREFIX): array for name, array in arrays.items() if name.startswith(PREFIX)}
    return Demand.of_state(own, kept)
