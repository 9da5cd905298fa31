"""This is where a market gives away what no visitor sees: for evaluations, and only when it was started to do so."""

from __future__ import annotations

from typing import Any

from vopt_lib.simulator.fates import UNSOLD_DAYS
from vopt_lib.simulator.stock import Stock, Truth


def truth_told(stock: Stock, truth: Truth) -> dict[str, Any]:
    """How the market sells, and its listings, one list per column, newest first.

    Ages are days after listed_at; moments are epoch seconds. ended_at and ended_as are what will become of a listing
    (sold, deleted, hidden); would_sell_days is when it would sell if nobody took it down, unsold its own chances not to
    have sold by each of unsold_days. oddity is "nonsense" for a price that means nothing, "bundle" for several things.
    relist_of is the listing that the thing had before; photos_of the one whose photos are shown, edited (somebody
    else's, unless same_thing_as says the same); same_thing_as another listing of the very same thing by its seller, who
    may have photographed it once more. Each is 0 where there is none.
    """
    return {
        "family": truth.family,
        "unsold_days": UNSOLD_DAYS.tolist(),
        "listings": {
            "listing_id": stock.listing_id.tolist(),
            "catalog_id": stock.catalog_id.tolist(),
            "brand": [brand.title if brand else None for brand in stock.brand],
            "size": [size.title if size else None for size in stock.size],
            "condition_id": stock.condition_id.tolist(),
            "listed_at": stock.published_s.tolist(),
            "fair_eur": truth.fair_eur.round(2).tolist(),
            "first_asked_eur": truth.first_asked_eur.tolist(),
            "oddity": truth.oddity.tolist(),
            "would_sell_days": truth.sale_days.tolist(),
            "unsold": truth.unsold.round(5).tolist(),
            "ended_at": truth.exit_at_s.tolist(),
            "ended_as": truth.exit_kind.tolist(),
            "relist_of": truth.relist_of.tolist(),
            "photos_of": truth.photos_of.tolist(),
            "same_thing_as": truth.same_thing_as.tolist(),
        },
    }
