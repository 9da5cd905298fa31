"""This is where charts get what they share: rows that a browser reads, axes with round steps, labels."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10
from typing import Any

import altair as alt
import polars as pl

from vopt_lib.words import Words


def rows_of(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows as they can stand in a chart: days as local midnights, decimals as numbers, no-numbers as null."""
    dates = [name for name, dtype in frame.schema.items() if dtype == pl.Date]
    decimals = [name for name, dtype in frame.schema.items() if dtype.is_decimal()]
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float() or dtype.is_decimal()]
    return (
        frame.with_columns(pl.col(dates).dt.strftime("%Y-%m-%dT00:00"), pl.col(decimals).cast(pl.Float64))
        .with_columns(pl.when(pl.col(name).is_finite()).then(pl.col(name).round(4)).alias(name) for name in floats)
        .to_dicts()
    )


def round_steps(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers that enclose low and high, in steps of 1, 2, 2.5 or 5 times a power of ten.

    Example:
        >>> round_steps(0, 41)
        [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    """
    if high <= low:
        high = low + 1
    rough = (high - low) / most
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def whole_steps(counts: pl.Series, most: int = 4) -> list[float]:
    """Round whole numbers from zero to the highest of the counts."""
    highest = counts.drop_nulls().to_list() or [0]
    return [step for step in round_steps(0, max(*highest, 1), most) if step == int(step)]


def money_steps(values: Sequence[float | None]) -> list[float]:
    """Round prices for an axis: from zero, unless all of them lie far above it."""
    known = [value for value in values if value is not None and isfinite(value)] or [0.0, 10.0]
    low, high = min(known), max(known)
    return round_steps(0 if low < high * 0.6 else low, max(high, 1))


def money_axis(steps: Sequence[float], **options: Any) -> alt.Axis:
    """An axis in euro, with cents only where its steps need them."""
    cents = any(step != int(step) for step in steps)
    return alt.Axis(values=list(steps), format="$,.2f" if cents else "$,.0f", title=None, **options)


def count_title(unit: str) -> dict[str, Any]:
    """An upright axis title above the numbers, where the unit is read first."""
    return {"title": unit, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -10, "titleX": 0}


def pixels(expression: str) -> Any:
    """A place in the drawing instead of on a scale, such as "height - 3"."""
    return alt.value(alt.ExprRef(expression))


def money_said(amount: float, words: Words) -> str:
    """A price for a label: cents only where there are some."""
    return words.money(amount, digits=0 if round(amount, 2) == round(amount) else 2)
