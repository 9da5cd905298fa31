"""This is where `python -m vopt_lib.server.phone_serving` starts: the page for photos from a phone, until it is over.

It tells what happens on stdout, one JSON object a line: the port, then the page, each photo, and how it ended.
"""

from __future__ import annotations

import argparse
import errno
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress

import orjson
import uvicorn

from vopt_lib.desk.home_network import is_at_home
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.phone import PhoneUpload, begin
from vopt_lib.errors import NoHomeNetwork, PortTaken, VoptError
from vopt_lib.loopback import AnnouncedServer
from vopt_lib.schema.clock import Clock
from vopt_lib.schema.phone import PhotoArrived
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.phone import Entrance, PhoneApp
from vopt_lib.words import Words, reader_language

FINISHING_S = 20
"""How long a form that is on its way when the time ends may go on."""

PORTS_TRIED = 50


def main(arguments: Sequence[str] | None = None, *, is_let_in: Callable[[str], bool] = is_at_home) -> int:
    """Take photos for a listing of the shop in VOPT_DATA; returns the exit status."""
    parser = argparse.ArgumentParser("python -m vopt_lib.server.phone_serving")
    parser.add_argument("--listing", type=int, required=True, help="number of the listing")
    parser.add_argument("--person", type=int, default=None, help="number of who asks; without it, the owner")
    parser.add_argument("--address", required=True, help="address of this computer in the home network")
    asked = parser.parse_args(arguments)
    try:
        desk = open_desk()
        member = member_of(desk, Visitor("", member=asked.person))
        # What is on its way lies beside the other data, not in the memory that /tmp may be, and is gone after kill -9.
        tempfile.tempdir = str(desk.paths.state)
        upload = begin(desk, member, asked.listing)
        with listening_at(asked.address, desk.settings.phone_port, is_let_in=is_let_in) as listening:
            serve(desk, upload, listening, is_let_in=is_let_in)
    except VoptError as error:
        sys.stderr.write(Words(reader_language()).error(error) + "\n")
        return 1
    return 0


def serve(
    desk: Desk,
    upload: PhoneUpload,
    listening: socket.socket,
    *,
    is_let_in: Callable[[str], bool] = is_at_home,
    clock: Clock | None = None,
) -> None:
    """Answer until the upload is over or a signal comes. is_let_in, clock: see `Entrance` and `PhoneApp`."""
    host = "{}:{}".format(*listening.getsockname())
    app = PhoneApp(
        upload,
        Entrance(host, is_let_in, desk.settings.language or reader_language()),
        on_photo=_tell_photo,
        clock=clock,
    )
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=32,
        timeout_graceful_shutdown=FINISHING_S,
    )
    PhoneServer(config, upload, host).run(sockets=[listening])
    tell(ended="closed" if upload.is_closed else "over")


class PhoneServer(AnnouncedServer):
    """uvicorn, until an upload is over."""

    def __init__(self, config: uvicorn.Config, upload: PhoneUpload, host: str) -> None:
        super().__init__(config, host.partition(":")[0])
        self._upload, self._address = upload, f"http://{host}/{upload.token}"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so, and where the page is."""
        await super().startup(sockets)
        tell(address=self._address, title=self._upload.title, ends_at=self._upload.ends_at.isoformat())

    async def on_tick(self, counter: int) -> bool:
        """Whether to end; asked ten times a second."""
        return await super().on_tick(counter) or self._upload.is_over


def listening_at(address: str, port: int, *, is_let_in: Callable[[str], bool] = is_at_home) -> socket.socket:
    """A socket at this address of a home network, at this port or the next that is free (0: any).

    Raises: NoHomeNetwork, for an address that is not in one; PortTaken.
    """
    if not is_let_in(address):
        raise NoHomeNetwork
    for wanted in (*range(port, min(port + PORTS_TRIED, 65536)), 0) if port else (0,):
        with suppress(PortTaken):
            return _socket_at(address, wanted)
    raise PortTaken(port=port, setting="VOPT_PHONE_PORT")


def tell(**what: object) -> None:
    """Say on stdout what happened."""
    sys.stdout.buffer.write(orjson.dumps(what) + b"\n")
    sys.stdout.flush()


def _tell_photo(photo: PhotoArrived) -> None:
    tell(photo=photo.number, hints=list(photo.hints))


def _socket_at(address: str, port: int) -> socket.socket:
    """Raises: PortTaken; NoHomeNetwork, for an address that this computer does not have."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise NoHomeNetwork from error
        raise PortTaken(port=port, setting="VOPT_PHONE_PORT") from error
    return listening


if __name__ == "__main__":
    sys.exit(main())
