"""This is where figures become charts: frames in, Altair charts out, and pieces of a page that show them."""

from vopt_lib.ui.charts.advice import advice_key, chance_by_price, profit_by_price
from vopt_lib.ui.charts.amounts import amounts_by_group, amounts_over_time
from vopt_lib.ui.charts.counts import counts_over_time
from vopt_lib.ui.charts.demand import demand_map
from vopt_lib.ui.charts.distribution import price_distribution
from vopt_lib.ui.charts.groups import movement_ranking, range_by_group
from vopt_lib.ui.charts.listing import price_among, price_steps
from vopt_lib.ui.charts.multiples import small_multiples
from vopt_lib.ui.charts.prices import band_key, price_band
from vopt_lib.ui.charts.show import Band, clickable, shown
from vopt_lib.ui.charts.survival import survival_curve, survival_key
from vopt_lib.ui.charts.trend import changes_with_intervals, price_trend, trend_key

__all__ = [
    "Band",
    "advice_key",
    "amounts_by_group",
    "amounts_over_time",
    "band_key",
    "chance_by_price",
    "changes_with_intervals",
    "clickable",
    "counts_over_time",
    "demand_map",
    "movement_ranking",
    "price_among",
    "price_band",
    "price_distribution",
    "price_steps",
    "price_trend",
    "profit_by_price",
    "range_by_group",
    "shown",
    "small_multiples",
    "survival_curve",
    "survival_key",
    "trend_key",
]
