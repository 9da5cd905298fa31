"""This is where people's SQL is let near the published tables, and kept from everything else.

The query runs in a child process (`cage_child.py`): DuckDB's own limits on time and memory do not hold, so a watchdog
here kills the child when it takes too long or too much. The child goes behind everything else, leaves a processor free,
and inherits nothing: no open file, no socket, no variable. One process asks few queries at once; further ones wait.

What belongs to the person who asks, and to her alone, is handed to her child with the question: it is in no file that
another query could name.
"""

from __future__ import annotations

import contextlib
import difflib
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import polars as pl
import psutil

from vopt_lib.errors import (
    NotOneSelect,
    SqlBusy,
    SqlError,
    SqlRefused,
    SqlResultTooBig,
    SqlTooBig,
    SqlTooSlow,
    SqlWrong,
)
from vopt_lib.files import reason
from vopt_lib.lake.copies import copied_files, named_in
from vopt_lib.lake.lake import Lake
from vopt_lib.lake.warehouse import all_statements, sql_files, sql_tables
from vopt_lib.schema.gold import VIEWS
from vopt_lib.words import N_

CHILD = Path(__file__).with_name("cage_child.py")
LOOK_EVERY_S = 0.02
# A result is shown or saved, not stored: this is 100,000 rows of 2.5 kB.
RESULT_MB = 256
# What Python, DuckDB and Polars take before the first row.
CHILD_ITSELF_MB = 256
# One processor stays free for the pages of everybody else.
THREADS = max(1, min(2, (os.cpu_count() or 1) - 1))
# Each may take all of its memory: one on two processors, two on the iMac's four.
AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
TURNS = threading.BoundedSemaphore(AT_ONCE)


OwnTables = Mapping[str, bytes]
"""{name: rows, as an Arrow stream} of the tables that belong to whoever asks."""


@dataclass(frozen=True)
class SqlLimits:
    """What one query of a person may take."""

    seconds: float = 10.0
    memory_mb: int = 1024
    rows: int = 100_000


@dataclass(frozen=True)
class SqlResult:
    """The rows of a query; `is_truncated` when there were more than the limit. `seconds`: what it took, without waiting
    for others.
    """

    frame: pl.DataFrame
    is_truncated: bool
    seconds: float


def run_sql(
    lake: Lake,
    sql: str,
    limits: SqlLimits | None = None,
    *,
    own: OwnTables = MappingProxyType({}),
    turns: threading.Semaphore = TURNS,
) -> SqlResult:
    """What exactly one SELECT over the published tables gives, and over `own`, which no other query sees.

    Times are UTC. Columns of types that Polars lacks (intervals, maps) arrive as text. While this process asks as many
    queries as it may, this one waits, as long as the limits let one run.

    Raises: NotOneSelect, SqlRefused, SqlWrong, SqlTooSlow, SqlTooBig, SqlBusy.
    """
    limits = limits or SqlLimits()
    lengths = {name: len(rows) for name, rows in own.items()}
    asked = [json.dumps(question(lake, sql, limits) | {"own": lengths}).encode() + b"\n", *own.values()]
    if not turns.acquire(timeout=limits.seconds):
        raise SqlBusy
    try:
        return _asked(asked, limits, (*VIEWS, *(table.name for table in sql_tables()), *own))
    finally:
        turns.release()


def question(lake: Lake, sql: str, limits: SqlLimits) -> dict[str, Any]:
    """What the child is asked: the statement, the published tables it may read, and its limits. Raises: LakeError.

    Tables on an object store are copied to this machine first, as far as the statement names them.
    """
    files = sql_files(lake, lake.published())
    if not lake.is_local:
        named = named_in(sql, files)
        files |= copied_files(lake, {name: files[name] for name in named}) | {name: [] for name in files.keys() - named}
    return {
        "sql": sql,
        "views": all_statements(lake, files),
        "files": [path for paths in files.values() for path in paths],
        "seconds": limits.seconds,
        "memory_mb": limits.memory_mb,
        "rows": limits.rows,
        "threads": THREADS,
        "own": {},
    }


def _asked(question: Sequence[bytes], limits: SqlLimits, known: Sequence[str]) -> SqlResult:
    with _Answer() as answer, _child() as process:
        started = time.monotonic()
        answer.ask(process, question)
        while not answer.is_complete():
            _watch(process, limits, started)
        frame, is_truncated = _result(process, answer, limits, known)
        return SqlResult(frame, is_truncated, time.monotonic() - started)


