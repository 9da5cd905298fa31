"""What `vopt up` runs gets what it needs to know, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.desk.computer import Computer
from vopt_lib.desk.supervised import Program
from vopt_lib.desk.up_programs import prefect_auth, programs, runs_at_once
from vopt_lib.paths import Paths
from vopt_lib.settings import load_settings


def named(data: Path, **given: object) -> dict[str, Program]:
    settings = load_settings(data=data, pages_port=0, prefect_port=0, **given)
    return {program.name: program for program in programs(settings, Paths.of(settings))}


def test_the_password_of_prefect_stays_the_same_and_is_for_the_owner_only(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "")
    auth = prefect_auth(paths)
    assert auth == prefect_auth(paths)
    assert auth.startswith("admin:")
    assert len(auth) >= 26
    assert paths.prefect_key.stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_of_prefect_is_made_anew(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "")
    paths.state.mkdir()
    paths.prefect_key.write_text("cut o")
    assert prefect_auth(paths) == prefect_auth(paths)


def test_each_vopt_has_a_password_of_its_own(tmp_path: Path) -> None:
    assert prefect_auth(Paths(tmp_path / "a", "")) != prefect_auth(Paths(tmp_path / "b", ""))


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("sqlite+aiosqlite:////x/y.db", "sqlite+aiosqlite:////x/y.db"),
    ],
)
def test_only_the_prefect_server_learns_where_its_database_is(tmp_path: Path, given: str, understood: str) -> None:
    found = named(tmp_path, prefect_database_url=given)
    told = {name: program.launch().environment for name, program in found.items()}
    assert told["prefect"]["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == understood
    for name in ("pages", "worker"):
        assert not any(given in value or understood in value for value in told[name].values())


def test_without_a_setting_prefect_keeps_its_runs_below_the_data_folder(tmp_path: Path) -> None:
    assert "PREFECT_SERVER_DATABASE_CONNECTION_URL" not in named(tmp_path)["prefect"].launch().environment


def test_the_settings_that_were_made_reach_pages_and_worker(tmp_path: Path) -> None:
    found = named(tmp_path, requests_per_hour=7)
    assert found["pages"].launch().environment["VOPT_REQUESTS_PER_HOUR"] == "7"
    assert found["worker"].launch().environment["VOPT_REQUESTS_PER_HOUR"] == "7"


def test_pages_that_are_started_again_listen_where_they_did_whatever_the_file_says_by_now(tmp_path: Path) -> None:
    (tmp_path / "vopt.toml").write_text('pages_host = "127.0.0.1"\n')
    pages = named(tmp_path)["pages"]
    (tmp_path / "vopt.toml").write_text('pages_host = "192.168.1.7"\n')
    again = pages.launch()
    assert again.environment["VOPT_PAGES_HOST"] == "127.0.0.1"
    assert str(again.health).startswith("http://127.0.0.1:")


def test_no_password_stands_in_a_command(tmp_path: Path) -> None:
    auth = prefect_auth(Paths(tmp_path, "")).partition(":")[2]
    assert not any(auth in word for program in named(tmp_path).values() for word in program.launch().command)


@pytest.mark.parametrize(
    ("cores", "gigabytes", "runs"),
    [(2, 8, 2), (4, 16, 2), (8, 16, 2), (8, 64, 4), (64, 256, 8)],
    ids=["old laptop", "iMac", "little memory", "workstation", "server"],
)
def test_a_small_computer_runs_one_long_and_one_short_flow(cores: int, gigabytes: int, runs: int) -> None:
    assert runs_at_once(Computer(cores, gigabytes * 2**30)) == runs
