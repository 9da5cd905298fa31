"""This is where it is shown what each size and each condition asks today."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.market_page import CataloguePrices
from vopt_lib.ui.cells import condition_words
from vopt_lib.ui.charts import range_by_group, shown
from vopt_lib.ui.layout import card, grid
from vopt_lib.words import N_, Words


def groups_today(prices: CataloguePrices | None, words: Words) -> Markup:
    """What half of the listings of each size and condition ask, side by side; nothing without prices."""
    if prices is None:
        return Markup("")
    conditions = [condition_words(one, words) for one in prices.conditions["group"]]
    return grid(
        _ranges_card(words.say(N_("By size today")), prices.sizes, prices.sizes["group"].to_list(), words),
        _ranges_card(words.say(N_("By condition today")), prices.conditions, conditions, words),
        columns=2,
    )


def _ranges_card(title: str, rows: pl.DataFrame, titles: Sequence[str], words: Words) -> Markup | None:
    if rows.is_empty():
        return None
    named = rows.with_columns(title=pl.Series(titles, dtype=pl.String))
    note = words.say(N_("Half of the listings ask between the ends, in euro; the dot is the median."))
    return card(shown(range_by_group(named, words)), title=title, note=note)
