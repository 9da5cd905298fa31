"""What the programs that vopt starts get to see of the person's shell."""

from __future__ import annotations

from pathlib import Path

from vopt_lib.desk.environment import child_environment
from vopt_lib.paths import Paths


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
