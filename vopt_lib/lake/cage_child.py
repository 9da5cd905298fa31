"""This is where people's SQL runs: a process of its own that can reach nothing but the published files.

It is started by `cage.py` as a plain file in isolated mode and imports nothing of vopt. On standard input it reads one
JSON line, the question, and then the tables that belong to whoever asks, each as an Arrow stream. On standard output it
answers: one JSON line, then the rows as an Arrow stream.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

# What DuckDB parses as a SELECT: everything that only reads, and PRAGMA, which is refused by its word.
_FIRST_WORDS = {"select", "with", "from", "values", "table", "describe", "desc", "show", "summarize", "("}
# Table functions that neither read files nor tell about the machine.
_TABLE_FUNCTIONS = {
    "range", "generate_series", "unnest", "json_each", "json_tree", "repeat_row", "show", "summary",
    "regexp_split_to_table", "string_split_to_table", "pragma_table_info",
}  # fmt: skip
# Types that arrive as they are; every other one (intervals, maps, unions …) arrives as text.
_PLAIN_TYPES = {
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT",
    "FLOAT", "DOUBLE", "DECIMAL", "VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "BLOB", "TIME",
}  # fmt: skip
# A statement of 1000 nested expressions, which is all that DuckDB reads, is a tree of some 3000 levels.
_TREE_DEPTH = 10_000
# What Python's date and datetime hold: days and microseconds since 1970.
_DAYS = (-719_162, 2_932_896)
_MOMENTS = (-62_135_596_800_000_000, 253_402_300_799_999_999)
# Beside a page it gets a tenth of a processor: more would slow the page, and with less it would not end while figures
# are worked out on all of them.
_NICENESS = 10


def N_(sentence: str) -> str:  # noqa: N802 - as in words, which this process does not import
    """The sentence itself, marked for translation."""
    return sentence


# The mistakes that people make, as DuckDB tells them and as we do; its own words stand for the others.
_MISTAKES = (
    (
        r'column "(?P<name>[^"]*)" not found in FROM.*?Candidate bindings: "(?P<near>[^"]*)"',
        N_("there is no column “{name}”. Did you mean “{near}”? A text stands in single quotes: 'Zara'."),
    ),
    (
        r'column "(?P<name>[^"]*)" (?:not found in FROM|was not found)|have a column named "(?P<name_>[^"]*)"',
        N_("there is no column “{name}” there. A text stands in single quotes: 'Zara'."),
    ),
    (
        r'syntax error at or near "(?P<near>.*?)"\n\nLINE (?P<line>\d+):',
        N_("“{near}” in line {line} is not understood. Is something wrong just before it?"),
    ),
    (r"syntax error at end of input", N_("it ends too early. Is a name or a bracket missing?")),
    (r"unterminated quoted", N_("a text or a name in it is not closed: a quote is missing.")),
    (
        r'Function with name (?P<name>\S+) does not exist!\nDid you mean "(?P<near>[^"]*)"',
        N_("there is no function “{name}”. Did you mean “{near}”?"),
    ),
    (
        r'column "(?P<name>[^"]*)" must appear in the GROUP BY',
        N_("“{name}” must stand in GROUP BY too, or inside a function such as max or median."),
    ),
    (
        r'Ambiguous reference to column name "(?P<name>[^"]*)" \(use: "(?P<near>[^"]*)"',
        N_("several tables have a column “{name}”. Say which one you mean, for instance {near}."),
    ),
)


class Refused(Exception):
    """The query is answered with an error: its kind, and why with its facts."""

    def __init__(self, kind: str, why: str, **facts: object) -> None:
        super().__init__(why)
        self.kind, self.facts = kind, {"why": why, **facts}


def main() -> None:
    """Answer the question on standard input."""
    _step_back()
    question = json.loads(sys.stdin.buffer.readline())
    _limit_resources(question)
    sys.setrecursionlimit(_TREE_DEPTH)
    reply(question, sys.stdout.buffer, sys.stdin.buffer)


def reply(question: dict[str, Any], out: BinaryIO, own: BinaryIO | None = None) -> None:
    """Write the head of the answer, and the rows where there are some. `own`: where the asker's own tables are read."""
    try:
        frame, truncated = answer(question, own)
    except Refused as error:
        _say({"error": error.kind, "facts": error.facts}, out)
        return
    _say({"truncated": truncated}, out)
    frame.write_ipc_stream(out)
    out.flush()


