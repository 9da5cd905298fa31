"""This is where people's SQL is let near the published tables, and kept from everything else.

The query runs in a child process (`cage_child.py`): DuckDB's own limits on time and memory do not hold, so a watchdog
here kills the child when it takes too long or too much.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import polars as pl
import psutil

from vopt_lib.errors import (
    LakeError,
    NotOneSelect,
    SqlError,
    SqlRefused,
    SqlResultTooBig,
    SqlTooBig,
    SqlTooSlow,
    SqlWrong,
)
from vopt_lib.lake.lake import Lake
from vopt_lib.lake.warehouse import sql_files, sql_tables, view_statements
from vopt_lib.words import N_

CHILD = Path(__file__).with_name("cage_child.py")
LOOK_EVERY_S = 0.02
# A result is shown or saved, not stored: this is 100,000 rows of 2.5 kB.
RESULT_MB = 256
# What Python, DuckDB and Polars take before the first row.
CHILD_ITSELF_MB = 256


@dataclass(frozen=True)
class SqlLimits:
    """What one query of a person may take."""

    seconds: float = 10.0
    memory_mb: int = 1024
    rows: int = 100_000


@dataclass(frozen=True)
class SqlResult:
    """The rows of a query; `is_truncated` when there were more than the limit."""

    frame: pl.DataFrame
    is_truncated: bool


def run_sql(lake: Lake, sql: str, limits: SqlLimits | None = None) -> SqlResult:
    """What exactly one SELECT over the published tables gives.

    Times are UTC. Columns of types that Polars lacks (intervals, maps) arrive as text.

    Raises: NotOneSelect, SqlRefused, SqlWrong, SqlTooSlow, SqlTooBig.
    """
    limits = limits or SqlLimits()
    asked = json.dumps(question(lake, sql, limits)).encode()
    with _child() as process:
        answer = _Answer(process)
        started = time.monotonic()
        answer.ask(asked)
        while not answer.is_complete():
            _watch(process, limits, started)
        return _result(process, answer, limits)


def question(lake: Lake, sql: str, limits: SqlLimits) -> dict[str, Any]:
    """What the child is asked: the statement, the published tables it may read, and its limits. Raises: LakeError."""
    if not lake.is_local:
        raise LakeError(why=N_("SQL needs a data folder on this computer"))
    files = sql_files(lake, lake.published())
    return {
        "sql": sql,
        "views": list(view_statements(lake, files).values()),
        "files": [path for paths in files.values() for path in paths],
        "seconds": limits.seconds,
        "memory_mb": limits.memory_mb,
        "rows": limits.rows,
        "threads": min(2, os.cpu_count() or 1),
    }


@contextlib.contextmanager
def _child() -> Any:
    """A child in a process group and an empty folder of its own, that is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="vopt-sql-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"HOME": folder, "PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "POLARS_MAX_THREADS": "1"},
            start_new_session=True,
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    if pipe:
                        pipe.close()


class _Answer:
    """What the child says, read beside the watchdog so that neither waits for the other."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._bytes = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self.is_too_big = False

    def ask(self, question: bytes) -> None:
        """Hand over the question (the child reads all of it first) and start listening."""
        self._reader.start()
        with contextlib.suppress(BrokenPipeError):
            _pipe(self._process.stdin).write(question)
            _pipe(self._process.stdin).close()

    def is_complete(self) -> bool:
        """Whether the child closed its end; waits a little for it."""
        self._reader.join(LOOK_EVERY_S)
        return not self._reader.is_alive()

    def received(self) -> bytes:
        """Everything it said."""
        return bytes(self._bytes)

    def _read(self) -> None:
        output = _pipe(self._process.stdout)
        while chunk := os.read(output.fileno(), 2**20):
            if len(self._bytes) + len(chunk) > RESULT_MB * 2**20:
                self.is_too_big = True
                return
            self._bytes += chunk


def _watch(process: subprocess.Popen[bytes], limits: SqlLimits, started: float) -> None:
    """Raise when the child takes too much; leaving the block kills it."""
    if time.monotonic() - started > limits.seconds:
        raise SqlTooSlow(seconds=limits.seconds)
    try:
        resident = psutil.Process(process.pid).memory_info().rss
    except psutil.NoSuchProcess:
        return
    if resident > (limits.memory_mb + CHILD_ITSELF_MB) * 2**20:
        raise SqlTooBig(megabytes=limits.memory_mb)


def _result(process: subprocess.Popen[bytes], answer: _Answer, limits: SqlLimits) -> SqlResult:
    if answer.is_too_big:
        raise SqlResultTooBig(megabytes=RESULT_MB)
    head, _, rows = answer.received().partition(b"\n")
    status = process.wait()
    if not head or status != 0:
        raise _death(status, limits)
    told = json.loads(head)
    if "error" in told:
        raise _error(told["error"], told["facts"], limits)
    return SqlResult(pl.read_ipc_stream(io.BytesIO(rows)), bool(told["truncated"]))


def _death(status: int, limits: SqlLimits) -> SqlError:
    """Why a child died without an answer: its own limits, else DuckDB itself (memory refused, or a stack overflow)."""
    if status == -signal.SIGXCPU:
        return SqlTooSlow(seconds=limits.seconds)
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
        case "UnknownTable":
            return _unknown_table(facts["why"])
        case _:
            return SqlWrong(**facts)


def _unknown_table(name: str) -> SqlWrong:
    known = [table.name for table in sql_tables()]
    near = difflib.get_close_matches(name, known, n=1)
    facts = {"name": name, "known": ", ".join(known), "near": near[0] if near else ""}
    if near:
        return SqlWrong(why=N_("there is no table “{name}”. Did you mean “{near}”? Known: {known}."), **facts)
    return SqlWrong(why=N_("there is no table “{name}”. Known: {known}."), **facts)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the child was started without pipes")
    return pipe
