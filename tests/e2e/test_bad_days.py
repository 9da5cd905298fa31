"""What docs/bad-days.md promises of each bad day, as far as it shows without servers: what is told, when it ends."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.desk.shop.clocks import NOW, at
from tests.lake.frames import seen
from vopt_lib.desk import doctor_data, doctor_machine, lasting
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.alerts_watch import watch
from vopt_lib.desk.attention import attention
from vopt_lib.desk.examined import Examined, Machine
from vopt_lib.desk.health import LOOKS, checks
from vopt_lib.desk.home import home
from vopt_lib.desk.housekeeping import tell_of_programs
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.ports import free_port, noted_ports
from vopt_lib.desk.runs import Run
from vopt_lib.desk.supervisor import supervisor
from vopt_lib.desk.up_state import Up, UpProgram, note
from vopt_lib.errors import DataFolderUnusable, ShopDamaged, ShopNotWritten, UpRunning, VoptError
from vopt_lib.files import only_one
from vopt_lib.schema.health import Check
from vopt_lib.settings import load_settings
from vopt_lib.shop.store import fault_of
from vopt_lib.words import Words

EN = Words("en")
TABLE = Path(__file__).resolve().parent.parent.parent / "docs" / "bad-days.md"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A vopt with one published day, on a disk with room."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 10**12))
    made = open_desk(clock=at(), data=tmp_path / "data", ollama_url="off")
    made.lake.append("listing_seen", seen([1, 2, 3], day=NOW.date()))
    made.lake.publish({"listing_seen": made.lake.version("listing_seen")})
    return made


def again(desk: Desk) -> Desk:
    """The same vopt in another process."""
    return replace(open_desk(data=desk.paths.data, ollama_url="off"), clock=desk.clock)


def bell(desk: Desk) -> dict[str, str]:
    """{key: what is told} of what lasts, once somebody has looked."""
    watch(desk)
    return told(desk)


def told(desk: Desk) -> dict[str, str]:
    return {one.alert.key: one.alert.line(EN) for one in alerts_of(desk) if one.ended_at is None}


def check(desk: Desk, name: str) -> Check:
    [found] = checks(desk, EN, looks={name: LOOKS[name]})
    return found


def examined(desk: Desk) -> Examined:
    return Examined(Machine("Linux", (6,), "x86_64", (3, 11, 7)), desk.settings, desk.paths, EN, desk.clock.now())


@contextmanager
def runs(desk: Desk, *programs: UpProgram) -> Iterator[Up]:
    """A `vopt up` that says this of its programs."""
    with only_one(desk.paths.up_lock, "vopt up"):
        up = Up(os.getpid(), NOW, programs)
        note(desk.paths, up)
        yield up


def test_every_row_of_the_table_names_a_test_of_this_module() -> None:
    rows = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(test_\w+)` \|$", row) for row in rows]
    assert len(rows) == 19
    assert [row for row, names in zip(rows, named, strict=True) if not names or names[0] not in globals()] == []


def test_what_ended_by_itself_is_told_and_over_when_it_runs_again(desk: Desk) -> None:
    with runs(desk, UpProgram("worker", "waiting", failures=1)) as up:
        tell_of_programs(desk, up)
        assert told(desk)["program:worker"].endswith("If it happens again, `vopt logs worker` says why.")
        assert "worker" in check(desk, "up").text
    with runs(desk, UpProgram("worker", "up")) as up:
        tell_of_programs(desk, up)
        assert (told(desk), check(desk, "up").state) == ({}, "good")


def test_nothing_is_complained_of_after_a_power_cut_or_while_it_starts(desk: Desk) -> None:
    with noted_ports(desk.paths, {"prefect": free_port(0)}):
        assert (bell(desk), check(desk, "prefect").state) == ({}, "good")
    with runs(desk, UpProgram("prefect", "starting", port=free_port(0))):
        assert (bell(desk), check(desk, "prefect").state) == ({}, "warn")


def on_disks(monkeypatch: pytest.MonkeyPatch, free: Callable[[Path], int]) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10**12, 0, free(Path(folder))))


def test_a_disk_that_fills_up_is_told_before_it_is_full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    on_disks(monkeypatch, lambda _: 10**9)
    assert bell(desk)["disk"].startswith("The disk of vopt's data is nearly full: 1,000 MB are free. Make room")
    assert check(desk, "disk").state == "warn"
    on_disks(monkeypatch, lambda _: 10**12)
    assert bell(desk) == {}


def test_a_full_disk_is_told_as_that_and_damages_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    on_disks(monkeypatch, lambda _: 0)
    [now] = [one for one in attention(desk, EN) if "nearly full" in one.text]
    assert "Make room: move old backups to another disk" in now.text, "the next step is told on the page"
    assert told(desk) == {}, "nothing was kept, as where nothing can be written"
    bell(desk)
    assert len([one for one in attention(desk, EN) if "nearly full" in one.text]) == 1
    assert check(desk, "disk").state == "bad"
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    refused = fault_of("shop.sqlite", full)
    assert isinstance(refused, ShopNotWritten)
    assert EN.error(refused).startswith("Your shop cannot be written to now: the disk is full. Nothing was changed")


def test_the_fullest_of_its_disks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lake").mkdir()
    elsewhere = open_desk(clock=at(), data=tmp_path / "data", lake=str(tmp_path / "lake"), ollama_url="off")
    on_disks(monkeypatch, lambda folder: 10**6 if folder.name == "lake" else 10**12)
    assert "1 MB are free" in bell(elsewhere)["disk"]
    assert check(elsewhere, "disk").state == "bad"


def test_a_clock_that_went_back_is_told_by_bell_and_doctor(desk: Desk) -> None:
    run = Run("r", "maintain", NOW, NOW)
    desk.lake.commit({"run": run.row()}, app="r", number=1)
    back = replace(desk, clock=at(timedelta(days=-2)))
    assert bell(back)["clock"].startswith("The clock of this computer was put back: the newest data are of 20 Nov 2026")
    ahead = (NOW + timedelta(days=1)).timestamp()
    os.utime(desk.paths.published, (ahead, ahead))
    for file in (*desk.paths.data.iterdir(), *desk.paths.state.iterdir()):
        os.utime(file, (ahead, ahead), follow_symlinks=False)
    assert doctor_machine.clock(examined(desk)).state == "bad"
    assert bell(desk) == {}


def test_after_three_days_of_sleep_it_is_caught_up_before_anybody_complains(desk: Desk) -> None:
    def quiet(_: Desk) -> list[Any]:
        return [lasting.Alert("quiet:it", "warn", "Nothing came in.")]

    looks = {"market": (quiet, ("quiet",))}
    watch(desk, {})
    woken = replace(desk, clock=at(timedelta(days=3)))
    watch(woken, looks)
    assert told(woken) == {}
    watch(replace(desk, clock=at(timedelta(days=3, minutes=15))), looks)
    assert list(told(woken)) == ["quiet:it"]


def test_prefect_whose_port_was_taken_is_told_with_the_port(desk: Desk) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as stranger:
        port = stranger.getsockname()[1]
        with (
            runs(desk, UpProgram("prefect", "waiting", port=port, failures=5)) as up,
            noted_ports(desk.paths, {"prefect": port}),
        ):
            tell_of_programs(desk, up)
            [known] = [one.alert for one in alerts_of(desk)]
            assert (known.key, known.level) == ("program:prefect", "bad")
            assert (check(desk, "prefect").state, str(port) in check(desk, "prefect").text) == ("bad", True)


def test_a_language_model_that_is_not_there_is_a_quiet_word(tmp_path: Path, desk: Desk) -> None:
    hers = open_desk(clock=at(), data=tmp_path / "hers", ollama_url=f"http://127.0.0.1:{free_port(0)}")
    assert "Ollama does not answer" in bell(hers)["assistant"]
    assert [one.alert.level for one in alerts_of(hers)] == ["info"]
    assert [one for one in attention(hers, EN) if "Ollama" in one.text] == []
    assert check(hers, "assistant").state == "warn"


def test_a_damaged_shop_is_told_and_left_as_it_is(desk: Desk) -> None:
    alerts_of(desk)
    junk = b"this is a letter to my aunt" * 100
    desk.paths.shop.unlink()
    for beside in desk.paths.data.glob("shop.sqlite-*"):
        beside.unlink()
    desk.paths.shop.write_bytes(junk)
    trouble = home(again(desk), EN).trouble
    assert isinstance(trouble, ShopDamaged)
    assert EN.error(trouble).endswith("Nothing was changed. Put back a backup with `vopt restore`.")
    assert check(desk, "shop").state == "bad"
    assert desk.paths.shop.read_bytes() == junk


def test_who_only_looks_waits_for_nobody(desk: Desk) -> None:
    bell(desk)
    with closing(sqlite3.connect(desk.paths.shop)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert home(desk, EN).trouble is None
        assert check(desk, "shop").state == "good"


def test_a_damaged_note_of_what_is_published_comes_back_by_refining(desk: Desk) -> None:
    desk.paths.published.write_text('{"listing_se')
    assert "`vopt refine` puts the newest figures on the pages again" in bell(desk)["lake"]
    assert "so that nobody knows which figures to show" in str(home(desk, EN).trouble)
    assert check(desk, "lake").state == "bad"
    desk.paths.published.unlink()
    desk.lake.publish({"listing_seen": desk.lake.version("listing_seen")})
    assert (bell(desk), home(desk, EN).trouble, check(desk, "lake").state) == ({}, None, "good")


@pytest.mark.parametrize("kept", [None, 100], ids=["missing", "cut off"])
def test_a_file_of_the_tables_that_is_missing_or_cut_off_is_told_everywhere(desk: Desk, kept: int | None) -> None:
    [file] = map(Path, desk.lake.files("listing_seen", desk.lake.published()["listing_seen"]))
    whole = file.read_bytes()
    file.unlink()
    if kept is not None:
        file.write_bytes(whole[:kept])
    for one in (desk, again(desk)):
        assert file.name in bell(one)["lake"]
        assert file.name in str(home(one, EN).trouble)
        assert (check(one, "lake").state, file.name in check(one, "lake").text) == ("bad", True)
    file.write_bytes(whole)
    assert (bell(desk), home(desk, EN).trouble) == ({}, None)


def test_a_typing_error_in_the_settings_is_told_with_its_place(desk: Desk) -> None:
    (desk.paths.data / "vopt.toml").write_text('language = "en\n')
    assert home(desk, EN).trouble is None, "what runs goes on"
    with pytest.raises(VoptError, match=r"vopt\.toml cannot be read: .*line 1, column"):
        open_desk(data=desk.paths.data)


def test_a_folder_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    read_only = sqlite3.OperationalError("attempt to write a readonly database")
    read_only.sqlite_errorcode = sqlite3.SQLITE_READONLY
    assert "nothing can be written there" in EN.error(fault_of("shop.sqlite", read_only))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataFolderUnusable), supervisor(load_settings(data=tmp_path / "file" / "data"), lambda _: None):
        pytest.fail("it started")


def test_logs_that_cannot_be_written_are_told_by_the_doctor(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.paths.logs.mkdir(exist_ok=True)
    assert doctor_data.logs(examined(desk)).state == "good"
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    found = doctor_data.logs(examined(desk))
    assert (found.state, "cannot write its logs" in found.text) == ("warn", True)


def test_a_second_one_is_told_where_the_first_is(desk: Desk) -> None:
    with (
        runs(desk, UpProgram("pages", "up", port=8455)),
        pytest.raises(UpRunning, match="8455"),
        supervisor(desk.settings, lambda _: None),
    ):
        pytest.fail("there is another one")


def test_a_port_that_is_taken_is_told_with_who_took_it(desk: Desk) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as stranger:
        port = stranger.getsockname()[1]
        found = doctor_machine.ports(
            replace(examined(desk), settings=load_settings(data=desk.paths.data, pages_port=port))
        )
    assert (found.state, str(port) in found.text, str(os.getpid()) in found.text) == ("warn", True, True)
    assert "VOPT_PAGES_PORT" in found.next_step