def _step_back() -> None:
    """Let everybody else go first: pages, flows, and whatever she does beside vopt."""
    os.nice(_NICENESS)
    # Desktop Linux shares the processor between sessions first, and this process is a session of its own.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICENESS), encoding="ascii")


def _limit_resources(question: dict[str, Any]) -> None:
    """Second net below the parent's watchdog: no file can be written, memory ends, processor time ends."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seconds = int(question["seconds"]) * 4 + 10
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        bytes_ = (question["memory_mb"] + 1024) * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (bytes_, bytes_))


def answer(question: dict[str, Any], own: BinaryIO | None = None) -> tuple[Any, bool]:
    """The rows, and whether there were more than the limit. Raises: Refused."""
    import polars as pl

    connection = _open(question, own)
    sql = _one_select(connection, question["sql"])
    try:
        relation = connection.sql(sql)
        if relation is None:
            raise Refused("NotOneSelect", N_("it gives no rows"))
        limited = _plain(relation).limit(question["rows"] + 1)
        frame = pl.DataFrame(limited)
    except duckdb.Error as error:
        raise _refusal(error) from error
    except MemoryError as error:
        raise Refused("SqlTooBig", str(error)) from error
    return _shown(frame.head(question["rows"])), frame.height > question["rows"]


def _open(question: dict[str, Any], own: BinaryIO | None) -> duckdb.DuckDBPyConnection:
    """A DuckDB that sees the views and their exact files, whose settings can no longer be changed."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    for statement in (
        "SET TimeZone = 'UTC'",
        "SET temp_directory = ''",
        "SET home_directory = '/nonexistent'",
        "SET python_enable_replacements = false",
        "SET allow_community_extensions = false",
        "SET preserve_insertion_order = true",
        f"SET threads = {int(question['threads'])}",
        f"SET memory_limit = '{int(question['memory_mb'])}MB'",
    ):
        connection.execute(statement)
    _take_in(connection, question["own"], own)
    connection.execute(f"SET allowed_paths = [{', '.join(map(_literal, question['files']))}]")
    connection.execute("SET enable_external_access = false")
    for view in question["views"]:
        connection.execute(view)
    connection.execute("SET lock_configuration = true")
    return connection


def _literal(text: str) -> str:
    """A text within a statement. As a parameter it would cost as much as all else: DuckDB imports pandas first."""
    return "'" + text.replace("'", "''") + "'"


class _ArrowStream:
    """A Polars frame as DuckDB takes it without pyarrow (as in `views.py`)."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def _take_in(connection: duckdb.DuckDBPyConnection, lengths: dict[str, int], own: BinaryIO | None) -> None:
    """Make the tables that belong to whoever asks, of so many bytes each."""
    import polars as pl

    if own is None:
        return
    for name, length in lengths.items():
        connection.register("arriving", _ArrowStream(pl.read_ipc_stream(io.BytesIO(own.read(length)))))
        connection.execute(f'CREATE TABLE "{name}" AS FROM arriving')
        connection.unregister("arriving")


def _one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The statement, when it is exactly one SELECT that calls nothing outside the cage."""
    if "\0" in sql or any("\ud800" <= letter <= "\udfff" for letter in sql):
        # DuckDB reads up to a NUL; half characters are what a shell makes of bytes that are not UTF-8.
        raise Refused("SqlWrong", N_("it holds bytes that are not text"))
    try:
        # Already parsing IMPORT DATABASE reads files: it must be the caged connection that parses.
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise _refusal(error) from error
    if not statements:
        raise Refused("NotOneSelect", N_("this is empty"))
    if len(statements) > 1:
        raise Refused("NotOneSelect", N_("these are {n} statements"), n=len(statements))
    if statements[0].type != duckdb.StatementType.SELECT or _first_word(sql) not in _FIRST_WORDS:
        kind = _first_word(sql).upper()
        raise Refused("NotOneSelect", N_("{word} is not allowed here"), word=kind)
    query = statements[0].query
    row = connection.execute(f"SELECT json_serialize_sql({_literal(query)})").fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    if tree["error"]:
        raise Refused("NotOneSelect", str(tree.get("error_message", N_("it cannot be read"))))
    for function in _table_functions(tree):
        if function not in _TABLE_FUNCTIONS:
            raise Refused("SqlRefused", N_("{word} is not allowed here"), word=f"{function}()")
    return query


