"""This is where it is told who gets to the pages, at which addresses, and with which link she sets her password."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from vopt_lib.desk.home_network import home_address
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.ports import ports_of
from vopt_lib.desk.shop.signing_in import first_link, is_login_required
from vopt_lib.errors import NoHomeNetwork
from vopt_lib.schema.serving import Serving
from vopt_lib.schema.signing_in import FIRST, INVITATION


def serving_of(desk: Desk, address: str) -> Serving:
    """Who gets to the pages that are at this address on this computer ("http://127.0.0.1:8420/")."""
    if not is_login_required(desk):
        return Serving(is_locked=False)
    at_home, public = _at_home(desk, urlsplit(address).port), desk.settings.public_address
    token = first_link(desk)
    elsewhere = tuple(one for one in (at_home, public and f"{public}/") if one)
    return Serving(True, elsewhere, at_home is not None, f"{address.rstrip('/')}{FIRST}{token}" if token else None)


def invitation_address(desk: Desk, token: str) -> str:
    """Where an invitation, or a link for another password, is opened: by the address that reaches most devices."""
    port = ports_of(desk.paths).get("pages") or desk.settings.pages_port
    pages = desk.settings.public_address or _at_home(desk, port) or f"http://127.0.0.1:{port}"
    return f"{pages.rstrip('/')}{INVITATION}{token}"


def _at_home(desk: Desk, port: int | None) -> str | None:
    """The address for other devices in the home network; None: the pages do not listen there."""
    host = ip_address(desk.settings.pages_host)
    if host.is_loopback:
        return None
    try:
        return f"http://{home_address() if host.is_unspecified else host}:{port}/"
    except NoHomeNetwork:
        return None
