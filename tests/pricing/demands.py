"""This is where tests get a demand that is written by hand, and spans of listings that sell as a formula says."""

from __future__ import annotations

import numpy as np
import polars as pl

from vopt_lib.pricing.hazard import Demand


def demand(**changed: object) -> Demand:
    """Half of what is fairly priced sells within about a month; a tenth dearer sells a fifth slower."""
    known = {
        "ages": np.array([0.0, 7.0, 30.0, 90.0]),
        "rates": np.array([0.03, 0.025, 0.02, 0.015]),
        "knots": np.array([-0.6, -0.3, 0.0, 0.3, 0.6]),
        "slopes": np.array([1.5, 1.8, 2.0, 2.0, 2.0, 1.8]),
        "steepness": 2.4,
        "centre": 0.0,
        "scatter": 0.35,
        "luck_variance": 0.2,
        "known_until_days": 120.0,
        "sold": 5_000.0,
    }
    return Demand(**known | changed)  # type: ignore[arg-type]


def spans(n: int, *, seed: int = 0, noise: float = 0.0, unseen: float = 0.0, slow: float = 1.0) -> pl.DataFrame:
    """n listings that came on sale within ten weeks, watched for the last six of them.

    At the fair price half sell within 25 days, at another exp(2.5 × log_relative) times as slowly; things of the group
    "slow" `slow` times as slowly. A third cut their price by a fifth after 12 days. A hundredth a day is taken down.
    noise: scatter of what the fair price is taken for; unseen: share of the ends that nobody saw (sold is then the
    share of all ends that were sales).
    """
    rng = np.random.default_rng(seed)
    fair = np.exp(rng.normal(3.0, 0.6, n))
    first = rng.normal(0.0, 0.3, n)
    cut = np.where(rng.random(n) < 1 / 3, 12.0, np.inf)
    group = np.where(rng.random(n) < 0.5, "slow", "usual")
    left = rng.exponential(size=n) * np.where(group == "slow", slow, 1.0)
    rate = np.log(2.0) / 25.0 * np.exp(-2.5 * first)
    sells = left / rate
    later = 12.0 + (left - 12.0 * rate) / (rate * np.exp(2.5 * 0.22))
    sells = np.where(sells > cut, later, sells)
    gone = rng.exponential(100.0, n)
    born = rng.uniform(0.0, 70.0, n)
    entry, until = np.maximum(28.0 - born, 0.01), 70.0 - born
    end = np.minimum(np.minimum(sells, gone), until)
    sold = ((sells <= gone) & (sells <= until)).astype(float)
    is_end = end < until
    share = sold[is_end & (end > entry)].mean()
    sold = np.where(is_end & (rng.random(n) < unseen), share, sold)
    price = fair * np.exp(first)
    told = fair * np.exp(rng.normal(0.0, noise, n))
    after = price * np.exp(-0.22)
    known = pl.DataFrame(
        {
            "spell": np.arange(n),
            "group": group,
            "fair_eur": told,
            "first_eur": np.where(cut < entry, after, price),
            "before": price,
            "after": after,
            **{"cut": cut, "entry": entry, "end": end, "sold": sold},
        }
    ).filter(pl.col("end") > pl.col("entry"))
    kept = ["spell", "group", "fair_eur", "first_eur"]
    begun = known.filter(pl.col("entry") < pl.col("cut")).select(
        *kept,
        price_eur="before",
        entry_days="entry",
        exit_days=pl.min_horizontal("end", "cut"),
        sold=pl.when(pl.col("end") <= pl.col("cut")).then("sold").otherwise(0.0),
    )
    cheaper = known.filter(pl.col("end") > pl.col("cut")).select(
        *kept, price_eur="after", entry_days=pl.max_horizontal("entry", "cut"), exit_days="end", sold="sold"
    )
    return pl.concat([begun, cheaper]).sort("spell", "entry_days")
