"""A downloaded file has her spreadsheet's form, runs nothing there, and is named after its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from vopt_lib.desk.ask import as_bytes
from vopt_lib.desk.download import FILE_KINDS, as_spreadsheet, file_bytes, file_name
from vopt_lib.desk.instance import open_desk
from vopt_lib.words import Language

MARK = "\ufeff"
ROWS = pl.DataFrame(
    {
        "title": ["Abito è;bello, vero", "=1+1", None],
        "price": [Decimal("1234.50"), Decimal("-1.00"), None],
        "share": [0.25, -3.0, None],
        "at": [datetime(2026, 1, 1, 10, tzinfo=UTC), None, None],
        "day": [date(2026, 1, 1), None, None],
        "sizes": [["S", "M"], [], None],
    }
)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "it",
            [
                "title;price;share;at;day;sizes",
                '"Abito è;bello, vero";1234,50;0,25;2026-01-01 10:00:00;2026-01-01;[S, M]',
                "'=1+1;-1,00;-3,0;;;[]",
                ";;;;;",
            ],
        ),
        (
            "en",
            [
                "title,price,share,at,day,sizes",
                '"Abito è;bello, vero",1234.50,0.25,2026-01-01 10:00:00,2026-01-01,"[S, M]"',
                "'=1+1,-1.00,-3.0,,,[]",
                ",,,,,",
            ],
        ),
    ],
)
def test_a_csv_is_what_a_spreadsheet_of_her_language_opens(language: Language, lines: list[str]) -> None:
    assert as_spreadsheet(ROWS, language).decode().splitlines() == [MARK + lines[0], *lines[1:]]


def test_a_text_that_begins_with_an_at_sign_stays_a_text() -> None:
    assert as_spreadsheet(pl.DataFrame({"@a": ["@SUM(1)"]}), "it").decode() == f"{MARK}'@a\n'@SUM(1)\n"


@pytest.mark.parametrize("ending", ["json", "parquet"])
def test_what_is_for_programs_is_as_on_the_command_line(ending: str) -> None:
    kind = next(kind for kind in FILE_KINDS if kind.ending == ending)
    assert file_bytes(ROWS, kind, "it") == as_bytes(ROWS, ending)


class Noon:
    """A clock that stands."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, tzinfo=UTC)

    def sleep(self, seconds: float) -> None: ...


def test_a_file_is_named_after_the_day(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path, clock=Noon())
    assert [file_name(desk, kind) for kind in FILE_KINDS] == [
        "vopt-2026-11-21.csv",
        "vopt-2026-11-21.json",
        "vopt-2026-11-21.parquet",
    ]
