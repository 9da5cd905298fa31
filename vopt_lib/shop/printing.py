"""This is where labels become pages to print: `labels.py` does it in a process of its own, which is watched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import psutil

from vopt_lib.errors import LabelUnusable
from vopt_lib.schema.shipping import Layout
from vopt_lib.words import N_

SECONDS: Final = 20
"""A hundred labels of a carrier take two."""

MEMORY_MB: Final = 400
MOST_BYTES: Final = 10 * 2**20
"""Of one label; those of Vinted's e-mails have some 100 kB."""

_CHILD: Final = Path(__file__).with_name("labels.py")
_LOOK_EVERY_S: Final = 0.05
_TOO_MUCH: Final = N_("it holds too much for a label")


def printed(labels: Mapping[str, Path], layout: Layout) -> bytes:
    """One PDF with these labels ({what each is called: its file}), in this order.

    Every page is kept whole and in proportion; it is made smaller or turned where its place asks for it, never larger.

    Raises: LabelUnusable, naming the first that cannot be printed.
    """
    names = list(labels)
    for name, path in labels.items():
        if not path.is_file():
            raise LabelUnusable(name=name, why=N_("its file is missing"))
        if path.stat().st_size > MOST_BYTES:
            raise LabelUnusable(name=name, why=_TOO_MUCH)
    question = {"labels": [str(path) for path in labels.values()], "layout": layout.value, "seconds": SECONDS}
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as begun:
        is_done = _run(json.dumps(question).encode(), said, begun)
        head, _, body = _text(said).partition(b"\n")
        refused = json.loads(head) if is_done else {"why": _TOO_MUCH}
        if refused:
            raise LabelUnusable(name=_last(begun, names), **refused)
        return body


def _run(question: bytes, said: IO[bytes], begun: IO[bytes]) -> bool:
    """Whether the process answered; one that takes too long or too much is ended."""
    with tempfile.TemporaryDirectory(prefix="vopt-labels-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=begun,
            cwd=folder,
            env={"HOME": folder, "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            with suppress(subprocess.TimeoutExpired):
                process.communicate(question, timeout=_LOOK_EVERY_S)
            return _watched(process) == 0
        finally:
            process.kill()
            process.wait()


def _watched(process: subprocess.Popen[bytes]) -> int | None:
    """Its status, when it ends by itself within its limits."""
    before = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < before:
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(process.pid).memory_info().rss > MEMORY_MB * 2**20:
                return None
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_EVERY_S)
    return process.returncode


def _text(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _last(begun: IO[bytes], names: Sequence[str]) -> str:
    """The label that the process had before it last: it says a number for each; a library may say more."""
    numbers = [int(line) for line in _text(begun).split(b"\n") if line.isdigit()]
    return names[numbers[-1]] if numbers else names[0]
