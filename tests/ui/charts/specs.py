"""This is where the tests of charts take a chart's specification apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import altair as alt
import polars as pl

DAY = date(2026, 11, 1)


def spec_of(chart: alt.LayerChart) -> dict[str, Any]:
    """What the browser gets; Altair checks it against Vega-Lite's schema."""
    return chart.to_dict()


def values(part: Any) -> Iterator[Any]:
    """Every value in a specification, however deep."""
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    yield part
    for one in inner:
        yield from values(one)


def named(part: Any, name: str) -> list[Any]:
    """All values under this name."""
    return [one[name] for one in values(part) if isinstance(one, dict) and name in one]


def price_days(medians: list[float | None], **columns: list[Any]) -> pl.DataFrame:
    """One row per day from DAY on, with bands around the medians."""
    spread = {"p10": 0.5, "p25": 0.8, "median": 1.0, "p75": 1.25, "p90": 2.0}
    prices = {
        f"price_eur_{name}": pl.Series([None if m is None else m * factor for m in medians], dtype=pl.Float64)
        for name, factor in spread.items()
    }
    days = pl.Series([DAY + timedelta(days=number) for number in range(len(medians))], dtype=pl.Date)
    seen, share = [100] * len(medians), [0.9] * len(medians)
    return pl.DataFrame({"day": days, **prices, "seen": seen, "share_seen": share} | columns)


def steps_of(chart: alt.LayerChart, form: str) -> list[float]:
    """The values on the axis whose numbers are written so."""
    axes = [axis for axis in named(spec_of(chart), "axis") if axis and axis.get("format") == form]
    return list(axes[0]["values"])
