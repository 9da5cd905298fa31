"""This is where plain ways to tell a price are learnt: what a price model must be better than, on the same rows.

Each is given rows (PRICED, and more String columns, each a label) and returns what tells the prices of others. They
learn log(1 + price): on its scale the root of the mean squared difference is the RMSLE.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.pricing.baseline_rows import sparse_features, usual_prices, with_labels
from vopt_lib.pricing.plain_nets import fit_net
from vopt_lib.threads import one_thread

Floats = npt.NDArray[np.float64]
Predict = Callable[[pl.DataFrame], Floats]
"""Prices in EUR of these rows, in their order."""
FitNet = Callable[[Any, Floats, int], Callable[[Any], Floats]]
"""(sparse rows, log prices, seed) to what tells the log prices of other sparse rows."""

MOST_FOR_ALL: Final = 50_000
"""Rows up to which every baseline is learnt; with more only the median and the ridge are, which take no hours."""

MOST_FOR_RIDGE: Final = 200_000
"""Rows that the ridge learns from at most: these take 1.3 GB of memory."""

FOLDS: Final = 4
_AT_ONCE: Final = 20_000
_DEAREST_LOG: Final = 20.0
LEAST_ALIKE: Final = 5
"""Things of one brand, category and condition from which on their median is told."""
_RIDGE_ALPHA: Final = 2.0
_TREES, _RATE, _LEAVES, _LEAST_IN_LEAF = 400, 0.02, 15, 20


@dataclass(frozen=True)
class Told:
    """What one baseline tells of rows that it has not seen, and what that took: CPU seconds to learn (with the folds
    that the blend needs, for the blend alone), milliseconds for 1,000 rows."""

    price_eur: Floats
    cpu_s: float
    ms_per_1000: float


def told_by_baselines(
    train: pl.DataFrame, test: pl.DataFrame, *, seed: int = 0, net: FitNet = fit_net
) -> dict[str, Told]:
    """What each baseline tells of the rows of `test`, by its name: median, boosting, ridge, nets, blend.

    Needs: PRICED, price_eur above 0. Of more than MOST_FOR_ALL rows: median and ridge alone.
    """
    import sklearn.ensemble  # noqa: F401 - only what is loaded can be limited

    with one_thread():
        return _told(train, test, seed=seed, net=net)


def _told(train: pl.DataFrame, test: pl.DataFrame, *, seed: int, net: FitNet) -> dict[str, Told]:
    if train.height > MOST_FOR_ALL:
        return {name: _timed(fit, train, test) for name, fit in (("median", medians), ("ridge", ridge))}
    fits: dict[str, Callable[[pl.DataFrame], Predict]] = {
        "median": medians,
        "boosting": partial(boosting, seed=seed),
        "ridge": ridge,
        "nets": partial(nets, seed=seed, net=net),
    }
    told = {name: _timed(fit, train, test) for name, fit in fits.items()}
    return {**told, "blend": _blended(fits, told, train, seed=seed)}


def medians(train: pl.DataFrame) -> Predict:
    """The median of what has the same brand, category and condition; of what has fewer of these in common, where they
    are fewer than LEAST_ALIKE."""
    keys = (["brand", "category", "condition"], ["brand", "category"], ["category"], ["brand"])
    price = pl.col("price_eur")
    tables = [
        train.group_by(by).agg(price.median().alias(f"told_{place}"), pl.len()).filter(pl.col("len") >= LEAST_ALIKE)
        for place, by in enumerate(keys)
    ]
    middle = float(np.median(train["price_eur"].to_numpy()))

    def predict(rows: pl.DataFrame) -> Floats:
        for by, table in zip(keys, tables, strict=True):
            rows = rows.join(table.drop("len"), on=by, how="left", nulls_equal=True, maintain_order="left")
        told = pl.coalesce(*(f"told_{place}" for place in range(len(keys))), pl.lit(middle))
        return rows.select(told).to_series().to_numpy()

    return predict


def ridge(train: pl.DataFrame) -> Predict:
    """Ridge regression on weighted words (one and two), letters (three and four) and every label, learnt from some of
    the rows where they are more than MOST_FOR_RIDGE."""
    from sklearn.linear_model import Ridge

    train = train.sample(min(train.height, MOST_FOR_RIDGE), seed=0)
    encode, features = sparse_features(train)
    learnt = Ridge(alpha=_RIDGE_ALPHA, solver="auto" if train.height <= MOST_FOR_ALL else "lsqr")
    learnt.fit(features, _log(train))
    return lambda rows: _eur(learnt.predict(encode(rows)))


def nets(train: pl.DataFrame, *, seed: int = 0, net: FitNet = fit_net) -> Predict:
    """Two small neural networks on what the ridge has: one on its weights, one on whether a feature is there at all."""
    encode, features = sparse_features(train)
    weighted, there = net(features, _log(train), seed), net(_there(features), _log(train), seed + 1)

    def predict(rows: pl.DataFrame) -> Floats:
        features = encode(rows)
        return _eur((weighted(features) + there(_there(features))) / 2)

    return predict


def boosting(train: pl.DataFrame, *, seed: int = 0) -> Predict:
    """Gradient boosting on target encodings: each row's from the other folds', so that none sees its own price."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    keys, logs, folds = with_labels(train), _log(train), _folds(train.height, seed)
    unseen = np.concatenate(
        [
            usual_prices(keys.filter(folds != fold), logs[folds != fold])(keys.filter(folds == fold))
            for fold in range(FOLDS)
        ]
    )
    order = np.argsort(folds, kind="stable")
    learnt = HistGradientBoostingRegressor(
        max_iter=_TREES, learning_rate=_RATE, max_leaf_nodes=_LEAVES, min_samples_leaf=_LEAST_IN_LEAF, random_state=seed
    )
    learnt.fit(unseen, logs[order])
    encode = usual_prices(keys, logs)
    return lambda rows: _eur(learnt.predict(encode(with_labels(rows))))


