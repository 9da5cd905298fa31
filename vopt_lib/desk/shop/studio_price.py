"""This is where the price of a draft is told beside it, found anew only when something that it depends on changed."""

from __future__ import annotations

from collections.abc import Callable

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.price_page import price_page
from vopt_lib.schema.filters import PriceFilters
from vopt_lib.schema.listing_text import Facts
from vopt_lib.schema.price_page import PricePage
from vopt_lib.schema.studio_page import OpenDraft
from vopt_lib.schema.visitor import Visitor

Known = tuple[int, str, Facts, object]


class PriceBeside:
    """What the draft that is open is worth."""

    def __init__(self, desk: Desk, visitor: Visitor, pricing: Callable[..., PricePage] = price_page) -> None:
        self._desk, self._visitor, self._pricing = desk, visitor, pricing
        self._told: tuple[Known, PricePage] | None = None

    def page(self, draft: OpenDraft | None) -> PricePage | None:
        """All that the page of prices says of it; None: no draft is open, or nothing is known of it."""
        if draft is None or not (draft.title or draft.facts.catalog_id):
            return None
        known = (draft.listing_id, draft.title, draft.facts, draft.asked)
        if self._told is None or self._told[0] != known:
            asked = PriceFilters(market=draft.market, own=draft.listing_id)
            self._told = (known, self._pricing(self._desk, self._visitor, asked))
        return self._told[1]
