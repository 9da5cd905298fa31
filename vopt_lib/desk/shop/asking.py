"""This is where a person's own shop becomes tables for her question in SQL: only those that the question names.

They are remembered until somebody changes the shop, each for the person whose rows it holds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Final

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import looking, onlooker_of, shop_of
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_views import OWN_VIEWS
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.store import Shop
from vopt_lib.shop.views import view_rows

Asker = Member | Visitor | None
"""Whose question it is: somebody of the household, whoever looks at a page, or the owner (None)."""

Remembered = dict[tuple[Member, str], bytes]

_NAMED: Final = re.compile("|".join(sorted(OWN_VIEWS, key=len, reverse=True)), re.IGNORECASE)


def own_tables(desk: Desk, sql: str, who: Asker = None) -> Mapping[str, bytes]:
    """{view: rows, as an Arrow stream}: what she may see of each view that the question names; of the others no row.

    The shop is not even opened for a question that names nothing of it. Raises: ShopError.
    """
    named = {found.casefold() for found in _NAMED.findall(sql)}
    return _without_rows() | (_rows(desk, named, who) if named else {})


def _rows(desk: Desk, named: Iterable[str], who: Asker) -> dict[str, bytes]:
    shop = shop_of(desk)
    member = looking(desk, who) if isinstance(who, Member) else onlooker_of(desk, who)
    remembered = _since(shop, shop.mark())
    return {name: _remembered(shop, member, name, remembered) for name in named}


def _remembered(shop: Shop, member: Member, name: str, remembered: Remembered) -> bytes:
    if (member, name) not in remembered:
        with shop.reading() as session:
            remembered[member, name] = _stream(view_rows(session, member, name))
    return remembered[member, name]


@lru_cache(maxsize=1)
def _since(shop: Shop, mark: str) -> Remembered:
    """What was made since the shop was changed last: nothing of before is kept."""
    return {}


@cache
def _without_rows() -> dict[str, bytes]:
    return {
        name: _stream(pl.DataFrame(schema={column.name: column.dtype for column in view.columns}))
        for name, view in OWN_VIEWS.items()
    }


def _stream(rows: pl.DataFrame) -> bytes:
    sink = io.BytesIO()
    rows.write_ipc_stream(sink, compression="lz4")
    return sink.getvalue()
