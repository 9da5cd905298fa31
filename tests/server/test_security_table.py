"""Every test that docs/security.md names is there: what the table says is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
ROWS = [
    row
    for row in (TESTS.parent / "docs" / "security.md").read_text().splitlines()
    if re.match(r"\| (?!Tried|---)", row)
]


def test_the_table_is_long() -> None:
    assert len(ROWS) > 40


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:50])
def test_what_shows_it_is_there(row: str) -> None:
    named = re.findall(r"`([^`]+)`", row.rpartition("|")[0].rpartition("|")[2])
    module = TESTS
    assert named
    for name in named:
        before, _, test = name.rpartition("::") if "::" in name else ("", "", name if name.startswith("…") else "")
        place = before or (name if not test else "")
        if place:
            module = TESTS.parent / place if place.startswith("tests/") else TESTS / "server" / f"{place}.py"
        assert module.exists(), name
        if test:
            begun = test.strip("…_")
            assert re.search(rf"def test_\w*{re.escape(begun.removeprefix('test_'))}", module.read_text()), name
