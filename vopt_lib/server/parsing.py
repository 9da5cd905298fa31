"""This is where old Pythons read programs one at a time.

Kernels are threads of one process, and each reads the cells of its page when it opens. Before Python 3.11.8 two threads
that turn a program into a tree at the same moment can break each other's ("SystemError: AST constructor recursion depth
mismatch"): one of some thousand pages did not open. Source: CPython issue 106905, mended in 3.11.8; 3.12 never had it.
"""

from __future__ import annotations

import ast
import builtins
import sys
import threading
from functools import wraps
from typing import Any

MENDED = (3, 11, 8)


def read_one_at_a_time(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    """Let this process turn one program at a time into a tree, where its Python needs that."""
    if version >= MENDED:
        return
    compile_, reading = builtins.compile, threading.RLock()

    @wraps(compile_)
    def compile_in_turn(source: Any, filename: Any, mode: str, flags: int = 0, *given: Any, **named: Any) -> Any:
        if not flags & ast.PyCF_ONLY_AST:
            return compile_(source, filename, mode, flags, *given, **named)
        with reading:
            return compile_(source, filename, mode, flags, *given, **named)

    builtins.compile = compile_in_turn
