"""This is where the price model in use is watched: what came in since it was trained is held against what it tells.

It is looked at after each day's figures are published, and what was found is remembered in a file, so that pages and
`vopt status` need no model to tell it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import read_published
from vopt_lib.desk.price_models import model_in_use
from vopt_lib.desk.priced_rows import learnable
from vopt_lib.errors import NothingPublished
from vopt_lib.files import read_json, write_json
from vopt_lib.pricing import store
from vopt_lib.pricing.drift import ENOUGH, drift, unknown_shares
from vopt_lib.pricing.learner import Learner
from vopt_lib.pricing.quality import held_against
from vopt_lib.schema.model_card import Drift
from vopt_lib.schema.pricing import PRICED

MOST_WATCHED: Final = 1_000
"""Of the new listings, those seen last: a median error of as many is known to ±3 % of all rows."""


def watch_prices(desk: Desk, market: str, *, learner: Learner | None = None) -> Drift | None:
    """Hold the model in use against listings first seen after it was trained, and remember what that showed.

    Returns: None where no model is in use or nothing is published. Raises: ModelDamaged; FileDamaged; LakeError.
    """
    used = model_in_use(desk, market, learner=learner)
    if used is None:
        return None
    try:
        rows = learnable(desk, read_published(desk, market)).rows
    except NothingPublished:
        return None
    newer = rows.filter(pl.col("first_seen_at") > used.card.trained_at).sort("last_seen_at", "id").tail(MOST_WATCHED)
    blind = newer.select(*PRICED).with_columns(price_eur=pl.lit(None, pl.Float64))
    told = held_against(used.model.estimates(blind), newer) if newer.height >= ENOUGH else newer
    found = drift(used.card, told, unknown_shares(newer, used.known), now=desk.clock.now())
    write_json(desk.paths.price_drift(market), found.as_json())
    return found


def drift_of(desk: Desk, market: str) -> Drift | None:
    """What was last found of the model that is in use now; None: nothing yet. Raises: FileDamaged."""
    plain = read_json(desk.paths.price_drift(market))
    version = store.published(desk.paths.price_models).get(market)
    try:
        found = Drift.of_json(plain) if plain else None
    except (KeyError, TypeError, ValueError):
        return None
    return found if found is not None and found.version == version else None
