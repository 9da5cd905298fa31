"""This is where a web server of vopt's begins to listen, on this computer only unless it is told more, and says so."""

from __future__ import annotations

import errno
import os
import socket
import sys

import orjson
import uvicorn

from vopt_lib.errors import AddressNotOurs, PortTaken

ADDRESS = "127.0.0.1"


def listening_socket(port: int, address: str = ADDRESS) -> socket.socket:
    """A socket on that port (0: any free one), which only this computer reaches unless another address is given.

    Raises: PortTaken; AddressNotOurs.
    """
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it on, each answer waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
        listening.listen()  # two may be bound to one port, but only one may listen
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise AddressNotOurs(address=address) from error
        raise PortTaken(port=port, setting="--port") from error
    return listening


class AnnouncedServer(uvicorn.Server):
    """uvicorn, saying on stdout in one JSON line (port, pid, url) that it answers; `host` is its name in the url."""

    def __init__(self, config: uvicorn.Config, host: str = ADDRESS) -> None:
        super().__init__(config)
        self._host = host

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        port = int(sockets[0].getsockname()[1]) if sockets else self.config.port
        ready = {"port": port, "pid": os.getpid(), "url": f"http://{self._host}:{port}"}
        sys.stdout.buffer.write(orjson.dumps(ready) + b"\n")
        sys.stdout.flush()
