"""This is where data/README.md is made from the tables: `python -m vopt_lib.schema.readme` writes it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from polars.datatypes import DataTypeClass

from vopt_lib.schema.gold import VIEWS, View
from vopt_lib.schema.own_views import OWN_VIEWS
from vopt_lib.schema.tables import TABLES, Column, Table

_OPENING = """\
# data/

Everything that vopt writes lies here, or in the folder that `VOPT_DATA` names: moving the folder moves vopt. Git keeps
only this page, which is made from `vopt_lib/schema/tables.py` by `python -m vopt_lib.schema.readme`.

| path | what |
|---|---|
| `vopt.toml` | your settings, if you write any; a `VOPT_…` variable wins over it |
| `lake/<table>/` | the tables below: Delta Lake, that is Parquet files in folders and a log of what belongs together |
| `published.json` | which version of each table is published: what SQL and the figures read |
| `vopt.duckdb` | link to the newest DuckDB snapshot of the published tables, for any DuckDB program |
| `snapshots/` | the last snapshots |
| `lake_copies/` | files of tables on an object store, as SQL reads them; copied again when they are gone |
| `shop.sqlite` | your own shop, unless `VOPT_DATABASE_URL` names a server |
| `photos/`, `labels/` | photos of your things and labels of your parcels, named by the hash of what is in them |
| `thumbnails/` | the photos made small, and for a day what they told; made again when they are gone |
| `weights/` | weights of CLIP models that you fetched; not in backups, since they can be fetched again |
| `photo_sentences/` | what photos are compared with when they suggest what a thing is; made again when it is gone |
| `before-restore/` | what `vopt restore` put aside, until the next one |
| `state/` | what vopt must remember: pauses, budgets, unfinished work, files on their way in, the keys |
| `quality/` | what was checked before each day was published, and Great Expectations' own pages on it |
| `backups/` | what `vopt backup` and the weekly backup wrote |
| `inbox/` | folders of photos that become drafts; `inbox/done/` holds those that did |
| `logs/` | what the programs of `vopt up` said (`vopt logs`), on a Mac also what launchd noted of it (`service.log`) |
| `cloudflared.yml` | what `vopt tunnel config` wrote for cloudflared; it can be written again |
| `homes/` | homes and caches of Prefect and other tools |
| `demo/` | the same again for `vopt demo`: delete it whenever you like |

Ask the tables in SQL with `vopt sql "SELECT …"`. Times are UTC and days are UTC dates. Money is as received, in the
currency beside it; only columns named `…_eur` are always euro. No seller's name or number is kept, only a pseudonym
whose key never leaves `state/`.
"""

_SQL_TYPES: dict[pl.DataType | DataTypeClass, str] = {
    pl.Binary: "BLOB",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Float32: "FLOAT",
    pl.Float64: "DOUBLE",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.String: "VARCHAR",
}


def readme() -> str:
    """The text of data/README.md."""
    visible = [table for table in TABLES.values() if table.sql]
    hidden = [table for table in TABLES.values() if not table.sql]
    return "\n".join(
        [
            _OPENING,
            "## Tables",
            "",
            *(line for table in visible for line in _section(table)),
            "## Ready-made views",
            "",
            "SELECTs over the tables, wherever SQL sees these: `vopt_lib/lake/sql/gold/`.",
            "",
            *(line for view in VIEWS.values() for line in _view(view)),
            "## Your own shop",
            "",
            "Each person's own rows, in her own questions only: `vopt sql`, `vopt sql --person`, the page *Questions*.",
            "",
            *(line for view in OWN_VIEWS.values() for line in _view(view)),
            "## Tables that SQL does not show",
            "",
            "They hold raw text of other people's pages, for a while, so that a mistake in reading it can be mended.",
            "",
            *(line for table in hidden for line in _section(table)),
        ]
    )


def sql_type(dtype: pl.DataType | DataTypeClass) -> str:
    """The DuckDB type that a column of this dtype has in SQL."""
    match dtype:
        case pl.List(inner=inner):
            return f"{sql_type(inner)}[]"
        case pl.Decimal(precision=precision, scale=scale):
            return f"DECIMAL({precision},{scale})"
        case pl.Datetime():
            return "TIMESTAMP WITH TIME ZONE"
        case _:
            return _SQL_TYPES[dtype]


def _section(table: Table) -> Iterator[str]:
    yield f"### `{table.name}`"
    yield ""
    yield f"One row: {table.grain}. Key: {_names(table.key)}. Folders: {_names(table.partitions)}. Kept: {table.kept}."
    yield ""
    yield from _columns(table.columns)


def _view(view: View) -> Iterator[str]:
    yield f"### `{view.name}`"
    yield ""
    yield view.tells
    yield ""
    yield from _columns(view.columns)


def _columns(columns: tuple[Column, ...]) -> Iterator[str]:
    yield "| column | type | unit | what |"
    yield "|---|---|---|---|"
    yield from (_row(column) for column in columns)
    yield ""


def _row(column: Column) -> str:
    kind = sql_type(column.dtype) + ("" if column.nullable else " NOT NULL")
    meaning = column.meaning.replace("|", "\\|")
    return f"| `{column.name}` | {kind} | {column.unit} | {meaning} |"


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def main() -> None:
    """Write data/README.md of this checkout."""
    from vopt_lib.paths import checkout

    page = checkout() / "data" / "README.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(readme(), encoding="utf-8")


if __name__ == "__main__":
    main()
