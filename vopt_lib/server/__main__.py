"""This is where `python -m vopt_lib.server` starts: the pages, where the settings say, until it is told to end."""

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
from vopt_lib.server.door import Door
from vopt_lib.server.guard import MOST_BODY_BYTES, Identify
from vopt_lib.server.memory import keep_small
from vopt_lib.server.pages import PAGES, Page
from vopt_lib.server.parsing import read_one_at_a_time
from vopt_lib.server.protocol import MOST_CONNECTIONS, MOST_HEAD_BYTES, BoundedProtocol, allow_many_files
from vopt_lib.server.reach import Reach
from vopt_lib.settings import load_settings
from vopt_lib.words import Words, reader_language

IMPORTED_AHEAD = ("polars", "duckdb", "altair", "deltalake", "babel.dates")
"""What the first page would else wait for: 0.75 s instead of 2 (facts on serving marimo)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the pages of VOPT_DATA; returns the exit status."""
    parser = argparse.ArgumentParser("python -m vopt_lib.server")
    parser.add_argument("--port", type=int, default=8420, help="port; 0: any free one")
    asked = parser.parse_args(arguments)
    try:
        with listening_socket(asked.port, load_settings().pages_host) as listening:
            serve(listening)
    except VoptError as error:
        sys.stderr.write(Words(reader_language()).error(error) + "\n")
        return 1
    return 0


def serve(listening: socket.socket, pages: Sequence[Page] = PAGES, identify: Identify | None = None) -> None:
    """Answer until SIGTERM or SIGINT; one JSON line on stdout, tells that it is ready.

    identify: who asks, without a session; None: whoever is signed in, or whom the browsers' cookie says.
    """
    # uvicorn raises a signal again when it has closed: the default ends the process, whose kernels are threads that
    # nobody can end; Python's own handler would wait for them for ever.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    port = int(listening.getsockname()[1])
    desk = open_desk()
    key, reach = kept_key(desk.paths.visitors_key), Reach.of(desk.settings, port)
    browsers = Browsers(key, port, desk.settings.language or reader_language())
    door = Door(desk, browsers, reach=reach, key=key, port=port)
    app = build(browsers, port, pages=pages, identify=identify, door=door, docs=desk.paths.quality_docs, desk=desk)
    allow_many_files()
    read_one_at_a_time()
    for name in IMPORTED_AHEAD:
        importlib.import_module(name)
    keep_small()
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
        limit_concurrency=MOST_CONNECTIONS,
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
