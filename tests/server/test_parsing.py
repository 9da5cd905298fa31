"""Programs are read one at a time by Pythons that cannot read several, and as ever by all others."""

from __future__ import annotations

import ast
import builtins
import threading
from contextlib import suppress

import pytest

from vopt_lib.server.parsing import read_one_at_a_time


@pytest.mark.parametrize("version", [(3, 11, 2), (3, 11, 7)])
def test_an_old_python_reads_as_before_and_one_at_a_time(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]
) -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    real = compile

    def noting(*given: object, **named: object) -> object:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        with suppress(threading.BrokenBarrierError):
            together.wait(0.05)
        with lock:
            at_once -= 1
        return real(*given, **named)  # type: ignore[call-overload]

    together = threading.Barrier(9)  # more than there are: whoever is first waits, so that others could come beside it
    monkeypatch.setattr(builtins, "compile", noting)
    read_one_at_a_time(version)
    read: list[ast.AST] = []
    readers = [threading.Thread(target=lambda: read.append(ast.parse("a = 1"))) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert (len(read), most) == (4, 1)
    assert ast.unparse(read[0]) == "a = 1"
    assert eval(compile("1 + 1", "page", "eval")) == 2


@pytest.mark.parametrize("version", [(3, 11, 8), (3, 12, 0), (3, 13, 1)])
def test_a_later_python_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]) -> None:
    monkeypatch.setattr(builtins, "compile", compile)
    before = builtins.compile
    read_one_at_a_time(version)
    assert builtins.compile is before
