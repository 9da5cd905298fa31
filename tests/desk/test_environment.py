"""What the programs that vopt starts get to see of the person's shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.desk.environment import child_environment, settings_environment
from vopt_lib.paths import Paths
from vopt_lib.settings import load_settings


def test_a_foreign_prefect_address_reaches_no_child() -> None:
    paths = Paths(Path("/data"), "/data/lake")
    shell = {"PATH": "/bin", "PREFECT_API_URL": "https://evil.example", "GX_HOME": "/x", "VOPT_LANGUAGE": "it"}

    environment = child_environment(paths, {"PREFECT_API_URL": "http://127.0.0.1:4200/api"}, shell)

    assert environment["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert environment["PATH"] == "/bin"
    assert environment["VOPT_DATA"] == "/data"
    assert "GX_HOME" not in environment
    assert "VOPT_LANGUAGE" not in environment


def test_nothing_phones_home_and_every_home_is_below_the_data() -> None:
    environment = child_environment(Paths(Path("/data"), "/data/lake"), {}, {})
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environment["DO_NOT_TRACK"] == "1"
    homes = ("PREFECT_HOME", "PREFECT_PROFILES_PATH", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    assert all(environment[name].startswith("/data/") for name in homes)


def test_our_own_servers_are_never_looked_for_behind_a_proxy() -> None:
    shell = {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "intranet"}
    environment = child_environment(Paths(Path("/data"), "/data/lake"), {}, shell)
    assert environment["HTTP_PROXY"] == "http://proxy:3128"
    assert environment["no_proxy"] == environment["NO_PROXY"] == "intranet,127.0.0.1,localhost,.localhost"


def test_what_is_changed_in_the_file_counts_for_processes_that_were_started_before_it_and_after(tmp_path: Path) -> None:
    file = tmp_path / "vopt.toml"
    file.write_text('vinted_items_path = "/old"\nrequests_per_hour = 40\n')
    of_starter = load_settings(data=tmp_path)
    started_before = settings_environment(of_starter)
    file.write_text('vinted_items_path = "/new"\n')
    for passed_on in (started_before, settings_environment(of_starter)):
        with pytest.MonkeyPatch.context() as child:
            for name, value in passed_on.items():
                child.setenv(name, value)
            settings = load_settings(data=tmp_path)
        assert (settings.vinted_items_path, settings.requests_per_hour) == ("/new", 80)


def test_what_the_environment_says_wins_in_a_process_that_was_started_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vopt.toml").write_text('openai_key = "kept"\nrequests_per_hour = 40\n')
    monkeypatch.setenv("VOPT_REQUESTS_PER_HOUR", "40")
    made = settings_environment(load_settings(data=tmp_path))
    assert made["VOPT_REQUESTS_PER_HOUR"] == "40"
    assert "VOPT_OPENAI_KEY" not in made


def test_what_was_given_is_passed_on_whatever_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "vopt.toml").write_text("requests_per_hour = 40\n")
    made = settings_environment(load_settings(data=tmp_path, requests_per_hour=40))
    assert made["VOPT_REQUESTS_PER_HOUR"] == "40"
