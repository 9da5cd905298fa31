"""This is where we say what the page of sales is told: by the desk, which reads it, to the page, which shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from vopt_lib.errors import VoptError
from vopt_lib.schema.filters import SaleState
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.own_activity import Activity
from vopt_lib.schema.own_figures import Figures, Groups, InCurrency, Period, Reported, Stock, Waiting
from vopt_lib.words import N_

STATE_LABELS: Final[Mapping[SaleState, str]] = {
    "reserved": N_("sold, to be sent"),
    "shipped": N_("on its way"),
    "completed": N_("completed"),
    "cancelled": N_("cancelled"),
}

ROWS_ON_A_PAGE: Final = 25


@dataclass(frozen=True)
class SalesPage:
    """What the page of sales shows, in one of its `currencies`; where there is no `period`, nothing was ever sold.

    before: of what the period is compared with; None: of all there is. steps: the figures over time, by the first day
    of each `step` ("1d", "1w", "1mo", "1y"). rows: order_id, day, title (of its first thing), things, person, state,
    amount, received, gain (received less cost; in the currency) of the sales of this page of the list; fitting: how
    many there are in all. people, catalogues, years: to choose from; names, titles: of people and catalogues by their
    numbers. is_everybodys: what the whole household did.
    """

    period: Period | None = None
    now: InCurrency = field(default_factory=lambda: InCurrency("EUR"))
    before: Figures | None = None
    step: str = "1mo"
    steps: Groups = field(default_factory=dict)
    waiting: Waiting = field(default_factory=Waiting)
    stock: Stock = field(default_factory=Stock)
    reported: tuple[Reported, ...] = ()
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    fitting: int = 0
    currencies: tuple[str, ...] = ()
    people: tuple[Choice, ...] = ()
    catalogues: tuple[Choice, ...] = ()
    years: tuple[int, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)
    activities: tuple[Activity, ...] = ()
    trouble: VoptError | None = None
