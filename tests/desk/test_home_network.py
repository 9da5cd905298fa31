"""Which address of this computer phones in her home can reach."""

from __future__ import annotations

import pytest

from vopt_lib.desk.home_network import chosen_address, home_address, is_at_home
from vopt_lib.errors import NoHomeNetwork

LOOPBACK = {"lo": [("127.0.0.1", True)]}
WIFI = {"wlan0": [("192.168.1.7", True)]}
CABLE = {"eth0": [("10.0.0.5", True)]}
DOCKER = {"docker0": [("172.17.0.1", True)], "br-3f": [("172.18.0.1", True)]}
TUNNEL = {"tun0": [("10.8.0.2", False)]}
PUBLIC = {"eth1": [("203.0.113.9", True)]}


@pytest.mark.parametrize(
    ("own", "way_out", "chosen"),
    [
        (LOOPBACK | WIFI, "192.168.1.7", "192.168.1.7"),
        (CABLE | WIFI, "192.168.1.7", "192.168.1.7"),
        (CABLE | WIFI, None, "10.0.0.5"),
        (DOCKER | WIFI, "172.17.0.1", "192.168.1.7"),
        (TUNNEL | WIFI, "10.8.0.2", "192.168.1.7"),
        (PUBLIC | WIFI, "203.0.113.9", "192.168.1.7"),
    ],
    ids=["the only one", "the way out", "no way out", "machines inside", "a tunnel", "a public one"],
)
def test_the_address_is_one_that_phones_at_home_reach(
    own: dict[str, list[tuple[str, bool]]], way_out: str | None, chosen: str
) -> None:
    assert chosen_address(own, way_out) == chosen


@pytest.mark.parametrize(
    "own", [{}, LOOPBACK, PUBLIC, DOCKER, TUNNEL], ids=["none", "loopback", "public", "inside", "tunnel"]
)
def test_without_a_home_network_there_is_none(own: dict[str, list[tuple[str, bool]]]) -> None:
    with pytest.raises(NoHomeNetwork):
        chosen_address(own, None)


def test_this_computer_has_one_or_says_that_it_has_none() -> None:
    try:
        assert is_at_home(home_address())
    except NoHomeNetwork as error:
        assert "Wi-Fi" in str(error)  # noqa: PT017 - a machine without a network is right to say so