def _first_word(sql: str) -> str:
    for start, kind in duckdb.tokenize(sql):
        if kind != duckdb.token_type.comment:
            rest = sql.encode()[start:].decode(errors="replace").lstrip()
            return "(" if rest.startswith("(") else rest.split(None, 1)[0].rstrip(";").split("(")[0].lower()
    return ""


def _table_functions(node: Any) -> list[str]:
    """Names of the functions called in FROM, anywhere in the tree of a statement."""
    if isinstance(node, list):
        return [name for child in node for name in _table_functions(child)]
    if not isinstance(node, dict):
        return []
    here = [str(node["function"]["function_name"]).lower()] if node.get("type") == "TABLE_FUNCTION" else []
    return here + [name for child in node.values() for name in _table_functions(child)]


def _plain(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The relation with columns that Arrow and Polars both know; equal names are told apart by DuckDB."""
    relation = relation.project("*")
    columns = []
    for name, dtype in zip(relation.columns, relation.types, strict=True):
        quoted = '"' + name.replace('"', '""') + '"'
        base = str(dtype).removesuffix("[]").split("(")[0]
        columns.append(quoted if base in _PLAIN_TYPES else f"CAST({quoted} AS VARCHAR) AS {quoted}")
    return relation.project(", ".join(columns))


def _shown(frame: Any) -> Any:
    """The rows as anybody can show them: sums of whole numbers, which DuckDB counts in 128 bits, in 64 where they fit.

    Raises: Refused for a moment that Python does not know (DuckDB knows infinity and the year 290000).
    """
    import polars as pl

    for column in frame.select(pl.col(pl.Date, pl.Datetime)).iter_columns():
        earliest, latest = _DAYS if column.dtype == pl.Date else _MOMENTS
        if not column.to_physical().is_between(earliest, latest).all():
            raise Refused("SqlWrong", N_("a moment in {name} lies outside the years 1 to 9999"), name=column.name)
    wide = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Decimal) and dtype.scale == 0]
    for name in wide:
        narrow = frame[name].cast(pl.Int64, strict=False)
        if narrow.null_count() == frame[name].null_count():
            frame = frame.with_columns(narrow)
    return frame


def _refusal(error: duckdb.Error) -> Refused:
    if isinstance(error, duckdb.OutOfMemoryException):
        return Refused("SqlTooBig", _first_lines(error))
    text = str(error)
    if isinstance(error, duckdb.PermissionException) or "disabled by configuration" in text:
        return Refused("SqlRefused", _first_lines(error))
    if isinstance(error, duckdb.CatalogException) and "Table with name" in text:
        name = text.split("Table with name ", 1)[1].split(" does not exist", 1)[0]
        return (
            Refused("SqlRefused", N_("{name} is a file"), name=name) if "/" in name else Refused("UnknownTable", name)
        )
    return _wrong(text) or Refused("SqlWrong", _first_lines(error))


def _wrong(told: str) -> Refused | None:
    """The mistake in a sentence of ours, where it is a usual one."""
    for pattern, sentence in _MISTAKES:
        if found := re.search(pattern, told, re.DOTALL):
            facts = {name.rstrip("_"): fact for name, fact in found.groupdict().items() if fact is not None}
            return Refused("SqlWrong", sentence, **facts)
    return None


def _first_lines(error: Exception) -> str:
    """DuckDB's message up to the picture of the statement or the list of what there would be."""
    return " ".join(re.split(r"\nLINE |\n\tCandidate", str(error), maxsplit=1)[0].split())


def _say(head: dict[str, Any], out: BinaryIO) -> None:
    out.write(json.dumps(head).encode() + b"\n")


if __name__ == "__main__":
    main()
