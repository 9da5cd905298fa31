"""Whose page is visited: the reserved, then those missed most recently."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from vopt_lib.market.recheck import to_recheck
from vopt_lib.schema.tables import LISTING_LIVE


def live(*rows: tuple[int, int | None, str | None]) -> pl.DataFrame:
    schema = {name: LISTING_LIVE.schema[name] for name in ("listing_id", "missed_at", "state_hint")}
    moments = [(one, missed and datetime(2026, 11, missed, tzinfo=UTC), hint) for one, missed, hint in rows]
    return pl.DataFrame(moments, schema=schema, orient="row")


def ids(frame: pl.DataFrame, pages: int = 9) -> list[int]:
    return to_recheck(frame, pages=pages)["listing_id"].to_list()


def test_what_is_on_sale_or_hidden_is_not_visited() -> None:
    assert ids(live((1, None, None), (2, 3, "hidden"), (3, 3, None))) == [3]


def test_reserved_ones_come_first_then_the_latest_missed() -> None:
    assert ids(live((1, 3, None), (2, 5, None), (3, 2, "reserved"), (4, 4, None))) == [3, 2, 4, 1]


def test_no_more_pages_than_may_be_visited() -> None:
    assert ids(live((1, 3, None), (2, 5, None)), pages=1) == [2]
    assert ids(live((1, 3, None)), pages=0) == []


def test_among_equals_the_choice_does_not_depend_on_their_order() -> None:
    many = live(*((n, 3, None) for n in range(1, 200)))
    chosen = ids(many, pages=20)
    assert chosen == ids(many.sample(fraction=1.0, shuffle=True, seed=1), pages=20)
    assert chosen != sorted(chosen)
