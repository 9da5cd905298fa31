"""Who gets to the pages, and the addresses that are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.ports import noted_ports
from vopt_lib.desk.shop.serving import invitation_address, serving_of


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, "http://127.0.0.1:8420/invitation/t"),
        ({"pages_host": "192.168.1.7"}, "http://192.168.1.7:8420/invitation/t"),
        (
            {"pages_host": "192.168.1.7", "public_address": "https://vopt.example.org"},
            "https://vopt.example.org/invitation/t",
        ),
    ],
    ids=["this computer", "home network", "tunnel"],
)
def test_an_invitation_leads_to_where_whoever_gets_it_can_open_it(
    tmp_path: Path, chosen: dict[str, Any], expected: str
) -> None:
    assert invitation_address(open_desk(data=tmp_path, **chosen), "t") == expected


def test_an_invitation_leads_to_the_port_that_the_pages_really_have(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    with noted_ports(desk.paths, {"pages": 9001}):
        assert invitation_address(desk, "t") == "http://127.0.0.1:9001/invitation/t"


def test_who_opens_the_home_network_is_told_its_address_and_how_to_set_a_password(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path, pages_host="192.168.1.7")
    serving = serving_of(desk, "http://192.168.1.7:8420/")
    assert serving.elsewhere == ("http://192.168.1.7:8420/",)
    assert serving.is_plain
    assert serving.first is not None
    assert serving.first.startswith("http://192.168.1.7:8420/first/")
