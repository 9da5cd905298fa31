"""This is where the gold views become DuckDB views, wherever the tables that they are made of are there."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from vopt_lib.lake.views import sql_file
from vopt_lib.schema.gold import VIEWS
from vopt_lib.schema.tables import TABLES


def gold_statements(tables: Collection[str]) -> dict[str, str]:
    """{view: statement that makes it}, in the order in which they can be made, over these tables."""
    there, statements = set(tables), {}
    for name in VIEWS:
        if made_of(name) <= there:
            statements[name] = f'CREATE OR REPLACE VIEW "{name}" AS\n{gold_sql(name)}'
            there.add(name)
    return statements


def gold_sql(name: str) -> str:
    """The SELECT of a view, with the line above it that says what it tells."""
    return sql_file(f"gold/{name}")


@cache
def made_of(name: str) -> frozenset[str]:
    """The tables and views that a view is made of."""
    words = set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", gold_sql(name)))
    return frozenset(words & {*TABLES, *VIEWS})