def _blended(
    fits: Mapping[str, Callable[[pl.DataFrame], Predict]], told: Mapping[str, Told], train: pl.DataFrame, *, seed: int
) -> Told:
    """Their mean with weights that are never negative, learnt from what each tells of folds it has not seen."""
    from scipy.optimize import nnls

    began = time.process_time()
    unseen = np.empty((train.height, len(fits)))
    for fold in range(FOLDS):
        held = _folds(train.height, seed + 1) == fold
        for place, fit in enumerate(fits.values()):
            unseen[held, place] = np.log1p(fit(train.filter(~held))(train.filter(held)))
    weights, _ = nnls(unseen, _log(train))
    logs = np.column_stack([np.log1p(told[name].price_eur) for name in fits])
    cpu_s = time.process_time() - began + sum(one.cpu_s for one in told.values())
    return Told(_eur(logs @ weights), cpu_s, sum(one.ms_per_1000 for one in told.values()))


def _timed(fit: Callable[[pl.DataFrame], Predict], train: pl.DataFrame, test: pl.DataFrame) -> Told:
    began = time.process_time()
    predict = fit(train)
    cpu_s = time.process_time() - began
    began = time.perf_counter()
    price_eur = np.concatenate([predict(part) for part in test.iter_slices(_AT_ONCE)])
    return Told(price_eur, cpu_s, (time.perf_counter() - began) * 1e6 / max(test.height, 1))


def _log(rows: pl.DataFrame) -> Floats:
    logs: Floats = np.log1p(rows["price_eur"].to_numpy())
    return logs


def _eur(logs: Floats) -> Floats:
    prices: Floats = np.expm1(np.clip(logs, 0.0, _DEAREST_LOG))
    return prices


def _folds(count: int, seed: int) -> npt.NDArray[np.int64]:
    return np.random.default_rng(seed).permutation(count) % FOLDS


def _there(features: Any) -> Any:
    found = features.copy()
    found.data = np.ones_like(found.data)
    return found
