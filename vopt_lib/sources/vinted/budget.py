"""This is where requests are counted, so that no hour and no run asks for more than is decent."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from vopt_lib.errors import BudgetSpent, ItemPagesSpent, RunBudgetSpent
from vopt_lib.files import write_json
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.sources.vinted.state import moment, remembered

HOUR = timedelta(hours=1)


class _Window(NamedTuple):
    name: str
    limit: int | None
    error: type[BudgetSpent]


class Budget:
    """What may still be asked: in any hour (shared by every process, kept across restarts) and in this run.

    Item pages have an hour's window of their own; everything else (catalogue, home page, robots.txt, photos) shares
    the other one. Used only under the host's lock.
    """

    def __init__(self, state: Path, pacing: Pacing) -> None:
        self._file = state / "budget.json"
        self._requests = _Window("requests", pacing.requests_per_hour, BudgetSpent)
        self._item_pages = _Window("item_pages", pacing.item_pages_per_hour, ItemPagesSpent)
        self._run_limit = pacing.requests_per_run
        self._run_count = 0

    def require(self, kind: Kind | None, now: datetime) -> None:
        """Nothing, when one more request may go out. Raises: RunBudgetSpent, BudgetSpent, ItemPagesSpent."""
        if self._run_limit is not None and self._run_count >= self._run_limit:
            raise RunBudgetSpent(limit=self._run_limit, until=now)
        window = self._window(kind)
        if window.limit is None:
            return
        spent = self._spent(window.name, now)
        if len(spent) >= window.limit:
            oldest_that_counts = spent[len(spent) - window.limit] if window.limit else now
            raise window.error(limit=window.limit, until=oldest_that_counts + HOUR)

    def spend(self, kind: Kind | None, now: datetime) -> None:
        """Count one request that goes out now."""
        self._run_count += 1
        window = self._window(kind)
        if window.limit is None:
            return
        spent = [*self._spent(window.name, now), now]
        with remembered(self._file) as kept:
            write_json(self._file, {**kept, window.name: [at.isoformat() for at in spent]})

    def _window(self, kind: Kind | None) -> _Window:
        return self._item_pages if kind is Kind.ITEM_PAGE else self._requests

    def _spent(self, name: str, now: datetime) -> list[datetime]:
        with remembered(self._file) as kept:
            return sorted(at for at in map(moment, kept.get(name, ())) if now - at < HOUR)