@contextlib.contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    """A child in a process group and an empty folder of its own, that is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="vopt-sql-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"HOME": folder, "PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "POLARS_MAX_THREADS": "1"},
            close_fds=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            with contextlib.suppress(OSError):
                _pipe(process.stdin).close()


class _Answer:
    """What the child says, read beside the watchdog so that neither waits for the other.

    The rows go through a file without a name: copying 200 MB in memory would hold up every page of this process.
    """

    def __init__(self) -> None:
        self.head = b""
        self.rows = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the block ends
        self.is_too_big = False
        self.trouble: OSError | None = None
        self._reader: threading.Thread | None = None

    def __enter__(self) -> _Answer:
        return self

    def __exit__(self, *ending: object) -> None:
        if self._reader:
            self._reader.join()
        self.rows.close()

    def ask(self, process: subprocess.Popen[bytes], question: Sequence[bytes]) -> None:
        """Hand over the question (the child reads all of it first) and start listening."""
        self._reader = threading.Thread(target=self._read, args=(_pipe(process.stdout),), daemon=True)
        self._reader.start()
        with contextlib.suppress(BrokenPipeError):
            for piece in question:
                _pipe(process.stdin).write(piece)
            _pipe(process.stdin).close()

    def is_complete(self) -> bool:
        """Whether the child closed its end; waits a little for it."""
        if self._reader:
            self._reader.join(LOOK_EVERY_S)
        return not (self._reader and self._reader.is_alive())

    def frame(self) -> pl.DataFrame:
        """The rows that it said."""
        self.rows.seek(0)
        return pl.read_ipc_stream(self.rows)

    def _read(self, output: IO[bytes]) -> None:
        with output:
            chunks = iter(lambda: os.read(output.fileno(), 2**20), b"")
            while b"\n" not in self.head and (chunk := next(chunks, b"")):
                self.head += chunk
            self.head, _, rest = self.head.partition(b"\n")
            try:
                self._keep(itertools.chain([rest], chunks))
            except OSError as error:
                self.trouble = error

    def _keep(self, chunks: Iterable[bytes]) -> None:
        for chunk in chunks:
            if self.rows.tell() + len(chunk) > RESULT_MB * 2**20:
                self.is_too_big = True
                return
            self.rows.write(chunk)


def _watch(process: subprocess.Popen[bytes], limits: SqlLimits, started: float) -> None:
    """Raise when the child takes too much; leaving the block kills it."""
    if time.monotonic() - started > limits.seconds:
        raise SqlTooSlow(seconds=f"{limits.seconds:g}")
    try:
        resident = psutil.Process(process.pid).memory_info().rss
    except psutil.NoSuchProcess:
        return
    if resident > (limits.memory_mb + CHILD_ITSELF_MB) * 2**20:
        raise SqlTooBig(megabytes=limits.memory_mb)


def _result(
    process: subprocess.Popen[bytes], answer: _Answer, limits: SqlLimits, known: Sequence[str]
) -> tuple[pl.DataFrame, bool]:
    """The rows, and whether there were more than the limit."""
    if answer.trouble:
        raise SqlError(why=reason(answer.trouble))
    if answer.is_too_big:
        raise SqlResultTooBig(megabytes=RESULT_MB)
    status = process.wait()
    if not answer.head or status != 0:
        raise _death(status, limits)
    told = json.loads(answer.head)
    if told.get("error") == "UnknownTable":
        raise _unknown_table(told["facts"]["why"], known)
    if "error" in told:
        raise _error(told["error"], told["facts"], limits)
    return answer.frame(), bool(told["truncated"])


def _death(status: int, limits: SqlLimits) -> SqlError:
    """Why a child died without an answer: its own limits, else DuckDB itself (memory refused, or a stack overflow)."""
    if status == -signal.SIGXCPU:
        return SqlTooSlow(seconds=f"{limits.seconds:g}")
    if status == -signal.SIGSEGV:
        return SqlWrong(why=N_("DuckDB ended unexpectedly. Is the query nested very deeply?"))
    return SqlTooBig(megabytes=limits.memory_mb)


def _error(kind: str, facts: dict[str, Any], limits: SqlLimits) -> SqlError:
    match kind:
        case "NotOneSelect":
            return NotOneSelect(**facts)
        case "SqlRefused":
            return SqlRefused(**facts)
        case "SqlTooBig":
            return SqlTooBig(megabytes=limits.memory_mb)
        case _:
            return SqlWrong(**facts)


def _unknown_table(name: str, known: Sequence[str]) -> SqlWrong:
    near = difflib.get_close_matches(name, known, n=1)
    facts = {"name": name, "known": ", ".join(known), "near": near[0] if near else ""}
    if near:
        return SqlWrong(why=N_("there is no table “{name}”. Did you mean “{near}”? Known: {known}."), **facts)
    return SqlWrong(why=N_("there is no table “{name}”. Known: {known}."), **facts)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the child was started without pipes")
    return pipe
