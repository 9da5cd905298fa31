"""`vopt tidy`, `backup` and `restore` as a person uses them: now, as often as she likes, and told what they did."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from tests.cli.conftest import Vopt
from tests.desk.whole import opened, whole_vopt
from tests.desk.whole import told as told_of
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


def test_a_backup_is_told_part_by_part_and_comes_back(vopt: Vopt, tmp_path: Path) -> None:
    whole_vopt(tmp_path / "data")
    file = tmp_path / "all.tar"
    told = vopt("backup", "--output", str(file))
    assert told.lines[0].startswith(f"Everything is in {file} (")
    assert [line.partition(":")[0] for line in told.lines[1:-1]] == [
        "• the market", "• your shop", "• photos", "• labels of parcels", "• models", "• settings and keys",
    ]  # fmt: skip
    assert told.lines[-1] == "It holds the keys to your accounts: keep it where only you can read it."
    assert vopt("restore", str(file)).err.startswith(f"{tmp_path / 'data'} holds data already (")
    again = vopt("restore", str(file), "--force")
    assert again.lines[0].startswith("Everything is as it was on ")
    assert again.lines[1].startswith(f"What was here before lies in {tmp_path / 'data' / 'before-restore'}")
    assert told_of(opened(tmp_path / "data"))["sightings"] == [1, 2, 3]


def test_a_program_reads_what_is_in_a_backup(vopt: Vopt, tmp_path: Path) -> None:
    whole_vopt(tmp_path / "data")
    told = json.loads(vopt("backup", "--without", "market", "--json").out)
    assert told["left_out"] == ["market"]
    assert told["parts"]["photos"] == {"files": 1, "bytes": 5000}
    assert Path(told["file"]).stat().st_size == told["bytes"]


def test_what_is_no_backup_is_refused_with_a_sentence(vopt: Vopt, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear aunt")
    told = vopt("restore", str(tmp_path / "letter.txt"))
    assert (told.status, "letter.txt is no backup of vopt: it is another kind of file." in told.err) == (1, True)
