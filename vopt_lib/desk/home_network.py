"""This is where the address of this computer in her home network is found, and where we know who else is in one."""

from __future__ import annotations

import socket
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Final

import psutil

from vopt_lib.errors import NoHomeNetwork

HOME_NETWORKS: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""Addresses that no packet from outside carries into a home. Source: RFC 1918."""

_OUTSIDE: Final = ("192.0.2.1", 9)
"""An address that nobody has (RFC 5737): the way to it is the way out of the house. Nothing is sent there."""

_VIRTUAL: Final = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "lxdbr", "cni", "podman")
"""How the networks of machines inside this one begin."""


def home_address() -> str:
    """The address at which phones in her home network reach this computer. Raises: NoHomeNetwork."""
    return chosen_address(_own_addresses(), _way_out())


def chosen_address(own: dict[str, list[tuple[str, bool]]], way_out: str | None) -> str:
    """One of the addresses in a home network: that of the way out where it is one of them, else the first.

    own: {network card: its addresses, and whether it reaches others there}; the networks of virtual machines and the
    ends of tunnels are not at home. way_out: the address from which this computer asks the world.

    Raises: NoHomeNetwork, also where all addresses are public.
    """
    at_home = [
        address
        for card, addresses in own.items()
        for address, reaches_others in addresses
        if reaches_others and is_at_home(address) and not card.startswith(_VIRTUAL)
    ]
    if not at_home:
        raise NoHomeNetwork
    return way_out if way_out in at_home else at_home[0]


def is_at_home(address: str) -> bool:
    """Whether this is the IPv4 address of something in a home network; this computer's own loopback is not."""
    try:
        return any(IPv4Address(address) in network for network in HOME_NETWORKS)
    except AddressValueError:
        return False


def _own_addresses() -> dict[str, list[tuple[str, bool]]]:
    up = {card for card, state in psutil.net_if_stats().items() if state.isup}
    return {
        card: [(one.address, one.ptp is None) for one in addresses if one.family is socket.AF_INET]
        for card, addresses in psutil.net_if_addrs().items()
        if card in up
    }


def _way_out() -> str | None:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_OUTSIDE)
            return str(probe.getsockname()[0])
    except OSError:
        return None
