"""This is where we know at which addresses vopt is reached, and from where a request comes.

Whoever comes through a tunnel or a proxy is not on this computer, whatever address the connection has: such a request
is answered at the public address only. A name that is not ours is refused, because any page on the web can give a name
of its own the address of this computer and would then be read like ours (DNS rebinding).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from vopt_lib.schema.signing_in import Where
from vopt_lib.server.answers import FOREIGN, Refused, Scope
from vopt_lib.server.browsers import header
from vopt_lib.settings import Settings
from vopt_lib.ui.markup import plain

FORWARDED: Final = re.compile(rb"forwarded|via|x-real-ip|x-(forwarded|original)-.*|(cf|ngrok|tailscale)-.*")
"""Headers of proxies and tunnels: whoever comes through one is not on this computer."""

HSTS: Final = {"Strict-Transport-Security": "max-age=31536000"}
"""A year: a browser that came by https once comes by nothing else. Source: RFC 6797."""

LOCAL_NAMES: Final = ("127.0.0.1", "localhost")
_BROWSER_LETTERS: Final = 200


@dataclass(frozen=True)
class Reach:
    """Where vopt answers. `local`: names with the port ("127.0.0.1:8420"); `public`: the address behind a tunnel
    ("https://vopt.example.org"); `is_beyond_loopback`: whether other computers reach it without one.
    """

    local: frozenset[str]
    public: str | None = None
    is_beyond_loopback: bool = False

    @classmethod
    def of(cls, settings: Settings, port: int) -> Reach:
        """Where a server with these settings answers, on this port."""
        host, names = ip_address(settings.pages_host), [*LOCAL_NAMES]
        is_beyond = not host.is_loopback
        if not host.is_unspecified:
            names.append(str(host))
        if is_beyond:
            own = socket.gethostname().lower().partition(".")[0]
            # Nobody on the web has these names: they end at the house's own router.
            names += [own, f"{own}.local"]
        return cls(frozenset(f"{name}:{port}" for name in names), settings.public_address, is_beyond)

    @property
    def public_host(self) -> str | None:
        """The Host of a request at the public address."""
        return urlsplit(self.public).netloc if self.public else None

    @property
    def sockets(self) -> list[str]:
        """The addresses of websockets, for a policy: ["ws://127.0.0.1:8420", …]."""
        local = sorted(self.local, key=lambda host: (host.partition(":")[0] not in LOCAL_NAMES, host))
        return [f"ws://{host}" for host in local] + ([f"ws{self.public.removeprefix('http')}"] if self.public else [])

    def is_public(self, scope: Scope) -> bool:
        """Whether this was asked at the public address."""
        return self.public is not None and header(scope, b"host") == self.public_host

    def is_secure(self, scope: Scope) -> bool:
        """Whether this came to the tunnel by https."""
        return self.is_public(scope) and bool(self.public and self.public.startswith("https://"))

    def headers(self, scope: Scope) -> Mapping[str, str]:
        """What an answer to this has beyond the headers of every answer."""
        return HSTS if self.is_secure(scope) else {}

    def check(self, scope: Scope) -> None:
        """Raises: Refused, for a request that did not come from a page of ours, at an address of ours."""
        host, is_forwarded = header(scope, b"host"), _is_forwarded(scope)
        if self.is_public(scope):
            own = self.public
            if is_forwarded and not _is_loopback(_peer(scope)):
                raise Refused(403, FOREIGN)
        elif is_forwarded or not self._is_local(host, scope):
            raise Refused(403, FOREIGN)
        else:
            own = f"http://{host}"
        origin = header(scope, b"origin")
        must_tell = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        if (origin or must_tell) and origin != own:
            raise Refused(403, FOREIGN)

    def where(self, scope: Scope) -> Where:
        """From where this is asked: the tunnel says so, of what came through it; else the connection does."""
        address = _peer(scope)
        if self.is_public(scope) and _is_forwarded(scope) and _is_loopback(address):
            told = header(scope, b"cf-connecting-ip") or header(scope, b"x-forwarded-for").rpartition(",")[2]
            address = _address(told) or address
        return Where(address, plain(header(scope, b"user-agent"), _BROWSER_LETTERS))

    def _is_local(self, host: str, scope: Scope) -> bool:
        """Beyond loopback, also the address to which the connection itself came: a page elsewhere can name no number
        that is not its own.
        """
        if host in self.local:
            return True
        address, port = scope.get("server") or ("", 0)
        return self.is_beyond_loopback and host == f"{address}:{port}"


def _is_forwarded(scope: Scope) -> bool:
    return any(FORWARDED.fullmatch(name) for name, _ in scope["headers"])


def _peer(scope: Scope) -> str:
    return str((scope.get("client") or ("",))[0])


def _is_loopback(address: str) -> bool:
    known = _address(address)
    return known is not None and ip_address(known).is_loopback


def _address(text: str) -> str | None:
    """The network address that this is; None: it is none."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
