"""What people read about the tables they may ask can be said in their language."""

from __future__ import annotations

import inspect

import pytest

from vopt_lib.schema import tables
from vopt_lib.schema.tables import TABLES, Table
from vopt_lib.words.update import sentences_in

MARKED = sentences_in(inspect.getsource(tables))
SIGNS = {"", "EUR", "0–1", "s", "B"}


@pytest.mark.parametrize("table", [table for table in TABLES.values() if table.sql], ids=lambda table: table.name)
def test_every_text_about_a_table_that_may_be_asked_is_marked_for_translation(table: Table) -> None:
    said = {table.grain, table.kept}
    for column in table.columns:
        said |= {column.meaning} | ({column.unit} - SIGNS)
    assert said - set(MARKED) == set()
