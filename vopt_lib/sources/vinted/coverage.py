"""This is where a crawl says how much of its query it saw: one row of `crawl_coverage`."""

from __future__ import annotations

from decimal import Decimal

from vopt_lib.schema.queries import CatalogueQuery
from vopt_lib.sources.vinted.answer import Origin
from vopt_lib.sources.vinted.crawl_state import CrawlState
from vopt_lib.sources.vinted.navigation import CatalogueCount

_CENT = Decimal("0.01")


def coverage_row(
    query: CatalogueQuery, state: CrawlState, *, origin: Origin, count: CatalogueCount | None
) -> dict[str, object]:
    """The row of this crawl as it stands, with every column of the table.

    A resumed crawl is one row again: what the killed run saw and asked counts in it. `catalog_count` is of the whole
    query, filters included.
    """
    unread = [(part.page - 1) * part.per_page for part in state.todo]
    return {
        "source": origin.source,
        "market": query.market,
        "run_id": origin.run_id,
        "follow_id": origin.follow_id,
        "day": state.observed_at.date(),
        "started_at": state.started_at,
        "observed_at": state.observed_at,
        "query_key": query.key,
        "query_catalog_id": query.catalog.id if query.catalog else None,
        "query_narrowed_by": query.narrowed_by,
        "brands": [term.title for term in query.brands],
        "sizes": [term.title for term in query.sizes],
        "condition_ids": [term.id for term in query.conditions],
        "price_from": _money(query.price_from),
        "price_to": _money(query.price_to),
        "search_text": query.search_text,
        "is_exhaustive": state.is_exhaustive,
        "parts": max(state.parts + len(state.todo), 1),
        "pages": state.pages,
        "requests": state.requests,
        "listings": len(state.seen),
        "promoted": state.promoted,
        "oldest_position": None if state.is_exhaustive else max([state.deepest, *unread]) or None,
        "catalog_count": count.listings if count else None,
        "catalog_counted_at": count.counted_at if count else None,
        "share_seen": min(1.0, len(state.seen) / count.listings) if count and count.listings else None,
    }


def _money(price: Decimal | None) -> Decimal | None:
    return None if price is None else price.quantize(_CENT)
