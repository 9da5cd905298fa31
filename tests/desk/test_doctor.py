"""`vopt doctor`: whatever is broken is told in a sentence with a next step, and nothing that is broken breaks it."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from tests.desk.system_programs import SystemPrograms
from vopt_lib.desk import doctor, doctor_data, doctor_libraries, doctor_machine
from vopt_lib.desk.examined import Examined, Machine
from vopt_lib.desk.service_files import manager_here
from vopt_lib.desk.system_service import install
from vopt_lib.files import note_holder, only_one, write_json
from vopt_lib.paths import Paths
from vopt_lib.settings import load_settings
from vopt_lib.words import Words

NOW = datetime(2099, 1, 1, 12, tzinfo=UTC)  # later than any file that a test writes
LINUX = Machine("Linux", (6, 1), "x86_64", (3, 12, 1), frozenset({"avx", "avx2"}), ("glibc", "2.36"), "Debian 12")
IMAC = Machine("Darwin", (10, 15, 7), "x86_64", (3, 11, 9), frozenset({"avx"}), name="macOS 10.15.7")
NEW_MAC = Machine("Darwin", (15, 1), "arm64", (3, 13, 0), name="macOS 15.1")
EN = Words("en")


@pytest.fixture
def one(tmp_path: Path) -> Examined:
    settings = load_settings(data=tmp_path / "data")
    paths = Paths.of(settings)
    paths.locks.mkdir(parents=True)
    paths.state.chmod(0o700)
    return Examined(LINUX, settings, paths, EN, NOW)


def on(one: Examined, machine: Machine) -> Examined:
    return replace(one, machine=machine)


@pytest.mark.parametrize(("python", "state"), [((3, 10, 9), "bad"), ((3, 11, 0), "good"), ((3, 14, 0), "bad")])
def test_a_python_that_was_never_tried_is_bad(one: Examined, python: tuple[int, int, int], state: str) -> None:
    assert doctor_machine.python(on(one, replace(LINUX, python=python))).state == state


def test_an_old_processor_is_good_with_the_build_of_polars_for_it(one: Examined) -> None:
    assert "older" in doctor_machine.processor(on(one, IMAC)).text
    assert {doctor_machine.processor(on(one, machine)).state for machine in (IMAC, LINUX, NEW_MAC)} == {"good"}


def test_an_old_mac_is_told_to_ask_ollama_elsewhere_unless_it_does(one: Examined) -> None:
    here = doctor_machine.system(on(one, IMAC))
    assert (here.state, "VOPT_OLLAMA_URL" in here.next_step) == ("warn", True)
    elsewhere = replace(one, settings=one.settings.model_copy(update={"ollama_url": "http://192.168.1.5:11434"}))
    assert doctor_machine.system(on(elsewhere, IMAC)).state == "good"


@pytest.mark.parametrize(
    ("machine", "state"),
    [
        (LINUX, "good"),
        (NEW_MAC, "good"),
        (replace(IMAC, version=(10, 13)), "warn"),
        (replace(LINUX, libc=("glibc", "2.17")), "warn"),
        (replace(LINUX, libc=("", "")), "warn"),
    ],
    ids=["linux", "new mac", "too old a mac", "old glibc", "musl"],
)
def test_a_system_is_judged_by_what_the_libraries_are_built_for(one: Examined, machine: Machine, state: str) -> None:
    assert doctor_machine.system(on(one, machine)).state == state


def test_this_machine_is_known() -> None:
    machine = Machine.of_this()
    assert machine.python[:2] == sys.version_info[:2]
    assert machine.name
    assert machine.version


def test_a_library_that_crashes_or_does_not_load_is_told_and_the_rest_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crashing.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    (tmp_path / "lacking.py").write_text("raise ImportError('libgomp.so.1: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), *sys.path)))
    crashed, lacking, absent = doctor_libraries.tried_ones(["json", "crashing", "lacking", "not_there"], EN)
    assert "crashing crashes" in crashed.text
    assert "apt install libgomp1" in lacking.next_step
    assert "not_there does not load" in absent.text


def test_libraries_that_take_too_long_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "endless.py").write_text("import threading; threading.Event().wait()")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), *sys.path)))
    (told,) = doctor_libraries.tried_ones(["endless"], EN, within_s=0.3)
    assert told.state == "warn"


def test_only_what_a_setting_or_a_model_wants_is_asked_for(one: Examined) -> None:
    assert doctor_libraries.wanted_extras(one) == []
    one.paths.background_models.mkdir(parents=True)
    (one.paths.background_models / "u2netp.onnx").touch()
    server = SecretStr("postgresql+psycopg://eva@db/shop")
    wanting = {"key_place": "keyring", "embed_workers": 2, "database_url": server}
    more = replace(one, settings=one.settings.model_copy(update=wanting))
    assert doctor_libraries.wanted_extras(more) == ["keyring", "postgresql", "dask", "background"]


def test_a_clock_that_went_back_is_bad(one: Examined) -> None:
    assert doctor_machine.clock(one).state in ("good", "warn")  # warn: the network does not set this machine's
    file = one.paths.state / "follows.json"
    file.touch()
    os.utime(file, ((NOW + timedelta(hours=1)).timestamp(),) * 2)
    assert doctor_machine.clock(one).state == "bad"
    assert doctor_machine.clock(replace(one, now=datetime(2001, 1, 1, tzinfo=UTC))).state == "bad"


def test_a_port_is_told_with_who_took_it_unless_it_is_vopts_own(one: Examined) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        ports = {"pages_port": port, "prefect_port": 0, "phone_port": 0}
        using = replace(one, settings=one.settings.model_copy(update=ports))
        told = doctor_machine.ports(using)
        assert (told.state, str(os.getpid()) in told.text, "VOPT_PAGES_PORT" in told.next_step) == ("warn", True, True)
        write_json(one.paths.ports, {"pages": port})
        assert doctor_machine.ports(using).state == "good"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["/usr/bin/python3", "/opt/my vopt/bin/vopt", "serve", "--port", "1"], "vopt serve"),
        (["python3", "-m", "vopt_lib.server", "--port", "1"], "vopt_lib.server"),
        (["python3", "-m", "vopt_lib.desk.guard", "x"], ""),
        (["vim", "vopt_lib.py"], ""),
        ([], ""),
    ],
)
def test_a_program_of_vopt_is_known_by_its_command(command: list[str], told: str) -> None:
    assert doctor_machine.program_of(command) == told


def test_a_service_that_does_not_run_is_told(one: Examined, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = SystemPrograms(tmp_path / "programs", monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for machine in (LINUX, IMAC):
        here = on(one, machine)
        assert doctor_machine.service(here).state == "good"
        install(manager_here(one.paths.data, machine.system))
        assert doctor_machine.service(here).state == "good"
        programs.crash()
        assert doctor_machine.service(here).state == "warn"


@pytest.mark.parametrize(
    ("told", "part"), [(" standby 1\n sleep                10 (x)\n", "10 minutes"), (" sleep 0", "not"), ("", "not")]
)
def test_it_is_told_whether_a_mac_sleeps(one: Examined, told: str, part: str) -> None:
    found = doctor_machine.sleep_told(told, one)
    assert (found.state, part in found.text) == ("good", True)


def test_a_misspelt_setting_is_told_with_the_one_that_was_meant(one: Examined) -> None:
    told = doctor_data.settings(replace(one, environ={"VOPT_PAGE_PORT": "1", "VOPT_DATA": "x", "PATH": "y"}))
    assert (told.state, told.next_step) == ("warn", "Did you mean VOPT_PAGES_PORT?")
    assert doctor_data.settings(one).state == "good"


def test_settings_that_cannot_be_used_are_told_and_the_data_is_let_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOPT_DATA", str(tmp_path))
    (tmp_path / "vopt.toml").write_text("pages_prt = 1")
    broken = Examined.of(EN, LINUX, NOW, os.environ)
    told = doctor_data.settings(broken)
    assert (told.state, "pages_prt" in told.text) == ("bad", True)
    assert doctor.closer_look(broken) == []
    assert "locks" not in doctor.looks_at(broken)


def test_a_data_folder_is_left_as_it_is_or_missing(one: Examined, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert doctor_data.data(one).state == "good"
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
    missing = replace(one, paths=Paths(tmp_path / "not" / "there", "x"))
    assert (doctor_data.data(missing).state, missing.paths.data.exists()) == ("good", False)


def test_a_data_folder_that_is_a_file_or_is_copied_by_a_service_is_told(one: Examined, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert doctor_data.data(replace(one, paths=Paths(tmp_path / "file", "x"))).state == "bad"
    synced = tmp_path / "Dropbox" / "vopt"
    synced.mkdir(parents=True)
    assert doctor_data.data(replace(one, paths=Paths(synced, "x"))).state == "warn"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_data_folder_that_is_read_only_is_bad(one: Examined) -> None:
    one.paths.data.chmod(0o500)
    assert doctor_data.data(one).state == "bad"
    one.paths.data.chmod(0o700)


def test_this_disk_can_do_all_that_vopt_needs(tmp_path: Path) -> None:
    assert list(doctor_data.unable(tmp_path)) == []
    assert doctor_data.disk_kind(tmp_path) not in doctor_data.NETWORK


def test_secrets_that_others_can_read_are_told_with_the_command_that_ends_it(one: Examined) -> None:
    one.paths.shop_key.touch(0o600)
    assert doctor_data.secrets(one).state == "good"
    one.paths.shop_key.chmod(0o644)
    told = doctor_data.secrets(one)
    assert (told.state, f"`chmod 600 '{one.paths.shop_key}'`" in told.next_step) == ("warn", True)


def test_work_under_way_is_told_and_a_lock_whose_owner_is_dead(one: Examined) -> None:
    lock = one.paths.locks / "train.lock"
    with only_one(lock, "vopt train"):
        assert doctor_data.locks(one).text == "Under way: train."
        note_holder(lock, next(pid for pid in range(2**22, 2**23) if not psutil.pid_exists(pid)))
        assert doctor_data.locks(one).state == "warn"
    assert doctor_data.locks(one).text == "No work is under way."


def test_a_restore_that_was_interrupted_is_told_unless_it_goes_on(one: Examined) -> None:
    assert doctor_data.restore(one).state == "good"
    write_json(one.paths.restore_plan, {})
    assert doctor_data.restore(one).state == "warn"
    with only_one(one.paths.restore_lock, "vopt restore"):
        assert doctor_data.restore(one).state == "good"


@pytest.mark.parametrize(
    ("logs", "prefect", "state"), [(0, 0, "good"), (10**9, 0, "warn"), (0, 2 * 10**9, "warn")], ids=str
)
def test_large_logs_and_a_large_history_are_told(one: Examined, logs: int, prefect: int, state: str) -> None:
    assert doctor_data.logs_told(logs, prefect, one).state == state


def test_damaged_data_is_looked_at_and_left_as_it_is(one: Examined, monkeypatch: pytest.MonkeyPatch) -> None:
    (one.paths.data / "shop.sqlite").write_bytes(b"junk")
    (one.paths.data / "published.json").write_text("{")
    for name, value in {"VOPT_DATA": str(one.paths.data), "VOPT_OLLAMA_URL": "off"}.items():
        monkeypatch.setenv(name, value)
    found = {check.name: check.state for check in doctor.closer_look(replace(one, words=Words("it")))}
    assert (found["lake"], found["shop"], found["assistant"]) == ("bad", "bad", "good")
    assert (one.paths.data / "shop.sqlite").read_bytes() == b"junk"


def test_the_process_that_looks_at_the_data_may_crash(one: Examined, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    (told,) = doctor.closer_look(one)
    assert (told.name, told.state) == ("health", "bad")


def test_a_mac_is_asked_whether_it_sleeps(one: Examined) -> None:
    assert ("sleep" in doctor.looks_at(on(one, IMAC)), "sleep" in doctor.looks_at(one)) == (True, False)
