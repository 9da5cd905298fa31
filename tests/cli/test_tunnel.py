"""`vopt tunnel config` as a person uses it: a file, and what to type after it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Vopt
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.signing_in import accept, first_link
from vopt_lib.schema.signing_in import Where


def test_it_tells_the_commands_in_their_order(vopt: Vopt, tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path / "data")
    accept(desk, first_link(desk) or "", "a long password of hers", Where("127.0.0.1"))
    told = vopt("tunnel", "config", "vopt.example.org", "--output", str(tmp_path / "my tunnel.yml"))
    assert told.status == 0
    assert (tmp_path / "my tunnel.yml").exists()
    assert [line.split()[2] for line in told.lines if line.startswith("  cloudflared")] == [
        "login", "create", "route", "--config",
    ]  # fmt: skip
    assert 'public_address = "https://vopt.example.org"' in told.out
    assert f"--config '{tmp_path / 'my tunnel.yml'}' run" in told.out


def test_without_a_password_it_says_how_to_set_one(vopt: Vopt) -> None:
    told = vopt("tunnel", "config", "vopt.example.org")
    assert (told.status, "password" in told.err) == (1, True)
