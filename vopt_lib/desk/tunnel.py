"""This is where a Cloudflare tunnel is described that leads to the pages, and to nothing else of this computer.

Sources: developers.cloudflare.com, "Configuration file" and "Origin parameters" of locally-managed tunnels.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import FileThere, NobodyHasAPassword, NotAPublicName, NotATunnel, TunnelError
from vopt_lib.files import whole_file
from vopt_lib.shop.credentials import anybody_signs_in
from vopt_lib.words import N_

NAME: Final = "vopt"
"""What the tunnel is called where she gives no other name."""

LONGEST: Final = 253
"""Of a name on the net, in letters (RFC 1035)."""

_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TUNNEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_NOT_A_NAME: Final = re.compile(r"[\s/:?#@\\\[\]]")

_AT_HOME: Final = frozenset({"localhost", "local", "lan", "home", "internal", "intranet", "arpa", "test", "invalid"})
"""Endings that the net does not know (RFC 6761, RFC 6762, RFC 8375), and those of routers."""

_TWO_WAYS: Final = re.compile("[ßς\u200c\u200d]")
"""What old and new rules for such names (IDNA 2003, 2008) write in different ways."""

_CONFIG: Final = """\
# Written by `vopt tunnel config`. This tunnel leads to the pages of vopt and to nothing else: Prefect and all other
# programs of this computer stay unreachable. Requests keep their public host, which vopt checks: set no
# httpHostHeader here.
tunnel: {tunnel}
{credentials}ingress:
  - hostname: {host}
    service: http://127.0.0.1:{port}
    originRequest:
      # The pages are on this computer: who does not answer at once is not there.
      connectTimeout: 10s
      # Pages keep a websocket each.
      keepAliveConnections: 100
  - service: http_status:404
"""


@dataclass(frozen=True)
class Tunnel:
    """A tunnel that is described in a file. public_address: what VOPT_PUBLIC_ADDRESS must be."""

    file: Path
    host: str
    name: str
    is_told: bool
    """Whether VOPT_PUBLIC_ADDRESS says so already."""

    @property
    def public_address(self) -> str:
        """Where her pages will be."""
        return f"https://{self.host}"


def write_tunnel(
    desk: Desk, hostname: str, file: Path | None = None, *, tunnel: str | None = None, force: bool = False
) -> Tunnel:
    """Describe the tunnel in a file. tunnel: its name or number, as cloudflared told it; force: replace a file.

    Raises: NotAPublicName; NotATunnel; TunnelError; NobodyHasAPassword; FileThere; CannotWrite.
    """
    host, name = public_name(hostname), tunnel_name(tunnel or NAME)
    if not desk.settings.pages_port:
        raise TunnelError(why=N_("the pages get another port at each start; set VOPT_PAGES_PORT to a number"))
    _ensure_log_in(desk)
    place = (file or desk.paths.tunnel).expanduser().absolute()
    text = config(host, name, desk.settings.pages_port)
    if not force and place.exists() and _differs(place, text):
        raise FileThere(file=str(place))
    with whole_file(place) as aside:
        aside.write_text(text, encoding="utf-8")
    made = Tunnel(place, host, name, False)
    return Tunnel(place, host, name, desk.settings.public_address == made.public_address)


def config(host: str, tunnel: str, port: int) -> str:
    """What cloudflared reads (YAML). A tunnel's number is also the name of the file that opens it."""
    key = Path.home() / ".cloudflared" / f"{tunnel}.json"
    credentials = f"credentials-file: {json.dumps(str(key), ensure_ascii=False)}\n" if _NUMBER.fullmatch(tunnel) else ""
    return _CONFIG.format(tunnel=json.dumps(tunnel), credentials=credentials, host=host, port=port)


def public_name(text: str) -> str:
    """A name that browsers anywhere can find, as the net writes it ("xn--…"). Raises: NotAPublicName."""
    name = text.strip().rstrip(".").lower()
    if _NOT_A_NAME.search(name) and not _is_number(name):
        raise NotAPublicName(name=text, why=N_("it must be a name alone, without https://, port or path"))
    if _is_number(name):
        raise NotAPublicName(name=text, why=N_("it is the number of a computer, which a tunnel does not have"))
    if _TWO_WAYS.search(name):
        raise NotAPublicName(name=text, why=N_("some of its letters are written in two ways; give it as xn--…"))
    return _checked(_as_written(name, text), text)


def tunnel_name(text: str) -> str:
    """The name or the number of a tunnel. Raises: NotATunnel."""
    if not _TUNNEL.fullmatch(text):
        raise NotATunnel(tunnel=text)
    return text.lower() if _NUMBER.fullmatch(text.lower()) else text


def _as_written(name: str, text: str) -> str:
    try:
        return name.encode("idna").decode()
    except UnicodeError as error:
        raise NotAPublicName(name=text, why=N_("no such name can be")) from error


def _checked(name: str, text: str) -> str:
    labels = name.split(".")
    if len(labels) < 2 or labels[-1] in _AT_HOME:
        raise NotAPublicName(name=text, why=N_("only this computer, or your home, knows that name"))
    if len(name) > LONGEST or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise NotAPublicName(name=text, why=N_("no such name can be"))
    return name


def _is_number(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _ensure_log_in(desk: Desk) -> None:
    with shop_of(desk).reading() as session:
        if not anybody_signs_in(session):
            raise NobodyHasAPassword


def _differs(place: Path, text: str) -> bool:
    try:
        return place.read_text(encoding="utf-8") != text
    except (OSError, UnicodeDecodeError):
        return True
