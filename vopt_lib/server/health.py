"""This is where programs ask how vopt is: whether it answers at all, and, for admins, what was found in each part."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.looks import worst
from vopt_lib.schema.health import Check
from vopt_lib.words import Language, Words

HEALTH: Final = "/health"
KEPT_S: Final = 10.0
"""How long what was found is told again: looking at disk, shop and services costs more than asking."""

Checks = Callable[[Desk, Words], Sequence[Check]]


def checks_of(desk: Desk, words: Words) -> Sequence[Check]:
    """What `vopt doctor` looks at, too."""
    from vopt_lib.desk.health import checks

    return checks(desk, words)


class Health:
    """What was found last, in each language; whoever asks meanwhile waits for the same look."""

    def __init__(self, desk: Desk, checks: Checks = checks_of, clock: Callable[[], float] = time.monotonic) -> None:
        self._desk, self._checks, self._clock = desk, checks, clock
        self._found: dict[Language, tuple[float, dict[str, Any]]] = {}
        self._looking = asyncio.Lock()

    async def deep(self, words: Words) -> dict[str, Any]:
        """{"overall": "good", "checks": [{"name": "disk", "state": "good", "text": …, "next_step": …}, …]}."""
        async with self._looking:
            at, found = self._found.get(words.language, (-KEPT_S, {}))
            if not found or self._clock() - at >= KEPT_S:
                found = _told(await run_in_threadpool(self._checks, self._desk, words))
                self._found[words.language] = self._clock(), found
            return found


def _told(checks: Sequence[Check]) -> dict[str, Any]:
    return {"overall": worst([check.state for check in checks]), "checks": [asdict(check) for check in checks]}
