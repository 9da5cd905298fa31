"""This is where `python -m vopt_lib.server` starts: the pages, on loopback, until it is told to end."""

from __future__ import annotations

import argparse
import importlib
import signal
import socket
import sys
from collections.abc import Sequence

import uvicorn

from vopt_lib.desk.instance import open_desk
from vopt_lib.errors import VoptError
from vopt_lib.files import kept_key
from vopt_lib.loopback import AnnouncedServer, listening_socket
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.guard import MOST_BODY_BYTES, Identify
from vopt_lib.server.pages import PAGES, Page
from vopt_lib.words import Words, reader_language

IMPORTED_AHEAD = ("polars", "duckdb", "altair", "deltalake", "babel.dates")
"""What the first page would else wait for: 0.75 s instead of 2 (facts on serving marimo)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the pages of VOPT_DATA; returns the exit status."""
    parser = argparse.ArgumentParser("python -m vopt_lib.server")
    parser.add_argument("--port", type=int, default=8420, help="port on loopback; 0: any free one")
    asked = parser.parse_args(arguments)
    try:
        with listening_socket(asked.port) as listening:
            serve(listening)
    except VoptError as error:
        sys.stderr.write(Words(reader_language()).error(error) + "\n")
        return 1
    return 0


def serve(listening: socket.socket, pages: Sequence[Page] = PAGES, identify: Identify | None = None) -> None:
    """Answer until SIGTERM or SIGINT; one JSON line on stdout, tells that it is ready.

    identify: who asks; None: whom the browsers' cookie says.
    """
    # uvicorn raises a signal again when it has closed: the default ends the process, whose kernels are threads that
    # nobody can end; Python's own handler would wait for them for ever.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    port = int(listening.getsockname()[1])
    desk = open_desk()
    browsers = Browsers(kept_key(desk.paths.visitors_key), port, desk.settings.language or reader_language())
    app = build(browsers, port, pages=pages, identify=identify, docs=desk.paths.quality_docs, desk=desk)
    for name in IMPORTED_AHEAD:
        importlib.import_module(name)
    config = uvicorn.Config(
        app,
        lifespan="off",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        ws_max_size=MOST_BODY_BYTES,
        timeout_graceful_shutdown=2,
    )
    AnnouncedServer(config).run(sockets=[listening])


if __name__ == "__main__":
    sys.exit(main())
