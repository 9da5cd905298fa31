"""`vopt tidy` as a person uses it: now, as often as she likes, and told what it did."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.cli.conftest import Vopt
from tests.lake.frames import pages
from vopt_lib.lake import Lake
from vopt_lib.paths import Paths


def test_an_empty_vopt_has_nothing_to_tidy(vopt: Vopt) -> None:
    assert vopt("tidy").out == "Tidying up: nothing had to be done\n"


def test_what_was_removed_is_told_table_by_table_and_by_status(vopt: Vopt, tmp_path: Path) -> None:
    lake = Lake(Paths(tmp_path / "data", str(tmp_path / "data" / "lake")))
    lake.append("page_raw", pages(["a"], day=date(2020, 1, 1)))
    assert vopt("tidy").lines == [
        "Tidying up: 1 old day removed",
        "• Old days removed from page_raw: 1, up to 2020-01-01.",
    ]
    assert "Tidied up on " in vopt("status").out
    assert vopt("tidy").lines == ["Tidying up: nothing had to be done"]
