"""This is where recorded listings are collected as a day of a person's own: simulator, follow, daily flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.servers import running_simulator
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.schema.queries import CatalogueQuery, Term

STARTS = "2026-11-01T09:00:00+00:00"


@dataclass(frozen=True)
class PlayedDay:
    """A vopt after its first daily flow, and what the simulated site was asked meanwhile."""

    desk: Desk
    asked: list[dict[str, Any]]

    def published(self, table: str) -> pl.DataFrame:
        """The rows that pages and SQL see."""
        return self.desk.lake.scan(table).collect()

    def newest(self, table: str) -> pl.DataFrame:
        """The rows that were written, published or not."""
        return self.desk.lake.scan(table, version="newest").collect()


PlayDay = Callable[[pl.DataFrame, Term], PlayedDay]


@pytest.fixture(scope="module")
def play_day(prefect: None, tmp_path_factory: pytest.TempPathFactory) -> PlayDay:
    """Serves listings as one catalogue of vinted.fr, follows it, and runs the daily flow once over HTTP."""

    def play(listings: pl.DataFrame, catalogue: Term) -> PlayedDay:
        folder = tmp_path_factory.mktemp("day")
        listings.write_parquet(folder / "listings.parquet")
        with running_simulator(listings=folder / "listings.parquet", start=STARTS) as site:
            addresses = {"vinted_www": site.www, "vinted_api": site.api}
            with _settings(data=folder / "data", **addresses):
                from flows.daily import daily

                desk = open_desk()
                add_follow(desk, CatalogueQuery("fr", catalog=catalogue), "recorded")
                daily()
            return PlayedDay(desk, site.requests())

    return play


@contextmanager
def _settings(**values: str | Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(f"VOPT_{name.upper()}", str(value))
        yield
